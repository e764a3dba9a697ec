// Half-signed papers whose text is gone: which they are, and that one comes back only as the text that was signed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { orphansOf } from "../../forms_service/web/static/tablet/paper/orphans.js";
import { isOver } from "../../forms_service/web/static/tablet/paper/papers.js";
import { restoredDraft } from "../../forms_service/web/static/tablet/paper/restored.js";
import { nextScreen } from "../../forms_service/web/static/tablet/flow/next.js";
import { newDraft } from "../../forms_service/web/static/tablet/flow/draft.js";
import { usualAnswers } from "../../forms_service/web/static/tablet/flow/defaults.js";
import { checkedPage, numberedPaper } from "../../forms_service/web/static/tablet/flow/paper.js";
import { statedValues } from "../../forms_service/web/static/tablet/flow/screening_questions.js";
import { worldOf } from "../../forms_service/web/static/tablet/paper/world.js";
import { randomBytes, served, sha256 } from "./flow_cases.js";

const NOW = Date.parse("2026-11-20T22:03:11Z");
const AUTHOR = { credential: "jwt", name: "Dana Reyes", badge: "214", phone: "503-555-0142", exp: 0 };
const SCREENED = { mental_health_issue: true, probable_cause: true, supervision_person_crime: "no", supervision_source: "leds", supervision_checked_at: "2026-11-20T14:00", victims: [{ kind: "none" }], person_chooses: "yes" };
const TYPED = { contact_place: "Main Street 100", person_name_as_given: "Robin Sample", date_of_birth: "1990-04-05", no_phone: true, diverted_offences: [{ plain_words: "Took food", kind: "misdemeanor", happened_on: "2026-11-20" }] };

const row = (id, documentId, more = {}) => ({ envelope_id: id, digest: `of ${id}`, kind: "signature", document_id: documentId, made_at: 1, is_last: false, ...more });

test("a paper is without its text when nobody has finished or discarded it and it does not lie here", () => {
  const rows = [
    row("e-1", "A"), row("e-2", "A", { made_at: 7 }), row("e-3", "B"), row("e-4", "B", { is_last: true }), row("e-5", "C"),
    row("e-6", "C", { kind: "discard" }), row("e-7", "D"), row("e-8", "E", { is_last: undefined }), row("e-9", "", { kind: "decline" }), row("e-0", "F", { made_at: 9 }),
  ];
  assert.deepEqual(orphansOf(rows, new Set(["D"])), [
    { document_id: "F", digests: ["of e-0"], signed_at: 9 }, { document_id: "A", digests: ["of e-1", "of e-2"], signed_at: 7 },
  ]);
});

test("cut off between two discards, what is left of the paper is still to be given up", () => {
  const rows = [row("e-1", "A"), row("e-2", "A"), row("e-3", "A", { kind: "discard", gave_up: "of e-1" })];
  assert.deepEqual(orphansOf(rows, new Set()), [{ document_id: "A", digests: ["of e-2"], signed_at: 1 }]);
  assert.deepEqual(orphansOf([...rows, row("e-4", "A", { kind: "discard", gave_up: "of e-2" })], new Set()), []);
});

/** A LEAD paper that the person has signed, and what the server has of it. */
async function halfSigned() {
  const world = worldOf({ kept: { content: served }, author: AUTHOR, met: undefined, device: "Car 12", version: "1", now: () => NOW });
  const form = world.forms.get("lead-agreement");
  const values = { ...usualAnswers(form, world.nowLocal()), ...statedValues(form, SCREENED), ...TYPED };
  const { account, refused, caseNumber, screening, leastAge } = world;
  const { page, faults } = checkedPage(form, values, { language: "es", facts: { account, refused, caseNumber, screening, leastAge, nowLocal: world.nowLocal() } });
  assert.deepEqual(faults, []);
  const draft = newDraft({ id: "p-1", form, title: "", now: NOW, needsScreening: false, values });
  const paper = await numberedPaper(form, page, { draft, language: "es", today: world.nowLocal().slice(0, 10), randomBytes, sha256 });
  const signed = { person: { envelope_id: "e-1", digest: "d".repeat(64), signed_at: world.moment() } };
  const told = {
    document_id: paper.document_id, form: paper.form, form_version: paper.form_version, form_digest: paper.form_digest, language: paper.language,
    values: { ...paper.values, say_back_sixty_days: true }, presented_digest: paper.digest, presentation: { shown_at: world.moment() }, signed,
  };
  return { told, paper, world };
}
const HOW = { id: "p-9", now: NOW, until: NOW + 1000, sha256 };

test("what comes back is the very text, signed by the person, for the officer to sign", async () => {
  const { told, paper, world } = await halfSigned();
  const draft = await restoredDraft(told, world, HOW);
  assert.deepEqual(draft.paper, paper);
  assert.deepEqual([draft.signed, draft.said, nextScreen(draft)], [told.signed, { say_back_sixty_days: true }, "officer"]);
  assert.deepEqual([isOver(draft, NOW + 1000), isOver(draft, NOW + 1001)], [false, true]);
});

test("another text than the one that was signed does not come back", async () => {
  const { told, world } = await halfSigned();
  const others = [{ presented_digest: "0".repeat(64) }, { form_version: 99 }, { form_digest: "0".repeat(64) }, { form: "gone" }, { values: { ...told.values, contact_place: "Elsewhere" } }, { values: {} }];
  for (const other of others) await assert.rejects(restoredDraft({ ...told, ...other }, world, HOW), { slug: "paper-form-changed" });
});

test("what the tablet knows itself has no end but its copy's", () => {
  for (const content of [undefined, { v: "stub/1", lease_until: 1 }, { v: "draft/1" }]) assert.equal(isOver(content, NOW), false);
});
