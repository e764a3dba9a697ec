// @ts-check
/**
 * Questions of a form as inputs, and their answers read back. A question is told by its label, its hint and its error, all
 * tied to the input; one that does not apply is hidden and gives no answer.
 *
 * @typedef {import("../../model/form.js").Field} Field
 * @typedef {import("../../model/form.js").Pack} Pack
 * @typedef {import("../../model/form.js").Values} Values
 * @typedef {import("../dom.js").Child} Child
 * @typedef {{ pack: Pack, values: Values, errors: { [place: string]: string }, ours: { tag: string, name: string }[] }} Sheet
 *   `ours`: the languages that we have words in; they stand as tiles, the others in a list.
 */
import { holds } from "../../../conditions.js";
import { LANGUAGES } from "../../flow/languages.js";
import { h } from "../dom.js";

/** Make one question. @param {Field} field @param {Sheet} sheet @param {string} [name] @param {string} [path] @returns {HTMLElement} */
export function question(field, sheet, name = field.id, path = field.id) {
  const asked = { field, sheet, name, path, id: `q-${name.replaceAll(".", "-")}`, value: valueAt(sheet.values, name), error: sheet.errors[name] ?? "" };
  const made = MAKERS[field.type]?.(asked) ?? text(asked);
  const look = `question${asked.error ? " question--error" : ""}`;
  return h("div", { class: look, "data-question": name, hidden: !holds(field.applies, around(sheet.values, name)) }, ...made);
}

/** @typedef {{ field: Field, sheet: Sheet, name: string, path: string, id: string, value: any, error: string }} Asked */

/** @type {Readonly<Record<string, (asked: Asked) => Child[]>>} */
const MAKERS = {
  phone: (asked) => text(asked, { type: "tel" }),
  email: (asked) => text(asked, { type: "email" }),
  integer: (asked) => text(asked, { inputmode: "numeric", maxlength: 6, class: "usa-input question__short" }),
  local_time: (asked) => text(asked, { type: "datetime-local", class: "usa-input question__moment", maxlength: null }),
  yes_no: (asked) => tiles(asked, [["true", capital(asked.sheet.pack.yes)], ["false", capital(asked.sheet.pack.no)]]),
  choice: (asked) => tiles(asked, optionsOf(asked)),
  choices: (asked) => tiles(asked, optionsOf(asked), "checkbox"),
  tick: (asked) => [...under(asked, true), tile(asked, "checkbox", ["true", labelOf(asked)])],
  language, date, group,
};

/** @param {Asked} asked @param {Record<string, any>} [more] */
function text(asked, more = {}) {
  const { id, name, value, field } = asked;
  const attributes = { class: "usa-input", id, name, value: value ?? "", maxlength: field.max_length, autocomplete: "off", ...described(asked), ...more };
  return [h("label", { class: "usa-label", for: id }, labelOf(asked)), ...under(asked), h("input", attributes)];
}

/** @param {Asked} asked @param {string[][]} options @param {string} [kind] */
function tiles(asked, options, kind = "radio") {
  return [fieldset(asked, h("div", { class: "tablet__choices" }, ...options.map((one) => tile(asked, kind, one))))];
}

/** @param {Asked} asked @param {string} kind @param {string[]} option */
function tile({ name, id, value }, kind, [option, words]) {
  const chosen = (Array.isArray(value) ? value : [value]).map(String).includes(option);
  return h("label", { class: "tablet__choice" }, h("input", { type: kind, name, value: option, id: `${id}-${option}`, checked: chosen }), h("span", {}, words));
}

/** @param {Asked} asked */
function language(asked) {
  const { name, id, value, sheet } = asked;
  const ours = sheet.ours.map(({ tag, name: words }) => tile(asked, "radio", [tag, words]));
  const rest = LANGUAGES.filter(([tag]) => !sheet.ours.some((one) => one.tag === tag));
  const options = rest.map(([tag, words]) => h("option", { value: tag, selected: tag === value }, words));
  const choose = h("select", { class: "usa-select", name: `${name}.other`, id: `${id}-other`, "aria-label": `${labelOf(asked)}: another language` }, h("option", { value: "" }, "Another language"), ...options);
  const all = h("div", { class: "tablet__choices" }, ...ours, choose);
  all.addEventListener("change", ({ target }) => onlyOne(all, /** @type {HTMLElement} */ (target)));
  return [fieldset(asked, all)];
}

/** Of tiles and list, only what was chosen last holds. @param {HTMLElement} all @param {HTMLElement} chosen */
function onlyOne(all, chosen) {
  const list = /** @type {HTMLSelectElement} */ (all.querySelector("select"));
  if (chosen !== list) list.value = "";
  else for (const one of all.querySelectorAll("input")) one.checked = false;
}

/** @param {Asked} asked */
function date(asked) {
  const [year = "", month = "", day = ""] = String(asked.value ?? "").split("-");
  const parts = [["month", "Month", month, 2], ["day", "Day", day, 2], ["year", "Year", year, 4]];
  const inputs = parts.map(([part, label, value, most]) => datePart(asked, { part, label, value: String(value).replace(/^0/, ""), most }));
  return [fieldset(asked, h("div", { class: "question__date" }, ...inputs))];
}

/** A full part hands on to the next one. @param {Asked} asked @param {Record<string, any>} how */
function datePart({ name, id }, { part, label, value, most }) {
  const input = /** @type {HTMLInputElement} */ (h("input", { class: "usa-input", id: `${id}-${part}`, name: `${name}.${part}`, value, maxlength: most, inputmode: "numeric", autocomplete: "off", placeholder: { month: "MM", day: "DD", year: "YYYY" }[/** @type {"day"} */ (part)] }));
  input.addEventListener("input", () => {
    if (input.value.length < most) return;
    /** @type {HTMLInputElement | null | undefined} */ (input.closest("div")?.nextElementSibling?.querySelector("input"))?.focus();
  });
  return h("div", {}, h("label", { for: `${id}-${part}` }, label), input);
}

