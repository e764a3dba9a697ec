// @ts-check
/**
 * Which of a form's fields somebody is asked, and where: the same choice as `forms_service/web/questions.py`. Pure.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Field} Field
 * @typedef {import("../model/form.js").Values} Values
 */
import { holds } from "../../conditions.js";
import { completeValues } from "../model/completion.js";

const ASKED_STAGES = ["screening", "before", "archive"];

/**
 * Say whether anybody types this value; what the service knows is not asked.
 * @param {Field} field
 */
export function isAsked(field) {
  const isSystems = field.filled_by.length === 1 && field.filled_by[0] === "system";
  return ASKED_STAGES.includes(field.stage) && !isSystems && !field.computed && !field.source;
}

/**
 * Give the fields that are asked in a section.
 * @param {Form} form
 * @param {string} section
 */
export function askedIn(form, section) {
  return form.fields.filter((one) => one.section === section && isAsked(one));
}

/**
 * Give the sections with questions, in the order of a conversation; screening has a screen of its own.
 * @param {Form} form
 * @param {boolean} isScreened
 */
export function askedSections(form, isScreened) {
  return form.sections.filter((name) => askedIn(form, name).length > 0 && !(isScreened && name === "screening"));
}

/**
 * Give what the person is asked to say back after the reading.
 * @param {Form} form
 */
export function sayBackOf(form) {
  return form.fields.filter((one) => one.stage === "signing");
}

/**
 * Drop values of questions that do not apply with the other answers, until nothing more falls away.
 * @param {Form} form
 * @param {Values} values
 * @returns {Values}
 */
export function onlyApplying(form, values) {
  const known = completeValues(form, values, {});
  const fallen = form.fields.filter((one) => Object.hasOwn(values, one.id) && !holds(one.applies, known)).map((one) => one.id);
  if (fallen.length === 0) return values;
  const kept = Object.entries(values).filter(([name]) => !fallen.includes(name));
  return onlyApplying(form, Object.fromEntries(kept));
}

/**
 * Drop empty answers, and items of groups in which nothing was answered.
 * @param {Values} values
 * @returns {Values}
 */
export function withoutEmpty(values) {
  const kept = Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.filter(isSomething) : value]);
  return Object.fromEntries(kept.filter(([, value]) => isSomething(value)));
}

/** @param {unknown} value */
function isSomething(value) {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(/** @type {object} */ (value)).length > 0;
}
