// @ts-check
/** When to try again. Pure. */

export const CALM_MS = 60_000;
const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;

/**
 * Give the wait after so many runs in a row that did not get through: 5 s, 10 s, … at most 5 min, spread by chance so that
 * a station full of tablets does not knock all at once.
 * @param {number} failures @param {number} chance From 0 to 1.
 */
export function nextRunMs(failures, chance) {
  if (failures === 0) return CALM_MS;
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.5 + chance / 2));
}
