// @ts-check
/** First of all, on a screen of its own: the person can say no. */

import { sawNo } from "../../flow/draft.js";
import { h } from "../dom.js";
import { goOn, languages, paperOf, personScreen, sayNo } from "./person_parts.js";

/** @param {import("../../app.js").App} app */
export function sayNoScreen(app) {
  const { screens, lines } = paperOf(app);
  const lead = lines.filter((line) => line.kind === "lead").map((line) => h("p", { class: "person__lead" }, line.text));
  const go = goOn(app, screens.welcome_continue || screens.read_heading, () => app.way.act(sawNo));
  return personScreen(app, languages(app), h("h1", { class: "person__no", tabindex: "-1" }, screens.read_you_can_say_no), ...lead, h("div", { class: "person__actions" }, go, sayNo(app, screens.read_no)));
}
