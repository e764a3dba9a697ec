// @ts-check
/**
 * Canonical JSON (RFC 8785) for the values we allow: ASCII keys, whole numbers, text, true, false, null; the same bytes
 * as `forms_service/domain/evidence.py`. The cases of both stand in `tests/vectors/canonical_json.json`.
 */

const ASCII = /^[\0-\x7f]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Write canonical JSON; its UTF-8 bytes are what is hashed and signed.
 * @param {unknown} value
 * @returns {string}
 * @throws {TypeError} A number with a fraction or beyond 53 bits, a key that is not ASCII, half a character, another
 *   type: the caller's bug.
 */
export function canonicalJson(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return wholeNumber(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (isPlainObject(value)) return `{${members(value).join(",")}}`;
  throw new TypeError(`canonical JSON holds no ${typeof value}`);
}

/** @param {{ [key: string]: unknown }} value */
function members(value) {
  return Object.keys(value).sort().map((key) => `${asciiKey(key)}:${canonicalJson(value[key])}`);
}

/** @param {number} value */
function wholeNumber(value) {
  if (!Number.isSafeInteger(value)) throw new TypeError("canonical JSON holds whole numbers of at most 53 bits");
  return JSON.stringify(value);
}

/** @param {string} key */
function asciiKey(key) {
  if (!ASCII.test(key)) throw new TypeError("a key of canonical JSON is ASCII");
  return JSON.stringify(key);
}

/** @param {string} text */
function quoted(text) {
  if (LONE_SURROGATE.test(text)) throw new TypeError("canonical JSON holds whole characters");
  return JSON.stringify(text);
}

/**
 * @param {unknown} value
 * @returns {value is { [key: string]: unknown }}
 */
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
