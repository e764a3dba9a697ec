// @ts-check
/**
 * Screening: the decision table's questions, and where the answers lead.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../model/form.js").Values} Values
 * @typedef {import("../../model/screening.js").Result} Result
 */
import { withoutEmpty } from "../../flow/questions.js";
import { screeningFields, withScreeningWords } from "../../flow/screening_questions.js";
import { button, h } from "../dom.js";
import { errorLines, ours } from "./labels.js";
import { errorSummary, questionnaire } from "./questionnaire.js";
import { OUTCOME_TITLES, REASONS_OUT } from "./words.js";

/** @param {App} app */
export function screeningScreen(app) {
  const { form, draft } = app.way;
  const fields = screeningFields(form);
  const pack = withScreeningWords(form.packs[form.controlLanguage]);
  const errors = app.stage.told.errors;
  const sheet = { pack, values: startingAnswers(fields, draft), errors, ours: ours(form) };
  const [seldom, usual] = [fields.filter(isSeldom), fields.filter((one) => !isSeldom(one))];
  const asking = {
    parts: [{ title: "", fields: usual, more: seldom }], sheet, label: "Next",
    keep: (/** @type {Values} */ answers) => app.way.change({ answers: withoutEmpty(answers) }),
    send: (/** @type {Values} */ answers) => send(app, withoutEmpty(answers)),
  };
  return h("div", {}, h("p", { class: "paper-kicker" }, draft.title), h("h1", { tabindex: "-1" }, "Screening"), errorSummary(errors), questionnaire(app, asking));
}

/** @param {import("../../model/form.js").Field} field */
const isSeldom = (field) => field.required === false;

/** Begin with the usual answers, such as when it was checked. @param {import("../../model/form.js").Field[]} fields @param {import("../../flow/draft.js").Draft} draft @returns {Values} */
function startingAnswers(fields, { answers, values }) {
  const usual = fields.filter((one) => Object.hasOwn(values, one.id)).map((one) => [one.id, values[one.id]]);
  return { ...Object.fromEntries(usual), ...answers };
}

/** @param {App} app @param {Values} answers */
async function send(app, answers) {
  const { form, draft } = app.way;
  const { result, faults } = await app.way.judge(answers);
  const pack = withScreeningWords(form.packs[form.controlLanguage]);
  app.stage.told = { errors: errorLines(form, pack, faults), end: result && result.form !== form.form ? { result, title: draft.title } : null };
  await app.show();
}

/** Say where the answers lead, when it is not to the form. @param {App} app @param {{ result: Result, title: string }} end */
export function screeningEndScreen(app, { result, title }) {
  const reasons = result.disqualifiers.map((one) => h("li", {}, REASONS_OUT[one] ?? one));
  const why = reasons.length > 0 && [h("h2", {}, "Every reason that holds"), h("ul", {}, ...reasons)];
  const heading = OUTCOME_TITLES[result.outcome] ?? "No form is needed";
  return h("div", {}, h("p", { class: "paper-kicker" }, title), h("h1", { tabindex: "-1" }, heading), h("p", { class: "paper-lead" }, result.message), ...(why || []), result.countNameless ? counted(app, result) : goBack(app));
}

/** @param {App} app @param {Result} result */
function counted(app, { rule }) {
  const kept = h("section", { class: "tablet__card" }, h("h2", {}, "What is kept"), h("p", {}, `One count for rule ${rule} in this month. The paper and every answer in it are erased.`));
  return h("div", {}, kept, button(app, "Back to start", () => app.stage.toStart(), "tablet__big"));
}

/** @param {App} app */
function goBack(app) {
  const again = button(app, "Look at the answers again", () => ((app.stage.told = { errors: {}, end: null }), app.show()), "tablet__big");
  const erase = button(app, "Erase the paper", async () => (await app.way.erase(), app.stage.toStart()), "usa-button--outline tablet__big");
  return h("div", { class: "paper-actions" }, again, erase);
}
