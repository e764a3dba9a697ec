// @ts-check
/**
 * Document ids such as `LEAD-7Q2F9-KDM3X-3`, by the rules of `forms_service/domain/numbers.py`: form code, ten Crockford
 * base-32 characters and Crockford's check symbol. The cases of both stand in `tests/vectors/check_symbol.json`.
 *
 * @typedef {{ formCode: string, symbols: string }} DocumentId
 */
import { trimmed } from "./text.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SYMBOLS = 10;
const MODULUS = 37;
const BETWEEN = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\-\u2010-\u2015\u2212]/gu;
const LOOSE_ID = /^([A-Z]{1,4})([0-9A-Z]{10})([0-9A-Z])$/;
const CODE_APART = /^[A-Z]{1,4}-/;

/**
 * Give the symbols' number modulo 37.
 * @param {string} symbols
 */
export function checkValue(symbols) {
  return Array.from(symbols).reduce((value, symbol) => (value * 32 + ALPHABET.indexOf(symbol)) % MODULUS, 0);
}

/**
 * Write an id as it is printed.
 * @param {DocumentId} id
 */
export function written({ formCode, symbols }) {
  return `${formCode}-${symbols.slice(0, 5)}-${symbols.slice(5)}-${ALPHABET[checkValue(symbols)]}`;
}

/**
 * Draw an id, again until its check symbol is a plain letter or digit.
 * @param {string} formCode
 * @param {(count: number) => Uint8Array} randomBytes Such as
 *   `(count) => crypto.getRandomValues(new Uint8Array(count))`.
 */
export function drawDocumentId(formCode, randomBytes) {
  for (;;) {
    // 256 is eight times 32: five bits of each byte are as even as the byte.
    const symbols = Array.from(randomBytes(SYMBOLS), (byte) => ALPHABET[byte & 31]).join("");
    if (checkValue(symbols) < ALPHABET.length) return written({ formCode, symbols });
  }
}

/**
 * Read an id as a person types it: lower case, spaces, missing hyphens, O for 0, I and L for 1.
 * @param {string} text
 * @returns {{ id: DocumentId | null, refusal: string }} The slug of the refusal, or empty.
 */
export function parseDocumentId(text) {
  const dashed = Array.from(text).length <= 40 ? trimmed(text).toUpperCase().replace(BETWEEN, "-") : "";
  const found = LOOSE_ID.exec(dashed.replaceAll("-", ""));
  // Where the form code stands apart it is the whole code: LEAD-7Q2F9-KDM3X lacks its check symbol, it is no id of "LEA".
  if (!found || (CODE_APART.test(dashed) && !dashed.startsWith(`${found[1]}-`))) return refused("document-id-malformed");
  const [symbols, check] = [lenient(found[2]), lenient(found[3])];
  if (!Array.from(symbols + check).every((symbol) => ALPHABET.includes(symbol))) return refused("document-id-malformed");
  if (ALPHABET[checkValue(symbols)] !== check) return refused("document-id-check-failed");
  return { id: { formCode: found[1], symbols }, refusal: "" };
}

/** @param {string} refusal */
function refused(refusal) {
  return { id: null, refusal };
}

/** @param {string} symbols */
function lenient(symbols) {
  return symbols.replaceAll("O", "0").replace(/[IL]/g, "1");
}
