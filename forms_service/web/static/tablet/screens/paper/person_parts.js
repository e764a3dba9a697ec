// @ts-check
/** What the person's screens share: their language, the way to a no, the officer's way back. */

import { button, h } from "../dom.js";

/**
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../flow/draft.js").Paper} Paper
 */

/** The paper that the person sees. @param {App} app @returns {Paper} */
export const paperOf = (app) => /** @type {Paper} */ (app.way.draft.paper);

/** A screen of the person, in their language. @param {App} app @param {...(import("../dom.js").Child | import("../dom.js").Child[])} children */
export function personScreen(app, ...children) {
  return h("div", { class: "person", lang: paperOf(app).language }, practice(app), ...children, officerWay(app));
}

/** @param {App} app */
export const practice = (app) => app.way.world.isPractice && h("p", { class: "person__practice" }, h("strong", {}, paperOf(app).screens.practice_notice ?? "PRACTICE"));

/** @param {App} app */
export function officerWay(app) {
  return h("p", { class: "person-officer" }, h("button", { type: "button", class: "person-officer__way", lang: "en", click: () => app.stage.askBack() }, "Officer"));
}

/** The languages to choose from, each in its own name. @param {App} app */
export function languages(app) {
  const { language, languages: all, screens } = paperOf(app);
  if (all.length < 2) return false;
  const buttons = all.map(({ tag, name }) => {
    const one = button(app, name, () => app.stage.speak(tag), "usa-button--outline switch-language");
    one.setAttribute("lang", tag);
    if (tag === language) one.setAttribute("aria-current", "true");
    return one;
  });
  return h("div", { class: "languages", role: "group", "aria-label": screens.read_language }, ...buttons);
}

/** The way to a no; it is always there. @param {App} app @param {string} words */
export const sayNo = (app, words) => button(app, words, () => app.stage.openNo(), "usa-button--outline paper-huge");

/** @param {App} app @param {string} words @param {() => unknown} act */
export const goOn = (app, words, act) => button(app, words, async () => (await act(), app.show()), "paper-huge");
