// @ts-check
/**
 * The steps of a hand-over, each a small form: two or three taps, times by themselves, what is typed kept at once.
 *
 * @typedef {import("./hand_over_screen.js").Here} Here
 * @typedef {import("../../model/form.js").Field} Field
 * @typedef {import("../../model/form.js").Values} Values
 * @typedef {{ step: string, title: string, asked: { field: Field, path: string }[], folded: { field: Field, path: string }[],
 *   preset: Values, send: [label: string, more: Values][], look?: string, toTell: (typed: Values) => Values }} Step
 */
import { inTurn } from "../../model/phone_hours.js";
import { button, card, h } from "../dom.js";
import { question, readAnswers } from "../paper/questions_view.js";

const TRIES = "bh_contact";

/** One try to reach Behavioral Health. @param {Here} here @returns {HTMLElement | false} */
export function tryForm(here) {
  const group = here.form.fields.find((one) => one.id === TRIES);
  if (!group) return false;
  const items = Object.fromEntries(group.items.map((one) => [one.id, { field: one, path: `${TRIES}.${one.id}` }]));
  const [first] = inTurn(here.world.numbers, here.world.nowLocal());
  const words = here.form.packs[here.form.controlLanguage].options;
  const results = items.result.field.options.map((/** @type {string} */ one) => /** @type {[string, Values]} */ ([words[`${TRIES}.result.${one}`] ?? one, { result: one }]));
  return stepForm(here, {
    step: "try", title: "What came of it?", asked: [items.channel, items.who_answered], folded: [items.number, items.tried_at],
    preset: { channel: "phone", number: first?.phone }, send: results, toTell: (typed) => aTry(here, typed),
  }); // prettier-ignore
}

/** @param {Here} here @param {Values} typed */
function aTry(here, { number, ...typed }) {
  const one = { ...typed, ...(typed.channel === "phone" ? { number } : {}), tried_at: typed.tried_at ?? minute(here) };
  const isFirst = here.form.fields.some((field) => field.id === "bh_called_at") && here.state.values.bh_called_at === undefined;
  return { [TRIES]: [withoutEmpty(one)], ...(isFirst ? { bh_called_at: one.tried_at } : {}) };
}

/** @param {Here} here @returns {HTMLElement | false} */
export function arrival(here) {
  if (here.state.values.bh_arrived_at !== undefined) return false;
  return stepForm(here, {
    step: "arrival", title: "Behavioral Health is here", asked: fields(here, "bh_staff_name", "bh_staff_role"), folded: fields(here, "bh_arrived_at"),
    preset: {}, send: [["They are here", {}]], toTell: (typed) => ({ ...typed, bh_arrived_at: typed.bh_arrived_at ?? minute(here) }),
  }); // prettier-ignore
}

/** @param {Here} here @returns {HTMLElement | false} */
export function release(here) {
  const { values } = here.state;
  if (values.bh_arrived_at === undefined || values.officer_released_at !== undefined) return false;
  return stepForm(here, {
    step: "release", title: "“You may go”", asked: fields(here, "released_by"), folded: fields(here, "officer_released_at"),
    preset: { released_by: values.bh_staff_name }, send: [["They said I may go", {}]],
    toTell: (typed) => ({ ...typed, officer_released_at: typed.officer_released_at ?? minute(here) }),
  }); // prettier-ignore
}

/** @param {Here} here */
export function exception(here) {
  const inside = stepForm(here, {
    step: "exception", title: "Why?", asked: fields(here, "release_exception", "release_exception_text"), folded: [],
    preset: {}, send: [["I leave without a release", {}]], toTell: (typed) => typed,
  }); // prettier-ignore
  const isOpen = here.paper.entry.exception !== undefined || here.app.handingOver.step === "exception";
  return h("details", { open: isOpen }, h("summary", {}, "I must leave without a release"), inside);
}

/** Asked where the page has no next step; of a paper from another tablet nobody here knows. @param {Here} here @returns {HTMLElement | false} */
export function nextStep(here) {
  const isMissing = here.state.missing.includes("next_step_later");
  const isAsked = isMissing || (!here.paper.is_own && here.state.values.next_step_later === undefined);
  if (!isAsked || fields(here, "next_step_later").length === 0) return false;
  const inside = stepForm(here, {
    step: "next", title: "What comes next for the person?", asked: fields(here, "next_step_later"), folded: [], preset: {},
    send: [["Keep the next step", {}]], look: "usa-button--outline", toTell: (typed) => typed,
  }); // prettier-ignore
  const { bh_arrived_at: arrived, release_exception: left } = here.state.values;
  const isTime = isMissing && (arrived !== undefined || left !== undefined);
  return isTime ? inside : h("details", { open: here.paper.entry.next !== undefined }, h("summary", {}, "The paper has no next step yet"), inside);
}

/** @param {Here} here @param {...string} names */
const fields = (here, ...names) => here.form.fields.filter((one) => names.includes(one.id)).map((field) => ({ field, path: field.id }));

/** @param {Here} here */
const minute = (here) => here.world.nowLocal().slice(0, 16);

/** @param {Values} values */
const withoutEmpty = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ""));

/** @param {Here} here @param {Step} step */
function stepForm(here, { step, title, asked, folded, preset, send, toTell, look = "" }) {
  const { app, paper, form } = here;
  const sheet = { pack: form.packs[form.controlLanguage], values: { ...preset, ...paper.entry[step] }, errors: app.handingOver.errorsOf(paper.document_id, step), ours: [] };
  const all = [...asked, ...folded];
  const questions = (/** @type {{ field: Field, path: string }[]} */ some) => some.map(({ field, path }) => question(field, sheet, field.id, path));
  const isOpen = folded.some(({ field }) => field.type === "local_time" && sheet.values[field.id] !== undefined) || folded.some(({ field }) => field.id in sheet.errors);
  const more = folded.length > 0 && h("details", { class: "paper-form__more", open: isOpen }, h("summary", {}, folded.length > 1 ? "Another time or number" : "Another time"), h("p", { class: "tablet__hint" }, "Left empty, the time is now."), ...questions(folded));
  const made = /** @type {HTMLFormElement} */ (h("form", { class: "paper-form", novalidate: true, "data-step": step }, ...questions(asked), more));
  const typed = () => readAnswers(all.map(({ field }) => field), made);
  const tell = (/** @type {Values} */ extra) => app.handingOver.tell(paper.document_id, step, withoutEmpty(toTell({ ...withoutEmpty(typed()), ...extra })));
  made.append(h("div", { class: "paper-actions" }, ...send.map(([label, extra]) => button(app, label, () => tell(extra), `${look} tablet__big`))));
  made.addEventListener("input", () => void app.told.enter(paper.document_id, step, withoutEmpty(typed())).catch((error) => app.stage.fail(error)));
  made.addEventListener("submit", (event) => event.preventDefault());
  return card(title, made);
}
