// @ts-check
/** Hand-overs on the start screen: the way to each that is open, and to one of another tablet. */

import { standing, toldOfDraft } from "../../flow/told.js";
import { button, card, h, linkButton } from "../dom.js";

/** @typedef {import("../../app.js").App} App */
/** @typedef {import("../../paper/papers.js").Listed} Listed */
/** @typedef {{ paper: import("../../flow/told.js").ToldPaper, isOpen: boolean }} HandOver */

/** Give every hand-over that was begun here. @param {App} app @returns {Promise<HandOver[]>} */
export async function handOversOf(app) {
  const found = await Promise.all((await app.told.list()).map(({ paper }) => known(app, paper)));
  return found.filter((one) => one !== null);
}

/** @param {App} app @param {import("../../flow/told.js").ToldPaper} paper */
async function known(app, paper) {
  const form = await app.told.form(paper).catch(() => null); // its form was replaced by none: nothing can be told here
  return form && { paper, isOpen: standing(form, paper).state === "open" };
}

/** The way to a signed paper's hand-over, unless it is closed. @param {App} app @param {Listed} listed @param {string} name @param {HandOver[]} handOvers @returns {HTMLElement | false} */
export function handOverWay(app, listed, name, handOvers) {
  if (listed.state !== "done" && listed.state !== "stub") return false;
  const begun = handOvers.find((one) => one.paper.document_id === listed.document_id);
  if (listed.state === "stub" && !begun) return false;
  if (begun && !begun.isOpen) return false;
  const go = button(app, "Hand over", () => (begun ? app.handingOver.choose(listed.document_id) : takeOwn(app, listed)), "paper-small");
  go.setAttribute("aria-label", `Hand over: ${name}`);
  return go;
}

/** @param {App} app @param {Listed} listed */
async function takeOwn(app, listed) {
  await app.way.open(listed.id);
  const paper = toldOfDraft(app.way.draft);
  app.way.close();
  await app.handingOver.takeOwn(paper);
}

/** Papers of other tablets. @param {App} app @param {HandOver[]} others */
export function otherTablets(app, others) {
  const rows = others.map(({ paper, isOpen }) => h("li", { class: "items__one", "data-hand-over": isOpen ? "open" : "closed" }, h("p", {}, paper.title, " ", h("span", { class: "id" }, paper.document_id), h("span", { class: "tablet__hint" }, isOpen ? " not handed over yet" : " told")), again(app, paper)));
  const find = linkButton("Take over from another tablet", "#hand-over", "usa-button--outline paper-small");
  find.addEventListener("click", () => (app.handingOver.documentId = ""));
  return card("Hand-over of a paper from another tablet", rows.length > 0 && h("ul", { class: "items" }, ...rows), find);
}

/** @param {App} app @param {import("../../flow/told.js").ToldPaper} paper */
function again(app, paper) {
  const go = button(app, "Go on", () => app.handingOver.choose(paper.document_id), "paper-small");
  go.setAttribute("aria-label", `Go on with the hand-over of ${paper.document_id}`);
  return go;
}
