// Receipts out of a file: each is verified as one from the network is, and nothing is let go on any other's word.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CompactSign } from "../../forms_service/web/static/jose/jws/compact/sign.js";
import { readReceipts } from "../../forms_service/web/static/tablet/outbox/receipts_file.js";
import { readFile } from "../../forms_service/web/static/tablet/screens/receipts_card.js";
import { words } from "../../forms_service/web/static/tablet/messages.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const [server, stranger] = [await crypto.subtle.generateKey(P256, true, ["sign", "verify"]), await crypto.subtle.generateKey(P256, true, ["sign", "verify"])];
const key = await crypto.subtle.exportKey("jwk", server.publicKey);
const receipt = (id, digest, { by = server.privateKey, outcome = "archived" } = {}) =>
  new CompactSign(new TextEncoder().encode(JSON.stringify({ v: "receipt/1", envelope_id: id, digest, outcome }))).setProtectedHeader({ alg: "ES256", typ: "forms-receipt+jws" }).sign(by);
const fileOf = (...receipts) => JSON.stringify({ v: "receipts/1", receipts });

function outboxOf(...rows) {
  const gone = [];
  return { gone, rows: async (state) => rows.filter((row) => row.state === state), letGo: async (id, found, now) => gone.push([id, found.facts.outcome, now]) };
}
const row = (id, state = "unsent") => ({ envelope_id: id, digest: `of ${id}`, state });

test("what waits and what was refused is let go, archived or held", async () => {
  const outbox = outboxOf(row("e-1"), row("e-2", "refused"), row("e-3"));
  const text = fileOf(await receipt("e-1", "of e-1"), await receipt("e-2", "of e-2", { outcome: "held" }));
  assert.deepEqual(await readReceipts(text, { outbox, key, now: 5 }), { let_go: 2, others: 0, wrong: 0 });
  assert.deepEqual(outbox.gone, [["e-1", "archived", 5], ["e-2", "held", 5]]);
});

test("another's signature, other bytes and no promise let nothing go, and stop no other", async () => {
  const outbox = outboxOf(row("e-1"), row("e-2"), row("e-3"), row("e-4"));
  const text = fileOf(await receipt("e-1", "of e-1", { by: stranger.privateKey }), await receipt("e-2", "of others"), await receipt("e-3", "of e-3", { outcome: "seen" }), await receipt("e-4", "of e-4"));
  assert.deepEqual(await readReceipts(text, { outbox, key, now: 5 }), { let_go: 1, others: 0, wrong: 3 });
  assert.deepEqual(outbox.gone, [["e-4", "archived", 5]]);
});

test("what does not wait here, and what is no receipt, is counted and nothing else", async () => {
  const outbox = outboxOf(row("e-1", "sent"));
  const text = fileOf(await receipt("e-1", "of e-1"), await receipt("e-9", "of e-9"), "", "a.b.c", "...", `x.${btoa("null")}.x`);
  assert.deepEqual(await readReceipts(text, { outbox, key, now: 5 }), { let_go: 0, others: 6, wrong: 0 });
  assert.deepEqual(outbox.gone, []);
});

for (const [name, text] of Object.entries({
  nothing: "", "no JSON": "{", "null": "null", "the tablet's own file": '{"v":"unsent/1","envelopes":[]}', "no list": '{"v":"receipts/1","receipts":"x"}',
  "no texts": '{"v":"receipts/1","receipts":[1]}', "too much": `{"v":"receipts/1","receipts":["${"x".repeat(4_000_000)}"]}`,
})) {
  test(`refused: ${name}`, () => assert.rejects(readReceipts(text, { outbox: outboxOf(), key, now: 5 }), { slug: "receipts-file-unreadable" }));
}

test("a tablet that is not enrolled knows no key", () => assert.rejects(readReceipts(fileOf(), { outbox: outboxOf(), key: null, now: 5 }), { slug: "not-enrolled" }));
test("the refusal has words", () => assert.match(words("receipts-file-unreadable"), /no file of receipts/));

test("a tablet that lost its own key reads them still, with the server's key of the enrolment before", async () => {
  const [outbox, said] = [outboxOf(row("e-1")), []];
  const device = { enrolment: async () => undefined, serverKeys: async () => ({ receipt: key }) };
  const app = { outbox, device, now: () => 5, say: (text) => said.push(text), show: async () => {} };
  const input = { files: [new Blob([fileOf(await receipt("e-1", "of e-1"))])], value: "receipts.json" };
  await readFile(app, input);
  assert.deepEqual([outbox.gone, input.value], [[["e-1", "archived", 5]], ""]);
  assert.match(said[0], /^1 item let go/);
});
