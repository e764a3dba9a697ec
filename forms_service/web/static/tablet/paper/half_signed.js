// @ts-check
/** What can be done about a half-signed paper whose text is gone: get it back from the server, or give it up. */

import { halfSigned } from "../api.js";
import { discardOf } from "../flow/contents.js";
import { signed } from "../outbox/envelope.js";
import { orphansOf } from "./orphans.js";
import { knownAuthor, knownWorld, maker } from "./parts.js";
import { restoredDraft } from "./restored.js";

/** @typedef {import("../app.js").App} App */
/** @typedef {import("./orphans.js").Orphan} Orphan */

/** Give the papers of this enrolment that nobody can finish here as it is. @param {App} app */
export async function orphans(app) {
  const [enrolment, papers, ...rows] = await Promise.all([
    app.device.enrolment(), app.papers.numbers(), app.outbox.rows("unsent"), app.outbox.rows("refused"), app.outbox.rows("sent"),
  ]); // prettier-ignore
  return orphansOf(rows.flat().filter((row) => row.device_id === enrolment?.device_id), papers);
}

/** Get a paper's text back, for as long as the officer's credential lets this tablet open it; give its draft's id. @param {App} app @param {Orphan} orphan */
export async function getBack(app, { document_id: documentId }) {
  const [sealing, world, author] = await Promise.all([app.device.sealing(), knownWorld(app), knownAuthor(app)]);
  await app.send(); // the server can give only what it has
  const told = await halfSigned(await signed({ v: "half-signed/1", device_id: sealing.device_id, document_id: documentId }, "forms-half-signed-request+jws", sealing));
  const sha256 = (/** @type {Uint8Array} */ bytes) => crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes));
  const draft = await restoredDraft(told, world, { id: crypto.randomUUID(), now: app.now(), until: (author?.exp ?? 0) * 1000, sha256 });
  await app.drafts.put(app.vault, draft.id, draft, app.now());
  return draft.id;
}

/** Give up what was signed, with a reason. @param {App} app @param {Orphan} orphan @param {string} reason */
export async function giveUp(app, { document_id: documentId, digests }, reason) {
  const { origin } = await knownWorld(app);
  for (const names of digests) {
    const finished = discardOf({ envelope_id: crypto.randomUUID(), names, reason, document_id: documentId }, origin.author);
    await app.outbox.add(await maker(app, finished), app.now());
  }
  void app.send();
}
