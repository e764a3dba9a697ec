// The two places of what a tablet keeps: what is put back when one of them lost something, and what is told of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nameOf, packed, placeOf, unpacked } from "../../forms_service/web/static/tablet/store/packing.js";
import { made } from "../../forms_service/web/static/tablet/store/reconcile.js";
import { SecondPlace } from "../../forms_service/web/static/tablet/store/second_place.js";
import { KeyMemory, Memory, locks } from "./fake_places.js";

const NOW = 1_800_000_000_000;
const ENROLMENT = { device_id: "d-1", keys: { envelope: {}, receipt: { kid: "r" } }, label: "Car 12" };
const envelope = (counter, more = {}) => ({ envelope_id: `e-${counter}`, device_id: "d-1", counter, digest: `of ${counter}`, state: "unsent", document_id: "LEAD-1", ...more });
const fact = (name, value) => [nameOf("facts", name), value];
const inOutbox = (row) => [nameOf("outbox", row.envelope_id), row];
const draft = (id, isDone = false) => [nameOf("drafts", id), { id, is_done: isDone, kept: {} }];
const KEYS = [[nameOf("keys", "device"), "key"], [nameOf("keys", "vault-outer"), "outer"]];
const VAULT = [nameOf("vault", "state"), { salt: new Uint8Array([1, 2]) }];
const FULL = [
  fact("turn", 9), fact("enrolment", ENROLMENT), fact("chain", { counter: 2, previous: "of 2" }), fact("handed", true), VAULT, draft("p-1"),
  draft("p-2", true), inOutbox(envelope(1, { state: "sent", sent_at: NOW })), inOutbox(envelope(2)),
];
const get = (rows, store, key) => rows.get(nameOf(store, key));

test("a row is the same after packing, bytes and all, and its name tells its place", () => {
  const row = { id: "p-1", kept: { iv: new Uint8Array([0, 255, 7]), sealed: new Uint8Array(0) }, list: [1, null, "é", { a: true }] };
  assert.deepEqual(unpacked(JSON.parse(JSON.stringify(packed(row)))), row);
  assert.deepEqual(placeOf(nameOf("strokes", ["p-1", "person", 3])), ["strokes", ["p-1", "person", 3]]);
});

test("with both places whole nothing changes", () => {
  const here = new Map([...FULL, ...KEYS]);
  assert.deepEqual(made(here, new Map(here), NOW), here);
});

test("a tablet that was never used has nothing to put back", () => {
  assert.equal(made(new Map(), new Map(), NOW).size, 0);
});

test("a database that was thrown away comes back whole, and says so", () => {
  const there = new Map([...FULL, ...KEYS]);
  const rows = made(new Map(), there, NOW);
  for (const [name, value] of there) assert.equal(rows.get(name), value);
  assert.deepEqual(get(rows, "facts", "damage"), { at: NOW, waiting: 1, papers: 1, lost_papers: 0, needs_enrolment: false, needs_pin: false });
});

test("without the device's key the envelopes are kept with the server's keys, and the tablet is enrolled anew", () => {
  const rows = made(new Map(), new Map([...FULL, KEYS[1]]), NOW);
  assert.equal(get(rows, "facts", "enrolment"), undefined);
  assert.equal(get(rows, "facts", "chain"), undefined);
  assert.deepEqual(get(rows, "facts", "former"), ENROLMENT);
  assert.equal(get(rows, "outbox", "e-2").state, "unsent");
  assert.equal(get(rows, "facts", "damage").needs_enrolment, true);
  assert.ok(get(rows, "drafts", "p-1"));
});

test("without the vault's outer key no paper is kept that nobody can open", () => {
  const rows = made(new Map(), new Map([...FULL, KEYS[0]]), NOW);
  assert.deepEqual([get(rows, "vault", "state"), get(rows, "drafts", "p-1"), get(rows, "drafts", "p-2")], [undefined, undefined, undefined]);
  const { papers, lost_papers: lost, needs_pin: needsPin, needs_enrolment: needsEnrolment } = get(rows, "facts", "damage");
  assert.deepEqual([papers, lost, needsPin, needsEnrolment], [0, 1, true, false]);
});

