// How the person gets their copy: what is told of it, what is printed, and what a link holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesOf, called, linkOf, once, opened, partsOf, readable } from "../../forms_service/web/static/pickup/opening.js";
import { WORDS, languageOf } from "../../forms_service/web/static/pickup/words.js";
import { copyOf as toldOf } from "../../forms_service/web/static/tablet/flow/contents.js";
import { choosing, chosenSealed, isCopyClosed, mintLink, readCard, readReason, valuesOf } from "../../forms_service/web/static/tablet/flow/copies.js";
import { OFFICER } from "../../forms_service/web/static/tablet/flow/draft.js";
import { COPY_WORDS, copyOf } from "../../forms_service/web/static/tablet/flow/person_copy.js";
import { CompactEncrypt } from "../../forms_service/web/static/jose/jwe/compact/encrypt.js";
import { AT, filled, paperOf, randomBytes, sha256, signedBy } from "./flow_cases.js";

const ORIGIN = { author: "jwt", device: "Car 12", clock_ahead_ms: 1500, app_version: "1" };
const COPY = { envelope_id: "id-copy", digest: "", at: AT, way: "paper" };
const TOKEN = "A".repeat(22);
const KEY = "A".repeat(43);

test("what is told names the paper's last envelope and says when, in the agency's time", async () => {
  const told = toldOf(await signedBy("person", OFFICER), COPY, ORIGIN);
  assert.equal(told.kind, "addition");
  assert.deepEqual([told.content.addition, told.content.names, told.content.at], ["person_copy", "digest-officer", AT]);
  assert.deepEqual(told.content.values, { person_copy: "paper", person_copy_at: "2026-11-20T14:03" });
  assert.equal(told.content.document_id, told.document_id);
});

test("each way tells what belongs to it, and nothing else", () => {
  assert.deepEqual(valuesOf({ ...COPY, way: "pickup" }), { person_copy: "pickup" });
  assert.deepEqual(valuesOf({ ...COPY, way: "declined", reason: "No." }), { person_copy: "declined", person_copy_reason: "No." });
  const link = { token_sha256: "0".repeat(64), key: KEY };
  assert.deepEqual(valuesOf({ ...COPY, way: "sms_link", link, address: "https://x/c/y#z" }), { person_copy: "sms_link", person_copy_at: "2026-11-20T14:03", link });
  assert.deepEqual(valuesOf({ ...COPY, card: "CARD-7Q2F9-KDM3X-3" }), { person_copy: "paper", person_copy_at: "2026-11-20T14:03", card: "CARD-7Q2F9-KDM3X-3" });
});

test("a copy is closed once it is sealed, and a pick-up is not", async () => {
  const draft = await signedBy("person", OFFICER);
  assert.equal(isCopyClosed(draft), false);
  const printed = choosing(draft, COPY);
  assert.equal(isCopyClosed(printed), false);
  assert.equal(isCopyClosed(chosenSealed(printed, "id-copy", "digest")), true);
  const later = choosing(chosenSealed(printed, "id-copy", "digest"), { ...COPY, envelope_id: "id-2", way: "pickup" });
  assert.equal(isCopyClosed(chosenSealed(later, "id-2", "digest-2")), false);
});

test("a card is read as a number is, and is nothing but a card", () => {
  assert.deepEqual(readCard(" card 7q2f9 kdm3x 3"), { card: "CARD-7Q2F9-KDM3X-3", refusal: "" });
  for (const [typed, refusal] of [["CARD-7Q2F9-KDM3X-4", "card-check-failed"], ["LEAD-7Q2F9-KDM3X-3", "card-malformed"], ["", "card-malformed"]]) {
    assert.deepEqual(readCard(typed), { card: "", refusal });
  }
});

test("a reason has words, and not too many", () => {
  assert.equal(readReason("  Did not  want it "), "Did not want it");
  assert.equal(readReason(" "), "");
  assert.equal(readReason("x".repeat(201)), "");
});

test("the copy says whose it is, what to do next first, and the very lines that were shown", async () => {
  const draft = await signedBy("person", OFFICER);
  const copy = copyOf(draft, false);
  assert.equal(copy.words.signed, "Signed November 20, 2026, 2:03 p.m.");
  assert.match(copy.words.kept, /^The sealed original is kept by .+\.$/);
  const isOnTop = (line) => ["next_step", "card"].includes(line.kind);
  assert.deepEqual(copy.lines, draft.paper.lines.filter((line) => !isOnTop(line)));
  assert.deepEqual(copy.box, draft.paper.lines.filter(isOnTop).map((line) => line.text));
  assert.ok(copy.box.length > 0);
  assert.match(copy.payload, /^FS1-LEAD\/1-/);
  assert.equal(copy.signers.length, 2);
  assert.deepEqual([copy.english, copy.words.practice], [[], undefined]);
  const said = JSON.stringify(copy);
  for (const hidden of ["Corner Store", "leds", "no_objection"]) assert.equal(said.includes(hidden), false, hidden);
});

