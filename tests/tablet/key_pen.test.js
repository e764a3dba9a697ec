import assert from "node:assert/strict";
import test from "node:test";

import { KeyPen, moved } from "../../forms_service/web/static/pad/keys.js";

const SIZE = { width: 8000, height: 1800 };

test("an arrow moves the pen by a millimetre, two of them aslant, and other keys do not", () => {
  assert.deepEqual(moved([1000, 900], ["ArrowRight"], SIZE), [1100, 900]);
  assert.deepEqual(moved([1000, 900], ["ArrowRight", "ArrowDown"], SIZE), [1100, 1000]);
  assert.deepEqual(moved([1000, 900], ["ArrowLeft", "ArrowRight"], SIZE), [1000, 900]);
  assert.deepEqual(moved([1000, 900], ["a"], SIZE), [1000, 900]);
});

test("the pen stays inside the box", () => {
  assert.deepEqual(moved([50, 1750], ["ArrowLeft", "ArrowDown"], SIZE), [0, 1800]);
  assert.deepEqual(moved([8000, 0], ["ArrowRight", "ArrowUp"], SIZE), [8000, 0]);
});

/** A pad that notes what the pen does, and a way to press keys on it. */
function padOf() {
  const [listeners, done] = [{}, []];
  const surface = { addEventListener: (name, act) => (listeners[name] = act) };
  const pad = { size: SIZE, surface, begin: () => (done.push("down"), true), lift: () => done.push("up"), lead: () => done.push("led") };
  const press = (key, repeat = false) => {
    let isKept = false;
    listeners.keydown({ key, repeat, preventDefault: () => (isKept = true) });
    return isKept;
  };
  return { pad, done, press };
}

test("a space bar that is held down puts the pen down once, and scrolls nothing", () => {
  const { pad, done, press } = padOf();
  new KeyPen(pad, () => {});
  assert.deepEqual([press(" "), press(" ", true), press(" ", true)], [true, true, true]);
  assert.deepEqual(done, ["down"]);
  press("ArrowRight", true);
  press(" ");
  assert.deepEqual(done, ["down", "led", "up"]);
});
