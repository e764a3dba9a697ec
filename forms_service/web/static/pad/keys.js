// @ts-check
/**
 * A pen that is led by keys, for who can not drag: arrows move it, two of them at once aslant, the space bar puts it down
 * and lifts it. What it draws are strokes like any other.
 *
 * @typedef {import("./ink.js").Size} Size
 * @typedef {[number, number]} Place in 1/100 mm
 */

const STEP = 100; // 1 mm
/** @type {Readonly<Record<string, Place>>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Give where the pen stands after its keys. @param {Place} place @param {Iterable<string>} held @param {Size} size @returns {Place} */
export function moved([x, y], held, size) {
  const ways = [...held].map((key) => WAYS[key] ?? [0, 0]);
  const along = (/** @type {0 | 1} */ axis) => ways.reduce((sum, way) => sum + way[axis], 0) * STEP;
  return [Math.min(Math.max(x + along(0), 0), size.width), Math.min(Math.max(y + along(1), 0), size.height)];
}

export class KeyPen {
  #pad;
  #told;
  /** @type {Set<string>} */
  #held = new Set();
  /** @type {Place} */
  #place;
  #isDown = false;

  /** @param {import("./pad.js").Pad} pad @param {(place: Place, isDown: boolean) => void} told Called when it has moved, was put down or lifted. */
  constructor(pad, told) {
    this.#pad = pad;
    this.#told = told;
    this.#place = [Math.round(pad.size.width / 5), Math.round(pad.size.height / 2)];
    const on = pad.surface.addEventListener.bind(pad.surface);
    on("keydown", (event) => this.#pressed(event));
    on("keyup", (event) => this.#held.delete(event.key));
    on("focus", () => this.#told(this.#place, false));
    on("blur", () => this.#lift());
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== " " && !(event.key in WAYS)) return;
    event.preventDefault();
    if (event.key === " " && event.repeat) return; // a space bar that is held down is one press
    if (event.key in WAYS) this.#lead(event.key);
    else if (this.#isDown) this.#lift();
    else this.#isDown = this.#pad.begin(this.#place);
    this.#told(this.#place, this.#isDown);
  }

  /** @param {string} key */
  #lead(key) {
    this.#held.add(key);
    this.#place = moved(this.#place, this.#held, this.#pad.size);
    if (this.#isDown) this.#pad.lead(this.#place);
  }

  #lift() {
    this.#held.clear();
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#pad.lift();
  }
}
