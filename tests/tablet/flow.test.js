// The way of a paper: which screen comes next, what falls when something changes, what goes into an envelope.
import assert from "node:assert/strict";
import { test } from "node:test";
import { declineOf, discardOf, signatureOf } from "../../forms_service/web/static/tablet/flow/contents.js";
import { following, usualAnswers } from "../../forms_service/web/static/tablet/flow/defaults.js";
import { lastPlaces } from "../../forms_service/web/static/tablet/flow/places.js";
import * as flow from "../../forms_service/web/static/tablet/flow/draft.js";
import { dayHasTurned, isDone, isHalfSigned, nextBlock, nextScreen } from "../../forms_service/web/static/tablet/flow/next.js";
import { checkedPage, readLines } from "../../forms_service/web/static/tablet/flow/paper.js";
import { askedSections, isAsked, onlyApplying, withoutEmpty } from "../../forms_service/web/static/tablet/flow/questions.js";
import { screened, screeningFields, statedValues } from "../../forms_service/web/static/tablet/flow/screening_questions.js";
import { canonicalJson } from "../../forms_service/web/static/tablet/model/canonical_json.js";
import { presentedDigest } from "../../forms_service/web/static/tablet/model/digest.js";
import { ANSWERS, AT, NOW, facts, filled, lead, paperOf, referral, served, sha256, signedBy, wanted } from "./flow_cases.js";

const ORIGIN = { author: "jwt", device: "Car 12 é", clock_ahead_ms: 1499, app_version: "1" };
const STROKES = [[[100, 100, 0, null], [900, 900, 40, null]]];

test("the screens of the usual case follow one another", async () => {
  const begun = { ...filled(), is_screened: false, is_filled: false };
  assert.equal(nextScreen(begun), "screening");
  assert.equal(nextScreen({ ...begun, is_screened: true }), "form");
  assert.equal(nextScreen(filled()), "check");
  const shown = flow.shown(filled(), await paperOf(filled()), AT).draft;
  assert.equal(nextScreen(shown), "hand-over");
  const handed = flow.handedOver(shown, AT);
  assert.equal(nextScreen(handed), "say-no");
  assert.equal(nextScreen(flow.sawNo(handed)), "read");
  const read = flow.reachedEnd(flow.sawNo(handed), AT, "");
  assert.equal(nextScreen(read), "say-back");
  const said = flow.saidBack(read, { say_back_sixty_days: true, say_back_can_say_no: true, say_back_what_if_not: true });
  assert.equal(nextScreen(said), "choose");
  assert.equal(nextScreen(flow.chose(said, true)), "sign");
});

test("after the person the officer signs, once the tablet is back, and then all is done", async () => {
  const person = await signedBy("person");
  assert.equal(nextScreen(person), "thanks");
  assert.equal(nextScreen(flow.takenBack(person)), "officer");
  const both = await signedBy("person", "officer");
  assert.equal(nextScreen(both), "done");
  assert.deepEqual([isDone(both), isHalfSigned(both), isHalfSigned(person), isDone(person)], [true, false, true, false]);
});

test("who can not say it back pauses, and may hear it again", async () => {
  const paused = flow.saidBack(await wanted(), { say_back_sixty_days: false });
  assert.equal(nextScreen(paused), "paused");
  const again = flow.readAgain(paused);
  assert.equal(nextScreen(again), "read");
  assert.deepEqual(Object.keys(again.presentation).sort(), ["languages_viewed", "read_aloud", "shown_at"]);
});

test("a form without screening or say-back skips both", () => {
  const draft = flow.newDraft({ id: "d", form: referral, title: "", now: 0, needsScreening: false, values: {} });
  assert.equal(nextScreen(draft), "form");
});

test("a block counts as signed only when its envelope lies in the outbox", async () => {
  const sealing = flow.sealing(await wanted(), "person", { envelope_id: "e", signed_at: AT });
  assert.equal(nextBlock(sealing), "person");
  assert.equal(nextBlock(flow.sealed(sealing, "person", "d1")), "officer");
  assert.deepEqual(flow.unsealed(sealing, "person").signed, {});
});

