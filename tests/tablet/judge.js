// A case judged by the tablet's rules; the verdict has the shape that tests/same_rules.py describes.
import { webcrypto } from "node:crypto";
import { blocksOf, inkFaults } from "../../forms_service/web/static/tablet/model/blocks.js";
import { readForm } from "../../forms_service/web/static/tablet/model/form.js";
import { makePaper, paperDigest } from "../../forms_service/web/static/tablet/model/paper.js";
import { refusalOf } from "../../forms_service/web/static/tablet/model/refusals.js";
import { digestLines } from "../../forms_service/web/static/tablet/model/wording.js";

export const sha256 = (bytes) => webcrypto.subtle.digest("SHA-256", bytes);

/** Make a judge from what the server serves, an officer and the agency's local time. */
export function judgeOf(served, { account, nowLocal }) {
  const forms = new Map(served.forms.map((one) => [one.form, readForm(one)]));
  const rules = { screening: served.screening, leastAge: served.rules.lead_min_age, today: nowLocal.slice(0, 10) };
  return async function judge(one) {
    const form = forms.get(one.form);
    const refused = served.characters.refused;
    const paper = makePaper(form, { ...one, presentedOn: one.presented_on, account, nowLocal, refused });
    const faults = pairs(paper.faults);
    if (faults.length > 0) return { faults };
    const named = { documentId: one.document_id, language: one.language };
    return {
      faults,
      values: paper.values,
      lines: digestLines(paper.lines, paper.control),
      digest: await paperDigest(form, paper, named, sha256),
      refusal: refusalOf(form, paper.values, rules),
      blocks: blocksOf(form, paper.values).map(({ id, name, isRequired, least }) => [id, name, isRequired, least.path, least.side]),
      ink_faults: pairs(inkFaults(form, paper.values, one.inks)),
    };
  };
}

function pairs(faults) {
  return faults.map(({ slug, place }) => [slug, place]);
}
