// The two places while things go wrong amid the work: an empty database, a journal or keys that can not be read, no room.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { Outbox } from "../../forms_service/web/static/tablet/outbox/outbox.js";
import { Database, asked } from "../../forms_service/web/static/tablet/store/database.js";
import { Journal } from "../../forms_service/web/static/tablet/store/journal.js";
import { nameOf, unpacked } from "../../forms_service/web/static/tablet/store/packing.js";
import { STORES, reconcile } from "../../forms_service/web/static/tablet/store/reconcile.js";
import { SecondPlace } from "../../forms_service/web/static/tablet/store/second_place.js";
import { FakeFactory } from "./fake_database.js";
import { KeyMemory, Memory, locks } from "./fake_places.js";

const NOW = 1_800_000_000_000;
const ENROLMENT = { device_id: "d-1", keys: { envelope: {}, receipt: { kid: "r" } }, label: "Car 12" };
const STEPS = [(database) => STORES.forEach((name) => database.createObjectStore(name))];
const { privateKey: KEY } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);

/** A tablet that was switched on: its app over the same disk. */
async function switchedOn(disk) {
  const wait = async () => undefined;
  const second = new SecondPlace({ journal: disk.journal, keys: disk.keys, locks, wait });
  const parts = { factory: disk.factory, name: "t", steps: STEPS };
  const [database, compared] = [new Database({ ...parts, second }), new Database(parts)];
  second.compare = () => reconcile({ database: compared, second, now: NOW });
  await second.mend();
  const put = (store, value, key) => database.write([store], (transaction) => asked(transaction.objectStore(store).put(value, key)));
  const row = (store, key) => database.read([store], (transaction) => asked(transaction.objectStore(store).get(key)));
  return { second, database, put, row, outbox: new Outbox(database) };
}

const bare = () => ({ factory: new FakeFactory(), journal: new Memory(), keys: new KeyMemory() });
const make = (id) => async (link) => ({ envelope_id: id, device_id: "d-1", digest: `of ${id} ${link.counter}`, jws: id, counter: link.counter });

/** A disk with an enrolment, a vault's state, an open paper and an envelope. */
async function used() {
  const disk = bare();
  const tablet = await switchedOn(disk);
  await tablet.database.write(["facts", "keys", "vault"], (transaction) => {
    for (const name of ["device", "vault-outer"]) transaction.objectStore("keys").put(KEY, name);
    transaction.objectStore("vault").put({ salt: new Uint8Array([1, 2]) }, "state");
    return asked(transaction.objectStore("facts").put(ENROLMENT, "enrolment"));
  });
  await tablet.put("drafts", { id: "p-1", kept: {} });
  await tablet.outbox.add(make("e-1"), NOW);
  return { disk, tablet };
}

test("a database that comes up empty amid the work is set right before anything is written in it", async () => {
  const { disk, tablet } = await used();
  disk.factory.throwAway();
  await tablet.put("drafts", { id: "p-2", kept: {} });
  assert.deepEqual([(await tablet.row("drafts", "p-1"))?.id, (await tablet.row("drafts", "p-2"))?.id], ["p-1", "p-2"]);
  assert.equal((await tablet.row("outbox", "e-1")).state, "unsent");
  disk.factory.throwAway();
  assert.equal((await tablet.row("facts", "enrolment")).device_id, "d-1", "a reading too");
  assert.equal((await tablet.outbox.add(make("e-2"), NOW)).counter, 2);
});

test("an empty database that another window made is known by its number", async () => {
  const { disk, tablet } = await used();
  disk.factory.throwAway();
  await new Database({ factory: disk.factory, name: "t", steps: STEPS }).read(["facts"], (transaction) => asked(transaction.objectStore("facts").get("x")));
  await tablet.put("drafts", { id: "p-2", kept: {} });
  assert.deepEqual([(await tablet.row("drafts", "p-1"))?.id, (await tablet.row("drafts", "p-2"))?.id], ["p-1", "p-2"]);
  assert.ok((await tablet.row("facts", "turn")) > 3);
});