for (const [name, change] of [
  ["an offence", { values: { ...filled().values, diverted_offences: [{ plain_words: "Else", kind: "city_code", happened_on: "2026-11-20" }] } }],
  ["a name", { values: { ...filled().values, person_name_as_given: "Other" } }],
  ["the form's version", { form_digest: "f".repeat(64) }],
]) {
  test(`changing ${name} after a signature drops the text and tells what to discard`, async () => {
    const { draft, dropped } = flow.changed(await signedBy("person"), change);
    assert.deepEqual(dropped, ["digest-person"]);
    assert.deepEqual([draft.paper, draft.signed, draft.presentation, draft.numbers], [null, {}, {}, {}]);
    assert.equal(nextScreen(draft), "check");
  });
}

test("the same answers in another order change nothing", async () => {
  const person = await signedBy("person");
  const values = Object.fromEntries(Object.entries(person.values).reverse());
  const { draft, dropped } = flow.changed(person, { values });
  assert.deepEqual([dropped, draft.signed], [[], person.signed]);
});

test("another language is another paper; the first one keeps its number", async () => {
  const draft = await signedBy("person");
  const spanish = await paperOf(draft, "es");
  const turned = flow.shown(draft, spanish, AT);
  assert.deepEqual(turned.dropped, ["digest-person"]);
  assert.equal(nextScreen(turned.draft), "read");
  assert.deepEqual(turned.draft.presentation.languages_viewed, ["en", "es"]);
  assert.notEqual(spanish.document_id, draft.paper.document_id);
  const back = flow.shown(turned.draft, await paperOf(turned.draft, "en"), AT).draft;
  assert.equal(back.paper.document_id, draft.paper.document_id);
  assert.equal(back.paper.digest, draft.paper.digest);
});

test("showing the very same text goes on where it was", async () => {
  const draft = await signedBy("person");
  assert.deepEqual(flow.shown(draft, await paperOf(draft), "later"), { draft, dropped: [] });
});

test("past midnight the text is shown anew under a new number, until somebody has signed", async () => {
  const draft = await wanted();
  assert.equal(dayHasTurned(draft, "2026-11-20"), false);
  assert.equal(dayHasTurned(draft, "2026-11-21"), true);
  const next = await paperOf(draft, "en", "2026-11-21T00:05:00");
  assert.notEqual(next.document_id, draft.paper.document_id);
  assert.equal(dayHasTurned(await signedBy("person"), "2026-11-21"), false);
  assert.equal(dayHasTurned({ ...draft, paper: { ...draft.paper, has_period: false } }, "2026-11-21"), false);
});

test("opening no and coming back is kept, also over a change of language", async () => {
  const draft = flow.leftNo(flow.leftNo(await wanted()));
  assert.equal(draft.presentation.no_opened, 2);
  assert.equal(flow.shown(draft, await paperOf(draft, "es"), AT).draft.presentation.no_opened, 2);
});

test("the first end that was reached counts, and handing over again changes no time", async () => {
  const draft = flow.reachedEnd(await wanted(), "later", "officer");
  assert.deepEqual([draft.presentation.end_reached_at, draft.presentation.read_aloud], [AT, "officer"]);
  assert.equal(flow.handedOver(flow.takenBack(draft), "later").presentation.shown_at, AT);
});

test("a no ends the draft and says a rule and a month, nothing else", async () => {
  const draft = flow.declined(await wanted(), { envelope_id: "e", rule: "person-refused", month: "2026-11" });
  assert.equal(nextScreen(draft), "ended");
  assert.deepEqual(declineOf(draft), {
    envelope_id: "e", kind: "decline", document_id: "",
    content: { v: "decline/1", envelope_id: "e", form: "lead-agreement", rule: "person-refused", month: "2026-11", author: "" },
  });
});

test("what is given up waits until each discard lies in the outbox", async () => {
  const discard = { envelope_id: "e", names: "digest-person", reason: "officer_called_away", document_id: "LEAD-1" };
  const draft = flow.discarded(await signedBy("person"), [discard]);
  assert.deepEqual([draft.signed, nextScreen(draft)], [{}, "check"]);
  assert.deepEqual(flow.toldDiscard(draft, "e").discards, []);
  assert.deepEqual(discardOf(discard, "jwt").content, { v: "discard/1", envelope_id: "e", names: "digest-person", reason: "officer_called_away", author: "jwt" });
});

