// @ts-check
/**
 * The officer's own input: all sections on one page, what is seldom asked folded away, the usual answers given.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../model/form.js").Field} Field
 * @typedef {import("../../model/form.js").Values} Values
 */
import { following, usualAnswers } from "../../flow/defaults.js";
import { askedIn, askedSections, onlyApplying, withoutEmpty } from "../../flow/questions.js";
import { namesForm } from "../../model/screening.js";
import { h } from "../dom.js";
import { errorLines, ours } from "./labels.js";
import { offerLicence } from "./licence_button.js";
import { offerPlaces } from "./place_buttons.js";
import { errorSummary, questionnaire } from "./questionnaire.js";

/** @param {App} app */
export async function formScreen(app) {
  const { form, draft, world } = app.way;
  const pack = form.packs[form.controlLanguage];
  const errors = app.stage.told.errors;
  const usual = new Set(Object.keys(usualAnswers(form, world.nowLocal())));
  const parts = askedSections(form, namesForm(world.screening, form.form)).map((name) => part(pack.sections[name] ?? name, askedIn(form, name), usual));
  const asking = {
    parts, sheet: { pack, values: draft.values, errors, ours: ours(form) }, label: "Next",
    follow: (/** @type {Values} */ before, /** @type {Values} */ after) => following(form, before, after),
    keep: (/** @type {Values} */ values) => app.way.change({ values: withoutEmpty(values) }),
    send: (/** @type {Values} */ values) => send(app, onlyApplying(form, withoutEmpty(values))),
  };
  const questions = questionnaire(app, asking);
  offerLicence(app, questions);
  offerPlaces(questions, await app.papers.lastPlaces(draft.id));
  return h("div", {}, h("p", { class: "paper-kicker" }, draft.title), h("h1", { tabindex: "-1" }, "The form"), errorSummary(errors), questions);
}

/** @param {string} title @param {Field[]} fields @param {Set<string>} usual */
function part(title, fields, usual) {
  const first = fields.filter((one) => usual.has(one.id) || one.required !== false || fields.some((other) => isSwitch(one, other)));
  return { title, fields: first, more: fields.filter((one) => !first.includes(one)) };
}

/** Say whether one answer decides whether another is asked or needed, which is no seldom one itself. @param {Field} one @param {Field} other */
function isSwitch(one, other) {
  return other.required !== false && JSON.stringify([other.required, other.applies]).includes(`"field":"${one.id}"`);
}

/** @param {App} app @param {Values} values */
async function send(app, values) {
  const { form } = app.way;
  const faults = app.way.faultsOf(values);
  app.stage.told = { errors: errorLines(form, form.packs[form.controlLanguage], faults), end: null };
  await app.way.change({ values, is_filled: faults.length === 0 });
  await app.show();
}
