// @ts-check
/**
 * The second place of keys that no script can read: only a database can hold them, so they lie in one of a storage bucket
 * of its own, which Chromium keeps in files of its own. It is written when a key is made, and hardly ever else.
 * A browser without storage buckets has no such place.
 *
 * @typedef {{ key: CryptoKey, mark: string }} Marked `mark`: what the key belongs to.
 */

import { Database, asked } from "./database.js";

const BUCKET = "forms-tablet-keys";
const STEPS = [(/** @type {IDBDatabase} */ database) => database.createObjectStore("keys")];

export class KeyPlace {
  #buckets;
  /** @type {Promise<Database> | null} */
  #open = null;

  /** @param {any} buckets */
  constructor(buckets) {
    this.#buckets = buckets;
  }

  /** @param {any} browser */
  static of({ storageBuckets }) {
    return storageBuckets ? new KeyPlace(storageBuckets) : null;
  }

  /** @param {string} name @returns {Promise<Marked | undefined>} */
  async get(name) {
    return (await this.#database()).read(["keys"], (transaction) => asked(transaction.objectStore("keys").get(name)));
  }

  /** Keep a key; undefined forgets it. @param {string} name @param {Marked | undefined} marked */
  async put(name, marked) {
    const act = (/** @type {IDBObjectStore} */ store) => (marked ? void store.put(marked, name) : void store.delete(name));
    await (await this.#database()).write(["keys"], (transaction) => act(transaction.objectStore("keys")));
  }

  #database() {
    this.#open ??= this.#opened();
    return this.#open.catch((error) => ((this.#open = null), Promise.reject(error)));
  }

  async #opened() {
    const bucket = await this.#buckets.open(BUCKET, { persisted: true, durability: "strict" });
    return new Database({ factory: bucket.indexedDB, name: BUCKET, steps: STEPS });
  }
}
