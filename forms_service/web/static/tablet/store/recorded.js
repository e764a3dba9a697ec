// @ts-check
/**
 * A transaction that remembers what was written in it, for the second place.
 *
 * @typedef {{ store: string, key: IDBValidKey, value: any }} Change `value`: undefined when the row is gone.
 */

export class Recorded {
  #transaction;
  /** @type {{ changes: Change[] }[]} */
  #acts = [];

  /** @param {IDBTransaction} transaction */
  constructor(transaction) {
    this.#transaction = transaction;
  }

  /** Give what was written, in its order; known once the transaction has ended. */
  get changes() {
    return this.#acts.flatMap((act) => act.changes);
  }

  /** @param {string} name */
  objectStore(name) {
    return new RecordedStore(this.#transaction.objectStore(name), this.#acts);
  }
}

class RecordedStore {
  #store;
  #acts;

  /** @param {IDBObjectStore} store @param {{ changes: Change[] }[]} acts */
  constructor(store, acts) {
    this.#store = store;
    this.#acts = acts;
  }

  /** @param {IDBValidKey} key */
  get(key) {
    return this.#store.get(key);
  }

  /** @param {any} value @param {IDBValidKey} [key] */
  put(value, key) {
    return this.#written(this.#store.put(value, key), value);
  }

  /** @param {any} value @param {IDBValidKey} [key] */
  add(value, key) {
    return this.#written(this.#store.add(value, key), value);
  }

  /** @param {IDBValidKey | IDBKeyRange} which */
  delete(which) {
    this.#gone(this.#store.getAllKeys(which));
    return this.#store.delete(which);
  }

  clear() {
    this.#gone(this.#store.getAllKeys());
    return this.#store.clear();
  }

  /** @param {IDBRequest<IDBValidKey>} request @param {any} value */
  #written(request, value) {
    const act = this.#act();
    request.addEventListener("success", () => (act.changes = [{ store: this.#store.name, key: request.result, value }]));
    return request;
  }

  /** @param {IDBRequest<IDBValidKey[]>} request */
  #gone(request) {
    const act = this.#act();
    request.addEventListener("success", () => (act.changes = request.result.map((key) => ({ store: this.#store.name, key, value: undefined }))));
  }

  #act() {
    const act = { changes: /** @type {Change[]} */ ([]) };
    this.#acts.push(act);
    return act;
  }
}
