// @ts-check
/**
 * What goes into an envelope; the shapes are those of docs/tablet.md. Pure.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {import("../../pad/ink.js").Stroke} Stroke
 * @typedef {{ author: string, device: string, clock_ahead_ms: number | null, app_version: string }} Origin
 *   `clock_ahead_ms`: how far this tablet's clock ran ahead of the server's when they last met.
 * @typedef {import("../outbox/envelope.js").Finished} Finished
 */
import { digestLines } from "../model/wording.js";
import { valuesOf } from "./copies.js";
import { OFFICER } from "./draft.js";

const LONGEST_DEVICE = 80;

/**
 * Give a finished block. The officer's is the last and names every other one.
 * @param {Draft} draft The block's envelope id and time stand in `signed`.
 * @param {string} block
 * @param {Stroke[]} strokes
 * @param {Origin} origin
 * @returns {Finished}
 */
export function signatureOf(draft, block, strokes, origin) {
  const paper = /** @type {import("./draft.js").Paper} */ (draft.paper);
  const { envelope_id: id, signed_at: signedAt } = draft.signed[block];
  const isLast = block === OFFICER;
  const content = {
    v: "signature/1", envelope_id: id, document_id: paper.document_id, form: paper.form, form_version: paper.form_version,
    form_digest: paper.form_digest, language: paper.language, values: { ...paper.values, ...draft.said },
    presented_digest: paper.digest, lines: digestLines(paper.lines, paper.control), block,
    signed: { strokes, signed_at: signedAt, ...deviceFacts(origin) }, presentation: draft.presentation, author: origin.author,
    names: isLast ? others(draft) : {}, is_last: isLast, device_clock_offset_ms: origin.clock_ahead_ms, app_version: origin.app_version,
  };
  return { envelope_id: id, kind: "signature", document_id: paper.document_id, content };
}

/** @param {Origin} origin */
function deviceFacts({ device, clock_ahead_ms: ahead }) {
  const label = device.replace(/[^\x20-\x7e]/g, "").slice(0, LONGEST_DEVICE);
  return { device: label, ...(ahead === null ? {} : { device_offset_s: Math.round(ahead / 1000) }) };
}

/** @param {Draft} draft */
function others(draft) {
  const rest = Object.entries(draft.signed).filter(([block, one]) => block !== OFFICER && one.digest !== "");
  return Object.fromEntries(rest.map(([block, one]) => [block, one.digest]));
}

/**
 * Give how the person got their copy; it names the paper's last envelope.
 * @param {Draft} draft
 * @param {import("./copies.js").Copy} copy
 * @param {Origin} origin
 * @returns {Finished}
 */
export function copyOf(draft, copy, origin) {
  const { envelope_id: id, at } = copy;
  const documentId = draft.paper?.document_id ?? "";
  const content = {
    v: "addition/1", envelope_id: id, document_id: documentId, names: draft.signed[OFFICER].digest, addition: "person_copy",
    values: valuesOf(copy), at, author: origin.author, device_clock_offset_ms: origin.clock_ahead_ms, app_version: origin.app_version,
  };
  return { envelope_id: id, kind: "addition", document_id: documentId, content };
}

/**
 * Give that somebody said no: a rule and a month, no name and no paper.
 * @param {Draft} draft
 * @returns {Finished}
 */
export function declineOf({ form, ending }) {
  const { envelope_id: id, rule, month } = /** @type {import("./draft.js").Ending} */ (ending);
  return { envelope_id: id, kind: "decline", document_id: "", content: { v: "decline/1", envelope_id: id, form, rule, month, author: "" } };
}

/**
 * Give what is told of a paper after signing.
 * @param {import("./told.js").ToldPaper} paper
 * @param {import("./told.js").Pending} pending
 * @param {Origin} origin
 * @returns {Finished}
 */
export function additionOf({ document_id: documentId, names }, { envelope_id: id, values, at }, origin) {
  const content = {
    v: "addition/1", envelope_id: id, document_id: documentId, names, addition: "hand_over", values, at, author: origin.author,
    device_clock_offset_ms: origin.clock_ahead_ms, app_version: origin.app_version,
  };
  return { envelope_id: id, kind: "addition", document_id: documentId, content };
}

/**
 * Give that a signed block is given up.
 * @param {import("./draft.js").Discard} discard
 * @param {string} author
 * @returns {Finished}
 */
export function discardOf({ envelope_id: id, names, reason, document_id: documentId }, author) {
  return { envelope_id: id, kind: "discard", document_id: documentId, content: { v: "discard/1", envelope_id: id, names, reason, author } };
}
