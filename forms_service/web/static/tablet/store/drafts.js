// @ts-check
/**
 * Open papers: their answers, and each stroke by itself, encrypted under the vault's key before they are stored.
 *
 * * One stroke, one strict transaction: what was drawn when the battery died is there.
 * * A paper is open in one window only; while any is open, no new version of the app takes over (`service_worker.js`
 *   asks for the same lock).
 *
 * @typedef {{ encrypt(place: string, value: unknown): Promise<object>, decrypt(place: string, kept: any): Promise<any> }} Unlocked
 */

import { asked } from "./database.js";

export const OPEN_PAPER = "forms-open-paper";

export class Drafts {
  #database;
  #locks;

  /** @param {import("./database.js").Database} database @param {LockManager} locks */
  constructor(database, locks) {
    this.#database = database;
    this.#locks = locks;
  }

  /**
   * Hold a paper open while the work lasts; false when another window has it.
   * @param {string} id @param {() => Promise<unknown>} work
   */
  whileOpen(id, work) {
    const one = { mode: /** @type {LockMode} */ ("exclusive"), ifAvailable: true };
    const held = async (/** @type {Lock | null} */ lock) => (lock ? (await work(), true) : false);
    return this.#locks.request(OPEN_PAPER, { mode: "shared" }, () => this.#locks.request(`${OPEN_PAPER}-${id}`, one, held));
  }

  /** @param {Unlocked} vault @param {string} id @param {unknown} content @param {number} now @param {boolean} [isDone] */
  async put(vault, id, content, now, isDone = false) {
    const kept = await vault.encrypt(`draft/${id}`, content);
    return this.#write("drafts", { id, changed_at: now, is_done: isDone, kept });
  }

  /** Keep one stroke of a block. @param {Unlocked} vault @param {{ draft: string, block: string, n: number }} key @param {unknown} stroke */
  async putStroke(vault, key, stroke) {
    const kept = await vault.encrypt(strokePlace(key), stroke);
    return this.#write("strokes", { ...key, kept });
  }

  /** Give a draft's content; undefined when it is not there. @param {Unlocked} vault @param {string} id */
  async content(vault, id) {
    const row = await this.#database.read(["drafts"], (transaction) => asked(transaction.objectStore("drafts").get(id)));
    return row && vault.decrypt(`draft/${id}`, row.kept);
  }

  /** Give a block's strokes in the order they were drawn. @param {Unlocked} vault @param {string} draft @param {string} block */
  async strokes(vault, draft, block) {
    const range = IDBKeyRange.bound([draft, block], [draft, block, []]);
    const rows = await this.#database.read(["strokes"], (transaction) => asked(transaction.objectStore("strokes").getAll(range)));
    return Promise.all(rows.map((/** @type {any} */ row) => vault.decrypt(strokePlace(row), row.kept)));
  }

  /** Forget a block's strokes. @param {string} draft @param {string} block */
  clearStrokes(draft, block) {
    const range = IDBKeyRange.bound([draft, block], [draft, block, []]);
    return this.#database.write(["strokes"], (transaction) => asked(transaction.objectStore("strokes").delete(range)));
  }

  /** Forget a paper with its strokes. @param {string} id */
  remove(id) {
    return this.#database.write(["drafts", "strokes"], (transaction) => {
      transaction.objectStore("strokes").delete(IDBKeyRange.bound([id], [id, []]));
      return asked(transaction.objectStore("drafts").delete(id));
    });
  }

  /** Give which papers are on this tablet; what is in them only the vault tells. */
  async rows() {
    /** @type {{ id: string, changed_at: number, is_done?: boolean }[]} */
    const rows = await this.#database.read(["drafts"], (transaction) => asked(transaction.objectStore("drafts").getAll()));
    return rows.map(({ id, changed_at, is_done: isDone }) => ({ id, changed_at, is_done: isDone === true }));
  }

  /** Give how many papers are open on this tablet. @returns {Promise<number>} */
  async count() {
    return (await this.rows()).filter((row) => !row.is_done).length;
  }

  /** @param {string} store @param {object} row */
  #write(store, row) {
    return this.#database.write([store], (transaction) => asked(transaction.objectStore(store).put(row)));
  }
}

/** @param {{ draft: string, block: string, n: number }} key */
const strokePlace = ({ draft, block, n }) => `stroke/${draft}/${block}/${n}`;
