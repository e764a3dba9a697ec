// @ts-check
/** What the officer presses to give the person their copy; each is on the disk, sealed, before the next screen. */

import { mintLink, readCard, readReason } from "../../flow/copies.js";
import { Refusal } from "../../refusal.js";
import { paperOf } from "./person_parts.js";

/** @typedef {import("../../app.js").App} App */

/** @param {App} app @param {import("../../flow/copies.js").Chosen} chosen @param {"copy" | "link"} [next] */
export async function giveCopy(app, chosen, next = "copy") {
  await app.way.give(chosen);
  await app.stage.lay(next);
}

/** A card of this tablet that belongs to another paper is refused here; one of another tablet is held by the server. @param {App} app @param {string} typed */
export async function giveCard(app, typed) {
  const { card, refusal } = readCard(typed);
  if (refusal) throw new Refusal(refusal);
  await app.cards.give(card, paperOf(app).document_id);
  await giveCopy(app, { way: "paper", card });
}

/** @param {App} app */
export async function giveLink(app) {
  await giveCopy(app, { way: "sms_link", ...(await mintLink({ origin: app.way.world.copyLink?.origin ?? "", ...app.randomness })) }, "link");
}

/** @param {App} app @param {"declined" | "not_possible"} way @param {string} typed */
export async function giveNone(app, way, typed) {
  const reason = readReason(typed);
  if (!reason) throw new Refusal("reason-missing");
  await giveCopy(app, { way, reason });
}
