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
    const read = (/** @type {IDBTransaction} */ transaction) => asked(transaction.objectStore("facts").get(NAME));
    const given = Object.values((await this.#parts.database.read(["facts"], read)) ?? {});
    if (given.some((one) => !this.#isYoung(one))) await this.#change((young) => young);
  }

  /** @param {(given: Given) => Given} change */
  #change(change) {
    return this.#parts.database.write(["facts"], async (transaction) => {
      const facts = transaction.objectStore("facts");
      const given = Object.entries((await asked(facts.get(NAME))) ?? {}).filter(([, one]) => this.#isYoung(one));
      return asked(facts.put(change(Object.fromEntries(given)), NAME));
    });
  }

  /** @param {Given[string]} one */
  #isYoung = ({ at }) => this.#parts.now() - at < KEPT_MS;
}
