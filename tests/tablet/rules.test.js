// The small rules: canonical JSON and digests, text, patterns, days and times, screening.
import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalJson } from "../../forms_service/web/static/tablet/model/canonical_json.js";
import { ageOn, lastDay, localDate } from "../../forms_service/web/static/tablet/model/dates.js";
import { presentedDigest } from "../../forms_service/web/static/tablet/model/digest.js";
import { localTime, localTimeWithOffset } from "../../forms_service/web/static/tablet/model/local_time.js";
import { fits } from "../../forms_service/web/static/tablet/model/patterns.js";
import { caseNumberRefusal, refusalOf } from "../../forms_service/web/static/tablet/model/refusals.js";
import { evaluate } from "../../forms_service/web/static/tablet/model/screening.js";
import { normalText, refusedCodePoint } from "../../forms_service/web/static/tablet/model/text.js";
import { sha256 } from "./judge.js";
import { served, vectors } from "./vectors.js";

/** Make one test of each case. */
function each(name, cases, check) {
  cases.forEach((one, at) => test(`${name} ${at + 1}: ${JSON.stringify(one).slice(0, 90)}`, () => check(one)));
}

each("canonical JSON", vectors("canonical_json").cases, (one) => assert.equal(canonicalJson(one.value), one.canonical));

each("canonical JSON refuses", [[1.5], [2 ** 53], [NaN], [{ é: 1 }], ["\ud800"], [undefined], [new Map()], [new Date(0)], [Symbol("x")]], ([value]) => {
  assert.throws(() => canonicalJson(value), TypeError);
});

each("presented digest", vectors("presented_digest").cases, async ({ document_id: documentId, form_version: formVersion, ...one }) => {
  assert.equal(await presentedDigest({ ...one, documentId, formVersion }, sha256), one.digest);
});

each("text", vectors("text_hygiene").cases, (one) => {
  assert.equal(refusedCodePoint(one.text, served.characters.refused), one.code_point);
});

each("normal text", vectors("text_hygiene").normal, (one) => assert.equal(normalText(one.text), one.normal));

each("pattern", vectors("patterns").cases, ({ pattern, texts }) => {
  assert.deepEqual(texts.map(([text]) => [text, fits(pattern, text)]), texts);
});

test("a form that no row of the table names starts without screening", () => {
  const form = { form: "other", declinedWhen: false, fields: [], period: null };
  const rules = { screening: served.screening, leastAge: 18, today: "2026-11-20" };
  assert.equal(refusalOf(form, { voluntary: "no", approx_age: 3 }, rules), "");
  assert.equal(refusalOf({ ...form, form: "lead-agreement" }, { voluntary: "no" }, rules), "screening-contradicts");
});

test("a case number is the agency's or none; spaces about it do not count", () => {
  const pattern = served.rules.case_number_pattern;
  const refusals = ["", " 26-12345 ", "26-123", "26-12345\u0661"].map((typed) => caseNumberRefusal(typed, pattern));
  assert.deepEqual(refusals, ["", "", "case-number-malformed", "case-number-malformed"]);
});

const period = vectors("period");

each("last day", period.cases, (one) => assert.equal(lastDay(one.day_zero, one.days), one.last_day));

each("age", period.ages, (one) => assert.equal(ageOn(one.born, one.day), one.age));

each("local time", period.local_dates, (one) => {
  const zone = period.zones.find((known) => known.zone === one.zone);
  const written = localTimeWithOffset(Date.parse(one.instant), zone);
  assert.deepEqual([written, localDate(written.slice(0, 16))], [one.local_time, one.local_date]);
});

test("the list of a zone says nothing of the time before it and after it", () => {
  const [zone] = period.zones;
  const known = [zone.offsets[0][0] - 1, zone.offsets[0][0], zone.until, zone.until + 1].map((at) => localTime(at, zone));
  assert.deepEqual(known, ["", "2024-12-31T16:00:00", "2027-12-31T16:00:00", ""]);
  assert.equal(localTimeWithOffset(zone.until + 1, zone), "");
});

test("what is no date has no age and no last day", () => {
  assert.deepEqual([ageOn("soon", "2026-11-20"), ageOn("2000-01-01", 5), lastDay("2026-11-20", "60"), localDate("noon")], [null, null, null, null]);
});

each("screening", vectors("screening").cases, (one) => {
  const { result, faults } = evaluate({ ...served.screening, victim_rule: one.victim_rule ?? "no_objection" }, one.answers);
  if (one.refusal) return assert.equal(faults[0].slug, one.refusal);
  const told = [result.rule, result.form, result.disqualifiers, result.countNameless];
  assert.deepEqual(told, [one.rule, one.form, one.disqualifiers, one.count_nameless]);
  return assert.ok(result.message);
});
