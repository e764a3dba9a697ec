// @ts-check
/** Holds a paper open in this window only. */

import { Refusal } from "../refusal.js";

export class Holding {
  #drafts;
  #release = () => {};

  /** @param {import("../store/drafts.js").Drafts} drafts */
  constructor(drafts) {
    this.#drafts = drafts;
  }

  /** Hold a paper until it is let go; one that another window holds is refused. @param {string} id */
  async take(id) {
    await new Promise((resolve, reject) => {
      const held = () => new Promise((release) => resolve((this.#release = () => release(undefined))));
      this.#drafts.whileOpen(id, held).then((had) => had || reject(new Refusal("paper-is-open-elsewhere")), reject);
    });
  }

  letGo() {
    this.#release();
    this.#release = () => {};
  }
}
