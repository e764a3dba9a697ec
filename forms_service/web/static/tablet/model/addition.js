// @ts-check
/**
 * What is told of a hand-over after signing, by the rules of `forms_service/domain/addition.py` and `added_up.py`. Pure. The
 * cases of both stand in `tests/vectors/additions.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Field} Field
 * @typedef {import("./form.js").Values} Values
 * @typedef {import("../../conditions.js").Condition} Condition
 * @typedef {{ values: Values, at: string }} Told `at`: local time with offset.
 */
import { fieldsNamed, holds } from "../../conditions.js";
import { fieldsAt } from "./form.js";
import { checkValues } from "./values.js";

const SECTION = "handover";
const COPY = "person_copy";
const EXCEPTION = ["release_exception", "release_exception_text"];

/** Give the fields of the hand-over; none where the form knows none. @param {Form} form */
export function fieldsOf(form) {
  return fieldsAt(form, ["after"]).filter((one) => one.section === SECTION && !one.id.startsWith(COPY));
}

/** Give the latest of each single value that was told. @param {Told[]} told @returns {Values} */
export function knownValues(told) {
  const single = inOrder(told).flatMap((one) => Object.entries(one.values)).filter(([, value]) => !Array.isArray(value));
  return Object.fromEntries(single);
}

/** @param {Told[]} told */
const inOrder = (told) => [...told].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));

/**
 * Judge an addition.
 * @param {Form} form
 * @param {Values} supplied
 * @param {{ signed: Values, told: Told[], nowLocal: string, refused: import("./text.js").Refused }} facts
 * @returns {{ values: Values, faults: import("./values.js").Fault[] }} The values in normal form, which count only without faults.
 */
export function checkAddition(form, supplied, { signed, told, nowLocal, refused }) {
  const own = fieldsOf(form);
  const unknown = Object.keys(supplied).filter((name) => !own.some((one) => one.id === name)).sort();
  if (unknown.length > 0) return { values: {}, faults: unknown.map((place) => ({ slug: "unknown-field", place })) };
  const before = { ...signed, ...knownValues(told) };
  const anew = new Set(own.filter((one) => isDemanded(one.required, before, supplied)).map((one) => one.id));
  const all = { ...Object.fromEntries(Object.entries(before).filter(([name]) => !anew.has(name))), ...supplied };
  const fields = judged(form, own, anew, supplied);
  const asked = Object.fromEntries(fields.map(({ id }) => [id, all[id]]).filter(([, value]) => value !== undefined && value !== null));
  const { values, faults } = checkValues({ ...form, fields }, asked, { nowLocal, refused, stages: ["before", "after"], require: ["after"] });
  const news = Object.fromEntries(Object.keys(supplied).filter((name) => name in values).map((name) => [name, values[name]]));
  const isEmpty = faults.length === 0 && Object.keys(news).length === 0;
  return { values: news, faults: isEmpty ? [{ slug: "addition-empty", place: "hand_over" }] : faults };
}

/** Say whether an answer of this addition demands a field; what was told for an earlier answer does not do then. @param {Condition} required @param {Values} before @param {Values} supplied */
function isDemanded(required, before, supplied) {
  const isAnswered = fieldsNamed(required).some((field) => holds({ field, is_set: true }, supplied));
  return isAnswered && holds(required, { ...before, ...supplied });
}

/**
 * Give the fields with what is demanded of this addition, and those that its times are compared with. What is known was no
 * future when it was told: in the night the clocks go back it may look so for an hour.
 * @param {Form} form @param {Field[]} own @param {Set<string>} anew @param {Values} supplied
 */
function judged(form, own, anew, supplied) {
  const names = new Set(own.map((one) => one.id));
  return own.flatMap((one) => {
    const earlier = names.has(one.not_before) ? undefined : form.fields.find((field) => field.id === one.not_before);
    if (earlier) names.add(earlier.id);
    const asked = { ...one, required: anew.has(one.id), not_future: one.not_future && one.id in supplied };
    return [...(earlier ? [{ ...earlier, not_future: false }] : []), asked];
  });
}

/**
 * Give what of the hand-over is still to be told, and how it stands.
 * @param {Form} form @param {Values} signed @param {Told[]} told
 * @returns {{ tries: Values[], values: Values, missing: string[], state: "none" | "open" | "exception" | "done" }}
 */
export function handOverOf(form, signed, told) {
  const values = knownValues(told);
  const tries = inOrder(told).flatMap((one) => /** @type {Values[]} */ (one.values.bh_contact ?? []));
  tries.sort((one, other) => (String(one.tried_at) < String(other.tried_at) ? -1 : 1));
  const excepts = exceptionStands(told);
  /** @type {Values} */
  const known = { ...signed, ...values, ...(tries.length > 0 ? { bh_contact: tries } : {}) };
  if (!excepts) for (const name of EXCEPTION) delete known[name];
  const asked = fieldsOf(form);
  const missing = asked.filter((one) => holds(one.applies, known) && holds(one.required, known) && !(one.id in known)).map((one) => one.id);
  const state = asked.length === 0 ? "none" : excepts ? "exception" : missing.length > 0 ? "open" : "done";
  return { tries, values, missing, state };
}

/** Say whether an exception stands: no release was told after it. @param {Told[]} told */
function exceptionStands(told) {
  const [exception, released] = [lastOf(told, EXCEPTION[0]), lastOf(told, "officer_released_at")];
  return exception !== undefined && (released === undefined || Date.parse(released.at) <= Date.parse(exception.at));
}

/** Give what told of a field last. @param {Told[]} told @param {string} name */
const lastOf = (told, name) => inOrder(told).filter((one) => name in one.values).at(-1);
