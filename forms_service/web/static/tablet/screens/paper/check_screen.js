// @ts-check
/**
 * A last look at every answer, the language that the person reads, and then the numbered text.
 *
 * @typedef {import("../../app.js").App} App
 */
import { askedIn, askedSections } from "../../flow/questions.js";
import { namesForm } from "../../model/screening.js";
import { button, h } from "../dom.js";
import { ours, valueWords } from "./labels.js";
import { REFUSALS } from "./words.js";

/** @param {App} app */
export function checkScreen(app) {
  const { draft } = app.way;
  const slug = app.way.refusalOf(draft.values);
  const act = slug ? refused(app, slug) : handIt(app);
  return h("div", {}, h("p", { class: "paper-kicker" }, draft.title), h("h1", { tabindex: "-1" }, "Check, then hand the tablet over"), ...sections(app), act);
}

/** @param {App} app */
function sections(app) {
  const { form, world } = app.way;
  const pack = form.packs[form.controlLanguage];
  const names = askedSections(form, namesForm(world.screening, form.form));
  return names.map((name) => sheet(app, pack.sections[name] ?? name, rows(app, name)));
}

/** @param {App} app @param {string} name */
function rows(app, name) {
  const { form, draft } = app.way;
  const pack = form.packs[form.controlLanguage];
  const known = askedIn(form, name).filter((one) => Object.hasOwn(draft.values, one.id));
  return known.map((one) => [pack.labels[one.id] ?? one.id, valueWords(one, draft.values[one.id], pack)]);
}

/** @param {App} app @param {string} title @param {string[][]} rows */
function sheet(app, title, rows) {
  const change = button(app, "Change", () => changeForm(app), "usa-button--outline paper-small");
  change.setAttribute("aria-label", `Change: ${title}`);
  const list = h("dl", { class: "tablet__facts" }, ...rows.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))));
  return h("section", { class: "tablet__card" }, h("div", { class: "paper-head" }, h("h2", {}, title), change), rows.length > 0 ? list : h("p", { class: "tablet__hint" }, "Nothing entered."));
}

/** @param {App} app */
export async function changeForm(app) {
  await app.way.change({ is_filled: false });
  await app.show();
}

/** @param {App} app */
function handIt(app) {
  const { form, draft } = app.way;
  const wanted = String(draft.values.reads_in ?? draft.values.language_spoken ?? "");
  const chosen = form.languages.includes(wanted) ? wanted : form.controlLanguage;
  const tiles = ours(form).map(({ tag, name }) => h("label", { class: "tablet__choice" }, h("input", { type: "radio", name: "reads-now", value: tag, checked: tag === chosen }), h("span", { lang: tag }, name)));
  const box = h("fieldset", { class: "usa-fieldset" }, h("legend", { class: "usa-legend" }, "The person reads in"), h("div", { class: "tablet__choices" }, ...tiles));
  const make = button(app, "Make the paper", async () => {
    const tile = /** @type {HTMLInputElement | null} */ (box.querySelector("input:checked"));
    await app.way.show(tile?.value ?? chosen);
    await app.show();
  }, "tablet__big"); // prettier-ignore
  return h("section", { class: "tablet__card paper-next" }, h("h2", {}, "Make the paper for the person"), box, h("p", { class: "tablet__hint" }, "It gets its number now."), make);
}

/** @param {App} app @param {string} slug */
function refused(app, slug) {
  const isNo = slug === "person-refused";
  const close = button(app, isNo ? "Close as declined" : "Erase the paper", async () => {
    await (isNo ? app.way.decline() : app.way.erase());
    app.stage.toStart();
  }, "tablet__big"); // prettier-ignore
  const again = slug === "screening-contradicts" && button(app, "Look at the screening again", async () => (await app.way.change({ is_screened: false }), app.show()), "usa-button--outline tablet__big");
  const kept = isNo && h("p", {}, "Closing keeps one count for this month. The paper and every answer in it are erased.");
  return h("section", { class: "tablet__card paper-next" }, h("h2", {}, isNo ? "The person said no" : "This paper can not be made"), h("p", {}, REFUSALS[slug] ?? slug), kept, h("div", { class: "paper-actions" }, close, again));
}
