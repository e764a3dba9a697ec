// @ts-check
/** How long the tablet waits after wrong PINs, and when it gives up. Pure. */

export const MOST_FAILURES = 10;
const FREE = 2;
const FIRST_MS = 30_000;
const LONGEST_MS = 3_600_000;

/** Give the wait after so many failures in a row: none, none, 30 s, 1 min, 2 min and so on, at most an hour. @param {number} failures */
export function delayMs(failures) {
  return failures <= FREE ? 0 : Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - FREE - 1));
}

/**
 * Give how long to wait still. A clock that was set back makes nobody wait longer than the delay itself.
 * @param {{ failures: number, not_before: number }} kept @param {number} now
 */
export function waitMs({ failures, not_before: notBefore }, now) {
  return Math.max(0, Math.min(notBefore - now, delayMs(failures)));
}
