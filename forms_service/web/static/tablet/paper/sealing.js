// @ts-check
/** Puts what is finished into the outbox, once, whoever finishes it: the open paper, or the list that lets papers go. */

import { copyOf } from "../flow/contents.js";
import { copiesOf } from "../flow/copies.js";

/** @typedef {import("../flow/draft.js").Draft} Draft */
/** @typedef {Pick<import("./way.js").Parts, "outbox" | "make" | "now">} Sealing */

/** Put into the outbox what is not there yet; give its digest. @param {Sealing} parts @param {import("../outbox/envelope.js").Finished} finished */
export async function sealOnce({ outbox, make, now }, finished) {
  const known = await outbox.digestOf(finished.envelope_id);
  return known || (await outbox.add(await make(finished), now())).digest;
}

/** Give what was chosen of the person's copy and is not sealed yet. @param {Draft} draft */
export const unsealedCopies = (draft) => copiesOf(draft).filter((copy) => copy.digest === "");

/**
 * Seal what was chosen of the person's copy.
 * @param {Sealing} parts @param {Draft} draft @param {import("../flow/contents.js").Origin} origin
 * @param {(id: string, digest: string) => unknown} told Keeps that one of them lies in the outbox.
 */
export async function sealCopies(parts, draft, origin, told) {
  for (const one of unsealedCopies(draft)) await told(one.envelope_id, await sealOnce(parts, copyOf(draft, one, origin)));
}
