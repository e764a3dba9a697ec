// @ts-check
/** Which pocket cards were given out here, so that no second paper gets one: digests only, of a card and of the pair, for a month. */

import { digestOf } from "../model/digest.js";
import { Refusal } from "../refusal.js";
import { asked } from "../store/database.js";

/** @typedef {{ [card: string]: { pair: string, at: number } }} Given */

const NAME = "cards";
export const KEPT_MS = 31 * 86_400_000;

export class Cards {
  #parts;

  /** @param {{ database: import("../store/database.js").Database, sha256: import("../model/digest.js").Sha256, now: () => number }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Give a paper a card; one that another paper has is refused. @param {string} card @param {string} documentId */
  async give(card, documentId) {
    const { sha256, now } = this.#parts;
    const [mine, pair] = await Promise.all([digestOf({ card }, sha256), digestOf({ card, document_id: documentId }, sha256)]);
    await this.#change((given) => {
      if (given[mine] && given[mine].pair !== pair) throw new Refusal("card-taken");
      return { ...given, [mine]: { pair, at: now() } };
    });
  }

  /** Forget what was given a month ago. */
  async forgetOld() {
    const given = (await this.#parts.database.read(["facts"], (transaction) => asked(transaction.objectStore("facts").get(NAME)))) ?? {};
    if (Object.keys(given).some((card) => !(card in this.#young(given)))) await this.#change((young) => young);
  }

  /** @param {(given: Given) => Given} change */
  #change(change) {
    return this.#parts.database.write(["facts"], async (transaction) => {
      const facts = transaction.objectStore("facts");
      return asked(facts.put(change(this.#young((await asked(facts.get(NAME))) ?? {})), NAME));
    });
  }

  /** @param {Given} given @returns {Given} */
  #young(given) {
    return Object.fromEntries(Object.entries(given).filter(([, { at }]) => this.#parts.now() - at < KEPT_MS));
  }
}
