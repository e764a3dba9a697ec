// @ts-check
/**
 * The questions of the decision table, and the form's own that belong to them, as `forms_service/web/screening_page.py`
 * asks them. Intoxication and other charges have no input. Pure.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Field} Field
 * @typedef {import("../model/form.js").Pack} Pack
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {import("../model/screening.js").Table} Table
 * @typedef {import("../model/values.js").Fault} Fault
 */
import { evaluate } from "../model/screening.js";
import { askedIn } from "./questions.js";

/** What an answer of the table states on the form. @type {{ [field: string]: [answer: string, confirmed: unknown] }} */
const CONFIRMS = {
  lay_opinion_confirmed: ["mental_health_issue", true],
  pc_confirmed: ["probable_cause", true],
  no_pc_confirmed: ["probable_cause", false],
};
const CHOOSES = "voluntary";
const OF_TABLE = ["mental_health_issue", "probable_cause", "supervision_person_crime", "person_chooses"];

const WORDS = {
  labels: {
    mental_health_issue: "In your lay opinion, is a mental health issue present?",
    probable_cause: "Is there probable cause to arrest?",
    person_chooses: "Does the person choose to take part?",
  },
  help: {
    mental_health_issue: "Your own impression as an officer. No diagnosis is asked for or kept.",
    probable_cause: "Having used alcohol or drugs, or having other cases, keeps nobody out.",
    person_chooses: "Ask once you have said what it means. Whoever says no is not asked again now, and nothing with a name is kept here.",
  },
  options: { "person_chooses.yes": "Yes", "person_chooses.no": "No", "person_chooses.not_now": "Not now" },
};

/** @param {string} id @param {string} type @param {string[]} [options] @returns {Field} */
function question(id, type, options = []) {
  return {
    id, type, stage: "screening", filled_by: ["officer"], section: "screening", internal: true, required: true, applies: true,
    source: "", computed: null, max_length: 200, options, least: 0, most: 0, not_future: false, not_before: "",
    warn_after_hours: 0, pattern: "", items: [],
  };
}

const FIRST = [question("mental_health_issue", "yes_no"), question("probable_cause", "yes_no")];
const LAST = [question("person_chooses", "choice", ["yes", "no", "not_now"])];

/**
 * Give the form's own screening questions that no question of the table answers.
 * @param {Form} form
 */
export function ownFields(form) {
  return askedIn(form, "screening").filter((one) => !Object.hasOwn(CONFIRMS, one.id) && one.id !== CHOOSES);
}

/**
 * Give every question in the order they are asked.
 * @param {Form} form
 * @returns {Field[]}
 */
export function screeningFields(form) {
  return [...FIRST, ...ownFields(form), ...LAST];
}

/**
 * Give the form's words with the table's questions among them.
 * @param {Pack} pack
 * @returns {Pack}
 */
export function withScreeningWords(pack) {
  const { labels, help, options } = pack;
  return { ...pack, labels: { ...labels, ...WORDS.labels }, help: { ...help, ...WORDS.help }, options: { ...WORDS.options, ...options } };
}

/**
 * Judge the answers by the table.
 * @param {Form} form
 * @param {Table} table
 * @param {Values} given
 */
export function screened(form, table, given) {
  const { result, faults } = evaluate(table, tableAnswers(form, given));
  return { result, faults: result ? [] : openQuestions(form, given, faults) };
}

/** @param {Form} form @param {Values} given @returns {Values} */
function tableAnswers(form, given) {
  const names = [...OF_TABLE, "victims"].filter((name) => Object.hasOwn(given, name));
  return { officer_choice: form.form, ...Object.fromEntries(names.map((name) => [name, given[name]])) };
}

/**
 * Give the faults of answers that lead nowhere yet: each open question of the table, or what was refused.
 * @param {Form} form
 * @param {Values} given
 * @param {Fault[]} faults
 * @returns {Fault[]}
 */
function openQuestions(form, given, faults) {
  const open = screeningFields(form).filter((one) => OF_TABLE.includes(one.id) && !Object.hasOwn(given, one.id));
  return open.length > 0 ? open.map((one) => ({ slug: "value-missing", place: one.id })) : faults;
}

/**
 * Give the form's values that the answers state.
 * @param {Form} form
 * @param {Values} given
 * @returns {Values}
 */
export function statedValues(form, given) {
  const known = new Set(form.fields.map((one) => one.id));
  const own = ownFields(form).filter((one) => Object.hasOwn(given, one.id)).map((one) => [one.id, given[one.id]]);
  const confirmed = Object.entries(CONFIRMS).filter(([id, [answer, value]]) => known.has(id) && given[answer] === value);
  const chosen = known.has(CHOOSES) && Object.hasOwn(given, "person_chooses") ? [[CHOOSES, given.person_chooses]] : [];
  return Object.fromEntries([...own, ...confirmed.map(([id]) => [id, true]), ...chosen]);
}
