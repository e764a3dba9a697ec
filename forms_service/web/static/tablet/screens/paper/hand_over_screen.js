// @ts-check
/**
 * Between officer and person: number, date and time, large enough for a chest camera, and what the officer says aloud.
 *
 * @typedef {import("../../app.js").App} App
 */
import { dateLong, timeOfDay } from "../../model/wording.js";
import { button, h } from "../dom.js";
import { changeForm } from "./check_screen.js";

/** @param {App} app */
export async function handOverScreen(app) {
  await app.way.renewed();
  const { draft } = app.way;
  const hand = button(app, "Hand it over", () => app.stage.handOver(), "paper-huge");
  const change = button(app, "Change the answers", () => changeForm(app), "usa-button--outline tablet__big");
  const away = button(app, "Put it away for now", () => app.stage.toStart(), "usa-button--outline tablet__big");
  return h("div", {}, h("p", { class: "paper-kicker" }, draft.title), h("h1", { tabindex: "-1" }, "Hand the tablet over"), plate(app), say(app), h("div", { class: "paper-actions" }, hand, change, away));
}

/** The number, the date and the time, for the camera. @param {App} app */
export function plate(app) {
  const { draft, world } = app.way;
  const [now, pack] = [world.nowLocal(), /** @type {any} */ (draft.paper?.clock_words)];
  const moment = h("p", { class: "plate__moment" }, h("span", {}, dateLong(now, pack)), " ", h("span", { class: "plate__time" }, timeOfDay(now, pack)));
  return h("section", { class: "plate", "aria-label": "Number, date and time" }, h("p", { class: "plate__id" }, draft.paper?.document_id ?? ""), moment, h("p", { class: "plate__digest" }, `Text ${draft.paper?.digest.slice(0, 12)}`));
}

/** @param {App} app */
function say(app) {
  const { draft, world } = app.way;
  const name = String(draft.values.person_name_as_given ?? "");
  const line = `I am ${world.account.name}, badge ${world.account.badge}. I am handing the tablet to ${name || "the person"} for number ${spelled(draft.paper?.document_id ?? "")}. They can say no.`;
  return sayAloud(line);
}

/** What the officer says, for the chest camera. @param {string} line */
export const sayAloud = (line) => h("section", { class: "say" }, h("h2", {}, "Say aloud"), h("p", {}, `“${line}”`));

/** Write a number so that it is read sign by sign. @param {string} id */
const spelled = (id) => id.replaceAll("-", " ");
