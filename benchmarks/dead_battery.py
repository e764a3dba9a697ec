"""What of a browser's own stores is there after its processes were killed while all of them were written without a pause.

    .venv/bin/python benchmarks/dead_battery.py [--kills 200]

Each store is written as fast as it answers, by itself; what it told as kept is looked for at the next start. ``lost``
counts starts at which something that was told was missing, ``gone`` those at which nothing at all was left.

* ``database``: IndexedDB, each write ``durability: "strict"``.
* ``bucket``: an IndexedDB of a storage bucket of its own, written once and only opened afterwards; it holds a key.
* ``cache``: Cache Storage, one entry each.
* ``files``: the origin's private files, one file each, by a worker's sync access handle with ``flush()``.
* ``journal``: the same, one file to whose end each is written.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser

from tests.counterparts.browser import chromium
from tests.web.tablet import running_on_battery

STORES = ("database", "bucket", "cache", "files", "journal")
PAGE = b"<!doctype html><title>stores</title><script type=module src=page.js></script>"
SCRIPT = b"""
const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
const opened = (factory) => {
  const request = factory.open("stores", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("rows");
  return asked(request);
};
const ended = (work) => new Promise((resolve, reject) => {
  work.oncomplete = resolve;
  work.onabort = () => reject(work.error);
});
const worker = new Worker("worker.js");
const told = new Map();
worker.onmessage = ({ data: [id, answer] }) => (told.get(id)(answer), told.delete(id));
let asks = 0;
const ask = (what, ...given) => new Promise((resolve) => {
  told.set(++asks, resolve);
  worker.postMessage([asks, what, ...given]);
});
const text = (n) => `${n}:${"x".repeat(1500)}`;
const numbers = (texts) => texts.filter((one) => one === text(parseInt(one))).map((one) => parseInt(one));
const base = await opened(indexedDB);
const write = async (work) => {
  const transaction = base.transaction(["rows"], "readwrite", { durability: "strict" });
  work(transaction.objectStore("rows"));
  await ended(transaction);
};
const cache = await caches.open("stores");
const bucket = await opened((await navigator.storageBuckets.open("second", { persisted: true, durability: "strict" })).indexedDB);
const rows = (of) => of.transaction(["rows"]).objectStore("rows");
const STORES = {
  database: {
    put: (n) => write((store) => store.put(text(n), n)), clear: () => write((store) => store.clear()),
    found: async () => numbers(await asked(rows(base).getAll())),
  },
  cache: {
    put: (n) => cache.put(`/kept/${n}`, new Response(text(n))),
    clear: async () => Promise.all((await cache.keys()).map((one) => cache.delete(one))),
    found: async () => numbers(await Promise.all((await cache.matchAll()).map((one) => one.text().catch(() => "")))),
  },
  files: { put: (n) => ask("putFile", n, text(n)), clear: () => ask("clearFiles"), found: async () => numbers(await ask("files")) },
  journal: { put: (n) => ask("append", text(n)), clear: () => ask("clearJournal"), found: async () => numbers(await ask("lines")) },
};
globalThis.look = async () => {
  const found = Object.fromEntries(await Promise.all(Object.entries(STORES).map(async ([name, one]) => [name, await one.found()])));
  const key = await asked(rows(bucket).get(0));
  return { ...found, bucket: key instanceof CryptoKey ? [0] : [] };
};
globalThis.begin = async (from) => {
  for (const one of Object.values(STORES)) await one.clear();
  for (const one of Object.values(STORES)) await one.put(0);
  const how = { name: "ECDSA", namedCurve: "P-256" };
  if (!(await asked(rows(bucket).get(0)))) {
    const { privateKey } = await crypto.subtle.generateKey(how, false, ["sign"]);
    const transaction = bucket.transaction(["rows"], "readwrite", { durability: "strict" });
    transaction.objectStore("rows").put(privateKey, 0);
    await ended(transaction);
  }
  for (const [name, one] of Object.entries(STORES)) void (async () => {
    for (let n = 1; ; n += 1) (await one.put(n), console.log(`${name} ${n}`));
  })();
};
document.title = "begun";
"""
WORKER = b"""
const work = {
  async putFile(n, text) {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("files", { create: true });
    await written(await folder.getFileHandle(String(n), { create: true }), text, 0);
  },
  async clearFiles() {
    const root = await navigator.storage.getDirectory();
    await root.removeEntry("files", { recursive: true }).catch(() => undefined);
  },
  async files() {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("files", { create: true });
    const texts = [];
    for await (const one of folder.values()) texts.push(await (await one.getFile()).text());
    return texts;
  },
  async append(text) {
    await written(await journal(), `${text}\\n`);
  },
  async clearJournal() {
    const handle = await (await journal()).createSyncAccessHandle();
    (handle.truncate(0), handle.flush(), handle.close());
  },
  lines: async () => (await (await (await journal()).getFile()).text()).split("\\n"),
};
const journal = async () => (await navigator.storage.getDirectory()).getFileHandle("journal", { create: true });
const written = async (file, text, at) => {
  const handle = await file.createSyncAccessHandle();
  handle.write(new TextEncoder().encode(text), { at: at ?? handle.getSize() });
  handle.flush();
  handle.close();
};
let turn = Promise.resolve();
onmessage = ({ data: [id, what, ...given] }) => {
  const answer = async () => postMessage([id, await work[what](...given)]);
  turn = turn.then(answer);
};
"""
FILES = {"/": (PAGE, "text/html"), "/page.js": (SCRIPT, "text/javascript"), "/worker.js": (WORKER, "text/javascript")}


class Answers(BaseHTTPRequestHandler):
    """Serves the three files."""

    def do_GET(self) -> None:
        """Answer."""
        content, mimetype = FILES.get(self.path, (b"", "text/plain"))
        self.send_response(200)
        self.send_header("Content-Type", mimetype)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def battery(
    browser: Browser, profile: Path, address: str, kills: int
) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Kill again and again; count per store what was told, starts with something lost, starts with nothing left."""
    chance, told = random.Random(20261128), dict.fromkeys(STORES, -1)  # noqa: S311  # the same moments in every run
    written, lost, gone = Counter[str](), Counter[str](), Counter[str]()
    for kill in range(kills + 1):
        with running_on_battery(browser, profile) as running:
            running.page.goto(address)
            running.page.wait_for_function("document.title === 'begun'")
            found = running.page.evaluate("globalThis.look()")
            for store in STORES if kill else ():
                written[store] += told[store] + 1
                lost[store] += not set(range(told[store] + 1)) <= set(found[store])
                gone[store] += not found[store]
            told.update(dict.fromkeys(STORES, 0))
            running.page.on("console", lambda message: note(told, message.text))
            running.page.evaluate("globalThis.begin()")
            running.page.wait_for_timeout(chance.uniform(150, 700))
            running.kill()
    return written, lost, gone


def note(told: dict[str, int], text: str) -> None:
    """Note what a store told as kept."""
    store, _, number = text.partition(" ")
    if store in told:
        told[store] = int(number)


def main() -> int:
    """Kill and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        address = f"http://localhost:{server.server_port}/"
        written, lost, gone = battery(browser, Path(folder) / "profile", address, kills)
    server.shutdown()
    print(f"{'store':10} {'writes':>8} {'lost':>6} {'gone':>6}   of {kills} kills")
    for store in STORES:
        print(f"{store:10} {written[store]:8} {lost[store]:6} {gone[store]:6}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
