// @ts-check
/**
 * The person's copy as it is printed, by the system's own dialog; whether it came out only the officer can see.
 *
 * @typedef {import("../../app.js").App} App
 */
import { copyOf } from "../../flow/person_copy.js";
import { button, h } from "../dom.js";
import { giveCopy } from "./give_copy.js";
import { qrCode } from "./qr.js";

/** @type {Readonly<Record<string, string>>} */
const TAGS = { title: "h2", heading: "h3" };

/** @param {App} app */
export function printScreen(app) {
  const print = button(app, "Print", () => app.print(), "tablet__big");
  const done = button(app, "It came out. The person has it", () => giveCopy(app, { way: "paper" }), "tablet__big");
  const back = button(app, "Back", () => app.stage.lay("copy"), "usa-button--outline tablet__big");
  const what = h("p", {}, "The tablet's own window asks for the printer. Look at the paper: it must be whole. Hand it to the person, nobody else.");
  const head = h("div", { class: "no-print" }, h("h1", { tabindex: "-1" }, "Print the person's copy"), what, h("div", { class: "paper-actions" }, print, done, back));
  return h("div", {}, head, sheet(copyOf(app.way.draft, app.way.world.isPractice)));
}

/** The page itself. @param {import("../../flow/person_copy.js").PersonCopy} copy */
export function sheet(copy) {
  const { heading, signed, kept, number, box, signers, english, what, practice } = copy.words;
  const facts = h("div", {}, h("p", { class: "copy-sheet__heading" }, heading), h("p", {}, signed), h("p", {}, kept), h("p", {}, number, " ", h("strong", { class: "copy-sheet__id" }, copy.document_id)), h("p", {}, what));
  const next = copy.box.length > 0 && h("section", { class: "copy-sheet__box" }, h("h2", {}, box), ...copy.box.map((text) => h("p", {}, text)));
  const words = [...copy.lines.map(lineOf), h("h3", { class: "copy-sheet__signers" }, signers), h("p", {}, copy.signers.join(" · "))];
  const control = copy.english.length > 0 && h("section", { class: "copy-sheet__english", lang: "en" }, h("h2", { lang: copy.language }, english), ...copy.english.map(lineOf));
  const top = h("header", { class: "copy-sheet__top" }, facts, qrCode(copy.payload, copy.document_id));
  return h("article", { class: "copy-sheet", lang: copy.language, "aria-label": heading }, practice && h("p", { class: "copy-sheet__practice" }, practice), top, next, ...words, control);
}

/** @param {import("../../model/wording.js").Line} line */
function lineOf(line) {
  return h(TAGS[line.kind] ?? "p", { class: `copy-sheet__${line.block ? "signer" : line.kind}` }, line.text);
}