test("the person's envelope names nobody, the officer's names the person's and is the last", async () => {
  const draft = flow.sealing(await signedBy("person"), "officer", { envelope_id: "id-officer", signed_at: AT });
  const [first, last] = ["person", "officer"].map((block) => signatureOf(draft, block, STROKES, ORIGIN).content);
  assert.deepEqual([first.is_last, first.names], [false, {}]);
  assert.deepEqual([last.is_last, last.names], [true, { person: "digest-person" }]);
  assert.deepEqual(last.signed, { strokes: STROKES, signed_at: AT, device: "Car 12 ", device_offset_s: 1 });
  assert.equal(first.values.say_back_sixty_days, true);
  assert.doesNotThrow(() => canonicalJson(last));
});

test("the lines in the envelope are those of the digest", async () => {
  const draft = await signedBy("person");
  const { content } = signatureOf(draft, "person", STROKES, { ...ORIGIN, clock_ahead_ms: null });
  const said = { documentId: content.document_id, form: content.form, formVersion: content.form_version, language: content.language, lines: content.lines };
  assert.equal(await presentedDigest(said, sha256), content.presented_digest);
  assert.equal("device_offset_s" in content.signed, false);
});

test("what is read are the page's own lines in order; a signer's stand above the pad", async () => {
  const { paper } = await wanted();
  const person = paper.blocks.find((one) => one.id === "person");
  assert.ok(person.statements.some((text) => text.includes("No one forced me")));
  const read = readLines(paper);
  assert.deepEqual(paper.lines.filter((line) => read.includes(line)), read);
  assert.ok(read.every((line) => line.block === ""));
});

test("an interpreter on the phone does not sign, one who is there does, and a mark needs its witness", async () => {
  const signers = async (more) => (await paperOf(filled(more))).blocks.map((one) => one.id);
  const phone = { aids: ["interpreter"], interpreter_name: "Sol Vega", interpreter_id: "LL-88", interpreter_language: "Mam", interpreter_channel: "phone" };
  assert.deepEqual(await signers(phone), ["person", "officer"]);
  assert.deepEqual(await signers({ ...phone, interpreter_channel: "in_person" }), ["person", "interpreter", "officer"]);
  const witness = { witness_name: "Ines Ortega", witness_relation: "neighbor" };
  assert.deepEqual(await signers({ manner: "mark", ...witness }), ["person", "witness", "officer"]);
  assert.deepEqual(await signers({ manner: "directed", ...witness }), ["witness", "officer"]);
});

test("screening leads to the form, or says where it leads, with every reason", () => {
  const judged = (change) => screened(lead, served.screening, { ...ANSWERS, ...change }).result;
  assert.equal(judged({}).form, "lead-agreement");
  assert.equal(judged({ probable_cause: false }).rule, "R9b");
  const both = judged({ supervision_person_crime: "yes", victims: [{ name: "A", kind: "person", position: "objects" }] });
  assert.deepEqual([both.rule, both.countNameless, both.disqualifiers], ["R6", true, ["supervision", "victim"]]);
  assert.equal(screened(referral, served.screening, { mental_health_issue: true, probable_cause: true, person_chooses: "yes" }).result.rule, "R9a");
});

test("open questions of the table are told, each at its place", () => {
  const { result, faults } = screened(lead, served.screening, { mental_health_issue: true });
  assert.equal(result, null);
  assert.deepEqual(faults.map((one) => one.place), ["probable_cause", "supervision_person_crime", "person_chooses"]);
});

test("screening states on the form what was answered, and asks neither drink nor other cases", () => {
  const stated = statedValues(lead, ANSWERS);
  assert.deepEqual([stated.lay_opinion_confirmed, stated.pc_confirmed, stated.voluntary], [true, true, "yes"]);
  assert.equal(statedValues(referral, { mental_health_issue: true, probable_cause: false }).no_pc_confirmed, true);
  const asked = screeningFields(lead).map((one) => one.id);
  assert.ok(!asked.some((id) => /intox|drunk|other_c/.test(id)));
});

test("nothing that the officer must judge or the person must choose is ever a usual answer", () => {
  for (const form of [lead, referral]) {
    const usual = Object.keys(usualAnswers(form, NOW));
    const never = ["lay_opinion_confirmed", "pc_confirmed", "no_pc_confirmed", "supervision_person_crime", "supervision_source", "victims", "voluntary", "could_benefit_confirmed", "may_share_contact"];
    assert.deepEqual(usual.filter((id) => never.includes(id)), []);
    assert.ok(usual.every((id) => form.fields.some((one) => one.id === id && isAsked(one))));
  }
});

