// @ts-check
/**
 * Which voice may read: one that lives on the device and speaks the language. Others send the text away.
 *
 * @typedef {{ lang: string, localService: boolean, default?: boolean }} Voice
 */

/**
 * @template {Voice} V
 * @param {V[]} voices
 * @param {string} language
 * @returns {V | null}
 */
export function deviceVoice(voices, language) {
  const base = language.toLowerCase().split("-")[0];
  const fits = voices.filter((one) => one.localService && speaks(one.lang, base));
  return fits.find((one) => one.default) ?? fits[0] ?? null;
}

/**
 * @param {string} tag
 * @param {string} base
 */
function speaks(tag, base) {
  return tag.toLowerCase().split(/[-_]/)[0] === base;
}

/**
 * Say who reads: a recording when every line that is the same for everybody has one, else a voice of the device,
 * else the officer.
 * @param {boolean} allRecorded
 * @param {Voice | null} voice
 * @returns {"recorded" | "device_voice" | "officer"}
 */
export function readerOf(allRecorded, voice) {
  if (allRecorded) return "recorded";
  return voice ? "device_voice" : "officer";
}

/**
 * Say what the person is told: what was written in has no recording, and without a voice the officer reads it.
 * @param {"recorded" | "device_voice" | "officer"} reader
 * @param {boolean} hasOwnLines
 * @param {Voice | null} voice
 * @returns {"recorded" | "recorded_part" | "device_voice" | "officer"}
 */
export function noticeOf(reader, hasOwnLines, voice) {
  return reader === "recorded" && hasOwnLines && !voice ? "recorded_part" : reader;
}
