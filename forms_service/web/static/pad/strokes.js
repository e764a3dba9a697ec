// @ts-check
/**
 * The strokes of one block while they are drawn. Pure: no DOM, no clock.
 *
 * * One pointer draws at a time; once a pen was seen, fingers and palms no longer draw until all is cleared.
 * * A stroke that the system takes away (`pointercancel`) is dropped whole.
 *
 * @typedef {import("./ink.js").Point} Point
 * @typedef {import("./ink.js").Stroke} Stroke
 * @typedef {{ id: number, kind: string }} Pointer
 */

export const MOST_STROKES = 500;
export const MOST_POINTS = 20000;
const LONGEST_PAUSE_MS = 600_000; // between two strokes: times are for how it was drawn, not for how long somebody waited

export class Strokes {
  /** @type {Stroke[]} */
  #strokes = [];
  /** @type {Stroke | null} */
  #current = null;
  /** @type {number | null} */
  #pointer = null;
  #penSeen = false;
  #startedAt = 0;
  #lastT = 0;

  /** Give every stroke, the one being drawn among them. */
  get all() {
    return this.#strokes;
  }

  /** Say whether a stroke is being drawn by this pointer. @param {number} id */
  isDrawing(id) {
    return this.#pointer === id;
  }

  /**
   * Begin a stroke, unless another pointer draws or a pen came before this finger.
   * @param {Pointer} pointer
   * @param {number} now Milliseconds on a clock that never falls.
   */
  begin(pointer, now) {
    if (pointer.kind === "pen") this.#preferPen();
    else if (this.#penSeen) return false;
    if (this.#pointer !== null || this.#isFull()) return false;
    if (this.#strokes.length === 0) [this.#startedAt, this.#lastT] = [now, 0];
    this.#pointer = pointer.id;
    this.#current = [];
    this.#strokes.push(this.#current);
    return true;
  }

  /**
   * Add a point to the stroke being drawn; a point where the pen already is adds nothing.
   * @param {[number, number]} place
   * @param {number} now
   * @param {number | null} pressure 0 to 1000.
   */
  add([x, y], now, pressure) {
    if (!this.#current || this.#isFull()) return;
    const last = this.#current.at(-1);
    if (last && last[0] === x && last[1] === y) return;
    this.#lastT = Math.max(this.#lastT, Math.round(now - this.#startedAt));
    this.#current.push([x, y, this.#lastT, pressure]);
  }

  /** End the stroke. */
  end() {
    if (this.#current?.length === 0) this.#strokes.pop();
    this.#current = this.#pointer = null;
  }

  /** Drop the stroke that the system took away. */
  cancel() {
    if (this.#current) this.#strokes.pop();
    this.#current = this.#pointer = null;
  }

  /**
   * Take up strokes that were kept; times go on from the last one.
   * @param {Stroke[]} strokes
   * @param {number} now On the clock of `begin`.
   * @param {number} since Milliseconds since the last pen-up.
   */
  restore(strokes, now, since) {
    this.clear();
    this.#strokes = strokes.map((stroke) => [...stroke]);
    const points = this.#strokes.flat();
    this.#lastT = points.at(-1)?.[2] ?? 0;
    this.#startedAt = now - this.#lastT - Math.min(Math.max(since, 0), LONGEST_PAUSE_MS);
    this.#penSeen = points.some((point) => point[3] !== null);
  }

  /** Forget everything. */
  clear() {
    this.#strokes = [];
    this.#current = this.#pointer = null;
    this.#penSeen = false;
  }

  #preferPen() {
    if (!this.#penSeen && this.#pointer !== null) this.cancel();
    this.#penSeen = true;
  }

  #isFull() {
    const points = this.#strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    return points >= MOST_POINTS || (this.#current === null && this.#strokes.length >= MOST_STROKES);
  }
}
