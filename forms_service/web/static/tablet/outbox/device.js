// @ts-check
/**
 * This device: its signing key, which no script can read, and its enrolment.
 *
 * @typedef {{ device_id: string, keys: { envelope: JsonWebKey, receipt: JsonWebKey }, label: string, at: number, revoked: boolean,
 *   missing?: import("../ready/gap.js").Missing }} Enrolment
 */

import { Refusal } from "../refusal.js";
import { asked } from "../store/database.js";

const STORES = ["facts", "keys"];

export class Device {
  #database;

  /** @param {import("../store/database.js").Database} database */
  constructor(database) {
    this.#database = database;
  }

  /** Give the enrolment; undefined when there is none. @returns {Promise<Enrolment | undefined>} */
  enrolment() {
    return this.#database.read(["facts"], (transaction) => asked(transaction.objectStore("facts").get("enrolment")));
  }

  /**
   * Enrol: a new key, the server's word for it, and a chain that begins anew, kept together or not at all.
   * @param {(key: JsonWebKey) => Promise<any>} ask @param {{ label: string, now: number }} about
   */
  async enrol(ask, { label, now }) {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const { device_id: deviceId, keys } = await ask(publicPart(await crypto.subtle.exportKey("jwk", pair.publicKey)));
    if (!deviceId || !keys?.envelope || !keys.receipt) throw new Refusal("enrolment-answer-unreadable");
    const enrolment = { device_id: deviceId, keys, label, at: now, revoked: false };
    await this.#database.write(STORES, (transaction) => {
      transaction.objectStore("keys").put(pair.privateKey, "device");
      transaction.objectStore("facts").put({ counter: 0, previous: "" }, "chain");
      return asked(transaction.objectStore("facts").put(enrolment, "enrolment"));
    });
    return enrolment;
  }

  /**
   * Give the keys of the server that are known here: also those of an enrolment whose own key the browser lost.
   * @returns {Promise<Enrolment["keys"] | undefined>}
   */
  async serverKeys() {
    const read = (/** @type {IDBTransaction} */ transaction) => Promise.all(["enrolment", "former"].map((name) => asked(transaction.objectStore("facts").get(name))));
    const [enrolment, former] = await this.#database.read(["facts"], read);
    return (enrolment ?? former)?.keys;
  }

  /** Keep what the server says of this device by now. @param {Partial<Enrolment>} changes */
  change(changes) {
    return this.#database.write(["facts"], async (transaction) => {
      const enrolment = await asked(transaction.objectStore("facts").get("enrolment"));
      if (!enrolment) throw new Refusal("not-enrolled");
      return asked(transaction.objectStore("facts").put({ ...enrolment, ...changes }, "enrolment"));
    });
  }

  /** Give what sealing needs. @returns {Promise<import("./envelope.js").Sealing>} */
  async sealing() {
    const [enrolment, key] = await this.#database.read(STORES, async (transaction) => {
      const pair = asked(transaction.objectStore("keys").get("device"));
      return [await asked(transaction.objectStore("facts").get("enrolment")), await pair];
    });
    if (!enrolment || !key) throw new Refusal("not-enrolled");
    return { device_id: enrolment.device_id, private_key: key, server_key: enrolment.keys.envelope };
  }
}

/** @param {JsonWebKey} jwk */
const publicPart = ({ kty, crv, x, y }) => ({ kty, crv, x, y });
