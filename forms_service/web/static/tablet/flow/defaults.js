// @ts-check
/**
 * What most often is the answer, shown and changed by one tap. Never here: lay opinion, probable cause, supervision, what
 * victims say, whether the person wants it. Pure.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Values} Values
 */
import { isAsked } from "./questions.js";

const LONGEST_PLACE = 120; // of an offence; the contact's may be longer

/**
 * Give the usual answers of a form's questions.
 * @param {Form} form
 * @param {string} nowLocal The agency's local time.
 * @returns {Values}
 */
export function usualAnswers(form, nowLocal) {
  const moment = nowLocal.slice(0, 16);
  /** @type {Values} */
  const usual = {
    contact_at: moment, contact_origin: "call_for_service", language_spoken: "en", reads_in: "en", interpreter_needed: false,
    supervision_checked_at: moment, diverted_offences: [{ happened_on: moment.slice(0, 10) }], prosecutor: "city_prosecutor",
    treatment_from: "not_known_yet", manner: "drawn",
  };
  const asked = form.fields.filter((one) => isAsked(one) && Object.hasOwn(usual, one.id));
  return Object.fromEntries(asked.map((one) => [one.id, usual[one.id]]));
}

/**
 * Let usual answers follow the ones they come from, unless they were changed: the offence is where and when the contact
 * is, the language read is the one spoken, no interpreter is needed where we have the language, and one interprets by phone.
 * @param {Form} form
 * @param {Values} before
 * @param {Values} after What was answered since.
 * @returns {Values}
 */
export function following(form, before, after) {
  const next = { ...after };
  const has = (/** @type {unknown} */ language) => form.languages.includes(String(language));
  if (before.language_spoken !== after.language_spoken) {
    if (follows(before.reads_in, after.reads_in, before.language_spoken)) next.reads_in = has(after.language_spoken) ? after.language_spoken : undefined;
    if (before.interpreter_needed === after.interpreter_needed) next.interpreter_needed = has(after.language_spoken) ? false : undefined;
  }
  if (hasInterpreter(after) && !hasInterpreter(before)) next.interpreter_channel ??= "phone";
  if (Array.isArray(after.diverted_offences)) next.diverted_offences = after.diverted_offences.map((one) => offence(one, before, after));
  return next;
}

/** @param {Values} values */
const hasInterpreter = ({ aids }) => Array.isArray(aids) && aids.includes("interpreter");

/** @param {Values} one @param {Values} before @param {Values} after */
function offence(one, before, after) {
  const [then, now] = [day(before.contact_at), day(after.contact_at)];
  const happened = !one.happened_on || one.happened_on === then ? now || one.happened_on : one.happened_on;
  const isUsual = !one.place || one.place === before.contact_place;
  const place = isUsual && String(after.contact_place ?? "").length <= LONGEST_PLACE ? after.contact_place : one.place;
  return { ...one, happened_on: happened, place };
}

/** @param {unknown} was @param {unknown} is @param {unknown} source */
const follows = (was, is, source) => was === is && (was === undefined || was === source);

/** @param {unknown} moment */
const day = (moment) => (typeof moment === "string" ? moment.slice(0, 10) : undefined);
