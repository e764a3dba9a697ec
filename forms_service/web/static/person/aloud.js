// @ts-check
/** Read the paper aloud, line by line, and keep who did it. */

import { deviceVoice, noticeOf, readerOf } from "./voices.js";

const page = /** @type {HTMLElement} */ (document.querySelector("[data-reading]"));
const button = /** @type {HTMLButtonElement} */ (page.querySelector("[data-listen]"));
const words = /** @type {HTMLElement} */ (page.querySelector("[data-listen-words]"));
const notice = /** @type {HTMLElement} */ (page.querySelector("[data-notice]"));
const kept = /** @type {HTMLInputElement} */ (page.querySelector("[data-reader]"));
const lines = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-line]")]);
const listen = words.textContent ?? "";
const language = page.dataset.language ?? "en";
/** @type {AbortController | null} */
let reading = null;

/** @returns {Promise<SpeechSynthesisVoice[]>} Some browsers know their voices only a moment later. */
function knownVoices() {
  const synthesis = window.speechSynthesis;
  if (!synthesis) return Promise.resolve([]);
  if (synthesis.getVoices().length > 0) return Promise.resolve(synthesis.getVoices());
  return new Promise((resolve) => {
    synthesis.addEventListener("voiceschanged", () => resolve(synthesis.getVoices()), { once: true });
    setTimeout(() => resolve(synthesis.getVoices()), 800);
  });
}

async function start() {
  const voice = deviceVoice(await knownVoices(), language);
  const fixed = lines.filter((line) => "fixed" in line.dataset);
  const reader = readerOf(fixed.length > 0 && fixed.every((line) => line.dataset.recording), voice);
  kept.value = reader;
  notice.textContent = notice.getAttribute(`data-${noticeOf(reader, fixed.length < lines.length, voice)}`);
  notice.hidden = false;
  if (reader === "officer") return;
  reading = new AbortController();
  words.textContent = button.dataset.stopWords ?? listen;
  for (const line of lines) await say(line, voice, reading.signal);
  stop();
}

/**
 * Say one line and mark it while it is said.
 * @param {HTMLElement} line
 * @param {SpeechSynthesisVoice | null} voice
 * @param {AbortSignal} signal
 */
async function say(line, voice, signal) {
  if (signal.aborted) return;
  line.classList.add("is-said");
  line.scrollIntoView({ block: "center", behavior: "smooth" });
  if (line.dataset.recording) await play(line.dataset.recording, signal);
  else if (voice) await speak(line.textContent ?? "", voice, signal);
  line.classList.remove("is-said");
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 */
function play(address, signal) {
  const sound = new Audio(address);
  signal.addEventListener("abort", () => sound.pause());
  return new Promise((resolve) => {
    for (const name of ["ended", "error", "pause"]) sound.addEventListener(name, resolve, { once: true });
    sound.play().catch(resolve);
  });
}

/**
 * @param {string} text
 * @param {SpeechSynthesisVoice | null} voice
 * @param {AbortSignal} signal
 */
function speak(text, voice, signal) {
  const said = new SpeechSynthesisUtterance(text);
  [said.voice, said.lang, said.rate] = [voice, voice?.lang ?? language, 0.9];
  signal.addEventListener("abort", () => window.speechSynthesis.cancel());
  return new Promise((resolve) => {
    said.addEventListener("end", resolve);
    said.addEventListener("error", resolve);
    window.speechSynthesis.speak(said);
  });
}

function stop() {
  reading?.abort();
  reading = null;
  words.textContent = listen;
  for (const line of lines) line.classList.remove("is-said");
}

button.addEventListener("click", () => (reading ? stop() : start()));
button.disabled = false; // a tap before this line would do nothing
window.addEventListener("pagehide", stop);
