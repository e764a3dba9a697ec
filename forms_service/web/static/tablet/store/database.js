// @ts-check
/**
 * The tablet's own database, behind three verbs. Every write is on the disk before it is told as done.
 *
 * * The browser may close a database at any time (memory, a crash of its storage process): it is opened again, and
 *   what was being written is written once more. So what is written must be good to be written twice.
 * * Another window with a newer app may need to change the database: this one lets go.
 * * A browser may throw a whole database away. So what was written is written down in a second place too, when there is
 *   one, before it is told as done; what must be there first of all (`ahead`) before it is written here.
 *
 * @typedef {(transaction: any) => unknown} Work Asks of stores only; awaits nothing else.
 * @typedef {(database: IDBDatabase, transaction: IDBTransaction) => void} Step From one version to the next.
 * @typedef {import("./recorded.js").Change} Change
 */

import { Recorded } from "./recorded.js";

const FACTS = "facts";
export const TURN = "turn";
const LOST = new Set(["UnknownError", "InvalidStateError", "AbortError"]);
const ANEW = new DOMException("the database came up empty", "DataError");

export class Database {
  #factory;
  #name;
  #steps;
  #second;
  /** @type {Promise<IDBDatabase> | null} */
  #open = null;
  /** @type {Promise<unknown> | null} */
  #mending = null;

  /** @param {{ factory: IDBFactory, name: string, steps: readonly Step[], second?: import("./second_place.js").SecondPlace }} parts */
  constructor({ factory, name, steps, second }) {
    this.#factory = factory;
    this.#name = name;
    this.#steps = steps;
    this.#second = second;
  }

  /** Write in one transaction, all of it or nothing. @param {string[]} stores @param {Work} work @param {Change[]} [ahead] */
  write(stores, work, ahead = []) {
    const second = this.#second;
    if (!second) return this.#twice(() => this.#write(stores, work).then(({ result }) => result));
    return this.#mended(() => second.during(() => this.#inBoth(second, stores, work, ahead)));
  }

  /** @param {import("./second_place.js").SecondPlace} second @param {string[]} stores @param {Work} work @param {Change[]} ahead */
  async #inBoth(second, stores, work, ahead) {
    const before = second.turn;
    try {
      await second.keepFirst(ahead);
      const { result, changes } = await this.#twice(() => this.#write([...new Set([...stores, FACTS])], second.isApart ? work : counted(work)));
      if (second.turnIn(changes, before + 1) <= before) throw ANEW; // another window made it
      const undone = ahead.filter(({ store, key }) => !changes.some((/** @type {Change} */ change) => change.store === store && change.key === key));
      await second.keep([...changes, ...(await this.#had(undone))]);
      return result;
    } catch (error) {
      if (error !== ANEW) await second.keep(await this.#had(ahead)); // told as not done, so it is not
      throw error;
    }
  }

  /** Give what the database has in place of changes that were not done; nothing where it can not say. @param {Change[]} undone @returns {Promise<Change[]>} */
  async #had(undone) {
    if (undone.length === 0) return [];
    const read = (/** @type {IDBTransaction} */ transaction) => Promise.all(undone.map(({ store, key }) => asked(transaction.objectStore(store).get(key))));
    const values = await this.#twice(() => this.#run("readonly", undone.map(({ store }) => store), read)).catch(() => []);
    return undone.map((change, at) => ({ ...change, value: values[at] }));
  }

  /** @param {string[]} stores @param {Work} work */
  async #write(stores, work) {
    /** @type {Recorded | undefined} */
    let recorded;
    const result = await this.#run("readwrite", stores, (transaction) => work((recorded = new Recorded(transaction))));
    return { result, changes: recorded?.changes ?? [] };
  }

  /** @param {string[]} stores @param {Work} work */
  read(stores, work) {
    return this.#mended(() => this.#twice(() => this.#run("readonly", stores, work)));
  }

  /** A database that came up empty amid the work is compared with the second place first; then it is done again. @param {() => Promise<any>} act */
  async #mended(act) {
    await this.#mending;
    try {
      return await act();
    } catch (error) {
      if (error !== ANEW) throw error;
      await this.#mend();
      return act();
    }
  }

  #mend() {
    this.#mending ??= (this.#second?.mend() ?? Promise.resolve()).finally(() => (this.#mending = null));
    return this.#mending;
  }

  /** Let go; the next use opens it again. */
  async close() {
    const open = this.#open;
    this.#open = null;
    (await open?.catch(() => null))?.close();
  }

  /** @param {() => Promise<any>} act */
  async #twice(act) {
    try {
      return await act();
    } catch (error) {
      if (!LOST.has(/** @type {Error} */ (error).name)) throw error;
      await this.close();
      return act();
    }
  }

  /** @param {IDBTransactionMode} mode @param {string[]} stores @param {Work} work */
  async #run(mode, stores, work) {
    const database = await this.#opened();
    const transaction = database.transaction(stores, mode, { durability: "strict" });
    const done = finished(transaction);
    try {
      const result = await work(transaction);
      await done;
      return result;
    } catch (error) {
      await undo(transaction, done);
      throw error;
    }
  }

  #opened() {
    this.#open ??= this.#openNow();
    return this.#open;
  }

  async #openNow() {
    const request = this.#factory.open(this.#name, this.#steps.length);
    let from = this.#steps.length;
    request.onupgradeneeded = (event) => this.#bringUp(request, (from = event.oldVersion));
    try {
      const database = this.#watched(await asked(request));
      if (from > 0 || !this.#second?.turn) return database;
      database.close();
      void this.#mend();
      throw ANEW;
    } catch (error) {
      this.#open = null;
      throw error;
    }
  }

  /** @param {IDBOpenDBRequest} request @param {number} from */
  #bringUp(request, from) {
    for (const step of this.#steps.slice(from)) step(request.result, /** @type {IDBTransaction} */ (request.transaction));
  }

  /** @param {IDBDatabase} database */
  #watched(database) {
    database.addEventListener("close", () => (this.#open = null));
    database.addEventListener("versionchange", () => void this.close());
    return database;
  }
}

/** Number each write, so that a place that lost some of them is known by it. @param {Work} work @returns {Work} */
function counted(work) {
  return (transaction) => {
    const result = work(transaction);
    const facts = transaction.objectStore(FACTS);
    const asking = facts.get(TURN);
    asking.onsuccess = () => facts.put((asking.result ?? 0) + 1, TURN);
    return result;
  };
}

/** Wait for a request's answer. @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
export function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBTransaction} transaction @returns {Promise<void>} */
function finished(transaction) {
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(undefined);
    transaction.onabort = () => reject(transaction.error ?? new DOMException("taken back", "AbortError"));
  });
  done.catch(() => undefined); // told by whoever awaits it
  return /** @type {Promise<void>} */ (done);
}

/** @param {IDBTransaction} transaction @param {Promise<void>} done */
async function undo(transaction, done) {
  try {
    transaction.abort();
  } catch {
    return; // it has ended already
  }
  await done.catch(() => undefined);
}
