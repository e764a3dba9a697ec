// @ts-check
/** Asks the worker that writes the journal; `null` where a browser can not have one. */

const WORKER = "/tablet/journal_worker.js";
const STARTS = 2;

export class Journal {
  #make;
  /** @type {Worker | null} */
  #worker = null;
  #started = 0;
  #asked = 0;
  /** @type {Map<number, { resolve: (told: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {() => Worker} make */
  constructor(make) {
    this.#make = make;
    this.#start();
  }

  #start() {
    this.#started += 1;
    const worker = (this.#worker = this.#make());
    worker.addEventListener("message", ({ data }) => this.#answered(data));
    worker.addEventListener("error", () => worker === this.#worker && this.#failed());
  }

  /** @param {any} browser */
  static of({ Worker: Made, storage }) {
    return Made && storage?.getDirectory ? new Journal(() => new Made(WORKER)) : null;
  }

  /** Give what was kept: name and value. @returns {Promise<[string, unknown][]>} */
  read() {
    return this.#ask("read");
  }

  /** Keep changes, all of them or none. @param {[string, unknown][]} changes */
  append(changes) {
    return this.#ask("append", changes);
  }

  /** Leave nothing on the disk but what counts. */
  renew() {
    return this.#ask("renew");
  }

  /** @param {string} what @param {unknown} [given] @returns {Promise<any>} */
  #ask(what, given) {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      if (!this.#worker) return reject(broken());
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, what, given });
    });
  }

  /** @param {{ id: number, told: unknown, trouble?: string }} answer */
  #answered({ id, told, trouble }) {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (trouble) asked?.reject(new DOMException("journal", trouble));
    else asked?.resolve(told);
  }

  /** The worker could not be loaded: it is started anew once; then nobody waits for it any more. */
  #failed() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(broken());
    this.#waiting.clear();
    if (this.#started < STARTS) this.#start();
  }
}

const broken = () => new DOMException("journal", "NotFoundError");
