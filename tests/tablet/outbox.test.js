// Envelopes, receipts and sending: what is signed, what counts as a receipt, and that nothing is let go without one.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { CompactSign } from "../../forms_service/web/static/jose/jws/compact/sign.js";
import { compactVerify } from "../../forms_service/web/static/jose/jws/compact/verify.js";
import { CALM_MS, nextRunMs } from "../../forms_service/web/static/tablet/outbox/backoff.js";
import { contentDigest, digestOf, makeEnvelope } from "../../forms_service/web/static/tablet/outbox/envelope.js";
import { unsentFile } from "../../forms_service/web/static/tablet/outbox/export.js";
import { Receipt, verifiedReceipt } from "../../forms_service/web/static/tablet/outbox/receipt.js";
import { Sender } from "../../forms_service/web/static/tablet/outbox/send.js";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const made = (how) => crypto.subtle.generateKey(how, true, how.name === "ECDH" ? ["deriveBits"] : ["sign", "verify"]);
const publicJwk = async ({ publicKey }) => crypto.subtle.exportKey("jwk", publicKey);
const device = await made(P256);
const server = await made(P256);
const sealing = { device_id: "d-1", private_key: device.privateKey, server_key: await publicJwk(await made({ name: "ECDH", namedCurve: "P-256" })) };
const FINISHED = { envelope_id: "e-1", kind: "signature", document_id: "LEAD-7Q2F9-KDM3X-3", content: { v: "signature/1", name: "Rosa Quill" } };
const textOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
const headOf = (jose) => JSON.parse(Buffer.from(jose.split(".")[0], "base64url"));

test("an envelope is signed by the device, in its place of the chain, and says nothing of its content", async () => {
  const row = await makeEnvelope(FINISHED, { counter: 3, previous: "ab" }, sealing);
  const { payload, protectedHeader } = await compactVerify(row.jws, device.publicKey);
  const { sealed, ...rest } = textOf(payload);
  assert.deepEqual(protectedHeader, { alg: "ES256", kid: "d-1", typ: "forms-envelope+jws" });
  const { content: _, ...named } = FINISHED;
  assert.deepEqual(rest, { v: "envelope/1", ...named, counter: 3, previous: "ab", device_id: "d-1" });
  const { epk, kid, ...header } = headOf(sealed);
  assert.deepEqual(header, { alg: "ECDH-ES", enc: "A256GCM", cty: "json" });
  assert.deepEqual([epk.crv, kid.length], ["P-256", 43]);
  assert.ok(!row.jws.includes("Quill") && !Buffer.from(row.jws, "base64url").includes("Quill"));
});

test("the row of a discard says which envelope it gives up, and no other row says anything of the kind", async () => {
  const discard = { ...FINISHED, kind: "discard", content: { v: "discard/1", names: "f".repeat(64) } };
  assert.equal((await makeEnvelope(discard, { counter: 1, previous: "" }, sealing)).gave_up, "f".repeat(64));
  const signature = { ...FINISHED, content: { v: "signature/1", names: { person: "f".repeat(64) } } };
  assert.equal("gave_up" in (await makeEnvelope(signature, { counter: 1, previous: "" }, sealing)), false);
});

test("digests are of the envelope's characters", async () => {
  const hash = createHash("sha256").update("abc.def.ghi");
  assert.equal(await contentDigest("abc.def.ghi"), `sha-256=:${hash.copy().digest("base64")}:`);
  assert.equal(await digestOf("abc.def.ghi"), hash.digest("hex"));
});

const FACTS = { v: "receipt/1", envelope_id: "e-1", digest: "d-1", outcome: "archived" };
const signed = (facts, key = server.privateKey, typ = "forms-receipt+jws") =>
  new CompactSign(new TextEncoder().encode(JSON.stringify(facts))).setProtectedHeader({ alg: "ES256", typ }).sign(key);
const EXPECTED = { key: await publicJwk(server), envelope_id: "e-1", digest: "d-1" };

for (const outcome of ["archived", "held"]) {
  test(`a receipt that says ${outcome} counts`, async () => {
    const receipt = await verifiedReceipt(await signed({ ...FACTS, outcome }), EXPECTED);
    assert.equal(receipt.facts.outcome, outcome);
  });
}

for (const [name, facts] of Object.entries({
  "of another envelope": { ...FACTS, envelope_id: "e-2" }, "of other bytes": { ...FACTS, digest: "d-2" },
  "of another shape": { ...FACTS, v: "receipt/2" }, "that promises nothing": { ...FACTS, outcome: "seen" }, "that is null": null,
})) {
  test(`a receipt ${name} does not count`, async () => {
    await assert.rejects(verifiedReceipt(await signed(facts), EXPECTED), { slug: "receipt-of-something-else" });
  });
}

