// @ts-check
/** What becomes of a draft that is opened again in a world that went on. Pure. */

import { OFFICER, changed, discarded, signedDigests } from "../flow/draft.js";
import { isDone } from "../flow/next.js";
import { isOf } from "./may_sign.js";

/** @typedef {import("../flow/draft.js").Draft} Draft */

/** A form that was replaced meanwhile is filled in anew, another officer's text is made anew; unless somebody has signed. @param {Draft} draft @param {import("./world.js").World} world */
export function upToDate(draft, { forms, account }) {
  const form = forms.get(draft.form);
  if (signedDigests(draft).length > 0) return draft;
  if (form && form.digest !== draft.form_digest) return changed(draft, { form_digest: form.digest, is_filled: false }).draft;
  return draft.paper && !isOf(draft.paper, account) ? discarded(draft, []) : draft;
}

/** What is told of a signed paper later does not lengthen how long its text stays. @param {Draft} draft @param {number} now */
export const changedAt = (draft, now) => (isDone(draft) ? Date.parse(draft.signed[OFFICER].signed_at) : now);
