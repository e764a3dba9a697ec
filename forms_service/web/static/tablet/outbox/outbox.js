// @ts-check
/**
 * What was finished on this tablet and must reach the server.
 *
 * * An envelope is put in one transaction with the device's counter and the digest it was chained to; it lies in the second
 *   place before that, so that no moment has it in one place only that is told as signed.
 * * Only a verified receipt empties a row; the row stays, with the receipt. Nothing else here takes an envelope away.
 *
 * @typedef {{ envelope_id: string, device_id: string, counter: number, digest: string, jws: string, kind: string,
 *   document_id: string, made_at: number, state: "unsent" | "refused" | "sent", refusal: { slug: string, detail: string, at: number } | null,
 *   receipt: string, outcome: string, sent_at: number, is_last?: boolean }} Row `is_last`: whether it is a paper's last signature.
 */

import { Refusal } from "../refusal.js";
import { asked } from "../store/database.js";
import { Receipt } from "./receipt.js";

const TRIES = 5;
const BLANK = { state: "unsent", refusal: null, receipt: "", outcome: "", sent_at: 0 };

export class Outbox {
  #database;

  /** @param {import("../store/database.js").Database} database */
  constructor(database) {
    this.#database = database;
  }

  /**
   * Chain a new envelope to the last one; another window that was faster makes this one sign again.
   * @param {(link: import("./envelope.js").Link) => Promise<any>} make @param {number} now @returns {Promise<Row>}
   */
  async add(make, now) {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const last = await this.chain();
      const made = await make({ counter: last.counter + 1, previous: last.previous });
      const row = { ...made, ...BLANK, made_at: now };
      if (await this.#put(row, last)) return row;
    }
    throw new Refusal("outbox-is-busy");
  }

  /** Give the last link of the chain. @returns {Promise<import("./envelope.js").Link>} */
  async chain() {
    const read = (/** @type {IDBTransaction} */ transaction) => asked(transaction.objectStore("facts").get("chain"));
    return (await this.#database.read(["facts"], read)) ?? { counter: 0, previous: "" };
  }

  /** @param {Row} row @param {import("./envelope.js").Link} last */
  #put(row, last) {
    return this.#database.write(["facts", "outbox"], async (transaction) => {
      const outbox = transaction.objectStore("outbox");
      const known = await asked(outbox.get(row.envelope_id));
      if (known?.digest === row.digest) return true; // written already, by the first of two tries
      const facts = transaction.objectStore("facts");
      const [chain, enrolment] = [await asked(facts.get("chain")), await asked(facts.get("enrolment"))];
      if (enrolment?.device_id !== row.device_id) throw new Refusal("not-enrolled");
      if ((chain?.counter ?? 0) !== last.counter || (chain?.previous ?? "") !== last.previous) return false;
      if (known) throw new Refusal("envelope-id-taken");
      facts.put({ counter: row.counter, previous: row.digest }, "chain");
      await asked(outbox.add(row));
      return true;
    }, [{ store: "outbox", key: row.envelope_id, value: row }]); // prettier-ignore
  }

  /** Give the rows of a state, oldest first. @param {Row["state"]} state @returns {Promise<Row[]>} */
  async rows(state) {
    const read = (/** @type {IDBTransaction} */ transaction) => asked(transaction.objectStore("outbox").index("state").getAll(state));
    return (await this.#database.read(["outbox"], read)).sort(byAge);
  }

  /** Give the digest of an envelope that was put here, sent or not; empty when none has this id. @param {string} id @returns {Promise<string>} */
  async digestOf(id) {
    const row = await this.#database.read(["outbox"], (transaction) => asked(transaction.objectStore("outbox").get(id)));
    return row?.digest ?? "";
  }

  /** Let an envelope go: the server has it. @param {string} id @param {Receipt} receipt @param {number} now */
  letGo(id, receipt, now) {
    if (!(receipt instanceof Receipt) || receipt.facts.envelope_id !== id) throw new TypeError("no receipt for it");
    const { outcome } = receipt.facts;
    return this.#change(id, (row) => ({ ...row, state: "sent", jws: "", refusal: null, receipt: receipt.jws, outcome, sent_at: now }));
  }

  /** Set a refused envelope aside, out of the way of the next. @param {string} id @param {Row["refusal"]} refusal */
  setAside(id, refusal) {
    return this.#change(id, (row) => (row.state === "unsent" ? { ...row, state: "refused", refusal } : row));
  }

  /** Let a refused envelope be sent again. @param {string} id */
  again(id) {
    return this.#change(id, (row) => (row.state === "refused" ? { ...row, state: "unsent", refusal: null } : row));
  }

  /** @param {string} id @param {(row: Row) => Row} change */
  #change(id, change) {
    return this.#database.write(["outbox"], async (transaction) => {
      const outbox = transaction.objectStore("outbox");
      const row = await asked(outbox.get(id));
      if (!row) throw new Refusal("envelope-unknown");
      return asked(outbox.put(change(row)));
    });
  }
}

/** @param {Row} one @param {Row} other */
const byAge = (one, other) => one.made_at - other.made_at || one.counter - other.counter;
