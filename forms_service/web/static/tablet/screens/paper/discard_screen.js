// @ts-check
/** Half-signed: the officer signs, or gives up what was signed, with a reason. */

import { button, h } from "../dom.js";
import { paperOf } from "./person_parts.js";
import { DISCARD_REASONS } from "./words.js";

/** @param {import("../../app.js").App} app */
export function discardScreen(app) {
  const { document_id: id } = paperOf(app);
  const tiles = DISCARD_REASONS.map(([slug, words]) => h("label", { class: "tablet__choice" }, h("input", { type: "radio", name: "reason", value: slug }), h("span", {}, words)));
  const box = h("fieldset", { class: "usa-fieldset" }, h("legend", { class: "usa-legend" }, "Why?"), h("div", { class: "tablet__choices" }, ...tiles));
  const give = button(app, "Discard the signature", () => discard(app, box), "tablet__big");
  const away = button(app, "Put it away for now", () => app.stage.toStart(), "usa-button--outline tablet__big");
  const back = button(app, "Back", () => app.stage.closeDiscard(), "usa-button--outline tablet__big");
  const what = "What was signed is half-signed: it does not count until you sign too. Discarding says so to the server, with the reason.";
  return h("div", {}, h("p", { class: "paper-kicker" }, id), h("h1", { tabindex: "-1" }, "Do not sign?"), h("p", {}, what), box, h("div", { class: "paper-actions" }, give, away, back));
}

/** @param {import("../../app.js").App} app @param {HTMLElement} box */
async function discard(app, box) {
  const chosen = /** @type {HTMLInputElement | null} */ (box.querySelector("input:checked"));
  if (!chosen) return app.say("Choose a reason.");
  await app.way.discard(chosen.value);
  if (chosen.value === "person_changed_mind") await app.way.erase();
  return app.way.isOpen ? app.stage.closeDiscard() : app.stage.toStart();
}
