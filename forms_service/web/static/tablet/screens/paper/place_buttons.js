// @ts-check
/** Under the place: those of this shift's other papers, each used by one tap and none by itself. */

import { h } from "../dom.js";
import { fill } from "./questions_view.js";

/** @param {HTMLElement} questions @param {string[]} places */
export function offerPlaces(questions, places) {
  const use = (/** @type {string} */ place) => () => (fill(questions, "contact_place", place), questions.dispatchEvent(new Event("change", { bubbles: true })));
  const buttons = places.map((place) => h("button", { type: "button", class: "usa-button usa-button--outline question__place", click: use(place) }, place));
  if (places.length > 0) questions.querySelector('[data-question="contact_place"]')?.append(h("div", { class: "question__places", role: "group", "aria-label": "Places of this shift" }, ...buttons));
}
