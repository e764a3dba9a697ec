// The vault's rules and keys: which PINs are too easy, how long wrong ones wait, what opens the data key and what does not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_FAILURES, delayMs, waitMs } from "../../forms_service/web/static/tablet/vault/delays.js";
import * as keys from "../../forms_service/web/static/tablet/vault/keys.js";
import { pinTrouble } from "../../forms_service/web/static/tablet/vault/pin_rules.js";

const FEW = 1000; // iterations: the shape is tested here, not the slowness

test("a PIN has six to twelve digits", () => {
  assert.equal(pinTrouble("73051"), "pin-too-short");
  assert.equal(pinTrouble("7305182649173"), "pin-too-long");
  assert.equal(pinTrouble("73051a"), "pin-not-digits");
  assert.equal(pinTrouble(""), "pin-too-short");
});

for (const pin of [
  "000000", "111111", "121212", "112112", "123456", "234567", "654321", "890123", "321098", "123123", "112233", "123321",
  "147258", "159753", "696969", "777888", "051490", "140590", "19900514", "05141990", "14051990", "123412341234",
]) {
  test(`${pin} is too easy`, () => assert.equal(pinTrouble(pin), "pin-too-easy"));
}

for (const pin of ["730518", "264917", "904713", "83620475", "519284637012"]) {
  test(`${pin} is taken`, () => assert.equal(pinTrouble(pin), ""));
}

test("two wrong PINs wait for nothing, then the wait doubles up to an hour", () => {
  const seconds = Array.from({ length: MOST_FAILURES }, (_, at) => delayMs(at + 1) / 1000);
  assert.deepEqual(seconds, [0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600]);
});

test("a wait ends by the clock, and a clock that was set back makes it no longer", () => {
  const kept = { failures: 4, not_before: 1_000_000 };
  assert.equal(waitMs(kept, 970_000), 30_000);
  assert.equal(waitMs(kept, 1_000_000), 0);
  assert.equal(waitMs(kept, 0), delayMs(4));
});

async function wrappedKey() {
  const [dataKey, outer, salt] = [await keys.makeDataKey(), await keys.makeOuterKey(), keys.random(32)];
  const inner = await keys.keyOfPin("730518", salt, FEW);
  return { outer, salt, inner, kept: await keys.wrap(dataKey, inner, outer) };
}

test("PIN and browser together open the data key, and it can not be read then", async () => {
  const { outer, salt, kept } = await wrappedKey();
  const again = await keys.keyOfPin("730518", salt, FEW);
  const dataKey = await keys.unwrap(kept, again, outer, false);
  const sealed = await keys.encrypt(dataKey, "draft/1", { name: "Rosa" });
  assert.deepEqual(await keys.decrypt(dataKey, "draft/1", sealed), { name: "Rosa" });
  await assert.rejects(crypto.subtle.exportKey("raw", dataKey), /InvalidAccess|not extractable/);
});

test("another PIN, another salt or another browser opens nothing", async () => {
  const { outer, salt, inner, kept } = await wrappedKey();
  const wrong = [
    [await keys.keyOfPin("730519", salt, FEW), outer],
    [await keys.keyOfPin("730518", keys.random(32), FEW), outer],
    [inner, await keys.makeOuterKey()],
  ];
  for (const [one, other] of wrong) await assert.rejects(keys.unwrap(kept, one, other, false), { name: "OperationError" });
});

test("the browser's own key and the PIN's key can not be read", async () => {
  const { outer, inner } = await wrappedKey();
  for (const key of [outer, inner]) await assert.rejects(crypto.subtle.exportKey("raw", key), /InvalidAccess|not extractable/);
});

test("what was encrypted for one place opens in no other", async () => {
  const { outer, inner, kept } = await wrappedKey();
  const dataKey = await keys.unwrap(kept, inner, outer, false);
  const sealed = await keys.encrypt(dataKey, "stroke/1/person/1", [[1, 2, 3, null]]);
  await assert.rejects(keys.decrypt(dataKey, "stroke/1/person/2", sealed), { name: "OperationError" });
});

test("the same secret of a passkey gives the same key, another one another", async () => {
  const { outer, salt } = await wrappedKey();
  const [secret, dataKey] = [keys.random(32), await keys.makeDataKey()];
  const kept = await keys.wrap(dataKey, await keys.keyOfPasskey(secret, salt), outer);
  await keys.unwrap(kept, await keys.keyOfPasskey(secret, salt), outer, false);
  await assert.rejects(keys.unwrap(kept, await keys.keyOfPasskey(keys.random(32), salt), outer, false), { name: "OperationError" });
});
