// @ts-check
/**
 * How the person gets their copy: printed here, a pocket card, pick-up, a link, declined, not possible. Each is told to the
 * server as an addition; here is what a draft keeps of it. Pure, but for the randomness that is handed in.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {"paper" | "pickup" | "sms_link" | "declined" | "not_possible"} Choice As the form has it.
 * @typedef {{ way: Choice, reason?: string, card?: string, link?: { token_sha256: string, key: string }, address?: string }} Chosen
 * @typedef {Chosen & { envelope_id: string, digest: string, at: string }} Copy `digest` is empty until it lies in the outbox.
 */
import { hex } from "../model/digest.js";
import { parseDocumentId, written } from "../model/document_id.js";
import { normalText } from "../model/text.js";
import { encode } from "../../jose/util/base64url.js";

export const CARD_CODE = "CARD";
export const LONGEST_REASON = 200;
const [TOKEN_BYTES, KEY_BYTES] = [16, 32];

/** Give what was chosen so far. @param {Draft} draft @returns {Copy[]} */
export const copiesOf = (draft) => draft.copies ?? [];

/** Keep what was chosen, before it is sealed. @param {Draft} draft @param {Omit<Copy, "digest">} copy @returns {Draft} */
export const choosing = (draft, copy) => ({ ...draft, copies: [...copiesOf(draft), { ...copy, digest: "" }] });

/** What was chosen lies in the outbox. @param {Draft} draft @param {string} id @param {string} digest @returns {Draft} */
export function chosenSealed(draft, id, digest) {
  return { ...draft, copies: copiesOf(draft).map((one) => (one.envelope_id === id ? { ...one, digest } : one)) };
}

/** Say whether the person has their copy, or none is to be given: picking it up is still to come. @param {Draft} draft */
export function isCopyClosed(draft) {
  const last = copiesOf(draft).at(-1);
  return last !== undefined && last.digest !== "" && last.way !== "pickup";
}

/** Give the values of the addition. @param {Copy} copy @returns {{ [name: string]: any }} */
export function valuesOf({ way, at, reason, card, link }) {
  const isGiven = way === "paper" || way === "sms_link";
  return { person_copy: way, ...(isGiven ? { person_copy_at: at.slice(0, 16) } : {}), ...(reason ? { person_copy_reason: reason } : {}), ...(card ? { card } : {}), ...(link ? { link } : {}) };
}

/** Read a card's characters as they are typed or scanned. @param {string} text @returns {{ card: string, refusal: string }} */
export function readCard(text) {
  const { id, refusal } = parseDocumentId(text);
  if (refusal) return { card: "", refusal: refusal.replace("document-id", "card") };
  return id?.formCode === CARD_CODE ? { card: written(id), refusal: "" } : { card: "", refusal: "card-malformed" };
}

/** Read a reason; empty when it can not stand. @param {string} text */
export function readReason(text) {
  const reason = normalText(text);
  return Array.from(reason).length <= LONGEST_REASON ? reason : "";
}

/**
 * Make a link: only the token's digest and the key are told to the server, sealed; the address is shown to the person.
 * @param {{ origin: string, randomBytes: (count: number) => Uint8Array, sha256: import("../model/digest.js").Sha256 }} how
 * @returns {Promise<{ link: { token_sha256: string, key: string }, address: string }>}
 */
export async function mintLink({ origin, randomBytes, sha256 }) {
  const [token, key] = [TOKEN_BYTES, KEY_BYTES].map((count) => encode(randomBytes(count)));
  const digest = hex(new Uint8Array(await sha256(new TextEncoder().encode(token))));
  return { link: { token_sha256: digest, key }, address: `${origin}/c/${token}#${key}` };
}
