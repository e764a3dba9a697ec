// @ts-check
/** The pad on the page: pointer events in, strokes as data, an SVG that is drawn from the data alone. */

import { onBlock, svgPath } from "./ink.js";
import { Strokes } from "./strokes.js";

const SVG = "http://www.w3.org/2000/svg";
const NO_POINTER = -1; // whose strokes come from keys

export class Pad {
  #strokes = new Strokes();
  /** @type {number | null} */
  #penUpAt = null;

  /**
   * @param {SVGSVGElement} surface
   * @param {import("./ink.js").Size} size
   * @param {() => void} changed Called after each stroke and after clearing.
   * @param {AbortSignal} [signal] Ends the listening.
   */
  constructor(surface, size, changed, signal) {
    this.surface = surface;
    this.size = size;
    this.changed = changed;
    this.#listen(signal);
  }

  get strokes() {
    return this.#strokes.all;
  }

  /** Give the milliseconds since the last pen-up. */
  get sincePenUp() {
    return this.#penUpAt === null ? 0 : Math.round(performance.now() - this.#penUpAt);
  }

  clear() {
    this.#strokes.clear();
    this.redraw();
    this.changed();
  }

  /** Take up strokes that were kept. @param {import("./ink.js").Stroke[]} strokes @param {number} since Milliseconds since the last pen-up. */
  restore(strokes, since) {
    this.#strokes.restore(strokes, performance.now(), since);
    this.redraw();
  }

  /** Put down a pen that no pointer leads; false while another one draws. @param {[number, number]} place In 1/100 mm. */
  begin(place) {
    if (!this.#strokes.begin({ id: NO_POINTER, kind: "keys" }, performance.now())) return false;
    this.#strokes.add(place, performance.now(), null);
    this.redraw();
    return true;
  }

  /** @param {[number, number]} place In 1/100 mm. */
  lead(place) {
    if (!this.#strokes.isDrawing(NO_POINTER)) return;
    this.#strokes.add(place, performance.now(), null);
    this.#redrawLast();
  }

  lift() {
    if (this.#strokes.isDrawing(NO_POINTER)) this.#end();
  }

  /** Draw everything anew; the view box does the scaling, so no size of the view is ever kept. */
  redraw() {
    const paths = this.#strokes.all.filter((stroke) => stroke.length > 0).map(pathElement);
    this.surface.replaceChildren(...paths);
  }

  /** @param {AbortSignal | undefined} signal */
  #listen(signal) {
    const on = this.surface.addEventListener.bind(this.surface);
    on("pointerdown", (event) => this.#down(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#up(event));
    on("pointercancel", (event) => this.#cancel(event));
    on("touchstart", (event) => event.preventDefault(), { passive: false });
    for (const name of ["resize", "orientationchange", "pageshow"]) window.addEventListener(name, () => this.redraw(), { signal });
    document.addEventListener("visibilitychange", () => this.redraw(), { signal });
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    if (!this.#strokes.begin({ id: event.pointerId, kind: event.pointerType }, event.timeStamp)) return;
    this.surface.setPointerCapture(event.pointerId);
    this.#add(event);
    this.redraw();
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#strokes.isDrawing(event.pointerId)) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length > 0 ? events : [event]) this.#add(one);
    this.#redrawLast();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#strokes.isDrawing(event.pointerId)) return;
    this.#add(event);
    this.#end();
  }

  #end() {
    this.#strokes.end();
    this.#penUpAt = performance.now();
    this.redraw();
    this.changed();
  }

  /** @param {PointerEvent} event */
  #cancel(event) {
    if (!this.#strokes.isDrawing(event.pointerId)) return;
    this.#strokes.cancel();
    this.redraw();
    this.changed();
  }

  /** @param {PointerEvent} event */
  #add(event) {
    const view = this.surface.getBoundingClientRect();
    const place = onBlock({ x: event.clientX, y: event.clientY }, view, this.size);
    const pressure = event.pointerType === "pen" ? Math.round(event.pressure * 1000) : null;
    this.#strokes.add(place, event.timeStamp, pressure);
  }

  #redrawLast() {
    const stroke = this.#strokes.all.at(-1);
    if (stroke?.length) this.surface.lastElementChild?.setAttribute("d", svgPath(stroke));
  }
}

/** @param {import("./ink.js").Stroke} stroke */
function pathElement(stroke) {
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", svgPath(stroke));
  path.setAttribute("class", "pad__ink");
  return path;
}
