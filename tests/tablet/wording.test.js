// Wording: every line of a page and its digest, in both languages, on presented, completed and blank paper.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldNamed, readForm } from "../../forms_service/web/static/tablet/model/form.js";
import { makePaper } from "../../forms_service/web/static/tablet/model/paper.js";
import { dateLong, digestLines, pageLines, show, timeOfDay } from "../../forms_service/web/static/tablet/model/wording.js";
import { judgeFor, served, vectors } from "./vectors.js";

const { cases, ...given } = vectors("wording");
const judge = judgeFor(given);
const lead = readForm(served.forms[0]);

cases.forEach((one, at) => {
  test(`wording ${at + 1}: ${one.form} in ${one.language}, ${one.paper}`, async () => {
    const verdict = await judge(one);
    assert.deepEqual(verdict.faults, []);
    assert.deepEqual(verdict.lines, one.lines);
    assert.equal(verdict.digest, one.digest);
  });
});

test("a completed page says what was presented", () => {
  const values = cases[0].values;
  assert.deepEqual(pageLines(lead, "en", values, { paper: "completed" }), pageLines(lead, "en", values));
});

test("a paper is presented and asks for what it must say, unless it is told otherwise", () => {
  const { account, now_local: nowLocal } = given;
  const request = { values: cases[0].values, language: "en", account, nowLocal, presentedOn: "2026-11-20", refused: served.characters.refused };
  assert.deepEqual(digestLines(makePaper(lead, request).lines), cases[0].lines);
  const { contact_place: _place, voluntary: _voluntary, ...rest } = cases[0].values;
  assert.deepEqual(makePaper(lead, { ...request, values: rest }).faults, [{ slug: "value-missing", place: "contact_place" }]);
});

test("a line of a value has its label and value apart, for screens that set them so", () => {
  const line = pageLines(lead, "es", { person_name_as_given: " Tal " }).find((one) => one.id === "v-person");
  assert.deepEqual([line.label, line.value, line.text, line.block], ["Nombre", "Tal", "Nombre: Tal", ""]);
});

test("noon and midnight have twelve o'clock, in the language's own way", () => {
  const written = ["00:05", "12:05", "15:05"].map((time) => timeOfDay(`2026-11-20T${time}`, lead.packs.es));
  assert.deepEqual(written, ["12:05 a. m.", "12:05 p. m.", "3:05 p. m."]);
  assert.equal(timeOfDay("2026-11-20T09:05", { ...lead.packs.es, time_pattern: "{hour24}.{minute}" }), "09.05");
  assert.equal(dateLong("2027-01-02", lead.packs.en), "January 2, 2027");
});

test("a local time can be cut to its date or its time, and a format changes nothing else", () => {
  const how = (name, wanted) => ({ field: fieldNamed(lead, name), wanted, pack: lead.packs.en, optionKey: name });
  assert.equal(show("2026-11-20T15:05", how("contact_at", "time")), "3:05 p.m.");
  assert.equal(show("2026-11-20T15:05", how("contact_at", "date_long")), "November 20, 2026");
  assert.equal(show(["guardian"], how("aids", "list")), "guardian");
  assert.equal(show(false, how("guardian_order_seen", "yes_no")), "no");
});

test("words that name no field are the loader's fault, and nothing is made up", () => {
  const words = { ...lead.packs.en, lines: { ...lead.packs.en.lines, title: "{nothing}" } };
  const form = { ...lead, packs: { ...lead.packs, en: words } };
  assert.throws(() => pageLines(form, "en", { nothing: "x" }), TypeError);
});
