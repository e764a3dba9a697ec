// The two places while things go wrong amid the work: no room, and a worker that fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { Journal } from "../../forms_service/web/static/tablet/store/journal.js";
import { locks } from "./fake_places.js";

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
