// @ts-check
/**
 * The vault: what stands in it can be read while it is unlocked, by PIN or by passkey, and by nobody else.
 *
 * * Each try with a PIN is counted on the disk before it is made: ending the browser in between gives no free try.
 * * After ten wrong ones in a row the open papers are erased, and nothing else: not one sealed envelope, not the
 *   device's key, not the enrolment.
 *
 * @typedef {import("./keys.js").Wrapped} Wrapped
 * @typedef {{ id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>, key: Wrapped }} Passkey
 * @typedef {{ v: 1, salt: Uint8Array<ArrayBuffer>, iterations: number, pin: Wrapped, passkey: Passkey | null, failures: number,
 *   not_before: number }} Kept
 */

import { Refusal } from "../refusal.js";
import { asked } from "../store/database.js";
import { MOST_FAILURES, delayMs, waitMs } from "./delays.js";
import * as keys from "./keys.js";
import { pinTrouble } from "./pin_rules.js";

const STORES = ["vault", "keys"];
const OUTER = "vault-outer";

export class Vault {
  #database;
  #now;
  /** @type {CryptoKey | null} */
  #key = null;

  /** @param {{ database: import("../store/database.js").Database, now: () => number }} parts */
  constructor({ database, now }) {
    this.#database = database;
    this.#now = now;
  }

  get isUnlocked() {
    return this.#key !== null;
  }

  /** Say what a screen needs to know. */
  async state() {
    const { kept } = await this.#read();
    if (!kept) return { exists: false, passkey: null, triesLeft: MOST_FAILURES, waitMs: 0 };
    const triesLeft = Math.max(0, MOST_FAILURES - kept.failures);
    return { exists: true, passkey: kept.passkey, triesLeft, waitMs: waitMs(kept, this.#now()) };
  }

  /** Make a new vault; it is unlocked then. @param {string} pin */
  async choose(pin) {
    refuseEasy(pin);
    const [dataKey, outer, salt] = [await keys.makeDataKey(), await keys.makeOuterKey(), keys.random(32)];
    const inner = await keys.keyOfPin(pin, salt, keys.ITERATIONS);
    const wrapped = await keys.wrap(dataKey, inner, outer);
    /** @type {Kept} */
    const kept = { v: 1, salt, iterations: keys.ITERATIONS, pin: wrapped, passkey: null, failures: 0, not_before: 0 };
    await this.#write(async (transaction) => {
      if (await asked(transaction.objectStore("vault").get("state"))) throw new Refusal("pin-chosen-already");
      transaction.objectStore("keys").put(outer, OUTER);
      await asked(transaction.objectStore("vault").put(kept, "state"));
    });
    this.#key = await keys.unwrap(wrapped, inner, outer, false);
  }

  /** @param {string} pin */
  async unlock(pin) {
    const { dataKey } = await this.#opened(pin, false);
    this.#key = dataKey;
  }

  /** @param {BufferSource} prf */
  async unlockWithPasskey(prf) {
    const { kept, outer } = await this.#read();
    if (!kept?.passkey) throw new Refusal("passkey-unknown");
    const inner = await keys.keyOfPasskey(prf, kept.salt);
    this.#key = await keys.unwrap(kept.passkey.key, inner, outer, false).catch(refuse("passkey-wrong"));
    await this.#change({ failures: 0, not_before: 0 });
  }

  lock() {
    this.#key = null;
  }

  /** @param {string} pin The present one. @param {string} next */
  async changePin(pin, next) {
    refuseEasy(next);
    const { dataKey, kept, outer } = await this.#opened(pin, true);
    const inner = await keys.keyOfPin(next, kept.salt, keys.ITERATIONS);
    await this.#change({ pin: await keys.wrap(dataKey, inner, outer), iterations: keys.ITERATIONS });
  }

