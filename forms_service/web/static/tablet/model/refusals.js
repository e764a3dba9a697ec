// @ts-check
/**
 * What the server refuses when a paper is completed though each value is good: the person said no, the answers lead to
 * another form, the person is too young, or could not say back what the paper means (`forms_service/workflow/complete.py`
 * and `screen.py`). The tablet says it before anybody signs. The cases of both stand in `tests/vectors/blocks.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Values} Values
 * @typedef {{ screening: import("./screening.js").Table, leastAge: number, today: string }} Rules
 *   `screening` and `leastAge` (`rules.lead_min_age`) as the server serves them; `today`: the agency's date.
 */
import { holds } from "../../conditions.js";
import { ageOn } from "./dates.js";
import { fieldsAt, valueOf } from "./form.js";
import { fits } from "./patterns.js";
import { evaluate, namesForm } from "./screening.js";
import { normalText } from "./text.js";

/**
 * Give the slug of the first refusal; empty when the paper may be signed.
 * @param {Form} form
 * @param {Values} values Checked and completed.
 * @param {Rules} rules
 */
export function refusalOf(form, values, rules) {
  if (holds(form.declinedWhen, values)) return "person-refused";
  const screened = namesForm(rules.screening, form.form) ? screeningRefusal(form, values, rules) : "";
  if (screened) return screened;
  const isUnsaid = fieldsAt(form, ["signing"]).some((field) => valueOf(values, field.id) === false);
  return isUnsaid ? "say-back-missing" : "";
}

/**
 * Give the slug of what is wrong with a case number; empty when nothing is, or when none is given yet.
 * @param {string} typed
 * @param {string} pattern `rules.case_number_pattern` as the server serves it.
 */
export function caseNumberRefusal(typed, pattern) {
  const number = normalText(typed);
  return number === "" || fits(pattern, number) ? "" : "case-number-malformed";
}

/**
 * Give the screening answers that a paper's own values state.
 * @param {Form} form
 * @param {Values} values
 */
export function answersOf(form, values) {
  const stated = ["supervision_person_crime", "victims"].filter((name) => Object.hasOwn(values, name));
  return {
    mental_health_issue: valueOf(values, "lay_opinion_confirmed") === true,
    probable_cause: valueOf(values, "pc_confirmed") === true,
    officer_choice: form.form,
    person_chooses: valueOf(values, "voluntary") ?? "yes",
    ...Object.fromEntries(stated.map((name) => [name, values[name]])),
  };
}

/**
 * @param {Form} form
 * @param {Values} values
 * @param {Rules} rules
 */
function screeningRefusal(form, values, { screening, leastAge, today }) {
  const { result, faults } = evaluate(screening, answersOf(form, values));
  if (!result) return faults[0].slug;
  if (result.form !== form.form) return "screening-contradicts";
  const age = ageOf(values, today);
  return form.period !== null && age !== null && age < leastAge ? "person-too-young" : "";
}

/**
 * @param {Values} values
 * @param {string} today
 * @returns {number | null}
 */
function ageOf(values, today) {
  const [born, about] = [valueOf(values, "date_of_birth"), valueOf(values, "approx_age")];
  if (typeof born === "string") return ageOn(born, today);
  return typeof about === "number" ? about : null;
}
