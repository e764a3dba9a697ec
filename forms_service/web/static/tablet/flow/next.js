// @ts-check
/**
 * Which screen comes next, from what a draft holds alone: so a draft that was cut off at any moment goes on where it was.
 * Pure.
 *
 * @typedef {import("./draft.js").Draft} Draft
 * @typedef {"screening" | "form" | "check" | "hand-over" | "say-no" | "read" | "say-back" | "paused" | "choose" | "sign" |
 *   "thanks" | "officer" | "done" | "ended"} Screen
 */
import { OFFICER } from "./draft.js";

/** The person's screens: no way leads from them to anything else. @type {ReadonlySet<string>} */
export const PERSONS = new Set(["say-no", "read", "say-back", "paused", "choose", "sign", "thanks"]);

/**
 * Give the screen of a draft.
 * @param {Draft} draft
 * @returns {Screen}
 */
export function nextScreen(draft) {
  if (draft.ending) return "ended";
  if (!draft.is_screened) return "screening";
  if (!draft.is_filled) return "form";
  if (draft.paper === null) return "check";
  const block = nextBlock(draft);
  if (block === null) return "done";
  if (block === OFFICER) return draft.is_back ? "officer" : "thanks";
  return draft.is_handed ? personsScreen(draft) : "hand-over";
}

/** @param {Draft} draft @returns {Screen} */
function personsScreen(draft) {
  if (draft.is_paused || Object.values(draft.said).includes(false)) return "paused";
  if (!draft.has_seen_no) return "say-no";
  if (!draft.presentation.end_reached_at) return "read";
  if (asksBack(draft) && Object.keys(draft.said).length === 0) return "say-back";
  return draft.wants_it ? "sign" : "choose";
}

/** @param {Draft} draft */
const asksBack = (draft) => (draft.paper?.say_back ?? []).length > 0;

/**
 * Give the block that signs next; null when all have.
 * @param {Draft} draft
 * @returns {string | null}
 */
export function nextBlock(draft) {
  const open = (draft.paper?.blocks ?? []).find((block) => !draft.signed[block.id]?.digest);
  return open?.id ?? null;
}

/** Say whether somebody has signed and somebody has not. @param {Draft} draft */
export function isHalfSigned(draft) {
  return Object.values(draft.signed).some((one) => one.digest !== "") && nextBlock(draft) !== null;
}

/** Say whether everybody has signed. @param {Draft} draft */
export const isDone = (draft) => draft.paper !== null && nextBlock(draft) === null;

/**
 * Say whether the text was shown for another day than today and must be shown again before anybody signs: a printed last
 * day counts from that day. Once the person has signed, the day of that signature counts.
 * @param {Draft} draft
 * @param {string} today The agency's date.
 */
export function dayHasTurned(draft, today) {
  const { paper } = draft;
  if (!paper?.has_period || paper.presented_on === today) return false;
  return !Object.values(draft.signed).some((one) => one.digest !== "");
}
