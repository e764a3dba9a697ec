// @ts-check
/**
 * The text for the person, made from a draft, with everything that signing it needs. Pure.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Pack} Pack
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {import("../model/wording.js").Line} Line
 * @typedef {import("../model/values.js").Fault} Fault
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./draft.js").Paper} Paper
 * @typedef {{
 *   account: { [key: string]: string }, nowLocal: string, refused: import("../model/text.js").Refused, caseNumber: string,
 *   screening: import("../model/screening.js").Table, leastAge: number,
 * }} Facts `nowLocal`: the agency's local time; `caseNumber`: the pattern of a case number.
 */
import { blocksOf } from "../model/blocks.js";
import { drawDocumentId } from "../model/document_id.js";
import { makePaper, paperDigest } from "../model/paper.js";
import { fits } from "../model/patterns.js";
import { refusalOf } from "../model/refusals.js";
import { onlyApplying, sayBackOf } from "./questions.js";

/**
 * Check a draft's answers as they will be checked when the paper is archived.
 * @param {Form} form
 * @param {Values} values
 * @param {{ language: string, facts: Facts }} asked
 * @returns {{ page: import("../model/paper.js").Paper, faults: Fault[], refusal: string }} `refusal`: the slug of what is
 *   refused though each answer is good.
 */
export function checkedPage(form, values, { language, facts }) {
  const { account, nowLocal, refused } = facts;
  const today = nowLocal.slice(0, 10);
  const page = makePaper(form, { values: onlyApplying(form, values), language, account, nowLocal, presentedOn: today, refused, require: ["screening", "before"] });
  const faults = [...page.faults, ...caseNumberFaults(values, facts.caseNumber)];
  const rules = { screening: facts.screening, leastAge: facts.leastAge, today };
  return { page, faults, refusal: faults.length > 0 ? "" : refusalOf(form, page.values, rules) };
}

/** @param {Values} values @param {string} pattern @returns {Fault[]} */
function caseNumberFaults({ case_number: number }, pattern) {
  return typeof number === "string" && number && pattern && !fits(pattern, number) ? [{ slug: "case-number-malformed", place: "case_number" }] : [];
}

/**
 * Number a checked page; a language that was shown today keeps its number.
 * @param {Form} form
 * @param {import("../model/paper.js").Paper} page
 * @param {{ draft: Draft, language: string, today: string, randomBytes: (count: number) => Uint8Array,
 *   sha256: import("../model/digest.js").Sha256 }} how
 * @returns {Promise<Paper>}
 */
export async function numberedPaper(form, page, { draft, language, today, randomBytes, sha256 }) {
  const known = draft.numbers[language];
  const documentId = known?.presented_on === today ? known.document_id : drawDocumentId(form.code, randomBytes);
  const [pack, staff] = [form.packs[language], form.packs[form.controlLanguage]];
  return {
    document_id: documentId, language, presented_on: today, digest: await paperDigest(form, page, { documentId, language }, sha256),
    lines: page.lines, control: page.control, values: page.values, blocks: signers(form, page, pack),
    form: form.form, form_version: form.version, form_digest: form.digest, title: pack.title, has_period: form.period !== null,
    screens: { ...staff.screens, ...pack.screens }, officer_screens: staff.screens,
    clock_words: clockWords(staff), own_clock_words: clockWords(pack),
    languages: form.languages.map((tag) => ({ tag, name: form.packs[tag].name })),
    say_back: sayBackOf(form).map(({ id }) => ({ id, label: staff.labels[id] ?? id })),
  };
}

/** @param {Pack} pack */
const clockWords = ({ months, date_pattern, time_pattern, halves }) => ({ months, date_pattern, time_pattern, halves });

/**
 * Give who must sign, in the form's order: the officer is the last.
 * @param {Form} form
 * @param {import("../model/paper.js").Paper} page
 * @param {Pack} pack
 */
function signers(form, page, pack) {
  const needed = blocksOf(form, page.values).filter((block) => block.isRequired);
  return needed.map((block) => ({ ...block, label: pack.labels[`block.${block.id}`] ?? block.id, statements: statements(page.lines, block.id) }));
}

/**
 * Give what a signer puts their name under: for the person the paper's own statements too.
 * @param {Line[]} lines
 * @param {string} block
 */
function statements(lines, block) {
  const general = lines.filter((line) => line.kind === "statement" && !line.block);
  const own = lines.filter((line) => line.block === block && line.kind !== "pen");
  return [...(block === "person" ? general : []), ...own].map((line) => line.text);
}

/** Give the lines that are read; a signer's own stand above the pad. @param {Paper} paper */
export const readLines = (paper) => paper.lines.filter((line) => !line.block);
