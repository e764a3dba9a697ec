// The cases that Python runs too, what a tablet is served, and the examples they change.
import { readFileSync } from "node:fs";
import { judgeOf } from "./judge.js";

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf-8"));

export const vectors = (name) => read(`../vectors/${name}.json`);
export const served = read("forms.json");

const DOCUMENT_IDS = { "lead-agreement": "LEAD-7Q2F9-KDM3X-3", "social-referral": "SR-00000-00005-5" };

/** Give an example's values with a change. */
export function changed({ form, example = "", set = {}, without = [] }) {
  const values = { ...read(`../../examples/${form}/${example ? `${example}.` : ""}values.json`), ...set };
  without.forEach((name) => delete values[name]);
  return values;
}

/** Give a whole case, as tests/same_rules.py makes it. */
export function caseOf(form, values, more = {}) {
  return {
    form, values, language: "en", paper: "presented", document_id: DOCUMENT_IDS[form], presented_on: "2026-11-20",
    require: ["screening", "before", "signing"], inks: {}, ...more,
  };
}

/** Give the judge for a file of vectors. */
export function judgeFor({ account, now_local: nowLocal }) {
  return judgeOf(served, { account, nowLocal });
}
