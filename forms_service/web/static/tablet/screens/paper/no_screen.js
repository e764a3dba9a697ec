// @ts-check
/** The person opened "no": it is theirs to say, or to leave again; and the thanks after it. */

import { leftNo } from "../../flow/draft.js";
import { button, h } from "../dom.js";
import { officerWay, paperOf, personScreen } from "./person_parts.js";

/** @param {import("../../app.js").App} app */
export function noScreen(app) {
  const { screens } = paperOf(app);
  const yes = button(app, screens.sign_no_confirm_yes, () => app.stage.refuse(), "paper-huge");
  const back = button(app, screens.sign_no_confirm_back, async () => (await app.way.act(leftNo), app.stage.closeNo()), "usa-button--outline paper-huge");
  return personScreen(app, h("h1", { class: "person__no", tabindex: "-1" }, screens.sign_no_confirm_heading), h("p", { class: "person__lead" }, screens.sign_no_confirm_text), h("div", { class: "person__actions" }, yes, back));
}

/** Nothing is left but thanks. @param {import("../../app.js").App} app @param {{ language: string, heading: string, thanks: string }} words */
export function farewellScreen(app, { language, heading, thanks }) {
  return h("div", { class: "person", lang: language }, h("h1", { class: "person__no", tabindex: "-1" }, heading), h("p", { class: "person__lead" }, thanks), officerWay(app));
}