test("an envelope that only the second place has goes back into the outbox, and the chain goes on behind it", () => {
  const here = new Map([fact("enrolment", ENROLMENT), fact("chain", { counter: 1, previous: "of 1" }), inOutbox(envelope(1))]);
  const rows = made(here, new Map([...here, inOutbox(envelope(2)), fact("theme", "old")]), NOW);
  assert.deepEqual(get(rows, "facts", "chain"), { counter: 2, previous: "of 2" });
  assert.equal(get(rows, "outbox", "e-2").digest, "of 2");
  assert.equal(get(rows, "facts", "theme"), undefined, "in everything else the database is right");
  assert.equal(get(rows, "facts", "damage"), undefined);
});

test("a database that lost its last writes is set right by the second place, with the keys that it still has", () => {
  const older = new Map([fact("turn", 3), fact("enrolment", ENROLMENT), fact("chain", { counter: 1, previous: "of 1" }), VAULT, inOutbox(envelope(1)), inOutbox(envelope(5)), draft("p-0"), ...KEYS]);
  const rows = made(older, new Map(FULL), NOW);
  assert.deepEqual([get(rows, "outbox", "e-1").state, get(rows, "facts", "chain").counter], ["sent", 5]);
  assert.deepEqual([get(rows, "keys", "device"), get(rows, "drafts", "p-0"), get(rows, "facts", "turn")], ["key", undefined, 9]);
  assert.equal(get(rows, "facts", "damage").needs_enrolment, false);
  const others = new Map([fact("turn", 3), fact("enrolment", { ...ENROLMENT, device_id: "d-0" }), ...KEYS]);
  assert.equal(get(made(others, new Map(FULL), NOW), "keys", "device"), undefined);
});

test("what was let go stays let go, and another enrolment's envelope moves no chain", () => {
  const sent = envelope(1, { state: "sent" });
  const here = new Map([fact("enrolment", { ...ENROLMENT, device_id: "d-2" }), fact("chain", { counter: 0, previous: "" }), inOutbox(sent)]);
  const rows = made(here, new Map([inOutbox(envelope(1)), inOutbox(envelope(7))]), NOW);
  assert.equal(get(rows, "outbox", "e-1").state, "sent");
  assert.deepEqual(get(rows, "facts", "chain"), { counter: 0, previous: "" });
});

const CHANGE = { store: "outbox", key: "e-1", value: envelope(1) };

test("without room nothing is begun; any other trouble of the second place stops nobody and is told", async () => {
  const journal = new Memory();
  const place = new SecondPlace({ journal, keys: null, locks });
  journal.trouble = "QuotaExceededError";
  await assert.rejects(place.keepFirst([CHANGE]), { name: "QuotaExceededError" });
  journal.trouble = "NotFoundError";
  await place.keepFirst([CHANGE]);
  await place.keep([CHANGE]);
  assert.equal(place.trouble, "NotFoundError");
  const none = new SecondPlace({ journal: null, keys: null, locks });
  await none.keepFirst([CHANGE]);
  assert.deepEqual([none.trouble, (await none.read()).size], ["NotSupportedError", 0]);
});

test("what is made equal holds the rows that count and no others", async () => {
  const place = new SecondPlace({ journal: new Memory(), keys: null, locks });
  await place.keep([CHANGE, { store: "facts", key: "met", value: { at: 1 } }]);
  await place.make(new Map([inOutbox(envelope(2))]), await place.read());
  assert.deepEqual([...(await place.read()).keys()], [nameOf("outbox", "e-2")]);
});

test("a key counts only beside what it belongs to", async () => {
  const place = new SecondPlace({ journal: new Memory(), keys: new KeyMemory(), locks });
  const { privateKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const enrolled = (deviceId) => ({ store: "facts", key: "enrolment", value: { ...ENROLMENT, device_id: deviceId } });
  await place.keep([{ store: "keys", key: "device", value: privateKey }, enrolled("d-1")]);
  assert.equal(get(await place.read(), "keys", "device"), privateKey);
  await place.keep([enrolled("d-2")]);
  assert.equal(get(await place.read(), "keys", "device"), undefined);
});
