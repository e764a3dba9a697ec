// @ts-check
/**
 * What the service knows, filled in: sources first, then computed fields, as `complete_values` of
 * `forms_service/domain/values.py` does it. The cases of both stand in `tests/vectors/values.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Field} Field
 * @typedef {import("./form.js").Computation} Computation
 * @typedef {import("./form.js").Values} Values
 */
import { holds } from "../../conditions.js";
import { ageOn, lastDay, localDate } from "./dates.js";
import { valueOf } from "./form.js";
import { isEmpty } from "./values.js";

/** @type {{ [name: string]: (...values: unknown[]) => unknown }} */
const FUNCTIONS = { date_plus_days: lastDay, age_on: ageOn, local_date: localDate };

/**
 * Give the sources of a form's values: what every paper has alike, who the officer is, and the day it is shown.
 * @param {Form} form
 * @param {{ account: { [key: string]: string }, presentedOn: string }} facts `account`: name, badge, phone;
 *   `presentedOn`: the agency's date.
 * @returns {Values}
 */
export function sourcesOf(form, { account, presentedOn }) {
  const officer = Object.entries(account).map(([key, value]) => [`account.${key}`, value]);
  const starts = form.period?.starts === "signature" ? { "presentation.date": presentedOn } : {};
  return { ...form.sources, ...Object.fromEntries(officer), ...starts };
}

/**
 * Fill in sources and computations; values that were supplied stay, and what is empty was not supplied.
 * @param {Form} form
 * @param {Values} supplied
 * @param {Values} sources
 * @returns {Values}
 */
export function completeValues(form, supplied, sources) {
  const values = { ...supplied };
  for (const field of form.fields) {
    if (isMissing(field, values, sources)) values[field.id] = sources[field.source];
  }
  for (const field of form.fields) {
    const isOpen = isEmpty(field, valueOf(supplied, field.id));
    const result = field.computed && isOpen ? computed(field.computed, values) : null;
    if (result !== null) values[field.id] = result;
  }
  return values;
}

/**
 * @param {Field} field
 * @param {Values} values
 * @param {Values} sources
 */
function isMissing(field, values, sources) {
  const known = field.source ? valueOf(sources, field.source) : undefined;
  if (known === undefined || known === null || known === "") return false;
  return isEmpty(field, valueOf(values, field.id)) && holds(field.applies, values);
}

/**
 * @param {Computation} computation
 * @param {Values} values
 */
function computed(computation, values) {
  const given = computation.arguments.map((name) => valueOf(values, name));
  if (given.some((one) => one === undefined || one === null)) return null;
  return FUNCTIONS[computation.function](...given);
}
