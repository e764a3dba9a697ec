// @ts-check
/**
 * Digests over canonical JSON, as `forms_service/domain/evidence.py` reckons them.
 * The cases of both stand in `tests/vectors/presented_digest.json`.
 *
 * @typedef {(bytes: Uint8Array) => Promise<ArrayBuffer>} Sha256 Such as
 *   `(bytes) => crypto.subtle.digest("SHA-256", bytes)`: handed in, so that nothing here reaches for the browser.
 * @typedef {[id: string, text: string]} DigestLine
 */
import { canonicalJson } from "./canonical_json.js";

/**
 * Give SHA-256 over a value's canonical JSON as 64 lower-case hexadecimal digits.
 * @param {unknown} value
 * @param {Sha256} sha256
 */
export async function digestOf(value, sha256) {
  return hex(await sha256(new TextEncoder().encode(canonicalJson(value))));
}

/** Write bytes as lower-case hexadecimal digits. @param {ArrayBuffer | Uint8Array} digest */
export function hex(digest) {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Give the digest of what the page says above its strip.
 * @param {{ documentId: string, form: string, formVersion: number, language: string, lines: DigestLine[] }} presented
 *   Lines in reading order, English control lines last.
 * @param {Sha256} sha256
 */
export function presentedDigest({ documentId, form, formVersion, language, lines }, sha256) {
  const said = { v: "presented/1", document_id: documentId, form, form_version: formVersion, language, lines };
  return digestOf(said, sha256);
}