/** @param {Asked} asked */
function group(asked) {
  const { field, sheet, name, value } = asked;
  const items = Array.isArray(value) && value.length > 0 ? value : [{}];
  const made = items.map((_, at) => h("div", { class: "question__item", role: "group", "aria-label": `${labelOf(asked)}, number ${at + 1}` },
    ...field.items.map((one) => question(one, sheet, `${name}.${at + 1}.${one.id}`, `${name}.${one.id}`)),
    items.length > 1 && h("button", { type: "button", class: "usa-button usa-button--outline", "data-remove": `${name}.${at + 1}` }, `Remove number ${at + 1}`),
  )); // prettier-ignore
  const isFull = field.most > 0 && items.length >= field.most;
  const add = !isFull && h("button", { type: "button", class: "usa-button usa-button--outline", "data-add": name }, `Add another: ${labelOf(asked)}`);
  return [fieldset(asked, h("div", { class: "question__items" }, ...made, add))];
}

/** @param {Asked} asked @param {HTMLElement} content */
function fieldset(asked, content) {
  return h("fieldset", { class: "usa-fieldset", id: asked.id, tabindex: "-1", ...described(asked) }, h("legend", { class: "usa-legend" }, labelOf(asked)), ...under(asked), content);
}

/** @param {Asked} asked @param {boolean} [isTick] @returns {Child[]} */
function under({ id, sheet, path, error }, isTick = false) {
  const help = !isTick && sheet.pack.help[path];
  const hint = help && h("details", { class: "question__help" }, h("summary", {}, "Help"), h("p", { id: `${id}-hint` }, help));
  return [hint || false, error !== "" && h("p", { class: "usa-error-message", id: `${id}-error` }, error)];
}

/** @param {Asked} asked */
const described = ({ id, error }) => (error ? { "aria-describedby": `${id}-error`, "aria-invalid": "true" } : {});

/** @param {Asked} asked */
const labelOf = ({ sheet, path }) => sheet.pack.labels[path] ?? path;

/** @param {Asked} asked */
const optionsOf = ({ field, sheet, path }) => field.options.map((one) => [one, capital(sheet.pack.options[`${path}.${one}`] ?? one)]);

/** @param {string} words */
const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/** @param {any} values @param {string} name */
function valueAt(values, name) {
  return name.split(".").reduce((found, part) => found?.[/^[0-9]+$/.test(part) ? Number(part) - 1 : part], values);
}

/** Give the values that a question's condition is about: the form's, or the item's. @param {Values} values @param {string} name */
function around(values, name) {
  return name.includes(".") ? valueAt(values, name.split(".").slice(0, -1).join(".")) ?? {} : values;
}

/** Read the answers of these questions, as they stand. @param {Field[]} fields @param {HTMLFormElement} form @returns {Values} */
export function readAnswers(fields, form) {
  const data = new FormData(form);
  return Object.fromEntries(fields.map((field) => [field.id, read(field, field.id, data)]));
}

/** @param {Field} field @param {string} name @param {FormData} data @returns {unknown} */
function read(field, name, data) {
  const typed = String(data.get(name) ?? "").trim();
  if (field.type === "group") return readGroup(field, name, data);
  if (field.type === "choices") return data.getAll(name).map(String);
  if (field.type === "tick") return typed === "true" || undefined;
  if (field.type === "yes_no") return { true: true, false: false }[typed];
  if (field.type === "date") return readDate(name, data);
  if (field.type === "language") return typed || String(data.get(`${name}.other`) ?? "") || undefined;
  return field.type === "integer" && /^[0-9]{1,6}$/.test(typed) ? Number(typed) : typed || undefined;
}

/** @param {Field} field @param {string} name @param {FormData} data */
function readGroup(field, name, data) {
  const numbers = [...data.keys()].filter((key) => key.startsWith(`${name}.`)).map((key) => Number(key.split(".")[1]));
  const count = Math.max(0, ...numbers);
  const items = Array.from({ length: count }, (_, at) => field.items.map((one) => [one.id, read(one, `${name}.${at + 1}.${one.id}`, data)]));
  return items.map((pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== undefined && value !== "")));
}

/** @param {string} name @param {FormData} data */
function readDate(name, data) {
  const [year, month, day] = ["year", "month", "day"].map((part) => String(data.get(`${name}.${part}`) ?? "").trim());
  return year || month || day ? `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : undefined;
}

/** Show only the questions that apply with these answers. @param {Field[]} fields @param {Values} values @param {HTMLElement} root */
export function showWhatApplies(fields, values, root) {
  for (const field of fields) {
    const found = /** @type {HTMLElement | null} */ (root.querySelector(`[data-question="${field.id}"]`));
    if (found) found.hidden = !holds(field.applies, values);
  }
  for (const more of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".paper-form__more"))) {
    more.hidden = more.querySelector(":scope > .question:not([hidden])") === null;
  }
}

/** Put an answer that followed from another one into its inputs. @param {HTMLElement} root @param {string} name @param {unknown} value */
export function fill(root, name, value) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll(`[name="${name}"]`));
  for (const input of inputs) {
    if (input.type === "radio" || input.type === "checkbox") input.checked = [value].flat().map(String).includes(input.value);
    else input.value = String(value ?? "");
  }
  const parts = String(value ?? "").split("-");
  ["year", "month", "day"].forEach((part, at) => {
    const input = /** @type {HTMLInputElement | null} */ (root.querySelector(`[name="${name}.${part}"]`));
    if (input) input.value = (parts[at] ?? "").replace(/^0/, "");
  });
}
