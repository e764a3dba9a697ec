// @ts-check
/** The person's own choice, before anybody signs; nothing is chosen beforehand. */

import { chose } from "../../flow/draft.js";
import { button, h } from "../dom.js";
import { goOn, languages, paperOf, personScreen, sayNo } from "./person_parts.js";
import { toPerson } from "./words.js";

/** @param {import("../../app.js").App} app */
export function chooseScreen(app) {
  const { language, screens } = paperOf(app);
  const yes = goOn(app, toPerson(language, "choose_yes"), () => app.way.act((draft) => chose(draft, true)));
  const later = button(app, toPerson(language, "choose_not_now"), () => app.stage.pause(), "usa-button--outline paper-huge");
  return personScreen(app, languages(app), h("h1", { class: "person__no", tabindex: "-1" }, toPerson(language, "choose_heading")), h("p", { class: "person__lead" }, toPerson(language, "choose_text")), h("div", { class: "person__actions" }, yes, sayNo(app, screens.read_no), later));
}
