// A paper on its way, as tests need it: forms as served, an officer, a held clock, and acts that lead to each place.
import { webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { usualAnswers } from "../../forms_service/web/static/tablet/flow/defaults.js";
import * as flow from "../../forms_service/web/static/tablet/flow/draft.js";
import { checkedPage, numberedPaper } from "../../forms_service/web/static/tablet/flow/paper.js";
import { screened, statedValues } from "../../forms_service/web/static/tablet/flow/screening_questions.js";
import { readForm } from "../../forms_service/web/static/tablet/model/form.js";

export const served = JSON.parse(readFileSync(new URL("./forms.json", import.meta.url), "utf8"));
export const [lead, referral] = ["lead-agreement", "social-referral"].map((name) => readForm(served.forms.find((one) => one.form === name)));
export const sha256 = (bytes) => webcrypto.subtle.digest("SHA-256", bytes);
export const randomBytes = (count) => webcrypto.getRandomValues(new Uint8Array(count));
export const NOW = "2026-11-20T14:03:11";
export const AT = "2026-11-20T14:03:11-08:00";
export const facts = {
  account: { name: "Dana Reyes", badge: "214", phone: "503-555-0142" }, nowLocal: NOW, refused: served.characters.refused,
  screening: served.screening, leastAge: served.rules.lead_min_age, caseNumber: served.rules.case_number_pattern,
};
export const ANSWERS = {
  mental_health_issue: true, probable_cause: true, supervision_person_crime: "no", supervision_source: "leds",
  supervision_checked_at: "2026-11-20T14:00", victims: [{ name: "Corner Store", kind: "business", position: "no_objection" }],
  person_chooses: "yes",
};
const TYPED = {
  contact_place: "Main Street 100, Dallas", person_name_as_given: "Robin Sample", date_of_birth: "1990-04-05", no_phone: true,
  diverted_offences: [{ plain_words: "Took food from a shop", kind: "misdemeanor", happened_on: "2026-11-20" }],
};

/** A draft of LEAD whose questions are answered. */
export function filled(more = {}) {
  const { result } = screened(lead, served.screening, ANSWERS);
  const values = { ...usualAnswers(lead, NOW), ...statedValues(lead, ANSWERS), ...TYPED, ...more };
  const draft = flow.newDraft({ id: "d", form: lead, title: lead.packs.en.title, now: 0, needsScreening: true, values });
  return { ...draft, answers: ANSWERS, is_screened: result.form === lead.form, is_filled: true };
}

/** The text of a draft, numbered. */
export async function paperOf(draft, language = "en", nowLocal = NOW) {
  const { page, faults, refusal } = checkedPage(lead, draft.values, { language, facts: { ...facts, nowLocal } });
  if (faults.length > 0 || refusal) throw new Error(JSON.stringify({ faults, refusal }));
  return numberedPaper(lead, page, { draft, language, today: nowLocal.slice(0, 10), randomBytes, sha256 });
}

/** A draft that the person has read and wants. */
export async function wanted(draft = filled()) {
  const shown = flow.handedOver(flow.shown(draft, await paperOf(draft), AT).draft, AT);
  const read = flow.reachedEnd(flow.sawNo(shown), AT, "");
  const ticks = Object.fromEntries(read.paper.say_back.map(({ id }) => [id, true]));
  return flow.chose(flow.saidBack(read, ticks), true);
}

/** A draft in which these blocks are signed. */
export async function signedBy(...blocks) {
  const sign = (draft, block) => flow.sealed(flow.sealing(draft, block, { envelope_id: `id-${block}`, signed_at: AT }), block, `digest-${block}`);
  return blocks.reduce(sign, await wanted());
}
