// Ink as data: the same cases that Python runs, and how places on the screen become places on the block.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { measured, onBlock, refusal, svgPath } from "../../forms_service/web/static/pad/ink.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/least_ink.json", import.meta.url), "utf-8"));
const size = { width: 8000, height: 1800 };

for (const one of vectors.cases) {
  test(`least ink: ${one.name}`, () => {
    const least = { path: one.least.path_hundredths_mm / 100, side: one.least.side_hundredths_mm / 100 };
    assert.equal(refusal(one.strokes, size, least), one.refusal);
  });
}

test("a place on the screen is the same place on the block at every size of the view", () => {
  for (const scale of [0.5, 1, 2, 3.7]) {
    const view = { left: 10, top: 20, width: 800 * scale, height: 180 * scale };
    assert.deepEqual(onBlock({ x: 10 + 400 * scale, y: 20 + 90 * scale }, view, size), [4000, 900]);
  }
});

test("a place outside the view lands on the block's edge", () => {
  const view = { left: 0, top: 0, width: 800, height: 180 };
  assert.deepEqual(onBlock({ x: -50, y: 500 }, view, size), [0, 1800]);
});

test("path and side are in millimetres", () => {
  assert.deepEqual(measured([[[0, 0, 0, null], [300, 400, 5, null]]]), { path: 5, side: 4 });
});

test("a single point is drawn as a dot", () => {
  assert.equal(svgPath([[5, 6, 0, null]]), "M5 6L5 6");
});