test("a receipt signed by another, unsigned, altered, of another kind or no receipt at all does not count", async () => {
  const good = await signed(FACTS);
  const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${good.split(".")[1]}.`;
  const altered = `${good.split(".")[0]}.${Buffer.from(JSON.stringify({ ...FACTS, outcome: "held" })).toString("base64url")}.${good.split(".")[2]}`;
  for (const jws of [await signed(FACTS, device.privateKey), none, altered, await signed(FACTS, server.privateKey, "forms-author+jwt"), "", "<html>Welcome to the hotel</html>"]) {
    await assert.rejects(verifiedReceipt(jws, EXPECTED), { slug: "receipt-not-signed-by-server" });
  }
});

test("nobody makes a receipt by hand", () => assert.throws(() => new Receipt(Symbol("verified"), FACTS, ""), TypeError));

/** An outbox in memory that does what the real one promises. */
class Kept {
  constructor(...ids) {
    this.all = new Map(ids.map((id) => [id, { envelope_id: id, digest: `of ${id}`, jws: id, state: "unsent" }]));
  }
  async rows(state) {
    return [...this.all.values()].filter((row) => row.state === state);
  }
  async letGo(id, receipt) {
    if (!(receipt instanceof Receipt)) throw new TypeError("no receipt");
    this.all.set(id, { ...this.all.get(id), state: "sent" });
  }
  async setAside(id, refusal) {
    this.all.set(id, { ...this.all.get(id), state: "refused", refusal });
  }
  states() {
    return [...this.all.values()].map((row) => row.state);
  }
}

const free = { request: (_name, _options, act) => act({}) };
const sender = (outbox, put, more = {}) =>
  new Sender({ outbox, put, receiptKey: async () => EXPECTED.key, locks: free, now: () => 7, ...more });
const receiptOf = async (row) => ({ kind: "receipt", jws: await signed({ ...FACTS, envelope_id: row.envelope_id, digest: row.digest }) });

test("what waits is sent one by one and let go on its receipt", async () => {
  const [outbox, sent] = [new Kept("a", "b"), []];
  const run = await sender(outbox, (row) => (sent.push(row.envelope_id), receiptOf(row))).sendAll();
  assert.deepEqual([sent, outbox.states()], [["a", "b"], ["sent", "sent"]]);
  assert.deepEqual([run.outcome, run.sent, run.left], ["sent", 2, 0]);
});

test("a refused envelope is set aside and the next one goes", async () => {
  const outbox = new Kept("a", "b");
  const put = (row) => (row.envelope_id === "a" ? { kind: "refusal", slug: "envelope-content-differs", detail: "Differs." } : receiptOf(row));
  const run = await sender(outbox, put).sendAll();
  assert.deepEqual(outbox.states(), ["refused", "sent"]);
  assert.deepEqual(outbox.all.get("a").refusal, { slug: "envelope-content-differs", detail: "Differs.", at: 7 });
  assert.deepEqual([run.sent, run.refused, run.left], [1, 1, 0]);
});

test("a server that does not answer ends the run, and everything stays", async () => {
  const [outbox, tried] = [new Kept("a", "b"), []];
  const put = (row) => (tried.push(row.envelope_id), { kind: "not-now", slug: "service-not-there", wait_ms: 9000 });
  const run = await sender(outbox, put).sendAll();
  assert.deepEqual([tried, outbox.states()], [["a"], ["unsent", "unsent"]]);
  assert.deepEqual([run.outcome, run.slug, run.wait_ms, run.left], ["stopped", "service-not-there", 9000, 2]);
});

test("an answer that is no receipt lets nothing go, and the next one goes", async () => {
  const outbox = new Kept("a", "b");
  const put = async (row) => (row.envelope_id === "a" ? { kind: "receipt", jws: await signed(FACTS, device.privateKey) } : receiptOf(row));
  const run = await sender(outbox, put).sendAll();
  assert.deepEqual(outbox.states(), ["unsent", "sent"]);
  assert.deepEqual([run.slug, run.left], ["receipt-not-signed-by-server", 1]);
});

test("while another window sends, this one does not", async () => {
  const outbox = new Kept("a");
  const run = await sender(outbox, receiptOf, { locks: { request: (_name, _options, act) => act(null) } }).sendAll();
  assert.deepEqual([run.outcome, outbox.states()], ["busy", ["unsent"]]);
});

test("without the server's key nothing is let go", async () => {
  const outbox = new Kept("a");
  const run = await sender(outbox, receiptOf, { receiptKey: async () => null }).sendAll();
  assert.deepEqual([run.outcome, run.slug, outbox.states()], ["stopped", "not-enrolled", ["unsent"]]);
});

test("tries come later and later, spread by chance, and calm when all is well", () => {
  assert.equal(nextRunMs(0, 0.5), CALM_MS);
  assert.deepEqual([1, 2, 3, 7, 50].map((failures) => nextRunMs(failures, 1)), [5_000, 10_000, 20_000, 300_000, 300_000]);
  assert.equal(nextRunMs(1, 0), 2_500);
});

test("the file holds every envelope as it is, and which tablet's they are", () => {
  const row = { envelope_id: "e-1", counter: 4, digest: "ab", state: "refused", jws: "x.y.z", made_at: 1 };
  const { name, text } = unsentFile([row], { device_id: "d-1", now: Date.UTC(2026, 10, 28) });
  assert.equal(name, "forms-unsent-2026-11-28.json");
  const envelope = { envelope_id: "e-1", counter: 4, digest: "ab", state: "refused", envelope: "x.y.z" };
  assert.deepEqual(JSON.parse(text), { v: "unsent/1", device_id: "d-1", exported_at: Date.UTC(2026, 10, 28), envelopes: [envelope] });
});

test("a file holds what the desk takes in one, the oldest first, and says what is left", () => {
  const row = (n, length = 10) => ({ envelope_id: `e-${n}`, counter: n, digest: "ab", state: "unsent", jws: "x".repeat(length) });
  const saved = (rows) => {
    const { text, left } = unsentFile(rows, { device_id: "d-1", now: 0 });
    return [JSON.parse(text).envelopes.map((one) => one.counter), left, text.length];
  };
  const many = Array.from({ length: 503 }, (_, at) => row(at));
  assert.deepEqual(saved(many).slice(0, 2), [many.slice(0, 500).map((one) => one.counter), 3]);
  const large = Array.from({ length: 90 }, (_, at) => row(at, 720_000));
  const [counters, left, length] = saved(large);
  assert.deepEqual([counters.length, left], [83, 7]);
  assert.ok(length < 64 * 1024 * 1024);
  assert.deepEqual(saved([row(1), row(2)]).slice(0, 2), [[1, 2], 0]);
});
