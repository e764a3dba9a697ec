// What is told after signing: what the server accepts, refuses and adds up, the tablet accepts, refuses and adds up.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAddition, fieldsOf, handOverOf } from "../../forms_service/web/static/tablet/model/addition.js";
import { readForm } from "../../forms_service/web/static/tablet/model/form.js";
import { inTurn } from "../../forms_service/web/static/tablet/model/phone_hours.js";
import { served, vectors } from "./vectors.js";

const FORMS = new Map(served.forms.map((one) => [one.form, readForm(one)]));
const { cases, now_local: nowLocal } = vectors("additions");
const LATER = "2026-11-20T15:00:00-08:00";

cases.forEach((one, at) => {
  test(`addition ${at + 1}: ${one.form} ${JSON.stringify(one.values).slice(0, 80)}`, () => {
    const form = FORMS.get(one.form);
    const { values, faults } = checkAddition(form, one.values, { ...one, nowLocal, refused: served.characters.refused });
    assert.deepEqual(faults.map(({ slug, place }) => [slug, place]), one.faults);
    if (one.faults.length > 0) return;
    assert.deepEqual(values, one.gives);
    const { missing, state } = handOverOf(form, one.signed, [...one.told, { values, at: LATER }]);
    assert.deepEqual([missing, state], [one.missing, one.state]);
  });
});

test("a form without a hand-over has none", () => {
  const form = { ...FORMS.get("lead-agreement"), fields: [] };
  assert.deepEqual([fieldsOf(form), handOverOf(form, {}, []).state], [[], "none"]);
});

test("tries stand in the order they were made, whoever told them first", () => {
  const told = ["14:30", "14:10"].map((hour, at) => ({ values: { bh_contact: [{ tried_at: `2026-11-20T${hour}` }] }, at: `2026-11-20T14:4${at}:00-08:00` }));
  const { tries } = handOverOf(FORMS.get("social-referral"), {}, told);
  assert.deepEqual(tries.map((one) => one.tried_at), ["2026-11-20T14:10", "2026-11-20T14:30"]);
});

const hours = vectors("phone_hours");
hours.cases.forEach((one) => {
  test(`numbers at ${one.now}`, () => assert.deepEqual(inTurn(hours.numbers, one.now).map(({ name }) => name), one.names));
});