test("while the places could not be compared the journal loses nothing, however much is written", async () => {
  const { disk } = await used();
  disk.factory.throwAway();
  disk.journal.unreadable = true;
  const apart = await switchedOn(disk);
  assert.deepEqual([apart.second.isApart, apart.second.trouble], [true, "NotReadableError"]);
  for (let n = 0; n < 20; n += 1) await apart.put("facts", n, "theme");
  await apart.put("facts", { ...ENROLMENT, device_id: "d-2" }, "enrolment");
  await apart.outbox.add(async (link) => ({ ...(await make("e-9")(link)), device_id: "d-2" }), NOW);
  disk.journal.unreadable = false;
  const next = await switchedOn(disk);
  assert.equal(next.second.isApart, false);
  assert.deepEqual([(await next.row("facts", "enrolment")).device_id, (await next.row("drafts", "p-1"))?.id], ["d-1", "p-1"]);
  assert.deepEqual([(await next.row("outbox", "e-1")).state, (await next.row("outbox", "e-9")).state], ["unsent", "unsent"]);
});

test("a journal that is unreadable for a moment only is asked again", async () => {
  const { disk } = await used();
  disk.factory.throwAway();
  disk.journal.read = async () => ((disk.journal.read = Memory.prototype.read), Promise.reject(new DOMException("", "NotReadableError")));
  const next = await switchedOn(disk);
  assert.deepEqual([next.second.isApart, next.second.trouble, (await next.row("drafts", "p-1"))?.id], [false, "", "p-1"]);
});

test("a key that can not be read for a moment is not given up; what was signed can be sent meanwhile", async () => {
  const { disk } = await used();
  disk.factory.throwAway();
  disk.keys.trouble = "UnknownError";
  const apart = await switchedOn(disk);
  assert.deepEqual([apart.second.isApart, (await apart.row("outbox", "e-1")).state, (await apart.row("facts", "former")).device_id], [true, "unsent", "d-1"]);
  assert.equal(await apart.row("facts", "damage"), undefined);
  disk.keys.trouble = "";
  const next = await switchedOn(disk);
  assert.deepEqual([await next.row("keys", "device"), (await next.row("facts", "enrolment")).device_id], [KEY, "d-1"]);
  assert.equal((await next.row("facts", "damage")).needs_enrolment, false);
});

test("where no key can be kept, rows are kept all the same, and ten wrong PINs are renewed away", async () => {
  const disk = bare();
  disk.keys.trouble = "SecurityError";
  const place = new SecondPlace({ journal: disk.journal, keys: disk.keys, locks });
  await place.keep([{ store: "keys", key: "vault-outer", value: KEY }, { store: "vault", key: "state", value: { salt: new Uint8Array([1]) } }]);
  assert.deepEqual([[...disk.journal.entries.keys()], place.trouble], [[nameOf("vault", "state")], "SecurityError"]);
  await place.keep([{ store: "vault", key: "state", value: undefined }, { store: "keys", key: "vault-outer", value: undefined }]);
  assert.deepEqual([disk.journal.entries.size, disk.journal.renewed], [0, 1]);
});

test("ten wrong PINs erase the second place even while the places are apart", async () => {
  const { disk } = await used();
  const place = new SecondPlace({ journal: disk.journal, keys: null, locks });
  place.isApart = true;
  await place.keep([{ store: "drafts", key: "p-1", value: undefined }]);
  assert.ok(disk.journal.entries.has(nameOf("drafts", "p-1")));
  await place.keep([{ store: "drafts", key: "p-1", value: undefined }, { store: "keys", key: "vault-outer", value: undefined }]);
  assert.ok(!disk.journal.entries.has(nameOf("drafts", "p-1")));
});

test("a refused or repeated envelope leaves the good one of its id in both places", async () => {
  const { disk, tablet } = await used();
  const digest = () => unpacked(disk.journal.entries.get(nameOf("outbox", "e-1"))?.row)?.digest;
  await assert.rejects(tablet.outbox.add(make("e-1"), NOW), { slug: "envelope-id-taken" });
  assert.equal(digest(), "of e-1 1");
  await assert.rejects(tablet.outbox.add(async () => ({ ...(await make("e-1")({ counter: 1 })), counter: 9, digest: "x", device_id: "d-9" }), NOW), { slug: "not-enrolled" });
  assert.equal(digest(), "of e-1 1");
  await assert.rejects(tablet.outbox.add(async (link) => (await tablet.put("facts", { counter: link.counter, previous: `moved ${link.counter}` }, "chain"), make("e-7")(link)), NOW), { slug: "outbox-is-busy" });
  assert.ok(!disk.journal.entries.has(nameOf("outbox", "e-7")), "nor is one kept that was never done");
});

