// @ts-check
/** Asks the worker that writes the journal; `null` where a browser can not have one. */

const WORKER = "/tablet/journal_worker.js";

export class Journal {
  #worker;
  #asked = 0;
  /** @type {Map<number, { resolve: (told: any) => void, reject: (error: Error) => void }>} */
  #waiting = new Map();

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }) => this.#answered(data));
    worker.addEventListener("error", () => this.#failed());
  }

  /** @param {any} browser */
  static of({ Worker: Made, storage }) {
    return Made && storage?.getDirectory ? new Journal(new Made(WORKER)) : null;
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

  /** The worker could not be loaded. */
  #failed() {
    for (const { reject } of this.#waiting.values()) reject(new DOMException("journal", "NotFoundError"));
    this.#waiting.clear();
  }
}
