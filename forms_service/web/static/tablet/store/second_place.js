// @ts-check
/**
 * The second place of everything this tablet keeps: rows in the journal, keys in a database of their own (docs/adr/0023).
 *
 * * What must never be lost is written here before it is written to the database, everything else right after.
 * * Trouble with it stops nobody from signing, but for want of room; the check tells it.
 * * Until the places were compared (`isApart`) nothing here is overwritten: envelopes are added, and the ten wrong PINs
 *   erase. Writes are not numbered then, so that a database that came up empty never looks like the newer one.
 *
 * @typedef {import("./recorded.js").Change} Change
 * @typedef {import("./key_place.js").Marked} Marked
 * @typedef {{ read(): Promise<[string, any][]>, append(changes: [string, unknown][]): Promise<unknown>, renew(): Promise<unknown> }} Journal
 * @typedef {{ get(name: string): Promise<Marked | undefined>, put(name: string, marked: Marked | undefined): Promise<unknown> }} Keys
 */

import { nameOf, packed, placeOf, unpacked } from "./packing.js";

const LOCK = "forms-places";
const KEYS = "keys";
const OUTBOX = "outbox";
const TURN = nameOf("facts", "turn");
const PAPERS = new Set(["drafts", "strokes"]);
const TRIES = 3;
const AGAIN_AFTER_MS = 250;
const RENEWED_AFTER_MS = 2000; // several acts at the end of a paper renew the journal once
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
  #wait;
  /** @type {Promise<unknown> | null} */
  #renewal = null;
  /** Why it is not to be relied on now; empty when it is. */
  trouble = "";
  /** The number of the newest write that is known here. */
  turn = 0;
  /** Whether the places could not be compared. */
  isApart = false;
  /** Keys that could not be read just now, though they count. @type {Set<string>} */
  hidden = new Set();
  /** How the places are compared. @type {() => Promise<unknown>} */
  compare = () => Promise.reject(new DOMException("nobody compares", "NotSupportedError"));

  /** @param {{ journal: Journal | null, keys: Keys | null, locks: LockManager, wait?: (ms: number) => Promise<unknown> }} parts */
  constructor({ journal, keys, locks, wait = pause }) {
    this.#journal = journal;
    this.#keys = keys;
    this.#locks = locks;
    this.#wait = wait;
    if (!journal) this.trouble = "NotSupportedError";
  }

  /** Write in both places while nobody compares them. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  during(act) {
    return this.#locks.request(LOCK, { mode: "shared" }, act);
  }

  /** Compare the places while nobody writes. @template T @param {() => Promise<T>} act @returns {Promise<T>} */
  alone(act) {
    return this.#locks.request(LOCK, act);
  }

  /** Compare the places; when it can not be done now, they stay as they are until the next start. */
  async mend() {
    for (let tried = 1; tried <= TRIES; tried += 1) {
      const error = await this.compare().then(() => null, (/** @type {Error} */ one) => one);
      this.isApart = error !== null;
      if (!error) return;
      if (tried < TRIES) await this.#wait(AGAIN_AFTER_MS);
      else this.#note(error);
    }
  }

  /** Keep what is not in the database yet; without room nothing is begun. @param {Change[]} changes */
  async keepFirst(changes) {
    if (changes.length > 0) await this.#append(changes).catch((error) => this.#note(error, error.name === FULL));
  }

  /** Keep what the database has; trouble with one part keeps no other from being written. @param {Change[]} changes */
  async keep(changes) {
    const isErased = changes.some(({ store, value }) => store === KEYS && !value);
    const kept = this.isApart && !isErased ? changes.filter(({ store }) => store === OUTBOX) : this.#numbered(changes);
    await this.#keepKeys(kept, valuesOf(kept));
    await this.#append(kept.filter(({ store }) => store !== KEYS)).catch((error) => this.#note(error));
    if (isErased) await this.#renew(); // what was erased lies nowhere any more
    else if (kept.some(({ store, value }) => PAPERS.has(store) && value === undefined)) this.#renewSoon();
  }

  /** @param {Change[]} changes @param {number} otherwise @returns {number} */
  turnIn(changes, otherwise) {
    return changes.find(({ store, key }) => nameOf(store, key) === TURN)?.value ?? otherwise;
  }

  /** Never write a lower number than is known here. @param {Change[]} changes @returns {Change[]} */
  #numbered(changes) {
    this.turn = Math.max(this.turn, this.turnIn(changes, 0));
    return changes.map((change) => (nameOf(change.store, change.key) === TURN ? { ...change, value: this.turn } : change));
  }

  #renew() {
    return Promise.resolve(this.#journal?.renew()).catch((error) => this.#note(error));
  }

  #renewSoon() {
    this.#renewal ??= this.#wait(RENEWED_AFTER_MS).then(() => ((this.#renewal = null), this.#renew()));
  }

  /** @param {Change[]} changes @param {Map<string, any>} rows What they belong to. */
  async #keepKeys(changes, rows) {
    const keys = changes.filter(({ store }) => store === KEYS);
    for (const { key, value } of keys) await this.#keepKey(String(key), value, rows).catch((error) => this.#note(error));
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
    this.hidden = new Set();
    for (const name of Object.keys(MARKS)) await this.#readKey(name, rows);
    return rows;
  }

  /** A key that can not be read now is not gone. @param {string} name @param {Map<string, any>} rows */
  async #readKey(name, rows) {
    try {
      const marked = await this.#keys?.get(name);
      if (marked && marked.mark === markOf(name, rows)) rows.set(nameOf(KEYS, name), marked.key);
    } catch (error) {
      this.#note(error);
      if (rows.has(MARKS[name][0])) this.hidden.add(nameOf(KEYS, name));
    }
  }

  /** Make this place hold these rows and nothing else. @param {Map<string, any>} rows @param {Map<string, any>} there What it holds now. */
  async make(rows, there) {
    const gone = [...there.keys()].filter((name) => !rows.has(name)).map((name) => changeOf(name, undefined));
    const other = [...rows].filter(([name, value]) => !isSame(value, there.get(name)) || isRenewed(name, rows, there)).map(([name, value]) => changeOf(name, value));
    await this.#keepKeys([...gone, ...other], rows);
    await this.#append([...gone, ...other].filter((change) => change.store !== KEYS));
    this.turn = rows.get(TURN) ?? 0;
    await this.#renew();
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

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {Change[]} changes */
const valuesOf = (changes) => new Map(changes.map(({ store, key, value }) => [nameOf(store, key), value]));

/** @param {string} name @param {any} value @returns {Change} */
function changeOf(name, value) {
  const [store, key] = placeOf(name);
  return { store, key, value };
}

/** @param {any} one @param {any} other */
const isSame = (one, other) => (one instanceof CryptoKey ? other instanceof CryptoKey : JSON.stringify(packed(one)) === JSON.stringify(packed(other)));
