// @ts-check
/**
 * The second place of everything this tablet keeps: rows in the journal, keys in a database of their own (docs/adr/0023).
 *
 * * What must never be lost is written here before it is written to the database, everything else right after.
 * * Trouble with it stops nobody from signing, but for want of room; the check tells it.
 *
 * @typedef {import("./recorded.js").Change} Change
 * @typedef {import("./key_place.js").Marked} Marked
 * @typedef {{ read(): Promise<[string, any][]>, append(changes: [string, unknown][]): Promise<unknown>, renew(): Promise<unknown> }} Journal
 * @typedef {{ get(name: string): Promise<Marked | undefined>, put(name: string, marked: Marked | undefined): Promise<unknown> }} Keys
 */

import { nameOf, packed, placeOf, unpacked } from "./packing.js";

const LOCK = "forms-places";
const KEYS = "keys";
const FULL = "QuotaExceededError";
/** What a key belongs to, by the row that is written with it. @type {Readonly<Record<string, [row: string, mark: (value: any) => unknown]>>} */
const MARKS = {
  device: [nameOf("facts", "enrolment"), (enrolment) => enrolment.device_id],
  "vault-outer": [nameOf("vault", "state"), (state) => packed(state.salt)],
};

export class SecondPlace {
  #journal;
  #keys;
  #locks;
  #isAlone = false;
  /** Why it is not to be relied on now; empty when it is. */
  trouble = "";

  /** @param {{ journal: Journal | null, keys: Keys | null, locks: LockManager }} parts */
  constructor({ journal, keys, locks }) {
    this.#journal = journal;
    this.#keys = keys;
    this.#locks = locks;
    if (!journal) this.trouble = "NotSupportedError";
  }

  /** Write in both places while nobody compares them. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  during(act) {
    return this.#isAlone ? act() : this.#locks.request(LOCK, { mode: "shared" }, act);
  }

  /** Compare the places while nobody writes. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  alone(act) {
    return this.#locks.request(LOCK, async () => {
      this.#isAlone = true;
      return act().finally(() => (this.#isAlone = false));
    });
  }

  /** Keep what is not in the database yet; without room nothing is begun. @param {Change[]} changes */
  async keepFirst(changes) {
    if (changes.length > 0) await this.#append(changes).catch((error) => this.#note(error, error.name === FULL));
  }

  /** Keep what the database has. @param {Change[]} changes */
  async keep(changes) {
    if (changes.length > 0) await this.#keepAll(changes).catch((error) => this.#note(error));
  }

  /** @param {Change[]} changes */
  async #keepAll(changes) {
    for (const { key, value } of changes.filter((change) => change.store === KEYS)) await this.#keepKey(String(key), value, valuesOf(changes));
    await this.#append(changes.filter((change) => change.store !== KEYS));
    if (changes.some(({ store, value }) => store === KEYS && !value)) await this.#journal?.renew(); // what was erased lies nowhere any more
  }

  /** @param {Change[]} changes */
  async #append(changes) {
    const entries = changes.map(({ store, key, value }) => /** @type {[string, unknown]} */ ([nameOf(store, key), value === undefined ? null : { row: packed(value) }]));
    if (entries.length > 0) await this.#journal?.append(entries);
  }

  /** @param {string} name @param {CryptoKey | undefined} key @param {Map<string, any>} rows */
  async #keepKey(name, key, rows) {
    await this.#keys?.put(name, key && { key, mark: markOf(name, rows) });
  }

  /** @param {any} error @param {boolean} [isFatal] */
  #note(error, isFatal = false) {
    this.trouble = error.name;
    if (isFatal) throw error;
  }

  /** Give every row that is kept here, keys among them. @returns {Promise<Map<string, any>>} */
  async read() {
    const entries = (await this.#journal?.read()) ?? [];
    const rows = new Map(entries.map(([name, { row }]) => [name, unpacked(row)]));
    for (const name of Object.keys(MARKS)) {
      const marked = await this.#keys?.get(name).catch(() => undefined);
      if (marked && marked.mark === markOf(name, rows)) rows.set(nameOf(KEYS, name), marked.key);
    }
    return rows;
  }

  /** Make this place hold these rows and nothing else. @param {Map<string, any>} rows @param {Map<string, any>} there What it holds now. */
  async make(rows, there) {
    const gone = [...there.keys()].filter((name) => !rows.has(name)).map((name) => changeOf(name, undefined));
    const other = [...rows].filter(([name, value]) => !isSame(value, there.get(name)) || isRenewed(name, rows, there)).map(([name, value]) => changeOf(name, value));
    for (const { key, value } of [...gone, ...other].filter((change) => change.store === KEYS)) await this.#keepKey(String(key), value, rows);
    await this.#append([...gone, ...other].filter((change) => change.store !== KEYS));
    await this.#journal?.renew();
  }
}

/** @param {string} name @param {Map<string, any>} rows */
function markOf(name, rows) {
  const [row, mark] = MARKS[name];
  return rows.has(row) ? JSON.stringify(mark(rows.get(row))) : "";
}

/** Say whether a key belongs to something else than the one that is here. @param {string} name @param {Map<string, any>} rows @param {Map<string, any>} there */
function isRenewed(name, rows, there) {
  const [store, key] = placeOf(name);
  return store === KEYS && markOf(key, rows) !== markOf(key, there);
}

/** @param {Change[]} changes */
const valuesOf = (changes) => new Map(changes.map(({ store, key, value }) => [nameOf(store, key), value]));

/** @param {string} name @param {any} value @returns {Change} */
function changeOf(name, value) {
  const [store, key] = placeOf(name);
  return { store, key, value };
}

/** @param {any} one @param {any} other */
const isSame = (one, other) => (one instanceof CryptoKey ? other instanceof CryptoKey : JSON.stringify(packed(one)) === JSON.stringify(packed(other)));
