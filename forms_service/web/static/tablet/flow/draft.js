// @ts-check
/**
 * A paper on its way to its last signature: what it holds, and what each act makes of it. Pure: an act takes a
 * draft and gives another one.
 *
 * * Whatever changes the words (an answer, an offence, the language, the day) drops the text that was shown, how it was
 *   shown, and every signature under it; their envelopes must then be discarded, and are told in `dropped`.
 * * A block is signed when its envelope lies in the outbox. The envelope's id is drawn and kept before it is sealed, so
 *   that after a crash the outbox can be asked, and nothing is sealed twice.
 * * A no ends the draft; it is kept only until the nameless envelope lies in the outbox.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {import("../model/wording.js").Line} Line
 * @typedef {import("../model/blocks.js").PageBlock} PageBlock
 * @typedef {PageBlock & { label: string, statements: string[] }} SignerBlock Only those that must sign, in their order.
 * @typedef {{
 *   document_id: string, language: string, presented_on: string, digest: string, lines: Line[], control: Line[],
 *   values: Values, blocks: SignerBlock[], form: string, form_version: number, form_digest: string, title: string, has_period: boolean,
 *   screens: { [name: string]: string }, officer_screens: { [name: string]: string },
 *   clock_words: Pick<import("../model/form.js").Pack, "months" | "date_pattern" | "time_pattern" | "halves">, own_clock_words?: Pick<import("../model/form.js").Pack, "months" | "date_pattern" | "time_pattern" | "halves">, languages: { tag: string, name: string }[], say_back: { id: string, label: string }[],
 * }} Paper What was shown, and all that is needed to sign it, whatever becomes of the form meanwhile.
 * @typedef {{
 *   shown_at?: string, end_reached_at?: string, read_aloud?: string, languages_viewed?: string[], no_opened?: number,
 *   say_back?: { [question: string]: boolean },
 * }} Presentation As `signatures.json` has it.
 * @typedef {{ envelope_id: string, digest: string, signed_at: string }} Signed `digest` is empty until it lies in the outbox.
 * @typedef {{ kind: "decline", envelope_id: string, rule: string, month: string }} Ending
 * @typedef {{ envelope_id: string, names: string, reason: string, document_id: string }} Discard
 * @typedef {{
 *   v: "draft/1", id: string, form: string, title: string, form_digest: string, started_at: number, is_screened: boolean, answers: Values,
 *   values: Values, is_filled: boolean, is_handed: boolean, has_seen_no: boolean, wants_it: boolean, is_paused: boolean, is_back: boolean, paper: Paper | null,
 *   numbers: { [language: string]: { document_id: string, presented_on: string } }, presentation: Presentation,
 *   said: Values, signed: { [block: string]: Signed }, ending: Ending | null, discards: Discard[],
 *   copies?: import("./copies.js").Copy[], lease_until?: number,
 * }} Draft `lease_until`: of a paper that came back from the server; after it this tablet opens it no more.
 */

const UNSHOWN = { paper: null, presentation: {}, said: {}, is_handed: false, has_seen_no: false, wants_it: false, is_paused: false, is_back: false, signed: {} };
export const OFFICER = "officer";

/**
 * Begin a draft.
 * @param {{ id: string, form: Form, title: string, now: number, needsScreening: boolean, values: Values }} about
 * @returns {Draft}
 */
export function newDraft({ id, form, title, now, needsScreening, values }) {
  return {
    v: "draft/1", id, form: form.form, title, form_digest: form.digest, started_at: now, is_screened: !needsScreening, answers: {},
    values, is_filled: false, numbers: {}, ending: null, discards: [], ...UNSHOWN,
  };
}

/**
 * Take other answers; the same ones change nothing.
 * @param {Draft} draft
 * @param {Partial<Pick<Draft, "answers" | "values" | "is_screened" | "is_filled" | "form_digest">>} change
 * @returns {{ draft: Draft, dropped: string[] }} `dropped`: digests of the envelopes that no longer stand for anything.
 */
export function changed(draft, change) {
  const next = { ...draft, ...change };
  if (isSame(draft.values, next.values) && draft.form_digest === next.form_digest) return { draft: next, dropped: [] };
  return { draft: { ...next, ...UNSHOWN, numbers: {} }, dropped: signedDigests(draft) };
}

/**
 * Show a text, in whosever hands the tablet is. The very same one goes on where it was; another drops what was signed.
 * @param {Draft} draft
 * @param {Paper} paper
 * @param {string} at Local time with offset.
 * @returns {{ draft: Draft, dropped: string[] }}
 */
