// @ts-check
/**
 * The database of this tablet, step by step; a step that went out is never changed, the next one is added behind it.
 *
 * * `facts`: one row a name: the enrolment, the counter's chain, the forms, what the server's clock said.
 * * `keys`: keys of the browser's own, which no script can read: the device's signing key, the vault's outer key.
 * * `vault`: how the PIN or the passkey opens the data key, and how often a wrong PIN was tried.
 * * `drafts`, `strokes`: the open papers, encrypted.
 * * `outbox`: sealed envelopes and, when they are gone, what the server gave for them.
 */

export const NAME = "forms-tablet";

/** @type {readonly import("./database.js").Step[]} */
export const STEPS = [first, second];

/** @param {IDBDatabase} database */
function first(database) {
  for (const name of ["facts", "keys", "vault"]) database.createObjectStore(name);
  database.createObjectStore("drafts", { keyPath: "id" });
  database.createObjectStore("strokes", { keyPath: ["draft", "block", "n"] });
  const outbox = database.createObjectStore("outbox", { keyPath: "envelope_id" });
  outbox.createIndex("state", "state");
  outbox.createIndex("counter", ["device_id", "counter"], { unique: true });
}

/**
 * What the second place gives back may have a number that was given again meanwhile: kept all the same, the server tells.
 * The forms' content is apart from how old it is, which is written often.
 * @param {IDBDatabase} _database @param {IDBTransaction} transaction
 */
function second(_database, transaction) {
  transaction.objectStore("outbox").deleteIndex("counter");
  const facts = transaction.objectStore("facts");
  facts.get("forms").onsuccess = ({ target }) => {
    const { content, ...dated } = /** @type {IDBRequest} */ (target).result ?? {};
    if (content) (facts.put(content, "forms-content"), facts.put(dated, "forms"));
  };
}
