// @ts-check
/**
 * The person's copy, as `forms_service/domain/person_copy.py` makes it of an archived record: the lines that were shown,
 * headed as what it is, with what to do next on top. Made without a network, from what the draft holds. Pure.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("./draft.js").Paper} Paper
 * @typedef {import("../model/wording.js").Line} Line
 * @typedef {{ document_id: string, payload: string, language: string, title: string, words: { [name: string]: string }, box: string[],
 *   lines: Line[], signers: string[], english: Line[] }} PersonCopy `payload`: of the code on it.
 */
import { dateLong, timeOfDay } from "../model/wording.js";
import { qrPayload } from "../model/qr_payload.js";

const ON_TOP = new Set(["next_step", "card"]);

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} The same as the service's; a test compares. */
export const COPY_WORDS = {
  en: {
    heading: "Your copy",
    signed: "Signed {when}",
    kept: "The sealed original is kept by {agency}.",
    box: "What to do next",
    number: "Number",
    signers: "Who signed, and when",
    english: "The same words in English",
    what: "This page is yours to keep. It is your own copy, not the sealed original.",
    practice: "PRACTICE. This is not a real paper.",
  },
  es: {
    heading: "Su copia",
    signed: "Firmado el {when}",
    kept: "{agency} guarda el original sellado.",
    box: "Qué hacer ahora",
    number: "Número",
    signers: "Quién firmó y cuándo",
    english: "Las mismas palabras en inglés",
    what: "Esta hoja es suya. Es su propia copia, no el original sellado.",
    practice: "PRÁCTICA. Este no es un papel real.",
  },
};

/** Make the copy of a signed paper. @param {Draft} draft @param {boolean} isPractice @returns {PersonCopy} */
export function copyOf(draft, isPractice) {
  const paper = /** @type {Paper} */ (draft.paper);
  const { document_id: id, form_version: formVersion } = paper;
  const words = wordsOf(paper, momentOf(paper, draft.signed.person?.signed_at ?? draft.signed.officer.signed_at));
  if (!isPractice) delete words.practice;
  return {
    document_id: id, payload: qrPayload(id, { formVersion, pageNumber: 1, pages: 1 }), language: paper.language, title: paper.title, words,
    box: paper.lines.filter((line) => ON_TOP.has(line.kind)).map((line) => line.text), lines: paper.lines.filter((line) => !ON_TOP.has(line.kind)), english: paper.control,
    signers: paper.blocks.map((block) => `${block.label}: ${momentOf(paper, draft.signed[block.id].signed_at)}`),
  }; // prettier-ignore
}

/** @param {Paper} paper @param {string} when @returns {{ [name: string]: string }} */
function wordsOf({ language, values }, when) {
  const own = COPY_WORDS[language.split("-")[0]] ?? COPY_WORDS.en;
  const filled = (/** @type {string} */ text) => text.replace("{when}", when).replace("{agency}", String(values.agency ?? ""));
  return Object.fromEntries(Object.entries(own).map(([name, text]) => [name, filled(text)]));
}

/** A paper that was made before its language's own dates were kept has those of the officer. @param {Paper} paper @param {string} at */
function momentOf({ own_clock_words: own, clock_words: staff }, at) {
  const pack = /** @type {any} */ (own ?? staff);
  return `${dateLong(at, pack)}, ${timeOfDay(at, pack)}`;
}
