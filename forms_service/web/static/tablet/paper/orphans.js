// @ts-check
/**
 * Papers that the person has signed and nobody can finish here, because their text is gone: ten wrong PINs erase it, and
 * a browser may lose the key to it. The outbox still knows their envelopes, and which of them was given up: a paper of
 * which one is left has not ended. Pure.
 *
 * @typedef {import("../outbox/outbox.js").Row & { gave_up?: string }} Row `gave_up`: the digest that a discard names.
 * @typedef {{ document_id: string, digests: string[], signed_at: number }} Orphan
 */

/**
 * Give them, the newest first.
 * @param {Row[]} rows Every row of this enrolment, in whatever state.
 * @param {ReadonlySet<string>} papers Numbers of the papers that lie here.
 * @returns {Orphan[]}
 */
export function orphansOf(rows, papers) {
  const signatures = rows.filter((row) => row.kind === "signature" && row.is_last !== undefined);
  const ended = new Set(rows.filter((row) => row.is_last || (row.kind === "discard" && !row.gave_up)).map((row) => row.document_id));
  const gaveUp = new Set(rows.map((row) => row.gave_up));
  const left = signatures.filter((row) => !gaveUp.has(row.digest) && !ended.has(row.document_id) && !papers.has(row.document_id));
  const orphans = [...new Set(left.map((row) => row.document_id))].map((id) => orphan(id, left.filter((row) => row.document_id === id)));
  return orphans.sort((one, other) => other.signed_at - one.signed_at);
}

/** @param {string} id @param {Row[]} rows @returns {Orphan} */
function orphan(id, rows) {
  return { document_id: id, digests: rows.map((row) => row.digest), signed_at: Math.max(...rows.map((row) => row.made_at)) };
}