  /** Let a passkey unlock too. @param {string} pin @param {{ id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer>, prf: BufferSource }} passkey */
  async addPasskey(pin, { id, salt, prf }) {
    const { dataKey, kept, outer } = await this.#opened(pin, true);
    const key = await keys.wrap(dataKey, await keys.keyOfPasskey(prf, kept.salt), outer);
    await this.#change({ passkey: { id, salt, key } });
  }

  removePasskey() {
    return this.#change({ passkey: null });
  }

  /** @param {string} place @param {unknown} value */
  encrypt(place, value) {
    return keys.encrypt(this.#unlocked(), place, value);
  }

  /** @param {string} place @param {any} kept */
  decrypt(place, kept) {
    return keys.decrypt(this.#unlocked(), place, kept);
  }

  #unlocked() {
    if (!this.#key) throw new Refusal("vault-locked");
    return this.#key;
  }

  /** Try a PIN: count, try, forgive or give up. @param {string} pin @param {boolean} readable */
  async #opened(pin, readable) {
    const kept = await this.#charge();
    const { outer } = await this.#read();
    const inner = await keys.keyOfPin(pin, kept.salt, kept.iterations);
    try {
      const dataKey = await keys.unwrap(kept.pin, inner, outer, readable);
      await this.#change({ failures: 0, not_before: 0 });
      return { dataKey, kept, outer };
    } catch (error) {
      if (/** @type {Error} */ (error).name !== "OperationError") throw error;
      throw await this.#wrong(kept.failures);
    }
  }

  /** Count a try before it is made. @returns {Promise<Kept>} */
  async #charge() {
    const counted = await this.#write(async (transaction) => {
      const kept = await asked(transaction.objectStore("vault").get("state"));
      if (!kept) throw new Refusal("pin-not-chosen");
      if (kept.failures >= MOST_FAILURES) return null;
      const wait = waitMs(kept, this.#now());
      if (wait > 0) throw new Refusal("pin-too-soon", { wait_ms: wait });
      const failures = kept.failures + 1;
      const next = { ...kept, failures, not_before: this.#now() + delayMs(failures) };
      await asked(transaction.objectStore("vault").put(next, "state"));
      return next;
    });
    if (!counted) throw await this.#wrong(MOST_FAILURES);
    return counted;
  }

  /** @param {number} failures */
  async #wrong(failures) {
    if (failures < MOST_FAILURES) {
      return new Refusal("pin-wrong", { tries_left: MOST_FAILURES - failures, wait_ms: delayMs(failures) });
    }
    await this.#wipe();
    return new Refusal("papers-erased");
  }

  /** Erase the working set: the keys to it first of all; envelopes stay. */
  #wipe() {
    this.lock();
    return this.#database.write([...STORES, "drafts", "strokes"], (transaction) => {
      transaction.objectStore("vault").clear();
      transaction.objectStore("keys").delete(OUTER);
      transaction.objectStore("drafts").clear();
      return asked(transaction.objectStore("strokes").clear());
    });
  }

  /** @returns {Promise<{ kept: Kept | undefined, outer: CryptoKey }>} */
  #read() {
    return this.#database.read(STORES, async (transaction) => {
      const outer = asked(transaction.objectStore("keys").get(OUTER));
      return { kept: await asked(transaction.objectStore("vault").get("state")), outer: await outer };
    });
  }

  /** @param {Partial<Kept>} changes */
  #change(changes) {
    return this.#write(async (transaction) => {
      const kept = await asked(transaction.objectStore("vault").get("state"));
      if (!kept) throw new Refusal("pin-not-chosen");
      return asked(transaction.objectStore("vault").put({ ...kept, ...changes }, "state"));
    });
  }

  /** @param {import("../store/database.js").Work} work */
  #write(work) {
    return this.#database.write(STORES, work);
  }
}

/** @param {string} pin */
function refuseEasy(pin) {
  const trouble = pinTrouble(pin);
  if (trouble) throw new Refusal(trouble);
}

/** @param {string} slug */
const refuse = (slug) => (/** @type {unknown} */ cause) => {
  throw new Refusal(slug, {}, cause);
};
