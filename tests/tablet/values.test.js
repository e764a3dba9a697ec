// Values: what the server accepts, refuses and fills in, the tablet accepts, refuses and fills in.
import assert from "node:assert/strict";
import { test } from "node:test";
import { completeValues } from "../../forms_service/web/static/tablet/model/completion.js";
import { fieldNamed, readForm, valueOf } from "../../forms_service/web/static/tablet/model/form.js";
import { needsWarning } from "../../forms_service/web/static/tablet/model/values.js";
import { caseOf, changed, judgeFor, served, vectors } from "./vectors.js";

const { cases, ...given } = vectors("values");
const judge = judgeFor(given);

cases.forEach((one, at) => {
  test(`values ${at + 1}: ${one.form} ${JSON.stringify(one.set).slice(0, 80)} without ${one.without}`, async () => {
    const sent = changed(one);
    const verdict = await judge(caseOf(one.form, sent));
    assert.deepEqual(verdict.faults, one.faults);
    if (one.faults.length > 0) return;
    const kept = { ...sent, ...one.gives };
    one.gone.forEach((name) => delete kept[name]);
    assert.deepEqual(verdict.values, kept);
    assert.equal(verdict.refusal, one.refusal);
  });
});

test("there are as many cases as were agreed, of both forms and both verdicts", () => {
  const refused = cases.filter((one) => one.faults.length > 0);
  assert.ok(cases.length >= 150 && refused.length >= 75 && cases.length - refused.length >= 75);
  assert.equal(new Set(cases.map((one) => one.form)).size, 2);
});

test("a contact more than a day ago asks for a second look, and is not refused", () => {
  const field = fieldNamed(readForm(served.forms[0]), "contact_at");
  const asked = ["2026-11-20T09:59", "2026-11-20T10:00", "2026-11-21T09:00", "soon"].map((at) => needsWarning(field, at, given.now_local));
  assert.deepEqual(asked, [true, false, false, false]);
  const other = fieldNamed(readForm(served.forms[0]), "supervision_checked_at");
  assert.equal(needsWarning(other, "2020-01-01T00:00", given.now_local), false);
});

test("a source that is empty fills nothing, and a value that is empty is filled", () => {
  const form = readForm(served.forms[0]);
  const filled = completeValues(form, { officer_name: " ", officer_badge: "7" }, { "agency.name": "", "account.name": "Dana", "account.badge": "9" });
  assert.deepEqual(filled, { officer_name: "Dana", officer_badge: "7" });
});

test("what every object inherits is no value", () => {
  assert.equal(valueOf({}, "constructor"), undefined);
  assert.equal(valueOf({ constructor: "x" }, "constructor"), "x");
});

test("a language that the form does not have is refused, and there are no words", async () => {
  const verdict = await judge(caseOf("lead-agreement", changed({ form: "lead-agreement" }), { language: "fr" }));
  assert.deepEqual(verdict, { faults: [["language-unknown", "language"]] });
});
