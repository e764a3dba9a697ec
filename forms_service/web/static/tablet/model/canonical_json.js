// @ts-check
/** Canonical JSON (RFC 8785) of what we hash and sign: ASCII keys and whole numbers, so that sorting needs no rules of its own. */

/** @param {unknown} value @returns {string} */
export function canonicalJson(value) {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") return `{${members(/** @type {object} */ (value)).join(",")}}`;
  return scalar(value);
}

/** @param {object} value */
function members(value) {
  return Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(asciiKey(key))}:${canonicalJson(/** @type {any} */ (value)[key])}`);
}

/** @param {string} key */
function asciiKey(key) {
  if (!/^[\x20-\x7e]*$/.test(key)) throw new TypeError(`a key that is not ASCII: ${key}`);
  return key;
}

/** @param {unknown} value */
function scalar(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "string" && value.isWellFormed()) return JSON.stringify(value);
  if (typeof value === "number" && Number.isSafeInteger(value)) return JSON.stringify(value);
  throw new TypeError(`nothing that is written down: ${typeof value}`);
}
