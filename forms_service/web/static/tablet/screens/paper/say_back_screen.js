// @ts-check
/** For the officer, with the person: what they could say back in their own words. Their words are not kept. */

import { readAgain, saidBack } from "../../flow/draft.js";
import { button, h } from "../dom.js";
import { paperOf, personScreen, sayNo } from "./person_parts.js";
import { toPerson } from "./words.js";

/** @param {import("../../app.js").App} app */
export function sayBackScreen(app) {
  const { say_back: asked, screens } = paperOf(app);
  const form = /** @type {HTMLFormElement} */ (h("form", { novalidate: true }, ...asked.map(questionOf)));
  const send = button(app, "Continue", () => keep(app, form), "paper-huge");
  const officer = h("section", { lang: "en" }, h("p", { class: "paper-kicker" }, "For the officer"), h("h1", { tabindex: "-1" }, "Ask the person to tell you in their own words"), h("p", {}, "Tick what they could say back. Their words are not kept."), form, h("div", { class: "person__actions" }, send));
  return personScreen(app, officer, h("div", { class: "person__actions" }, sayNo(app, screens.read_no)));
}

/** @param {{ id: string, label: string }} question */
function questionOf({ id, label }) {
  const tile = (/** @type {string} */ value, /** @type {string} */ words) => h("label", { class: "tablet__choice" }, h("input", { type: "radio", name: id, value }), h("span", {}, words));
  return h("fieldset", { class: "usa-fieldset question" }, h("legend", { class: "usa-legend" }, label), h("div", { class: "tablet__choices" }, tile("true", "Yes"), tile("false", "No")));
}

/** @param {import("../../app.js").App} app @param {HTMLFormElement} form */
async function keep(app, form) {
  const ticks = Object.fromEntries([...new FormData(form)].map(([id, value]) => [id, value === "true"]));
  if (Object.keys(ticks).length < paperOf(app).say_back.length) return app.say("Choose yes or no for each.");
  await app.way.act((draft) => saidBack(draft, ticks));
  await app.show();
}

/** Nobody signs now. @param {import("../../app.js").App} app */
export function pausedScreen(app) {
  const { language } = paperOf(app);
  const again = button(app, toPerson(language, "again"), async () => (await app.way.act(readAgain), app.show()), "paper-huge");
  const back = button(app, "Officer: take the tablet back", () => app.stage.askBack(), "usa-button--outline paper-huge");
  back.setAttribute("lang", "en");
  const why = "The person could not say back what the paper means, or wants it later. Pause, explain it again, or wait until someone from Behavioral Health is here. The paper is kept on this tablet.";
  return personScreen(app, h("section", { lang: "en" }, h("h1", { tabindex: "-1" }, "Nobody signs now"), h("p", { class: "person__lead" }, why)), h("div", { class: "person__actions" }, again, back));
}
