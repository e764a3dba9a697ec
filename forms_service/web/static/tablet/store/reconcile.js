// @ts-check
/**
 * Compares the two places at the start, and puts back what the browser lost.
 *
 * * An envelope that lies only in the second place goes back into the outbox, and the chain goes on behind it.
 * * Each write has a number. A database that knows fewer of them than the second place lost something, or all: what the
 *   second place has is put in its stead. What a key is missing for is not: without the device's key the tablet is
 *   enrolled anew (its envelopes are sent all the same, they were signed before); without the vault's outer key nobody
 *   can open the papers.
 * * In everything else the database is right; the second place is made to hold the same, and sent rows for a month.
 *
 * @typedef {Map<string, any>} Rows By name (`packing.js`).
 * @typedef {{ at: number, waiting: number, papers: number, lost_papers: number, needs_enrolment: boolean, needs_pin: boolean }} Damage
 *   `waiting`: how many agreements were kept and not sent; `papers`: open ones that were kept.
 */

import { TURN, asked } from "./database.js";
import { nameOf, placeOf } from "./packing.js";

export const STORES = ["facts", "keys", "vault", "drafts", "strokes", "outbox"];
const SENT_KEPT_MS = 30 * 24 * 3_600_000;
const [CHAIN, ENROLMENT, FORMER, DAMAGE] = ["chain", "enrolment", "former", "damage"].map((name) => nameOf("facts", name));
const VAULT = nameOf("vault", "state");
const [DEVICE_KEY, OUTER_KEY] = ["device", "vault-outer"].map((name) => nameOf("keys", name));

/**
 * Make both places whole; before anything else is read or written. `database`: one of its own, which writes in no second place.
 * @param {{ database: import("./database.js").Database, second: import("./second_place.js").SecondPlace, now: number }} parts
 */
export function reconcile({ database, second, now }) {
  return second.alone(async () => {
    const [here, there] = [await rowsOf(database), await second.read()];
    if (isLost(here, there) && [...second.hidden].some((name) => !withKeys(there, here).has(name))) return later(database, here, there);
    const whole = made(here, there, now);
    await setRight(database, here, whole);
    await second.make(ofLateMonth(whole, now), there);
  });
}

/**
 * A key can not be read now: nothing is given up for it. What was signed is sent meanwhile, the rest waits for the next start.
 * @param {import("./database.js").Database} database @param {Rows} here @param {Rows} there
 */
async function later(database, here, there) {
  const signed = [...there].filter(([name]) => storeOf(name) === "outbox");
  if (there.has(ENROLMENT)) signed.push([FORMER, there.get(ENROLMENT)]);
  await setRight(database, here, new Map([...signed, ...here]));
  throw new DOMException("a key", "NotReadableError");
}

/** @param {import("./database.js").Database} database @param {Rows} here @param {Rows} whole */
async function setRight(database, here, whole) {
  const gone = [...here.keys()].filter((name) => !whole.has(name));
  const other = [...whole].filter(([name, value]) => here.get(name) !== value);
  if (gone.length + other.length === 0) return;
  await database.write(STORES, (transaction) => {
    for (const [store, key] of gone.map(placeOf)) transaction.objectStore(store).delete(key);
    for (const [name, value] of other) put(transaction, name, value);
  });
}

/** Give what both places must hold. @param {Rows} here @param {Rows} there @param {number} now @returns {Rows} */
export function made(here, there, now) {
  const [right, other] = isLost(here, there) ? [afterLoss(withKeys(there, here), now), here] : [here, there];
  const missing = [...other].filter(([name]) => storeOf(name) === "outbox" && !right.has(name));
  return chained(new Map([...right, ...missing]));
}

/** @param {Rows} here @param {Rows} there */
const isLost = (here, there) => turnOf(here) < turnOf(there);

/** Give how many writes a place knows. @param {Rows} rows @returns {number} */
const turnOf = (rows) => rows.get(nameOf("facts", TURN)) ?? 0;

/** Add what the database still has of the keys; the ones it has belong to the same enrolment and vault, or are of no use. @param {Rows} there @param {Rows} here */
function withKeys(there, here) {
  const device = (/** @type {Rows} */ rows) => rows.get(ENROLMENT)?.device_id;
  const salt = (/** @type {Rows} */ rows) => String(rows.get(VAULT)?.salt);
  const kept = [device(here) === device(there) && DEVICE_KEY, salt(here) === salt(there) && OUTER_KEY].filter((name) => name && here.has(name));
  return new Map([...there, ...kept.map((name) => /** @type {[string, any]} */ ([name, here.get(String(name))]))]);
}

/** @param {Rows} there @param {number} now @returns {Rows} */
function afterLoss(there, now) {
  const [signs, opens] = [there.has(DEVICE_KEY), there.has(OUTER_KEY)];
  const closed = new Set(opens ? [] : ["vault", "drafts", "strokes"]);
  const rows = new Map([...there].filter(([name]) => !closed.has(storeOf(name))));
  if (!signs && rows.has(ENROLMENT)) {
    rows.set(FORMER, rows.get(ENROLMENT));
    for (const name of [ENROLMENT, CHAIN]) rows.delete(name);
  }
  const papers = of(there, "drafts").filter((row) => !row.is_done).length;
  /** @type {Damage} */
  const damage = {
    at: now, waiting: waitingIn(there), papers: opens ? papers : 0, lost_papers: opens ? 0 : papers,
    needs_enrolment: !signs && there.has(ENROLMENT), needs_pin: !opens && there.has(VAULT),
  }; // prettier-ignore
  return rows.set(DAMAGE, damage);
}

/** Give how many agreements are not sent. @param {Rows} rows */
function waitingIn(rows) {
  return new Set(of(rows, "outbox").filter((row) => row.state !== "sent").map((row) => row.document_id || row.envelope_id)).size;
}

/** Let the chain end with the last envelope of this device. @param {Rows} rows @returns {Rows} */
function chained(rows) {
  const device = rows.get(ENROLMENT)?.device_id;
  const [last] = of(rows, "outbox").filter((row) => row.device_id === device).sort((one, other) => other.counter - one.counter);
  if (!last || last.counter <= (rows.get(CHAIN)?.counter ?? 0)) return rows;
  return new Map(rows).set(CHAIN, { counter: last.counter, previous: last.digest });
}

/** @param {Rows} rows @param {number} now */
const ofLateMonth = (rows, now) => new Map([...rows].filter(([name, row]) => !(storeOf(name) === "outbox" && row.state === "sent" && now - row.sent_at > SENT_KEPT_MS)));

/** @param {string} name */
const storeOf = (name) => placeOf(name)[0];

/** @param {Rows} rows @param {string} store */
const of = (rows, store) => [...rows].filter(([name]) => storeOf(name) === store).map(([, row]) => row);

/** @param {any} transaction @param {string} name @param {any} value */
function put(transaction, name, value) {
  const [store, key] = placeOf(name);
  const rows = transaction.objectStore(store);
  if (["drafts", "strokes", "outbox"].includes(store)) rows.put(value);
  else rows.put(value, key);
}

/** @param {import("./database.js").Database} database @returns {Promise<Rows>} */
async function rowsOf(database) {
  const read = (/** @type {IDBTransaction} */ transaction) => Promise.all(STORES.map((name) => pairs(transaction.objectStore(name))));
  const found = await database.read(STORES, read);
  return new Map(found.flat());
}

/** @param {IDBObjectStore} store */
async function pairs(store) {
  const [keys, values] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
  return keys.map((key, at) => [nameOf(store.name, key), values[at]]);
}
