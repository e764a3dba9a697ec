// @ts-check
/** What was told so far, and how long everything takes; the running times go on by themselves. */

import { hoursBetween } from "../../model/dates.js";
import { dateLong, timeOfDay } from "../../model/wording.js";
import { card, h } from "../dom.js";
import { valueWords } from "../paper/labels.js";

/** @typedef {import("./hand_over_screen.js").Here} Here */

const TICK_MS = 5_000;
const MOMENTS = [["contact_at", "Contact"], ["bh_called_at", "Called"], ["bh_arrived_at", "Behavioral Health arrived"], ["officer_released_at", "Released"]]; // prettier-ignore
const SHOWN_ELSEWHERE = new Set(MOMENTS.map(([name]) => name));

/** @param {Here} here @returns {HTMLElement | false} */
export function times(here) {
  const known = { ...here.paper.signed, ...here.state.values };
  const found = MOMENTS.filter(([name]) => typeof known[name] === "string").map(([name, label]) => ({ label, at: String(known[name]) }));
  const firstTry = here.state.tries[0]?.tried_at;
  if (!found.some((one) => one.label === "Called") && firstTry) found.splice(found.length > 0 && found[0].label === "Contact" ? 1 : 0, 0, { label: "Called", at: String(firstTry) });
  if (found.length === 0) return false;
  const isRunning = here.state.state === "open";
  const rows = found.map((one, at) => row(here, one, found[at - 1]?.at ?? "", isRunning && at === found.length - 1));
  return h("dl", { class: "times" }, ...rows);
}

/** One moment, how long after the one before, and of the last how long ago. @param {Here} here @param {{ label: string, at: string }} one @param {string} before @param {boolean} isRunning */
function row({ world, form }, { label, at }, before, isRunning) {
  const span = h("span", { class: "times__span" });
  const later = before && `${minutes(before, at)} later`;
  const write = () => (span.textContent = [later, isRunning && `${minutes(at, world.nowLocal())} ago`].filter(Boolean).join(", "));
  write();
  if (isRunning) tick(span, write);
  return h("div", { class: "times__one" }, h("dt", {}, label), h("dd", {}, clock(form, at, world.nowLocal()), " ", span));
}

/** Write anew as long as the element is on the page. @param {HTMLElement} element @param {() => unknown} write */
function tick(element, write) {
  const timer = setInterval(() => (element.isConnected ? write() : clearInterval(timer)), TICK_MS);
}

/** @param {string} from @param {string} to */
function minutes(from, to) {
  const all = Math.max(0, Math.floor(hoursBetween(from, to) * 60));
  return all < 60 ? `${all} min` : `${Math.floor(all / 60)} h ${all % 60} min`;
}

/** Write a time; of another day with its date. @param {import("../../model/form.js").Form} form @param {string} at @param {string} now */
function clock(form, at, now) {
  const pack = form.packs[form.controlLanguage];
  const time = timeOfDay(at, pack);
  return at.slice(0, 10) === now.slice(0, 10) ? time : `${dateLong(at, pack)}, ${time}`;
}

/** @param {Here} here @returns {HTMLElement | false} */
export function toldSoFar(here) {
  const { state, form } = here;
  const tries = state.tries.map((one) => h("li", { class: "items__one" }, ...aTry(here, one)));
  const rest = form.fields.filter((one) => one.id in state.values && !SHOWN_ELSEWHERE.has(one.id) && !one.id.startsWith("person_copy"));
  const pack = form.packs[form.controlLanguage];
  const facts = rest.map((one) => h("div", {}, h("dt", {}, pack.labels[one.id] ?? one.id), h("dd", {}, valueWords(one, state.values[one.id], pack))));
  if (tries.length + facts.length === 0) return false;
  return card("Told so far", tries.length > 0 && h("ol", { class: "items told" }, ...tries), facts.length > 0 && h("dl", { class: "tablet__facts" }, ...facts));
}

/** @param {Here} here @param {import("../../model/form.js").Values} one */
function aTry({ form, world }, one) {
  const group = /** @type {import("../../model/form.js").Field} */ (form.fields.find((field) => field.id === "bh_contact"));
  const pack = form.packs[form.controlLanguage];
  const said = (/** @type {string} */ name) => {
    const field = group.items.find((item) => item.id === name);
    return field && one[name] !== undefined ? valueWords(field, one[name], pack, `bh_contact.${name}`) : "";
  };
  const [how, answered] = [[said("channel"), said("number")].filter(Boolean).join(" "), said("who_answered")];
  return [h("strong", {}, clock(form, String(one.tried_at), world.nowLocal())), " ", [how, answered && `${answered} answered`].filter(Boolean).join(", "), ": ", h("strong", {}, said("result"))];
}
