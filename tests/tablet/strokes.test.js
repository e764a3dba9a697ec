// Strokes while they are drawn: one pointer at a time, pens first, nothing lost but what the system takes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_POINTS, Strokes } from "../../forms_service/web/static/pad/strokes.js";

const finger = { id: 1, kind: "touch" };
const pen = { id: 2, kind: "pen" };

/** Draw one stroke of some places. */
function draw(strokes, pointer, places, now = 0) {
  if (!strokes.begin(pointer, now)) return;
  places.forEach((place, at) => strokes.add(place, now + at * 10, null));
  strokes.end();
}

test("points keep their place and time from the first pen-down", () => {
  const strokes = new Strokes();
  draw(strokes, finger, [[1, 2], [3, 4]], 1000);
  draw(strokes, finger, [[5, 6]], 1500);
  assert.deepEqual(strokes.all, [[[1, 2, 0, null], [3, 4, 10, null]], [[5, 6, 500, null]]]);
});

test("times never fall, even when events come late", () => {
  const strokes = new Strokes();
  strokes.begin(finger, 100);
  strokes.add([1, 1], 150, null);
  strokes.add([2, 2], 120, null);
  assert.deepEqual(strokes.all[0].map((point) => point[2]), [50, 50]);
});

test("a second finger does not draw while the first one does", () => {
  const strokes = new Strokes();
  strokes.begin(finger, 0);
  assert.equal(strokes.begin({ id: 9, kind: "touch" }, 1), false);
});

test("once a pen was seen a palm does not draw", () => {
  const strokes = new Strokes();
  draw(strokes, pen, [[1, 1], [2, 2]]);
  draw(strokes, finger, [[3, 3], [4, 4]], 50);
  assert.equal(strokes.all.length, 1);
});

test("a pen that comes takes the place of a palm that rests", () => {
  const strokes = new Strokes();
  strokes.begin(finger, 0);
  strokes.add([7, 7], 1, null);
  assert.equal(strokes.begin(pen, 5), true);
  strokes.add([1, 1], 6, 500);
  strokes.end();
  assert.deepEqual(strokes.all, [[[1, 1, 1, 500]]]);
});

test("a stroke that the system takes away leaves the others", () => {
  const strokes = new Strokes();
  draw(strokes, finger, [[1, 1], [2, 2]]);
  strokes.begin(finger, 50);
  strokes.add([3, 3], 51, null);
  strokes.cancel();
  assert.equal(strokes.all.length, 1);
});

test("after clearing, a finger may draw again", () => {
  const strokes = new Strokes();
  draw(strokes, pen, [[1, 1], [2, 2]]);
  strokes.clear();
  draw(strokes, finger, [[3, 3]], 90);
  assert.deepEqual(strokes.all, [[[3, 3, 0, null]]]);
});

test("no more points are kept than the server takes", () => {
  const strokes = new Strokes();
  strokes.begin(finger, 0);
  for (let at = 0; at < MOST_POINTS + 50; at += 1) strokes.add([at % 8000, (at * 7) % 1800], at, null);
  assert.equal(strokes.all[0].length, MOST_POINTS);
});

test("strokes that were kept are taken up, and times go on after them", () => {
  const strokes = new Strokes();
  strokes.restore([[[1, 1, 0, null], [2, 2, 80, null]]], 5000, 1000);
  draw(strokes, finger, [[3, 3]], 5000);
  assert.deepEqual(strokes.all, [[[1, 1, 0, null], [2, 2, 80, null]], [[3, 3, 1080, null]]]);
});

test("strokes of a pen that were kept still keep the palm out, and a night between them is no night", () => {
  const strokes = new Strokes();
  strokes.restore([[[1, 1, 0, 300], [2, 2, 80, 400]]], 100, 9 * 3_600_000);
  draw(strokes, finger, [[3, 3]], 120);
  assert.equal(strokes.all.length, 1);
  draw(strokes, pen, [[4, 4]], 130);
  assert.equal(strokes.all[1][0][2], 80 + 600_000 + 30);
});
