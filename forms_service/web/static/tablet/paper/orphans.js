// @ts-check
/**
 * Papers that the person has signed and nobody can finish here, because their text is gone: ten wrong PINs erase it, and
 * a browser may lose the key to it. The outbox still knows their envelopes. Pure.
 *
 * @typedef {import("../outbox/outbox.js").Row} Row
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
  const ended = new Set(rows.filter((row) => row.is_last || row.kind === "discard").map((row) => row.document_id));
  const numbers = new Set(signatures.map((row) => row.document_id).filter((id) => !ended.has(id) && !papers.has(id)));
  return [...numbers].map((id) => orphan(id, signatures.filter((row) => row.document_id === id))).sort((one, other) => other.signed_at - one.signed_at);
}

/** @param {string} id @param {Row[]} rows @returns {Orphan} */
function orphan(id, rows) {
  return { document_id: id, digests: rows.map((row) => row.digest), signed_at: Math.max(...rows.map((row) => row.made_at)) };
}
