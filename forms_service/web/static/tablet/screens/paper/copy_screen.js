// @ts-check
/**
 * How the person gets their copy: chosen here, after everybody has signed, with a network or without.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../flow/copies.js").Copy} Copy
 */
import { LONGEST_REASON, copiesOf, isCopyClosed } from "../../flow/copies.js";
import { button, card, field, form, h } from "../dom.js";
import { giveCard, giveCopy, giveLink, giveNone } from "./give_copy.js";
import { paperOf } from "./person_parts.js";
import { qrCode } from "./qr.js";
import { toPerson } from "./words.js";

/** @type {Readonly<Record<string, string>>} */
const WAYS = { paper: "Printed here", pickup: "To be picked up at the station", sms_link: "A link was shown", declined: "The person did not want one", not_possible: "Not possible" };

/** @param {App} app */
export function copyScreen(app) {
  const back = button(app, "Back", () => app.stage.lay(""), "usa-button--outline tablet__big");
  const head = [h("p", { class: "paper-kicker" }, paperOf(app).document_id), h("h1", { tabindex: "-1" }, "The person's copy"), told(app)];
  return h("div", {}, ...head, h("div", { class: "paper-choices" }, printed(app), pocketCard(app), pickUp(app), link(app)), none(app), h("div", { class: "paper-actions" }, back));
}

/** What was chosen so far; the last way counts. @param {App} app */
export function told(app) {
  const copies = copiesOf(app.way.draft);
  if (copies.length === 0) return h("p", { "data-copy": "" }, "Nothing is chosen yet. Give it before you leave.");
  const lines = copies.map((one) => h("li", {}, `${one.card ? `Pocket card ${one.card}` : WAYS[one.way]}, ${one.at.slice(11, 16)}`, one.reason ? `: ${one.reason}` : ""));
  const state = isCopyClosed(app.way.draft) ? "closed" : "open";
  const next = state === "open" && h("p", {}, "The desk hands it out and says so.");
  return h("div", { "data-copy": state }, h("ul", { class: "copy-told" }, ...lines), next);
}

/** @param {App} app */
const printed = (app) => card("Print it here", h("p", {}, "On a printer this tablet knows."), button(app, "Look at it and print", () => app.stage.lay("print"), "tablet__big"));

/** @param {App} app */
function pocketCard(app) {
  const box = field("card", "Characters on the card", { autocomplete: "off", autocapitalize: "characters", spellcheck: false, maxlength: 40, hint: "Such as CARD-7Q2F9-KDM3X-3. A scanner types them." });
  return card("Hand out a pocket card", form(app, "The person has the card", ({ card: typed }) => giveCard(app, typed), box));
}

/** @param {App} app */
const pickUp = (app) => card("Pick it up at the station", h("p", {}, "It stands on the desk's list until it is handed out."), button(app, "The person picks it up", () => giveCopy(app, { way: "pickup" }), "tablet__big"));

/** @param {App} app */
function link(app) {
  if (!app.way.world.copyLink) return false;
  return card("Show a link", h("p", {}, `The person scans it with their own phone. It opens the copy for ${app.way.world.copyLink.days} days.`), button(app, "Show the link", () => giveLink(app), "tablet__big"));
}

/** @param {App} app */
function none(app) {
  const why = field("no-copy", "Why", { maxlength: LONGEST_REASON, autocomplete: "off" });
  const reason = () => why.querySelector("input")?.value ?? "";
  const declined = button(app, "The person does not want one", () => giveNone(app, "declined", reason()), "usa-button--outline");
  const notPossible = button(app, "It is not possible", () => giveNone(app, "not_possible", reason()), "usa-button--outline");
  return h("details", { class: "paper-copy" }, h("summary", {}, "No copy now"), why, h("div", { class: "paper-actions" }, declined, notPossible));
}

/** The link's code, for the person's own phone. @param {App} app */
export function linkScreen(app) {
  const shown = /** @type {Copy} */ (copiesOf(app.way.draft).filter((one) => one.address).at(-1));
  const { language } = paperOf(app);
  const done = button(app, "The person has it", () => app.stage.lay("copy"), "tablet__big");
  const what = "Let the person scan it with their own phone, nobody else. It opens once the server has the paper: if it says “not here now”, try again later.";
  return h("div", {}, h("h1", { tabindex: "-1", lang: language }, toPerson(language, "copy_scan")), h("div", { class: "link-code" }, qrCode(shown.address ?? "", "Link to the person's copy")), h("p", {}, what), h("div", { class: "paper-actions" }, done));
}
