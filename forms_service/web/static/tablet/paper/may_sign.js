// @ts-check
/** Who may sign with what: ink that counts, a text of the form in use, in one's own name. Pure. */

import { refusal } from "../../pad/ink.js";
import { OFFICER, changed, discarded, signedDigests } from "../flow/draft.js";
import { Refusal } from "../refusal.js";

/** @typedef {import("../flow/draft.js").Draft} Draft */
/** @typedef {import("../flow/draft.js").Paper} Paper */

/** Say whether a text names this officer. @param {Paper} paper @param {{ name: string, badge: string }} account */
export function isOf({ values }, { name, badge }) {
  return values.officer_name === name && values.officer_badge === badge;
}

/**
 * Refuse ink that does not count, and an officer whom the text does not name.
 * @param {Paper | null} paper
 * @param {string} id
 * @param {import("../../pad/ink.js").Stroke[]} strokes
 * @param {{ name: string, badge: string }} account
 */
export function refuseSigning(paper, id, strokes, account) {
  const block = paper?.blocks.find((one) => one.id === id);
  if (!paper || !block) throw new Refusal("signature-not-asked");
  const slug = refusal(strokes, block.size, block.least);
  if (slug) throw new Refusal(slug);
  if (id === OFFICER && !isOf(paper, account)) throw new Refusal("paper-of-other-officer", { name: paper.values.officer_name });
}

/** A form that was replaced meanwhile is filled in anew, another officer's text is made anew; unless somebody has signed. @param {Draft} draft @param {import("./world.js").World} world */
export function upToDate(draft, { forms, account }) {
  const form = forms.get(draft.form);
  if (signedDigests(draft).length > 0) return draft;
  if (form && form.digest !== draft.form_digest) return changed(draft, { form_digest: form.digest, is_filled: false }).draft;
  return draft.paper && !isOf(draft.paper, account) ? discarded(draft, []) : draft;
}
