// @ts-check
/**
 * Receipts that came back as a file, when nothing can be sent: each is held against the server's key and the very envelope,
 * as one that came by the network is, and lets that envelope go.
 *
 * @typedef {{ let_go: number, others: number, wrong: number }} Read `others`: of what does not wait here; `wrong`: not the server's.
 */
import { Refusal } from "../refusal.js";
import { verifiedReceipt } from "./receipt.js";

const MOST_CHARACTERS = 4_000_000; // 500 receipts have 400,000

/**
 * Read the file, and let go of what it has receipts for.
 * @param {string} text
 * @param {{ outbox: import("./outbox.js").Outbox, key: JsonWebKey | null, now: number }} parts
 * @returns {Promise<Read>}
 */
export async function readReceipts(text, { outbox, key, now }) {
  const receipts = receiptsIn(text);
  if (!key) throw new Refusal("not-enrolled");
  const waiting = new Map([...(await outbox.rows("unsent")), ...(await outbox.rows("refused"))].map((row) => [row.envelope_id, row]));
  const read = { let_go: 0, others: 0, wrong: 0 };
  for (const jws of receipts) {
    const row = waiting.get(unverifiedId(jws));
    const receipt = row && (await verifiedReceipt(jws, { key, envelope_id: row.envelope_id, digest: row.digest }).catch(onlyRefusals));
    if (receipt) await outbox.letGo(row.envelope_id, receipt, now);
    read[receipt ? "let_go" : row ? "wrong" : "others"] += 1;
  }
  return read;
}

/** @param {string} text @returns {string[]} */
function receiptsIn(text) {
  const content = text.length > MOST_CHARACTERS ? null : parsed(text);
  const receipts = content?.v === "receipts/1" && Array.isArray(content.receipts) ? content.receipts : null;
  if (!receipts?.every((/** @type {unknown} */ one) => typeof one === "string")) throw new Refusal("receipts-file-unreadable");
  return receipts;
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Give the envelope that a receipt names, before it is known whether it is one. @param {string} jws */
function unverifiedId(jws) {
  try {
    return String(JSON.parse(atob(jws.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).envelope_id);
  } catch {
    return "";
  }
}

/** @param {any} error @returns {null} */
function onlyRefusals(error) {
  if (!error.slug) throw error;
  return null;
}
