// Ready for the field: what makes each line red, and that every red line says what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ago, moment, plural, span, words, wordsOf } from "../../forms_service/web/static/tablet/messages.js";
import { missingNumbers } from "../../forms_service/web/static/tablet/ready/gap.js";
import { isBad, readyLines } from "../../forms_service/web/static/tablet/ready/checks.js";

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const enrolment = { device_id: "d-1", keys: {}, label: "Car 12", at: NOW, revoked: false };
const forms = { digest: "f", content: { forms: [{}, {}] }, got_at: NOW, checked_at: NOW, current: true };
const READY = {
  standalone: true, can_install: false, kept: true, persisted: true, free_bytes: 5e9, forms, build: "b1", update_waits: false,
  met: { at: NOW, offset_ms: 0, build: "b1" }, reachable: true, unsent: 0, refused: 0, enrolment, has_pin: true, now: NOW,
  damage: undefined, missing: [], second_trouble: "",
};
const DAMAGE = { at: NOW, waiting: 2, papers: 1, lost_papers: 0, needs_enrolment: false, needs_pin: false };
const bad = (changes) => readyLines({ ...READY, ...changes }).filter(isBad).map((line) => line.id);
const line = (id, changes) => readyLines({ ...READY, ...changes }).find((one) => one.id === id);

test("a tablet with everything is ready", () => assert.deepEqual(bad({}), []));

test("without the server a tablet that met it lately is ready still", () => {
  const away = { reachable: false, now: NOW + DAY };
  assert.deepEqual(bad(away), []);
  assert.equal(line("connection", away).state, "note");
  assert.equal(line("connection", away).said, "Working without the server. It answered 24 hours ago.");
});

const RED = [
  ["enrolled", { enrolment: undefined }], ["enrolled", { enrolment: { ...enrolment, revoked: true } }], ["pin", { has_pin: false }],
  ["installed", { standalone: false }], ["installed", { standalone: false, can_install: true }], ["kept", { kept: false }],
  ["persisted", { persisted: false }], ["room", { free_bytes: 1e8 }], ["forms", { forms: undefined }],
  ["forms", { forms: { ...forms, current: false } }], ["forms", { forms: { ...forms, checked_at: NOW - 8 * DAY } }],
  ["version", { build: "b0" }], ["version", { update_waits: true }], ["clock", { met: null }],
  ["clock", { met: { at: NOW - 8 * DAY, offset_ms: 0, build: "b1" } }],
  ["clock", { met: { at: NOW, offset_ms: 5 * MINUTE + 1, build: "b1" } }],
  ["clock", { met: { at: NOW, offset_ms: -5 * MINUTE - 1, build: "b1" } }],
  ["damaged", { damage: DAMAGE }], ["twice", { second_trouble: "NotSupportedError" }], ["chain", { missing: ["4"] }],
  ["outbox", { unsent: 1 }], ["outbox", { refused: 1 }], ["outbox", { unsent: 2, reachable: false }],
];
RED.forEach(([id, changes]) => {
  test(`${id} is red with ${JSON.stringify(changes).slice(0, 60)}, alone, first, and says what to do`, () => {
    assert.deepEqual(bad(changes), [id]);
    const [first] = readyLines({ ...READY, ...changes });
    assert.equal(first.id, id);
    assert.ok(first.said && first.todo);
  });
});

test("a clock five minutes off is right still, and a wrong one is told with its way", () => {
  assert.deepEqual(bad({ met: { at: NOW, offset_ms: 5 * MINUTE, build: "b1" } }), []);
  assert.equal(line("clock", { met: { at: NOW, offset_ms: 7 * MINUTE, build: "b1" } }).said, "The clock is 7 minutes behind.");
  assert.equal(line("clock", { met: { at: NOW, offset_ms: -7 * MINUTE, build: "b1" } }).said, "The clock is 7 minutes ahead.");
});

test("a browser that tells no room makes no red line", () => assert.equal(line("room", { free_bytes: null }).state, "note"));

