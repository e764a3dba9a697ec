// @ts-check
/**
 * The decision table, evaluated as `forms_service/domain/screening.py` does: the first row that matches gives the result,
 * but every disqualifier that holds is told. The cases of both stand in `tests/vectors/screening.json`.
 *
 * @typedef {import("./values.js").Fault} Fault
 * @typedef {{ [name: string]: unknown }} Answers
 * @typedef {{
 *   rule: string, outcome: string, when: { [name: string]: unknown[] }, form: string, disqualifier: string, message: string,
 *   count_nameless: boolean,
 * }} Row
 * @typedef {{ victim_rule: string, allowed: { [name: string]: unknown[] }, rows: Row[] }} Table As the server serves it.
 * @typedef {{
 *   rule: string, outcome: string, form: string | null, disqualifiers: string[], message: string, countNameless: boolean,
 * }} Result
 */
import { valueOf } from "./form.js";

const POSITIONS = ["no_objection", "objects", "not_reached"];
const NOBODY_TO_ASK = ["none", "public"];

/**
 * Give the first row that matches and every disqualifier that holds, or the faults of the answers.
 * @param {Table} table
 * @param {Answers} answers
 * @returns {{ result: Result | null, faults: Fault[] }}
 */
export function evaluate(table, answers) {
  const faults = faultsOf(table, answers);
  if (faults.length > 0) return { result: null, faults };
  const known = { ...answers, victim_objects: victimObjects(table, valueOf(answers, "victims")) };
  const matching = table.rows.filter((row) => matches(row, known));
  if (matching.length > 0) return { result: resultOf(matching), faults };
  return { result: null, faults: [{ slug: "screening-answer-missing", place: "answers" }] };
}

/**
 * Say whether any row leads to a form: one that no row names starts without screening.
 * @param {Table} table
 * @param {string} form
 */
export function namesForm(table, form) {
  return table.rows.some((row) => row.form === form);
}

/**
 * @param {Row[]} matching
 * @returns {Result}
 */
function resultOf(matching) {
  const { rule, outcome, form, disqualifier, message, count_nameless: countNameless } = matching[0];
  const named = matching.map((row) => row.disqualifier).filter((one) => one !== "");
  return { rule, outcome, form: form || null, disqualifiers: disqualifier ? named : [], message, countNameless };
}

/**
 * @param {Table} table
 * @param {Answers} answers
 * @returns {Fault[]}
 */
function faultsOf(table, answers) {
  return Object.entries(answers).flatMap(([place, value]) => {
    const slug = slugOf(table, place, value);
    return slug ? [{ slug, place }] : [];
  });
}

/**
 * @param {Table} table
 * @param {string} name
 * @param {unknown} value
 */
function slugOf(table, name, value) {
  if (name === "victims") return areVictims(value) ? "" : "screening-answer-malformed";
  if (!Object.hasOwn(table.allowed, name)) return "screening-answer-unknown";
  return table.allowed[name].includes(value) ? "" : "screening-answer-malformed";
}

/** @param {unknown} value */
function areVictims(value) {
  return Array.isArray(value) && value.every((one) => {
    if (typeof one !== "object" || one === null || Array.isArray(one)) return false;
    const position = valueOf(one, "position") ?? null;
    return position === null || POSITIONS.includes(/** @type {string} */ (position));
  });
}

/**
 * @param {Table} table
 * @param {unknown} victims
 */
function victimObjects(table, victims) {
  const asked = Array.isArray(victims) ? victims : [];
  if (table.victim_rule === "consent") return asked.some(withholds);
  return asked.some((one) => valueOf(one, "position") === "objects");
}

/** @param {Answers} victim */
function withholds(victim) {
  const position = valueOf(victim, "position") ?? null;
  if (position !== null) return position !== "no_objection";
  return !NOBODY_TO_ASK.includes(/** @type {string} */ (valueOf(victim, "kind")));
}

/**
 * @param {Row} row
 * @param {Answers} answers
 */
function matches(row, answers) {
  return Object.entries(row.when).every(([name, allowed]) => allowed.includes(valueOf(answers, name)));
}