test("an envelope that could not be kept first is taken back", async () => {
  const { disk, tablet } = await used();
  disk.journal.append = async function (changes) {
    delete disk.journal.append;
    await this.append(changes);
    throw new DOMException("", "QuotaExceededError");
  };
  await assert.rejects(tablet.outbox.add(make("e-2"), NOW), { name: "QuotaExceededError" });
  assert.deepEqual([disk.journal.entries.has(nameOf("outbox", "e-2")), await tablet.row("outbox", "e-2")], [false, undefined]);
});

test("lines of papers that are gone are renewed away soon, once for several", async () => {
  const journal = new Memory();
  const ends = [];
  const place = new SecondPlace({ journal, keys: null, locks, wait: () => new Promise((resolve) => ends.push(resolve)) });
  await place.keep([{ store: "strokes", key: ["p-1", "person", 1], value: { kept: {} } }]);
  await place.keep([{ store: "strokes", key: ["p-1", "person", 1], value: undefined }]);
  await place.keep([{ store: "drafts", key: "p-1", value: undefined }]);
  assert.equal(journal.renewed, 0);
  for (const end of ends) end();
  await new Promise(setImmediate);
  assert.equal(journal.renewed, 1);
});

test("a journal whose worker fails is started anew once, and then nobody waits for it", async () => {
  const workers = [];
  const journal = new Journal(() => {
    const worker = Object.assign(new EventTarget(), { postMessage: () => undefined, terminate: () => undefined });
    workers.push(worker);
    return worker;
  });
  for (const at of [0, 1]) {
    const asking = assert.rejects(journal.read(), { name: "NotFoundError" });
    workers[at].dispatchEvent(new Event("error"));
    await asking;
  }
  await assert.rejects(journal.append([]), { name: "NotFoundError" });
  assert.equal(workers.length, 2);
});

/** The journal's worker over files in memory; `room`: how many bytes a file that is filled anew may have. */
function journalWorker() {
  const [files, disk, answers] = [new Map(), { room: Infinity, breaks: false }, new Map()];
  const handleOf = (name) => ({
    getSize: () => files.get(name).length,
    truncate: (size) => files.set(name, files.get(name).slice(0, size)),
    flush: () => {
      if (disk.breaks) throw new DOMException("", "UnknownError");
    },
    close: () => undefined,
    read: (bytes) => bytes.set(files.get(name)),
    write: (bytes, { at }) => {
      const taken = at === 0 ? bytes.slice(0, disk.room) : bytes;
      files.set(name, Uint8Array.from([...files.get(name).slice(0, at), ...taken]));
      return taken.length;
    },
  });
  const folder = { getFileHandle: async (name) => (files.has(name) || files.set(name, new Uint8Array(0)), { createSyncAccessHandle: async () => handleOf(name) }) };
  const globals = { navigator: { locks, storage: { getDirectory: async () => folder } }, crypto, TextEncoder, TextDecoder, Uint8Array, DOMException };
  let hear;
  const context = createContext({ ...globals, addEventListener: (_what, act) => (hear = act), postMessage: ({ id, ...told }) => answers.get(id)(structuredClone(told)) });
  runInContext(readFileSync(new URL("../../forms_service/web/static/tablet/journal_worker.js", import.meta.url), "utf8"), context);
  const ask = (what, given) => new Promise((resolve) => (answers.set(answers.size + 1, resolve), hear({ data: { id: answers.size, what, given } })));
  return { ask, disk };
}

test("a line that is on the disk is told as written, though there is no room for the journal's turn", async () => {
  const { ask, disk } = journalWorker();
  await ask("append", [["first", 1]]);
  disk.room = 1000;
  assert.deepEqual(await ask("append", [["kept", "x".repeat(4 * 1024 * 1024)]]), { told: null });
  assert.deepEqual((await ask("read")).told.map(([name]) => name), ["first", "kept"]);
  disk.room = Infinity;
  assert.deepEqual(await ask("append", [["last", 1]]), { told: null });
  assert.deepEqual((await ask("read")).told.map(([name]) => name), ["first", "kept", "last"]);
});

test("a line that could not be synced is taken off again", async () => {
  const { ask, disk } = journalWorker();
  await ask("append", [["kept", 1]]);
  disk.breaks = true;
  assert.equal((await ask("append", [["told as not written", 1]])).trouble, "UnknownError");
  disk.breaks = false;
  assert.deepEqual((await ask("read")).told, [["kept", 1]]);
});
