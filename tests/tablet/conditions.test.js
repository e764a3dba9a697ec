// Conditions of a form folder: the same cases that Python runs, and answers read from a page for them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fieldsNamed, holds } from "../../forms_service/web/static/conditions.js";
import { answersOf } from "../../forms_service/web/static/form/answers.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/conditions.json", import.meta.url), "utf-8"));

vectors.cases.forEach((one, at) => {
  test(`condition ${at + 1}: ${JSON.stringify(one.condition)}`, () => {
    assert.equal(holds(one.condition, one.values), one.holds);
  });
});

test("ticked choices become a list, yes and no truth, digits a number, empty inputs nothing", () => {
  const pairs = [["aids", "read_aloud"], ["aids", "guardian"], ["no_phone", "true"], ["approx_age", "13"], ["other", ""]];
  assert.deepEqual(answersOf(pairs), { aids: ["read_aloud", "guardian"], no_phone: true, approx_age: 13 });
});

test("a date counts as answered when a part of it is", () => {
  assert.deepEqual(answersOf([["date_of_birth.year", "1986"], ["date_of_birth.day", ""]]), { date_of_birth: "date" });
});

test("a condition names every field it looks at", () => {
  const [a, b, c] = ["a", "b.c", "d"].map((field) => ({ field, is_set: true }));
  assert.deepEqual(fieldsNamed({ all: [a, { any: [b, { not: c }] }, true] }), ["a", "b.c", "d"]);
});
