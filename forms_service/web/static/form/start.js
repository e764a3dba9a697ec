// @ts-check
/** Show only the questions that apply; the server drops what a hidden one still holds. */

import { holds } from "../conditions.js";
import { answersOf } from "./answers.js";

/** @param {HTMLFormElement} form */
function showWhatApplies(form) {
  const pairs = [...new FormData(form)].map(([name, value]) => /** @type {[string, string]} */ ([name, String(value)]));
  const answers = { ...knownOf(form), ...answersOf(pairs) };
  for (const question of form.querySelectorAll("[data-applies]")) {
    const condition = JSON.parse(/** @type {HTMLElement} */ (question).dataset.applies ?? "true");
    /** @type {HTMLElement} */ (question).hidden = !holds(condition, answers);
  }
}

/**
 * Give the answers of the form's other pages.
 * @param {HTMLFormElement} form
 */
function knownOf(form) {
  const here = new Set([...form.querySelectorAll("[data-question]")].map((one) => one.getAttribute("data-question")));
  const known = Object.entries(JSON.parse(form.dataset.known || "{}"));
  return Object.fromEntries(known.filter(([name]) => !here.has(name)));
}

for (const form of document.querySelectorAll("form[data-conditions]")) {
  const one = /** @type {HTMLFormElement} */ (form);
  one.addEventListener("input", () => showWhatApplies(one));
  showWhatApplies(one);
}

/** @type {HTMLElement | null} */ (document.querySelector("[data-error-summary]"))?.focus();
