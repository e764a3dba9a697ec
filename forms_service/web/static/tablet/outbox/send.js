// @ts-check
/**
 * Sends what waits, one after the other, in one window at a time.
 *
 * * A verified receipt lets an envelope go; a refusal by this service sets it aside; everything else (no answer, another's
 *   page, an answer that is no receipt) leaves it where it is, for the next run.
 *
 * @typedef {{ kind: "receipt", jws: string } | { kind: "refusal", slug: string, detail: string } | { kind: "not-now", slug: string, wait_ms: number }} Answer
 * @typedef {{ outcome: "sent" | "busy" | "stopped", sent: number, refused: number, left: number, slug: string, wait_ms: number }} Run
 */

import { verifiedReceipt } from "./receipt.js";

export const LOCK = "forms-sending";

export class Sender {
  #parts;

  /**
   * @param {{ outbox: import("./outbox.js").Outbox, put: (row: import("./outbox.js").Row) => Promise<Answer>,
   *   receiptKey: () => Promise<JsonWebKey | null>, locks: Pick<LockManager, "request">, now: () => number }} parts
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Send everything that waits. @returns {Promise<Run>} */
  sendAll() {
    const run = (/** @type {Lock | null} */ lock) => (lock ? this.#run() : { ...nothing(), outcome: "busy" });
    return this.#parts.locks.request(LOCK, { ifAvailable: true }, /** @type {any} */ (run));
  }

  async #run() {
    const run = nothing();
    const waiting = await this.#parts.outbox.rows("unsent");
    for (const row of waiting) {
      await this.#one(row, run);
      if (run.outcome === "stopped") break;
    }
    run.left = waiting.length - run.sent - run.refused;
    return run;
  }

  /** @param {import("./outbox.js").Row} row @param {Run} run */
  async #one(row, run) {
    const answer = await this.#parts.put(row);
    if (answer.kind === "receipt") return this.#received(row, answer.jws, run);
    if (answer.kind === "not-now") return stop(run, answer.slug, answer.wait_ms);
    await this.#parts.outbox.setAside(row.envelope_id, { slug: answer.slug, detail: answer.detail, at: this.#parts.now() });
    run.refused += 1;
  }

  /** @param {import("./outbox.js").Row} row @param {string} jws @param {Run} run */
  async #received(row, jws, run) {
    try {
      const key = await this.#parts.receiptKey();
      if (!key) return stop(run, "not-enrolled", 0);
      const receipt = await verifiedReceipt(jws, { key, envelope_id: row.envelope_id, digest: row.digest });
      await this.#parts.outbox.letGo(row.envelope_id, receipt, this.#parts.now());
      run.sent += 1;
    } catch (error) {
      const slug = /** @type {any} */ (error).slug;
      if (!slug) throw error;
      run.slug = slug; // kept, and tried again with the next run; the next envelope may fare better
    }
  }
}

/** @returns {Run} */
const nothing = () => ({ outcome: "sent", sent: 0, refused: 0, left: 0, slug: "", wait_ms: 0 });

/** @param {Run} run @param {string} slug @param {number} waitMs */
function stop(run, slug, waitMs) {
  Object.assign(run, { outcome: "stopped", slug, wait_ms: waitMs });
}
