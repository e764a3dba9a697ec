// @ts-check
/** What the tablet knows by a name; one row each. */

import { asked } from "./database.js";

export class Facts {
  #database;

  /** @param {import("./database.js").Database} database */
  constructor(database) {
    this.#database = database;
  }

  /** Give a fact; undefined when it is not known. @param {string} name @returns {Promise<any>} */
  get(name) {
    return this.#database.read(["facts"], (transaction) => asked(transaction.objectStore("facts").get(name)));
  }

  /** @param {string} name @param {unknown} value */
  put(name, value) {
    return this.#database.write(["facts"], (transaction) => asked(transaction.objectStore("facts").put(value, name)));
  }
}
