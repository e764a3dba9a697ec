// @ts-check
/**
 * The places of this shift's other papers, to be used by one tap. Nothing is kept for them: they are read out of the papers
 * that lie on the tablet anyway, under the vault, and go with these. Pure.
 */

const SHIFT_MS = 12 * 3_600_000;
const MOST = 3;

/**
 * Give the places used last, the newest first, each once.
 * @param {any[]} contents What is in the papers on this tablet.
 * @param {{ but: string, now: number }} about `but`: the paper that asks.
 * @returns {string[]}
 */
export function lastPlaces(contents, { but, now }) {
  const ofShift = contents.filter((one) => one?.v === "draft/1" && one.id !== but && Math.abs(now - one.started_at) < SHIFT_MS);
  const places = ofShift.sort((one, other) => other.started_at - one.started_at).map((one) => one.values.contact_place);
  return [...new Set(places.filter((place) => typeof place === "string" && place !== ""))].slice(0, MOST);
}
