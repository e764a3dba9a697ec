// @ts-check
/**
 * Keeps one whole build of the app on the device. The server writes the list (`SHELL`) before this text.
 *
 * * All or nothing: every file is fetched and held against its digest before the first one is put into the cache; a
 *   list of what was put comes last, and a cache without it is no cache.
 * * It takes over when the officer says so and no paper is open in any window, never by itself.
 * * It answers GET for the page and for files of the list, and touches nothing else.
 */

/* global SHELL */
/** @typedef {{ path: string, sha256: string }} Listed */

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const FAMILY = "forms-tablet-";
const CACHE = FAMILY + SHELL.build;
const INSTALLED = "/tablet/installed.json";
const OPEN_PAPER = "forms-open-paper"; // the lock's name in store/drafts.js
const PATHS = new Set([INSTALLED, ...SHELL.files.map((file) => file.path)]);

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));
worker.addEventListener("fetch", (event) => {
  const path = keptPath(event.request);
  if (path) event.respondWith(answer(path, event.request));
});
worker.addEventListener("message", (event) => {
  if (event.data === "use-it-now") event.waitUntil(useNow(event.ports[0]));
  if (event.data === "make-whole") event.waitUntil(makeWhole(event.ports[0]));
});

/** Fill this build's cache, unless it is whole already. */
async function install() {
  if (await isWhole()) return;
  const answers = await Promise.all(SHELL.files.map(fetched));
  try {
    await fill(answers);
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Fetch again what the browser threw away; what can not be had now is told, and nothing is changed. @param {MessagePort} port */
async function makeWhole(port) {
  const done = await install().then(() => "whole", () => "not-whole");
  port.postMessage(done);
}

/** Say whether the cache of this build was filled to its end and has lost nothing since. */
async function isWhole() {
  if (!(await caches.has(CACHE))) return false;
  const there = new Set((await (await caches.open(CACHE)).keys()).map((request) => new URL(request.url).pathname));
  return [...PATHS].every((path) => there.has(path));
}

/**
 * Fetch one file; another byte than listed ends the installation. What the page has loaded a moment ago is only asked
 * after (304), so that a first visit loads once; a wrong answer out of any cache is fetched anew before it counts.
 * @param {Listed} file
 */
async function fetched(file) {
  const answer = await loaded(file, "no-cache");
  if (await isAsListed(answer, file)) return answer;
  const again = await loaded(file, "reload");
  if (await isAsListed(again, file)) return again;
  throw new Error(`${file.path}: not the file that was listed`);
}

/** Ask for one file; a refusal or a way elsewhere ends the installation. @param {Listed} file @param {RequestCache} cache */
async function loaded({ path }, cache) {
  const answer = await fetch(path, { cache, redirect: "error" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/** Hold an answer's bytes against the list. @param {Response} answer @param {Listed} file */
async function isAsListed(answer, { sha256 }) {
  const digest = await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer());
  return sha256 === [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Put every file into the cache, and last what was put and when. @param {Response[]} answers */
async function fill(answers) {
  const cache = await caches.open(CACHE);
  await Promise.all(answers.map((answer, at) => cache.put(SHELL.files[at].path, answer)));
  const installed = { build: SHELL.build, installed_at: Date.now(), files: SHELL.files };
  await cache.put(INSTALLED, Response.json(installed));
}

/** Take over every window, and let other builds go. */
async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith(FAMILY) && name !== CACHE);
  await Promise.all(others.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** Begin at the officer's word, if no window holds a paper open; say which it was. @param {MessagePort} port */
async function useNow(port) {
  await navigator.locks.request(OPEN_PAPER, { mode: "exclusive", ifAvailable: true }, async (lock) => {
    port.postMessage(lock ? "begins" : "paper-is-open");
    if (lock) await worker.skipWaiting();
  });
}

/** Give under which address of the cache a request is answered; nothing for what goes to the network. @param {Request} request */
function keptPath(request) {
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== worker.location.origin) return "";
  if (request.mode === "navigate") return address.pathname === SHELL.page ? SHELL.page : "";
  return address.search === "" && PATHS.has(address.pathname) ? address.pathname : "";
}

/** Answer from this build's cache; what the browser threw away is asked from the server. @param {string} path @param {Request} request */
async function answer(path, request) {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request);
}
