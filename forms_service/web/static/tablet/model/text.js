// @ts-check
/**
 * Text hygiene, as `forms_service/domain/evidence.py` has it: NFC, single spaces, no character that prints nothing,
 * reorders a line or means nothing. What is refused comes from the server as a list of code points, so that both refuse
 * the same whatever Unicode this browser knows. The cases of both stand in `tests/vectors/text_hygiene.json`.
 *
 * @typedef {number[]} Refused First and last code point of each run, one after the other, rising.
 */

// What Python's str.split() splits at; JavaScript's \s has U+FEFF and lacks U+001C to U+001F and U+0085.
const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

/**
 * Give text in NFC with single spaces and none at its ends.
 * @param {string} text
 */
export function normalText(text) {
  return text.normalize("NFC").split(SPACES).filter((word) => word !== "").join(" ");
}

/**
 * Give a text without the spaces at its ends, whatever stands between them.
 * @param {string} text
 */
export function trimmed(text) {
  const ends = SPACES.source;
  return text.replace(new RegExp(`^${ends}|${ends}$`, "gu"), "");
}

/**
 * Give the first refused code point as `U+0007`; empty when the text may stand on a page.
 * @param {string} text
 * @param {Refused} refused
 */
export function refusedCodePoint(text, refused) {
  const found = Array.from(text, codePoint).find((one) => isRefused(one, refused));
  return found === undefined ? "" : `U+${found.toString(16).toUpperCase().padStart(4, "0")}`;
}

/**
 * Give how many characters a text has; one outside the first plane counts once, as it does in Python.
 * @param {string} text
 */
export function lengthOf(text) {
  return Array.from(text).length;
}

/** @param {string} character */
function codePoint(character) {
  return /** @type {number} */ (character.codePointAt(0));
}

/**
 * @param {number} one
 * @param {Refused} refused
 */
function isRefused(one, refused) {
  let [low, high] = [0, refused.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (refused[middle * 2 + 1] < one) low = middle + 1;
    else high = middle;
  }
  return low * 2 < refused.length && refused[low * 2] <= one;
}
