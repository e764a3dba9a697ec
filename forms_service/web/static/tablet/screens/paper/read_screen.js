// @ts-check
/** The paper's text, large, line by line as the digest has it; that its end was reached is noted. */

import { reachedEnd } from "../../flow/draft.js";
import { readLines } from "../../flow/paper.js";
import { h } from "../dom.js";
import { readAloud } from "./aloud.js";
import { goOn, languages, paperOf, personScreen, sayNo } from "./person_parts.js";

/** @type {Readonly<Record<string, string>>} */
const TAGS = { title: "h2", heading: "h3" };
/** @type {Readonly<Record<string, string>>} */
const LOOKS = { title: "title", heading: "heading", lead: "lead", next_step: "next", statement: "statement", card: "card", note: "note" };

/** @param {import("../../app.js").App} app */
export function readScreen(app) {
  const paper = paperOf(app);
  const lines = linesOf(paper);
  const text = h("div", { class: "paper" }, ...lines);
  const aloud = readAloud(app, paper, lines);
  const end = h("p", { class: "paper__end", "aria-hidden": "true" }, "⁂");
  noteEnd(app, end);
  const go = goOn(app, paper.screens.read_continue, () => app.way.act((draft) => reachedEnd(draft, app.stage.reading.endAt || app.way.world.moment(), aloud.reader())));
  const head = h("div", { class: "person__bar" }, h("h1", { class: "person__heading", tabindex: "-1" }, paper.screens.read_heading), aloud.button);
  return personScreen(app, languages(app), app.stage.reading.notice && h("p", { class: "person__told", role: "status" }, app.stage.reading.notice), head, aloud.notice, text, end, h("div", { class: "person__actions" }, go, sayNo(app, paper.screens.read_no)));
}

/** The lines that are read, in order. @param {import("../../flow/draft.js").Paper} paper */
export const linesOf = (paper) => readLines(paper).map(lineOf);

/** @param {import("../../model/wording.js").Line} line */
function lineOf(line) {
  const look = `paper__${LOOKS[line.kind] ?? "clause"}`;
  if (line.kind !== "value" && line.kind !== "pen") return h(TAGS[line.kind] ?? "p", { class: look, "data-line": line.id }, line.text);
  return h("p", { class: "paper__value", "data-line": line.id }, h("span", { class: "paper__label" }, line.label), " ", h("span", { class: "paper__answer" }, line.value));
}

/** The end counts as reached when it was seen. @param {import("../../app.js").App} app @param {HTMLElement} end */
function noteEnd(app, end) {
  app.stage.reading.endAt = "";
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    app.stage.reading.endAt ||= app.way.isOpen ? app.way.world.moment() : "";
    watch.disconnect();
  });
  watch.observe(end);
}
