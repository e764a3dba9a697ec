// @ts-check
/**
 * The vault's keys; WebCrypto does all of it.
 *
 * * The data key (AES-256-GCM, random) is wrapped twice: inside under what the PIN or the passkey gives, outside under a
 *   key of this browser that no script can read. A copied database is no use without that key.
 * * In memory the data key can be used and not read; it is readable only while it is wrapped anew.
 *
 * Source: NIST SP 800-132 (PBKDF2), SP 800-38D (GCM), RFC 5869 (HKDF); OWASP Password Storage for the iterations.
 *
 * @typedef {{ inner_iv: Uint8Array<ArrayBuffer>, outer_iv: Uint8Array<ArrayBuffer>, wrapped: Uint8Array<ArrayBuffer> }} Wrapped
 */

export const ITERATIONS = 600_000;
const AES = { name: "AES-GCM", length: 256 };
const WRAP = /** @type {KeyUsage[]} */ (["wrapKey", "unwrapKey"]);
const USE = /** @type {KeyUsage[]} */ (["encrypt", "decrypt"]);
const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {number} length */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** @param {string} pin @param {Uint8Array<ArrayBuffer>} salt @param {number} iterations */
export async function keyOfPin(pin, salt, iterations) {
  const secret = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey({ name: "PBKDF2", hash: "SHA-256", salt, iterations }, secret, AES, false, WRAP);
}

/** @param {BufferSource} prf What the passkey gave, 32 bytes. @param {Uint8Array<ArrayBuffer>} salt */
export async function keyOfPasskey(prf, salt) {
  const secret = await crypto.subtle.importKey("raw", prf, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytes("forms-tablet/vault/1") };
  return crypto.subtle.deriveKey(how, secret, AES, false, WRAP);
}

/** Make the key that never leaves this browser. */
export const makeOuterKey = () => crypto.subtle.generateKey(AES, false, USE);

/** Make a data key that can be wrapped. */
export const makeDataKey = () => crypto.subtle.generateKey(AES, true, USE);

/** @param {CryptoKey} dataKey @param {CryptoKey} inner @param {CryptoKey} outer @returns {Promise<Wrapped>} */
export async function wrap(dataKey, inner, outer) {
  const [innerIv, outerIv] = [random(12), random(12)];
  const once = await crypto.subtle.wrapKey("raw", dataKey, inner, { name: "AES-GCM", iv: innerIv });
  const twice = await crypto.subtle.encrypt({ name: "AES-GCM", iv: outerIv }, outer, once);
  return { inner_iv: innerIv, outer_iv: outerIv, wrapped: new Uint8Array(twice) };
}

/**
 * Give the data key; OperationError when a key is not the right one.
 * @param {Wrapped} kept @param {CryptoKey} inner @param {CryptoKey} outer @param {boolean} readable
 */
export async function unwrap(kept, inner, outer, readable) {
  const once = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.outer_iv }, outer, kept.wrapped);
  return crypto.subtle.unwrapKey("raw", once, inner, { name: "AES-GCM", iv: kept.inner_iv }, AES, readable, USE);
}

/** Encrypt a value for one place of the database; moved elsewhere it does not open. @param {CryptoKey} key @param {string} place @param {unknown} value */
export async function encrypt(key, place, value) {
  const iv = random(12);
  const how = { name: "AES-GCM", iv, additionalData: bytes(place) };
  return { iv, sealed: new Uint8Array(await crypto.subtle.encrypt(how, key, bytes(JSON.stringify(value)))) };
}

/** @param {CryptoKey} key @param {string} place @param {{ iv: Uint8Array<ArrayBuffer>, sealed: Uint8Array<ArrayBuffer> }} kept */
export async function decrypt(key, place, { iv, sealed }) {
  const how = { name: "AES-GCM", iv, additionalData: bytes(place) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, sealed)));
}
