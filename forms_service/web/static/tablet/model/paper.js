// @ts-check
/**
 * A paper before it is signed: its values, its words and their digest, made as `forms_service/workflow/paper.py` makes it
 * anew from what the tablet sends. The cases of both stand in `tests/vectors/wording.json`.
 *
 * A whole use, `served` being what `GET /tablet/forms.json` gave; what is signed and sent is `paper.values`:
 *
 *     const form = readForm(served.forms[0]);
 *     const nowLocal = localTime(Date.now(), served.zone);
 *     const paper = makePaper(form, {
 *       values, language: "es", account, nowLocal, presentedOn: nowLocal.slice(0, 10), refused: served.characters.refused,
 *     });
 *     if (paper.faults.length > 0) return tell(paper.faults);
 *     const digest = await paperDigest(form, paper, { documentId, language: "es" }, sha256);
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Stage} Stage
 * @typedef {import("./form.js").Values} Values
 * @typedef {import("./wording.js").Line} Line
 * @typedef {import("./values.js").Fault} Fault
 * @typedef {{
 *   values: Values, language: string, account: { [key: string]: string }, nowLocal: string, presentedOn: string,
 *   refused: import("./text.js").Refused, require?: Stage[], paper?: string,
 * }} Request `nowLocal`: the agency's local time; `presentedOn`: its date when the text is shown, from which the period
 *   counts; `account`: name, badge and phone of the officer; `refused`: `characters.refused`.
 * @typedef {{ values: Values, faults: Fault[], lines: Line[], control: Line[] }} Paper
 */
import { completeValues, sourcesOf } from "./completion.js";
import { presentedDigest } from "./digest.js";
import { checkValues } from "./values.js";
import { digestLines, pageLines } from "./wording.js";

/** @type {Stage[]} */
const GIVEN_WITH_THE_PAPER = ["screening", "before", "signing", "archive"];

/**
 * Check the values and write the words; with faults there are no words.
 * @param {Form} form
 * @param {Request} request
 * @returns {Paper}
 */
export function makePaper(form, request) {
  if (!form.languages.includes(request.language)) return refused([{ slug: "language-unknown", place: "language" }]);
  const { values, faults } = checked(form, request);
  if (faults.length > 0) return refused(faults);
  const { language, paper = "presented" } = request;
  const isControlled = language !== form.controlLanguage;
  const control = isControlled ? pageLines(form, form.controlLanguage, values, { paper, control: true }) : [];
  return { values, faults, lines: pageLines(form, language, values, { paper }), control };
}

/**
 * Give the presented digest of a paper.
 * @param {Form} form
 * @param {Paper} paper
 * @param {{ documentId: string, language: string }} named
 * @param {import("./digest.js").Sha256} sha256
 */
export function paperDigest(form, { lines, control }, { documentId, language }, sha256) {
  const said = digestLines(lines, control);
  return presentedDigest({ documentId, form: form.form, formVersion: form.version, language, lines: said }, sha256);
}

/**
 * @param {Form} form
 * @param {Request} request
 */
function checked(form, request) {
  const completed = completeValues(form, request.values, sourcesOf(form, request));
  const require = request.paper === "blank" ? [] : request.require ?? ["before"];
  const { nowLocal, refused: characters } = request;
  return checkValues(form, completed, { nowLocal, stages: GIVEN_WITH_THE_PAPER, require, refused: characters });
}

/**
 * @param {Fault[]} faults
 * @returns {Paper}
 */
function refused(faults) {
  return { values: {}, faults, lines: [], control: [] };
}
