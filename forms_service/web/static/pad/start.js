// @ts-check
/** Wire the pad of a page to its form; alone in touching the page around the pad. */

import { refusal } from "./ink.js";
import { Pad } from "./pad.js";

/** @param {HTMLFormElement} form */
function start(form) {
  const facts = form.dataset;
  const size = { width: Number(facts.width), height: Number(facts.height) };
  const least = { path: Number(facts.leastPath), side: Number(facts.leastSide) };
  const surface = /** @type {SVGSVGElement} */ (form.querySelector("[data-pad-surface]"));
  const error = /** @type {HTMLElement} */ (form.querySelector("[data-pad-error]"));
  const words = () => form.getAttribute(`data-${refusal(pad.strokes, size, least)}`) ?? "";
  const pad = new Pad(surface, size, () => { error.textContent = pad.strokes.length > 0 ? words() : ""; });
  form.querySelector("[data-pad-clear]")?.addEventListener("click", () => pad.clear());
  form.addEventListener("submit", (event) => {
    error.textContent = words();
    if (error.textContent) event.preventDefault();
    else fill(form, pad);
  });
  facts.ready = "true";
}

/**
 * Put the drawing and the device's own facts into the form.
 * @param {HTMLFormElement} form
 * @param {Pad} pad
 */
function fill(form, pad) {
  input(form, "strokes").value = JSON.stringify(pad.strokes);
  input(form, "since_pen_up_ms").value = String(pad.sincePenUp);
  input(form, "device_ms").value = String(Date.now());
  input(form, "device").value = `${screen.width}x${screen.height} ${navigator.userAgent}`.slice(0, 80);
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function input(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

for (const form of document.querySelectorAll("form[data-pad]")) start(/** @type {HTMLFormElement} */ (form));
