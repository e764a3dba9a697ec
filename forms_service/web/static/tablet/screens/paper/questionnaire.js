// @ts-check
/**
 * A page of questions: every answer is kept at once, faults are told together, and Enter goes to the next empty input.
 *
 * @typedef {import("../../model/form.js").Field} Field
 * @typedef {import("../../model/form.js").Values} Values
 * @typedef {import("../../model/values.js").Fault} Fault
 * @typedef {{ title: string, fields: Field[], more: Field[] }} Part `more`: what is asked seldom, folded away.
 * @typedef {{
 *   parts: Part[], sheet: import("./questions_view.js").Sheet, label: string, follow?: (before: Values, after: Values) => Values,
 *   keep: (values: Values) => Promise<void>, send: (values: Values) => Promise<unknown>,
 * }} Asking
 */
import { painted } from "../../shell/painted.js";
import { h } from "../dom.js";
import { fill, question, readAnswers, showWhatApplies } from "./questions_view.js";

/** @param {import("../../app.js").App} app @param {Asking} asking */
export function questionnaire(app, asking) {
  const send = /** @type {HTMLButtonElement} */ (h("button", { type: "submit", class: "usa-button tablet__big" }, asking.label));
  const form = /** @type {HTMLFormElement} */ (h("form", { class: "paper-form", novalidate: true }, ...asking.parts.map((part) => partOf(part, asking.sheet)), h("div", { class: "paper-form__actions" }, send)));
  const state = new Answers(form, asking);
  form.addEventListener("input", () => state.look());
  form.addEventListener("change", () => void state.keep().catch((error) => app.stage.fail(error))); // beside the buttons: Next may be tapped meanwhile
  form.addEventListener("keydown", (event) => toNext(event, form));
  form.addEventListener("click", (event) => void changeGroup(app, state, /** @type {HTMLElement} */ (event.target), send));
  form.addEventListener("submit", (event) => (event.preventDefault(), void app.act(() => state.send(), send)));
  state.look();
  return form;
}

/** @param {Part} part @param {import("./questions_view.js").Sheet} sheet */
function partOf({ title, fields, more }, sheet) {
  const hasSome = more.some((one) => one.id in sheet.values || Object.keys(sheet.errors).some((place) => place.split(".")[0] === one.id));
  const folded = more.length > 0 && h("details", { class: "paper-form__more", open: hasSome }, h("summary", {}, title ? `More: ${title}` : "More"), ...more.map((one) => question(one, sheet)));
  return h("section", { class: "tablet__card" }, title !== "" && h("h2", {}, title), ...fields.map((one) => question(one, sheet)), folded);
}

class Answers {
  #form;
  #asking;
  #fields;
  /** @type {Values} */
  #known;
  #last = Promise.resolve();

  /** @param {HTMLFormElement} form @param {Asking} asking */
  constructor(form, asking) {
    this.#form = form;
    this.#asking = asking;
    this.#known = asking.sheet.values;
    this.#fields = asking.parts.flatMap((part) => [...part.fields, ...part.more]);
  }

  get #read() {
    return { ...this.#asking.sheet.values, ...readAnswers(this.#fields, this.#form) };
  }

  /** Show what applies. */
  look() {
    showWhatApplies(this.#fields, this.#read, this.#form);
  }

  /** Keep what is answered, one after the other, once the screen shows it. */
  keep() {
    this.#follow();
    this.look();
    const values = this.#read;
    this.#last = this.#last.catch(() => undefined).then(() => painted(window)).then(() => this.#asking.keep(values));
    return this.#last;
  }

  /** Keep another set of answers, such as one item more. @param {(values: Values) => Values} change */
  async change(change) {
    await this.keep();
    await this.#asking.keep(change(this.#read));
  }

  /** Send the answers; what is wrong with them has the focus then, since it stands above them. */
  async send() {
    await this.keep();
    await this.#asking.send(this.#read);
    /** @type {HTMLElement | null} */ (document.querySelector(".paper-form__faults"))?.focus();
  }

  #follow() {
    const after = this.#read;
    const next = this.#asking.follow?.(this.#known, after) ?? after;
    for (const [name, value] of changes(after, next)) fill(this.#form, name, value);
    this.#known = next;
  }
}

/** Give where two sets of answers differ, an item's field by its own name. @param {any} one @param {any} other @param {string} [prefix] @returns {[string, unknown][]} */
function changes(one, other, prefix = "") {
  return Object.keys({ ...one, ...other }).flatMap((key) => {
    const name = prefix + (Array.isArray(other) ? String(Number(key) + 1) : key);
    const value = other[key];
    if (isTree(value)) return changes(one?.[key] ?? {}, value, `${name}.`);
    return one?.[key] === value ? [] : [/** @type {[string, unknown]} */ ([name, value])];
  });
}

/** @param {unknown} value */
const isTree = (value) => typeof value === "object" && value !== null && (!Array.isArray(value) || value.every((one) => typeof one === "object"));

/** @param {KeyboardEvent} event @param {HTMLFormElement} form */
function toNext(event, form) {
  const here = /** @type {HTMLInputElement} */ (event.target);
  if (event.key !== "Enter" || here.tagName !== "INPUT" || here.type === "checkbox" || here.type === "radio") return;
  event.preventDefault();
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input.usa-input")]).filter((one) => one.checkVisibility());
  const after = inputs.slice(inputs.indexOf(here) + 1);
  (after.find((one) => one.value === "") ?? after[0])?.focus();
}

/** Add an item to a group or remove one. @param {import("../../app.js").App} app @param {Answers} state @param {HTMLElement} pressed @param {HTMLButtonElement} send */
async function changeGroup(app, state, pressed, send) {
  const { add, remove = "" } = pressed.dataset;
  if (!add && !remove) return;
  const [name, number] = remove.split(".");
  const items = (/** @type {Values} */ values, /** @type {string} */ id) => /** @type {Values[]} */ (values[id] ?? [{}]);
  const change = (/** @type {Values} */ values) => (add ? { ...values, [add]: [...items(values, add), {}] } : { ...values, [name]: items(values, name).filter((_, at) => at !== Number(number) - 1) });
  await app.act(async () => (await state.change(change), app.show()), send);
}

/** Say every fault at the top, each leading to its question. @param {{ [place: string]: string }} errors */
export function errorSummary(errors) {
  const places = Object.keys(errors);
  if (places.length === 0) return false;
  const title = places.length === 1 ? "One answer needs another look" : `${places.length} answers need another look`;
  const lines = places.map((place) => h("li", {}, h("button", { type: "button", class: "paper-form__fault", click: () => goTo(place) }, errors[place])));
  return h("div", { class: "paper-form__faults", role: "alert", tabindex: "-1" }, h("h2", {}, title), h("ul", {}, ...lines));
}

/** @param {string} place */
function goTo(place) {
  const found = document.querySelector(`[data-question="${place}"]`) ?? document.querySelector(`[data-question="${place.split(".")[0]}"]`);
  found?.closest("details")?.setAttribute("open", "");
  const input = /** @type {HTMLElement | null | undefined} */ (found?.querySelector("input, select, fieldset"));
  input?.focus();
  found?.scrollIntoView({ block: "center" });
}
