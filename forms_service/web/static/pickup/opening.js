// @ts-check
/**
 * What a link holds, and how what it gives is opened: the token stands in the address, the key behind the hash, which no
 * browser sends to anybody. Pure but for WebCrypto.
 *
 * @typedef {{ v: string, document_id: string, language: string, title: string, words: Record<string, string>, box: string[],
 *   lines: [string, string][], english: [string, string][], signers: string[], numbers: string[], pdf: string, pdf_name: string }} Copy
 */
import { compactDecrypt } from "../jose/jwe/compact/decrypt.js";

const KEY_BYTES = 32;

/** Give the bytes of a text in base64, plain or for addresses. @param {string} text */
export function bytesOf(text) {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
}

/** Give token and key of an address; null when it is not whole. @param {{ pathname: string, hash: string }} address */
export function linkOf({ pathname, hash }) {
  const [token, key] = [pathname.split("/").at(-1) ?? "", hash.slice(1)];
  const isWhole = /^[\w-]{22}$/.test(token) && /^[\w-]{43}$/.test(key) && bytesOf(key).length === KEY_BYTES;
  return isWhole ? { token, key } : null;
}

/**
 * Read what came, or give the slug of what stands in the way: a connection may be lost before the answer, and within it.
 * @param {Promise<Pick<Response, "ok" | "status" | "text">>} asked
 * @returns {Promise<{ sealed: string, slug: string }>}
 */
export async function readable(asked) {
  try {
    const answer = await asked;
    if (answer.ok) return { sealed: await answer.text(), slug: "" };
    return { sealed: "", slug: answer.status === 429 ? "too-often" : "not-here" };
  } catch {
    return { sealed: "", slug: "no-connection" };
  }
}

/** Do what a button asks, one at a time; it may be pressed again however that ends. @param {{ disabled: boolean }} button @param {() => unknown} act */
export async function once(button, act) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await act();
  } finally {
    button.disabled = false;
  }
}

/** Open a copy; throws where the key is another one or a byte was changed. @param {string} sealed @param {string} key @returns {Promise<Copy>} */
export async function opened(sealed, key) {
  const allowed = { keyManagementAlgorithms: ["dir"], contentEncryptionAlgorithms: ["A256GCM"] };
  const { plaintext } = await compactDecrypt(sealed, bytesOf(key), allowed);
  return JSON.parse(new TextDecoder().decode(plaintext));
}

/**
 * Part a line at the telephone numbers in it.
 * @param {string} text @param {readonly string[]} numbers
 * @returns {{ text: string, isNumber: boolean }[]}
 */
export function partsOf(text, numbers) {
  const longestFirst = [...numbers].sort((one, other) => other.length - one.length).map((one) => one.replace(/[^\w]/g, "\\$&"));
  if (longestFirst.length === 0) return [{ text, isNumber: false }];
  const between = new RegExp(`(?<![\\w-])(${longestFirst.join("|")})(?![\\w-])`);
  return text.split(between).map((part, place) => ({ text: part, isNumber: place % 2 === 1 })).filter((one) => one.text !== "");
}

/** Write a number as telephones take it. @param {string} number */
export const called = (number) => `tel:${number.replace(/[^+0-9]/g, "")}`;