export function shown(draft, paper, at) {
  if (draft.paper?.digest === paper.digest) return { draft, dropped: [] };
  const { document_id: documentId, presented_on: presentedOn, language } = paper;
  const numbers = { ...draft.numbers, [language]: { document_id: documentId, presented_on: presentedOn } };
  const { has_seen_no: hasSeenNo, is_handed: isHanded } = draft;
  const presentation = { ...viewed(draft.presentation, language), shown_at: at };
  const next = { ...draft, ...UNSHOWN, has_seen_no: hasSeenNo, is_handed: isHanded, paper, numbers, presentation };
  return { draft: next, dropped: signedDigests(draft) };
}

/** Keep what was looked at before. @param {Presentation} before @param {string} language @returns {Presentation} */
function viewed({ languages_viewed: languages = [], no_opened: no }, language) {
  return { languages_viewed: [...new Set([...languages, language])], ...(no ? { no_opened: no } : {}) };
}

/** The tablet is in the person's hands; at first the text counts as shown from then on. @param {Draft} draft @param {string} at @returns {Draft} */
export function handedOver(draft, at) {
  const handed = { ...draft, is_handed: true, is_back: false };
  return draft.has_seen_no ? handed : present(handed, { shown_at: at });
}

/** The officer has the tablet back. @param {Draft} draft @returns {Draft} */
export const takenBack = (draft) => ({ ...draft, is_handed: false, is_back: true });

/** The person saw that they can say no, and went on. @param {Draft} draft @returns {Draft} */
export const sawNo = (draft) => ({ ...draft, has_seen_no: true });

/** The person opened "no" and came back. @param {Draft} draft @returns {Draft} */
export const leftNo = (draft) => present(draft, { no_opened: (draft.presentation.no_opened ?? 0) + 1 });

/** The text's end was reached; the first time counts. @param {Draft} draft @param {string} at @param {string} reader @returns {Draft} */
export const reachedEnd = (draft, at, reader) => present(draft, { end_reached_at: draft.presentation.end_reached_at ?? at, read_aloud: reader });

/**
 * Keep what the person could say back; one no and nobody signs.
 * @param {Draft} draft
 * @param {{ [question: string]: boolean }} ticks
 * @returns {Draft}
 */
export const saidBack = (draft, ticks) => ({ ...present(draft, { say_back: ticks }), said: ticks });

/** The person wants it, or not any more. @param {Draft} draft @param {boolean} wants @returns {Draft} */
export const chose = (draft, wants) => ({ ...draft, wants_it: wants });

/** Not now: nobody signs until it was read once more. @param {Draft} draft @returns {Draft} */
export const paused = (draft) => ({ ...draft, is_paused: true });

/** It is read once more, after a pause. @param {Draft} draft @returns {Draft} */
export function readAgain(draft) {
  const { end_reached_at: _, say_back: __, ...presentation } = draft.presentation;
  return { ...draft, presentation, said: {}, wants_it: false, is_paused: false };
}

/** @param {Draft} draft @param {Presentation} facts @returns {Draft} */
const present = (draft, facts) => ({ ...draft, presentation: { ...draft.presentation, ...facts } });

/**
 * A block's envelope is about to be sealed.
 * @param {Draft} draft
 * @param {string} block
 * @param {{ envelope_id: string, signed_at: string }} facts
 * @returns {Draft}
 */
export function sealing(draft, block, facts) {
  return { ...draft, signed: { ...draft.signed, [block]: { ...facts, digest: "" } } };
}

/** A block's envelope lies in the outbox. @param {Draft} draft @param {string} block @param {string} digest @returns {Draft} */
export function sealed(draft, block, digest) {
  return { ...draft, signed: { ...draft.signed, [block]: { ...draft.signed[block], digest } } };
}

/** Nothing lies in the outbox under the id that was drawn: the block is open again. @param {Draft} draft @param {string} block @returns {Draft} */
export function unsealed(draft, block) {
  const { [block]: _, ...signed } = draft.signed;
  return { ...draft, signed };
}

/** End with a no. @param {Draft} draft @param {Omit<Ending, "kind">} ending @returns {Draft} */
export const declined = (draft, ending) => ({ ...draft, ending: { kind: "decline", ...ending } });

/** Give up what was signed, each for this reason. @param {Draft} draft @param {Discard[]} discards @returns {Draft} */
export const discarded = (draft, discards) => ({ ...draft, ...UNSHOWN, numbers: {}, discards: [...draft.discards, ...discards] });

/** A discard's envelope lies in the outbox. @param {Draft} draft @param {string} id @returns {Draft} */
export const toldDiscard = (draft, id) => ({ ...draft, discards: draft.discards.filter((one) => one.envelope_id !== id) });

/** Give the digests of what was signed and sealed. @param {Draft} draft */
export function signedDigests(draft) {
  return Object.values(draft.signed).map((one) => one.digest).filter((one) => one !== "");
}

/** @param {unknown} one @param {unknown} other */
const isSame = (one, other) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));

/** @param {any} value @returns {unknown} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.keys(value).sort().map((name) => [name, sorted(value[name])]);
}
