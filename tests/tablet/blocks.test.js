// Who signs for a manner and its aids, and what counts as signed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { caseOf, changed, judgeFor, vectors } from "./vectors.js";

const { cases, ...given } = vectors("blocks");
const judge = judgeFor(given);

cases.forEach((one, at) => {
  test(`blocks ${at + 1}: ${one.form} in ${one.language}, ${one.set.manner} with ${one.set.aids}`, async () => {
    const verdict = await judge(caseOf(one.form, changed(one), { language: one.language, inks: one.inks }));
    assert.deepEqual([verdict.blocks, verdict.ink_faults, verdict.digest], [one.blocks, one.ink_faults, one.digest]);
  });
});