test("an interpreter interprets by phone until it is changed", () => {
  const usual = usualAnswers(lead, NOW);
  assert.equal(usual.interpreter_channel, undefined);
  const added = following(lead, usual, { ...usual, aids: ["interpreter"] });
  assert.equal(added.interpreter_channel, "phone");
  assert.equal(following(lead, usual, { ...usual, aids: ["interpreter"], interpreter_channel: "video" }).interpreter_channel, "video");
  assert.equal(following(lead, added, { ...added, interpreter_channel: undefined }).interpreter_channel, undefined);
  assert.equal(following(lead, usual, { ...usual, aids: ["read_aloud"] }).interpreter_channel, undefined);
});

test("the places of the shift are the last three of other papers, the newest first, each once", () => {
  const [now, hour] = [1_800_000_000_000, 3_600_000];
  const draft = (id, ago, place, more = {}) => ({ v: "draft/1", id, started_at: now - ago * hour, values: { contact_place: place }, ...more });
  const contents = [
    draft("a", 5, "First Street"), draft("b", 1, "Second Street"), draft("c", 2, "Third Street"), draft("d", 3, "Second Street"), draft("e", 4, "Fourth Street"),
    draft("f", 0.5, "Its own"), draft("g", 12, "Yesterday's shift"), draft("h", -13, "A clock that was set back"), draft("i", 0.2, undefined), draft("j", 0.1, ""),
    { v: "stub/1", id: "k", name: "R Q" }, undefined, null,
  ];
  assert.deepEqual(lastPlaces(contents, { but: "f", now }), ["Second Street", "Third Street", "Fourth Street"]);
  assert.deepEqual(lastPlaces([], { but: "f", now }), []);
});

test("the offence follows the contact until it is changed", () => {
  const usual = usualAnswers(lead, NOW);
  const placed = following(lead, usual, { ...usual, contact_place: "Main Street 100" });
  assert.deepEqual(placed.diverted_offences, [{ happened_on: "2026-11-20", place: "Main Street 100" }]);
  const own = { ...placed, diverted_offences: [{ happened_on: "2026-11-02", place: "Elsewhere" }] };
  assert.deepEqual(following(lead, own, { ...own, contact_at: "2026-11-19T10:00", contact_place: "B" }).diverted_offences, own.diverted_offences);
  assert.equal(following(lead, usual, { ...usual, contact_place: "x".repeat(121) }).diverted_offences[0].place, undefined);
});

test("the language read follows the one spoken; without our words an interpreter is asked about", () => {
  const usual = usualAnswers(lead, NOW);
  const spanish = following(lead, usual, { ...usual, language_spoken: "es" });
  assert.deepEqual([spanish.reads_in, spanish.interpreter_needed], ["es", false]);
  const mam = following(lead, usual, { ...usual, language_spoken: "mam" });
  assert.deepEqual([mam.reads_in, mam.interpreter_needed], [undefined, undefined]);
  const own = { ...usual, reads_in: "ru", interpreter_needed: true };
  assert.equal(following(lead, own, { ...own, language_spoken: "es" }).reads_in, "ru");
});

test("answers that do not apply and empty ones are dropped", () => {
  assert.deepEqual(onlyApplying(lead, { manner: "drawn", witness_name: "A" }), { manner: "drawn" });
  assert.deepEqual(withoutEmpty({ a: "", b: [], c: [{}], d: false, e: 0, f: undefined, g: [{ x: 1 }] }), { d: false, e: 0, g: [{ x: 1 }] });
});

test("each form asks its sections in the order of a conversation", () => {
  assert.deepEqual(askedSections(lead, true), ["contact", "person", "offences", "treatment", "reach", "signing", "officer"]);
  assert.equal(askedSections(referral, false)[0], "screening");
});

test("faults, a case number of another pattern, and what is refused though each answer is good", () => {
  const check = (more) => checkedPage(lead, { ...filled().values, ...more }, { language: "en", facts });
  assert.deepEqual(check({ case_number: "nonsense" }).faults, [{ slug: "case-number-malformed", place: "case_number" }]);
  assert.deepEqual(check({ contact_place: "" }).faults, [{ slug: "value-missing", place: "contact_place" }]);
  assert.equal(check({ date_of_birth: "2012-01-01" }).refusal, "person-too-young");
  assert.equal(check({ supervision_person_crime: "yes" }).refusal, "screening-contradicts");
  assert.equal(check({}).refusal, "");
});
