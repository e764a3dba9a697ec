import assert from "node:assert/strict";
import test from "node:test";

import { moved } from "../../forms_service/web/static/pad/keys.js";

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
