// @ts-check
/**
 * What is told of one paper after its signatures: what was sealed already, what is about to be, and what is being typed.
 * Pure: an act takes what is kept and gives what is to be kept.
 *
 * * One record for each document id, on whatever tablet: where the paper was signed it knows the page's own answers, where
 *   it was found by its number it knows the number alone.
 * * What is told is kept with its envelope's id before it is sealed, whole, so that after a crash it is sealed again or found.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {import("../model/addition.js").Told} Told
 * @typedef {Told & { envelope_id: string }} Pending
 * @typedef {{
 *   v: "told/1", document_id: string, names: string, form: string, title: string, name: string, signed: Values, is_own: boolean,
 *   told: Told[], pending: Pending | null, entry: { [step: string]: Values },
 * }} ToldPaper `names`: digest of the officer's envelope, empty where it is not known; `is_own`: the page's answers are known.
 */
import { handOverOf } from "../model/addition.js";
import { isCopyClosed } from "./copies.js";
import { OFFICER } from "./draft.js";

const NOTHING = { told: [], pending: null, entry: {} };
const ASKED_OF_PAGE = ["contact_at", "next_step"]; // what the rules of additions look at
const OF_PAGE = "next_step_later"; // demanded only where the page has no next step

/** Begin with a paper that was signed here. @param {import("./draft.js").Draft} draft @returns {ToldPaper} */
export function toldOfDraft({ form, title, paper, signed, values }) {
  const known = ASKED_OF_PAGE.filter((name) => paper?.values[name]).map((name) => [name, paper?.values[name]]);
  const [documentId, names] = [paper?.document_id ?? "", signed[OFFICER]?.digest ?? ""];
  return { v: "told/1", document_id: documentId, names, form, title, name: String(values.person_name_as_given ?? ""), signed: Object.fromEntries(known), is_own: true, ...NOTHING };
}

/** Begin with a paper that was signed elsewhere. @param {{ documentId: string, names: string, form: Form }} found @returns {ToldPaper} */
export function toldOfNumber({ documentId, names, form }) {
  const title = form.packs[form.controlLanguage].title;
  return { v: "told/1", document_id: documentId, names, form: form.form, title, name: "", signed: {}, is_own: false, ...NOTHING };
}

/** Keep what is being typed of a step. @param {ToldPaper} paper @param {string} step @param {Values} values @returns {ToldPaper} */
export const entered = (paper, step, values) => ({ ...paper, entry: { ...paper.entry, [step]: values } });

/** Something told is about to be sealed; what was typed for it is in it. @param {ToldPaper} paper @param {string} step @param {Pending} pending @returns {ToldPaper} */
export function sealing(paper, step, pending) {
  const { [step]: _, ...entry } = paper.entry;
  return { ...paper, entry, pending };
}

/** It lies in the outbox. @param {ToldPaper} paper @returns {ToldPaper} */
export function sealed(paper) {
  if (!paper.pending) return paper;
  const { values, at } = paper.pending;
  return { ...paper, pending: null, told: [...paper.told, { values, at }] };
}

/** Give how the hand-over stands, as far as this tablet was told. @param {Form} form @param {ToldPaper} paper */
export function standing(form, paper) {
  const found = handOverOf(form, paper.signed, paper.told);
  if (paper.is_own) return found;
  const missing = found.missing.filter((name) => name !== OF_PAGE);
  return { ...found, missing, state: found.state === "open" && missing.length === 0 ? "done" : found.state };
}

/**
 * The one place that says what is closed: nothing is left to be told of the hand-over, and the person has their copy or is to
 * have none. Of a paper whose text is gone, or was never here, only the hand-over is asked.
 * @param {Form} form @param {ToldPaper} paper @param {import("./draft.js").Draft | null} draft
 */
export function isClosed(form, paper, draft) {
  return standing(form, paper).state !== "open" && (draft === null || isCopyClosed(draft));
}