test("in Spanish it has Spanish words and dates, and the English after them", async () => {
  const draft = await signedBy("person", OFFICER);
  const paper = await paperOf(filled(), "es");
  const copy = copyOf({ ...draft, paper }, true);
  assert.match(copy.words.signed, /^Firmado el 20 de noviembre de 2026, 2:03 p\. m\.$/);
  assert.equal(copy.words.practice, COPY_WORDS.es.practice);
  assert.deepEqual(copy.english, paper.control);
  const { own_clock_words: _, ...before } = paper;
  assert.match(copyOf({ ...draft, paper: before }, true).words.signed, /November/);
  assert.equal(copyOf({ ...draft, paper: { ...paper, language: "ru" } }, true).words.heading, "Your copy");
});

test("a link holds a token of 128 bits and a key of 256, and tells only the token's digest", async () => {
  const { link, address } = await mintLink({ origin: "https://copies.example", randomBytes, sha256 });
  const [, token, key] = /^https:\/\/copies\.example\/c\/([\w-]{22})#([\w-]{43})$/.exec(address);
  assert.deepEqual([bytesOf(token).length, bytesOf(key).length, link.key], [16, 32, key]);
  assert.equal(link.token_sha256, Buffer.from(await sha256(new TextEncoder().encode(token))).toString("hex"));
  assert.deepEqual(linkOf({ pathname: `/c/${token}`, hash: `#${key}` }), { token, key });
});

test("a link that is not whole is none", () => {
  for (const [pathname, hash] of [["/c/", `#${KEY}`], [`/c/${TOKEN}`, ""], [`/c/${TOKEN}x`, `#${KEY}`], [`/c/${TOKEN}`, `#${KEY}A`]]) {
    assert.equal(linkOf({ pathname, hash }), null);
  }
});

test("only the key opens what it was made for, and only as it was made", async () => {
  const text = new TextEncoder().encode(JSON.stringify({ v: "copy/1", title: "Ñandú" }));
  const sealed = await new CompactEncrypt(text).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(bytesOf(KEY));
  assert.equal((await opened(sealed, KEY)).title, "Ñandú");
  await assert.rejects(opened(sealed, `B${KEY.slice(1)}`));
  await assert.rejects(opened(sealed.replace(/.(?=[^.]*$)/, (one) => (one === "A" ? "B" : "A")), KEY));
});

test("a connection that is lost before the answer, or within it, is told, and the rest as it is", async () => {
  const answer = (status, text) => Promise.resolve({ ok: status === 200, status, text });
  const lost = async () => Promise.reject(new TypeError("network error"));
  const cases = [[answer(200, async () => "a.b.c"), "a.b.c", ""], [answer(200, lost), "", "no-connection"], [lost(), "", "no-connection"], [answer(429), "", "too-often"], [answer(404), "", "not-here"]];
  for (const [asked, sealed, slug] of cases) assert.deepEqual(await readable(asked), { sealed, slug });
});

test("the page's button may be pressed again however the first press ended", async () => {
  const button = { disabled: false };
  let pressed = 0;
  await assert.rejects(once(button, async () => (await once(button, () => (pressed += 1)), Promise.reject(new Error("no room")))), /no room/);
  assert.deepEqual([button.disabled, pressed], [false, 0]);
});

test("numbers in a line may be called, and parts of other numbers are left alone", () => {
  const parts = partsOf("Call 503-623-9289, or text 988. Not 9881, not 1988-01.", ["988", "503-623-9289"]);
  assert.deepEqual(parts.filter((one) => one.isNumber).map((one) => one.text), ["503-623-9289", "988"]);
  assert.equal(parts.map((one) => one.text).join(""), "Call 503-623-9289, or text 988. Not 9881, not 1988-01.");
  assert.deepEqual(partsOf("No number", []), [{ text: "No number", isNumber: false }]);
  assert.equal(called("+1 (503) 623-9289"), "tel:+15036239289");
});

test("the page says the same in each language, and takes the one that the phone asks for", () => {
  assert.deepEqual(Object.keys(WORDS.es), Object.keys(WORDS.en));
  assert.deepEqual(Object.keys(COPY_WORDS.es), Object.keys(COPY_WORDS.en));
  assert.deepEqual([languageOf(["fr", "es-MX", "en"]), languageOf(["fr"]), languageOf([])], ["es", "en", "en"]);
});
