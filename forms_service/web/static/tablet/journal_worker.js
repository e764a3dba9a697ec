// @ts-check
/**
 * Writes the journal: the second place of what this tablet keeps, in the origin's private files, which another part of
 * the browser than the database looks after. The page asks (`store/journal.js`), one thing after the other.
 *
 * * One line is one change: `<SHA-256> <JSON of [[name, value], …]>`; a value of null takes the name away. A line is on
 *   the disk (`flush`) before it is told as written; one that was torn does not fit its digest and is passed over.
 * * Two files take turns. The one in use is the one of the highest turn that was filled to its end; the other is filled
 *   anew with what still counts, and only then the old one is emptied.
 * * All windows of this tablet write one after the other (Web Lock).
 */

const FILES = ["journal-a", "journal-b"];
const LOCK = "forms-journal";
const WHOLE = "whole";
const ROOM_BYTES = 4 * 1024 * 1024; // written beyond what counted at the last turn before the next one
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** @typedef {{ name: string, turn: number, isWhole: boolean, entries: Map<string, unknown>, bytes: number }} Read */

/** @type {Readonly<Record<string, (given: any) => Promise<unknown>>>} */
const ACTS = {
  read: async () => [...(await current()).entries],
  append: async (changes) => {
    const { name, bytes } = await begun();
    const text = await line(changes);
    const size = await withFile(name, (handle) => put(handle, text));
    if (size > bytes + ROOM_BYTES) await turn().catch(() => undefined); // the line is on the disk: the turn comes with a later one
  },
  renew: () => turn(),
};

/** The file in use, as this worker began it. @type {Read | null} */
let mine = null;

/** Give the file in use: begun anew by each worker, so that nothing is written behind a torn end, and after another window's turn. */
async function begun() {
  const [own, other] = mine ? await Promise.all([mine.name, otherThan(mine.name)].map(sizeOf)) : [0, 0];
  return mine && own > 0 && other === 0 ? mine : turn();
}

/** Fill the other file with what counts, then empty this one. @returns {Promise<Read>} */
async function turn() {
  const old = await current();
  const next = { ...old, name: otherThan(old.name), turn: old.turn + 1 };
  const told = [{ turn: next.turn }, ...[...old.entries].map((entry) => [entry]), WHOLE];
  const text = (await Promise.all(told.map(line))).join("");
  next.bytes = await withFile(next.name, (handle) => (handle.truncate(0), put(handle, text)));
  await withFile(old.name, (handle) => (handle.truncate(0), handle.flush()));
  mine = next;
  return next;
}

/** Read the file in use: the newest that was filled to its end. @returns {Promise<Read>} */
async function current() {
  const read = await Promise.all(FILES.map(readFile));
  const [best] = read.sort((one, other) => Number(other.isWhole) - Number(one.isWhole) || other.turn - one.turn);
  return best;
}

/** @param {string} name */
const otherThan = (name) => (name === FILES[0] ? FILES[1] : FILES[0]);

/** @param {string} name @returns {Promise<number>} */
const sizeOf = (name) => withFile(name, (handle) => handle.getSize());

/** @param {string} name @returns {Promise<Read>} */
async function readFile(name) {
  const text = await withFile(name, (handle) => textOf(handle));
  /** @type {Read} */
  const read = { name, turn: 0, isWhole: false, entries: new Map(), bytes: 0 };
  for (const one of text.split("\n")) take(read, await content(one));
  return read;
}

/** @param {Read} read @param {any} told */
function take(read, told) {
  if (told === WHOLE) read.isWhole = true;
  else if (Array.isArray(told)) for (const [name, value] of told) value === null ? read.entries.delete(name) : read.entries.set(name, value);
  else if (told) read.turn = told.turn;
}

/** @param {any} handle @param {string} text */
function put(handle, text) {
  const bytes = encoder.encode(text);
  const at = handle.getSize();
  try {
    if (handle.write(bytes, { at }) < bytes.length) throw new DOMException("no room for the journal", "QuotaExceededError");
    handle.flush();
  } catch (error) {
    handle.truncate(at);
    throw error;
  }
  return at + bytes.length;
}

/** @param {any} handle */
function textOf(handle) {
  const bytes = new Uint8Array(handle.getSize());
  handle.read(bytes, { at: 0 });
  return decoder.decode(bytes);
}

/** Open a file while something is done with it. @param {string} name @param {(handle: any) => any} act */
async function withFile(name, act) {
  const file = /** @type {any} */ (await (await navigator.storage.getDirectory()).getFileHandle(name, { create: true }));
  const handle = await file.createSyncAccessHandle();
  try {
    return await act(handle);
  } finally {
    handle.close();
  }
}

/** A line begins with its end, so that what was torn before it ends there too. @param {unknown} told */
async function line(told) {
  const text = JSON.stringify(told);
  return `\n${await digest(text)} ${text}`;
}

/** Read a line; null when it is not as it was written. @param {string} text @returns {Promise<any>} */
async function content(text) {
  const json = text.slice(65);
  return json && (await digest(json)) === text.slice(0, 64) ? JSON.parse(json) : null;
}

/** @param {string} text */
async function digest(text) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

addEventListener("message", ({ data: { id, what, given } }) => {
  const act = () => navigator.locks.request(LOCK, () => ACTS[what](given));
  const answer = () => act().then((told) => postMessage({ id, told: what === "read" ? told : null }), (error) => postMessage({ id, trouble: error.name }));
  last = last.then(answer);
});
