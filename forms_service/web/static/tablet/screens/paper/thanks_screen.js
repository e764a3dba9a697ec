// @ts-check
/** The person has signed, and so has everybody beside them: the tablet goes back to the officer, who takes it by PIN or passkey. */

import { button, h, pinField, form } from "../dom.js";
import { paperOf, practice } from "./person_parts.js";
import { toPerson } from "./words.js";

/** @param {import("../../app.js").App} app */
export function thanksScreen(app) {
  const { language, screens } = paperOf(app);
  const back = button(app, "Officer: take the tablet back", () => app.stage.askBack(), "paper-huge");
  back.setAttribute("lang", "en");
  return h("div", { class: "person", lang: language }, practice(app), h("h1", { class: "person__no", tabindex: "-1" }, toPerson(language, "signed_heading")), h("p", { class: "person__lead" }, toPerson(language, "give_back")), h("p", { class: "person__lead" }, screens.done_copy), h("div", { class: "person__actions" }, back));
}

/** Only the officer leads on from the person's screens. @param {import("../../app.js").App} app */
export async function takeBackScreen(app) {
  const { passkey } = await app.vault.state();
  const key = passkey && button(app, "Use the passkey", () => app.stage.takeBackWithPasskey(passkey), "usa-button--outline tablet__big");
  const unlock = form(app, "Take it back", ({ pin }) => app.stage.takeBack(pin), pinField("pin", "PIN"));
  const stay = app.way.isOpen && button(app, paperOf(app).screens.read_back || "Back", () => app.stage.closeBack(), "usa-button--outline tablet__big");
  if (stay) stay.setAttribute("lang", paperOf(app).language);
  return h("div", { class: "take-back" }, h("h1", { tabindex: "-1" }, "Officer: take the tablet back"), h("p", {}, passkey ? "The tablet shows the person's screens only. Your PIN or the passkey ends that." : "The tablet shows the person's screens only. Your PIN ends that."), unlock, key, stay);
}
