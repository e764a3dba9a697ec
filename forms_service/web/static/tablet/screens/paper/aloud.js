// @ts-check
/**
 * Reads the paper aloud by a voice that lives on the device; without one the officer reads, and is named as who did.
 * Speech comes from `app.stage.speech`, so that a test can bring a voice.
 *
 * @typedef {{ voices(): Promise<SpeechSynthesisVoice[]>, say(text: string, voice: SpeechSynthesisVoice, language: string): Promise<void>, stop(): void }} Speech
 */
import { deviceVoice, noticeOf, readerOf } from "../../../person/voices.js";
import { h } from "../dom.js";

/** Give who read so far: with the aid *read aloud* the officer until a voice does. @param {import("../../flow/draft.js").Paper} paper @param {string} known */
export function readerSoFar(paper, known) {
  const aids = paper.values.aids;
  return known || (Array.isArray(aids) && aids.includes("read_aloud") ? "officer" : "");
}

/** @param {import("../../app.js").App} app @param {import("../../flow/draft.js").Paper} paper @param {HTMLElement[]} lines */
export function readAloud(app, paper, lines) {
  let reader = readerSoFar(paper, app.way.draft.presentation.read_aloud ?? "");
  const notice = h("p", { class: "person__told", role: "status", hidden: true });
  const words = h("span", {}, paper.screens.read_listen);
  const button = h("button", { type: "button", class: "usa-button usa-button--outline person__listen" }, words);
  const reading = new Reading(app.stage.speech, lines, (isOn) => (words.textContent = isOn ? paper.screens.read_listen_stop : paper.screens.read_listen));
  button.addEventListener("click", async () => {
    if (reading.isOn) return reading.stop();
    const voice = deviceVoice(await app.stage.speech.voices(), paper.language);
    reader = readerOf(false, voice);
    notice.textContent = paper.screens[`read_by_${NAMES[noticeOf(/** @type {any} */ (reader), false, voice)]}_notice`] ?? "";
    notice.hidden = false;
    if (voice) await reading.start(voice, paper.language);
  });
  return { button, notice, reader: () => (reading.stop(), reader) };
}

/** @type {Readonly<Record<string, string>>} */
const NAMES = { device_voice: "device", officer: "officer", recorded: "recording", recorded_part: "recording_part" };

class Reading {
  #speech;
  #lines;
  #told;
  isOn = false;

  /** @param {Speech} speech @param {HTMLElement[]} lines @param {(isOn: boolean) => void} told */
  constructor(speech, lines, told) {
    this.#speech = speech;
    this.#lines = lines;
    this.#told = told;
  }

  /** @param {SpeechSynthesisVoice} voice @param {string} language */
  async start(voice, language) {
    this.#set(true);
    for (const line of this.#lines) {
      if (!this.isOn || !line.isConnected) break;
      line.classList.add("is-said");
      line.scrollIntoView({ block: "center" });
      await this.#speech.say(line.textContent ?? "", voice, language);
      line.classList.remove("is-said");
    }
    this.stop();
  }

  stop() {
    if (this.isOn) this.#speech.stop();
    this.#set(false);
  }

  /** @param {boolean} isOn */
  #set(isOn) {
    this.isOn = isOn;
    this.#told(isOn);
  }
}

/** The browser's own voices. @param {SpeechSynthesis | undefined} synthesis @returns {Speech} */
export function browserSpeech(synthesis) {
  return {
    voices: () => knownVoices(synthesis),
    say: (text, voice, language) => new Promise((resolve) => {
      const said = new SpeechSynthesisUtterance(text);
      [said.voice, said.lang, said.rate] = [voice, voice.lang || language, 0.9];
      for (const name of ["end", "error"]) said.addEventListener(name, () => resolve());
      synthesis?.speak(said);
    }),
    stop: () => synthesis?.cancel(),
  }; // prettier-ignore
}

/** Some browsers know their voices only a moment later. @param {SpeechSynthesis | undefined} synthesis @returns {Promise<SpeechSynthesisVoice[]>} */
function knownVoices(synthesis) {
  if (!synthesis) return Promise.resolve([]);
  if (synthesis.getVoices().length > 0) return Promise.resolve(synthesis.getVoices());
  return new Promise((resolve) => {
    synthesis.addEventListener("voiceschanged", () => resolve(synthesis.getVoices()), { once: true });
    setTimeout(() => resolve(synthesis.getVoices()), 800);
  });
}