test("each button is one that the screen knows", () => {
  const known = ["#enrol", "#pin", "#waiting", "persist", "install", "send", "get-forms", "use-update", "look-for-update", "seen-damage"];
  const used = RED.flatMap(([, changes]) => readyLines({ ...READY, ...changes })).map((one) => one.action?.slug).filter(Boolean);
  assert.deepEqual(used.filter((slug) => !known.includes(slug)), []);
});

test("times and numbers are said in words", () => {
  assert.deepEqual([plural(1, "try", "tries"), plural(2, "try", "tries"), plural(0, "item")], ["1 try", "2 tries", "0 items"]);
  assert.deepEqual([span(1), span(30_000), span(90_000), span(3_600_000), span(3 * DAY)], ["1 second", "30 seconds", "2 minutes", "1 hour", "3 days"]);
  assert.deepEqual([ago(NOW, NOW + 59_000), ago(NOW, NOW + 5 * MINUTE)], ["just now", "5 minutes ago"]);
});

test("a refusal is said in words, an unknown one by its slug, a full disk as such", () => {
  assert.equal(words("pin-too-soon", { wait_ms: 60_000 }), "Too soon. Try again in 1 minute.");
  assert.equal(words("of-another-world"), "Not done (of-another-world). Tell IT.");
  assert.equal(words("toString", {}), "Not done (toString). Tell IT.");
  assert.equal(words("of-the-server", { detail: "The server's words." }), "The server's words.");
  assert.match(wordsOf(new DOMException("", "QuotaExceededError")), /no room left/);
  assert.match(wordsOf(Object.assign(new Error(""), { slug: "pin-wrong", facts: { tries_left: 1, wait_ms: 0 } })), /^Wrong PIN. 1 try left. /);
});

test("a moment is said by the agency's clock, whatever the tablet's zone is, and says which clock it is", () => {
  const zone = { name: "America/Los_Angeles", offsets: [[0, -28_800], [NOW, -25_200]], until: NOW + DAY };
  assert.equal(moment(NOW - 1, zone), "Jan 14, 2027, 23:59 PST");
  assert.equal(moment(NOW - 1, { ...zone, name: "Nowhere/Atall" }), "Jan 14, 2027, 23:59 Nowhere/Atall");
  for (const unknown of [undefined, { ...zone, until: 0 }]) assert.equal(moment(NOW, unknown), "Jan 15, 2027, 08:00 UTC");
});

test("damage is told with what was kept and what is to do, which is told until it is done", () => {
  const said = (changes, facts) => line("damaged", { ...facts, damage: { ...DAMAGE, ...changes } }).said;
  assert.equal(said({}), "This tablet's storage was damaged. 2 signed agreements were kept and are being sent. 1 open paper was kept too.");
  const lost = { waiting: 1, papers: 0, lost_papers: 2, needs_enrolment: true, needs_pin: true };
  assert.equal(said(lost, { enrolment: undefined, has_pin: false }), "This tablet's storage was damaged. 1 signed agreement was kept and is being sent. 2 open papers were lost. Enrol again. Choose a PIN again.");
  assert.equal(said({ ...lost, waiting: 0 }), "This tablet's storage was damaged. Nothing that was signed is lost. 2 open papers were lost.");
});

const rowOf = (counter, state, sentAt = 0) => ({ counter, state, sent_at: sentAt });

test("the server's gap is what neither it nor this tablet has", () => {
  const missing = { runs: [[2, 2], [4, 9]], at: NOW };
  assert.deepEqual(missingNumbers(undefined, []), []);
  assert.deepEqual(missingNumbers(missing, []), ["2", "4 to 9"]);
  const rows = [rowOf(2, "unsent"), rowOf(6, "refused"), rowOf(8, "sent", NOW + 1), rowOf(9, "sent", NOW - 1), rowOf(30, "unsent")];
  assert.deepEqual(missingNumbers(missing, rows), ["4 to 5", "7", "9"]);
});
