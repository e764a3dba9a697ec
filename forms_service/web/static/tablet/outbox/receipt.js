// @ts-check
/** The server's receipt. Only `verifiedReceipt` makes one, and only a made one lets an envelope go. */

import { compactVerify } from "../../jose/jws/compact/verify.js";
import { importJWK } from "../../jose/key/import.js";
import { Refusal } from "../refusal.js";

const KIND = "forms-receipt+jws";
const OUTCOMES = new Set(["archived", "held"]);
const VERIFIED = Symbol("verified");

export class Receipt {
  /** @param {symbol} from @param {any} facts @param {string} jws */
  constructor(from, facts, jws) {
    if (from !== VERIFIED) throw new TypeError("a receipt is made by verifying it");
    this.facts = Object.freeze(facts);
    this.jws = jws;
  }
}

/**
 * Hold a receipt against the server's key and the very envelope that was sent.
 * @param {string} jws @param {{ key: JsonWebKey, envelope_id: string, digest: string }} expected
 */
export async function verifiedReceipt(jws, { key, envelope_id: id, digest }) {
  const facts = await readSigned(jws, key);
  const fits = facts?.v === "receipt/1" && facts.envelope_id === id && facts.digest === digest;
  if (!fits || !OUTCOMES.has(facts.outcome)) throw new Refusal("receipt-of-something-else");
  return new Receipt(VERIFIED, facts, jws);
}

/** Read what the server signed as a receipt, and as nothing else. @param {string} jws @param {JsonWebKey} key @returns {Promise<any>} */
export async function readSigned(jws, key) {
  try {
    const verified = /** @type {any} */ (await compactVerify(jws, await importJWK({ ...key }, "ES256"), { algorithms: ["ES256"] }));
    if (verified.protectedHeader.typ !== KIND) throw new TypeError("signed for something else");
    return JSON.parse(new TextDecoder().decode(verified.payload));
  } catch (error) {
    throw new Refusal("receipt-not-signed-by-server", {}, error);
  }
}
