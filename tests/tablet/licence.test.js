// The code of a licence: what is read of it, what is refused, and that nothing else ever comes out, whatever comes in.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { readLicence } from "../../forms_service/web/static/tablet/scan/aamva.js";
import { light, openCamera } from "../../forms_service/web/static/tablet/scan/camera.js";
import { told, toOfficer } from "../../forms_service/web/static/tablet/scan/words.js";
import { READ, REFUSED, code } from "./licence_cases.js";

const served = JSON.parse(readFileSync(new URL("forms.json", import.meta.url), "utf8"));
const refused = served.characters.refused;
const SLUGS = ["licence-is-none", "licence-damaged", "licence-without-name", "licence-without-birth-date"];

for (const [name, [text, licence]] of Object.entries(READ)) {
  test(`read: ${name}`, () => assert.deepEqual(readLicence(text, refused), licence));
}

for (const [name, [text, slug]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => assert.throws(() => readLicence(text, refused), { slug }));
}

test("every refusal and every trouble of the camera has words of its own", () => {
  for (const slug of [...SLUGS, "camera-refused", "camera-absent", "camera-busy", "reader-broken", "code-not-found", "looking"]) {
    assert.ok(told().includes(slug), slug);
    assert.ok(!toOfficer(slug).includes(slug));
  }
  assert.ok(toOfficer("another").includes("(another)"));
});

/** A generator that gives the same numbers again (mulberry32). */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

test("4,000 damaged codes are read or refused by a slug, and never anything else", () => {
  const [draw, texts] = [chance(417), Object.values(READ).map(([text]) => text)];
  const pieces = ["\n", "\r", "\x1e", "\x00", "DL", "ID", "DCS", "DBB", "DAA,,,,", "T", "99999999", "\ud800", "\u202e", "é", "__proto__", "@\n\x1e\rANSI "];
  const outcomes = { read: 0, refused: 0 };
  for (let run = 0; run < 4000; run += 1) {
    let text = texts[draw(texts.length)];
    for (let change = draw(6); change >= 0; change -= 1) {
      const [at, length] = [draw(text.length + 1), draw(12)];
      text = text.slice(0, at) + (draw(3) ? pieces[draw(pieces.length)] : "") + text.slice(at + (draw(2) ? length : 0));
    }
    try {
      const found = readLicence(text, refused);
      assert.deepEqual(Object.keys(found), ["name", "date_of_birth", "card", "is_shortened"]);
      assert.match(found.date_of_birth, /^(19|20)\d\d-\d\d-\d\d$/);
      assert.ok(found.name.length > 0 && found.name === found.name.trim() && !/[\p{Cc}\u202e]/u.test(found.name), JSON.stringify(found.name));
      outcomes.read += 1;
    } catch (error) {
      assert.ok(SLUGS.includes(error.slug), `${error.stack} ${JSON.stringify(text)}`);
      outcomes.refused += 1;
    }
  }
  assert.ok(outcomes.read > 400 && outcomes.refused > 400, JSON.stringify(outcomes));
});

test("nothing but name and birth comes out of a card", () => {
  const [[text]] = Object.values(READ);
  const said = JSON.stringify(readLicence(text, refused));
  for (const kept of ["Z0000000", "NOWHERE", "97338", "BRO", "064"]) assert.ok(text.includes(kept) && !said.includes(kept), kept);
  assert.equal(readLicence(code([["DCS", "A"], ["DBB", "01021903"]]), refused).date_of_birth, "1903-01-02");
});

test("whatever hinders the camera has a slug", async () => {
  const failing = (name) => ({ getUserMedia: async () => Promise.reject(Object.assign(new Error(name), { name })) });
  const slugs = { NotAllowedError: "camera-refused", SecurityError: "camera-refused", NotFoundError: "camera-absent", OverconstrainedError: "camera-absent", NotReadableError: "camera-busy", AbortError: "camera-busy" };
  for (const [name, slug] of Object.entries(slugs)) await assert.rejects(openCamera(failing(name)), { slug });
  await assert.rejects(openCamera(undefined), { slug: "camera-absent" });
  const asked = [];
  await openCamera({ getUserMedia: async (wanted) => asked.push(wanted) });
  assert.deepEqual([asked[0].audio, asked[0].video.facingMode], [false, "environment"]);
});

test("the light burns where there is one, and a camera without one, or with one that fails, goes on", async () => {
  const turned = [];
  const camera = (torch, apply = async (wanted) => turned.push(wanted)) => ({ getVideoTracks: () => [{ getCapabilities: () => ({ torch }), applyConstraints: apply }] });
  assert.deepEqual([await light(camera(true), true), await light(camera(true), false)], [true, true]);
  assert.deepEqual(turned, [{ advanced: [{ torch: true }] }, { advanced: [{ torch: false }] }]);
  assert.equal(await light(camera(undefined), true), false);
  assert.equal(await light({ getVideoTracks: () => [{}] }, true), false);
  assert.equal(await light(camera(true, async () => Promise.reject(new Error("hot"))), true), false);
});
