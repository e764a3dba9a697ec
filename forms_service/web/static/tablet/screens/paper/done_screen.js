// @ts-check
/**
 * Everybody has signed: number and time for the camera, what happens next, and what became of the envelopes.
 *
 * @typedef {import("../../app.js").App} App
 */
import { toldOfDraft } from "../../flow/told.js";
import { plural, words } from "../../messages.js";
import { button, card, h } from "../dom.js";
import { told } from "./copy_screen.js";
import { plate, sayAloud } from "./hand_over_screen.js";
import { linesOf } from "./read_screen.js";
import { paperOf } from "./person_parts.js";

/** @param {App} app */
export async function doneScreen(app) {
  const { title, document_id: id, screens, language, has_period: hasPeriod } = paperOf(app);
  const spoken = h("p", { class: "person__lead", lang: language }, h("strong", {}, screens.done_heading), " ", screens.done_copy);
  const next = ["Take a photo of this screen, or show it to the chest camera.", "Call Behavioral Health and log the call.", hasPeriod ? "Wait with the person until their staff come and release you." : "Make the first contact for the person.", "Give the person their copy."];
  const give = card("The person's copy", told(app), button(app, "Give the copy", () => app.stage.lay("copy"), "tablet__big"));
  const list = h("section", { class: "tablet__card" }, h("h2", {}, "What happens next"), h("ol", { class: "paper-steps" }, ...next.map((one) => h("li", {}, one))));
  return h("div", {}, h("p", { class: "paper-kicker", lang: language }, title), h("h1", { tabindex: "-1" }, "Signed and sealed"), plate(app), sayAloud(`${said(app)} signed number ${id.replaceAll("-", " ")} with me. It is sealed.`), await sent(app, id), spoken, list, handOver(app), give, copy(app), button(app, "Back to start", () => app.stage.toStart(), "tablet__big"));
}

/** @param {App} app */
const handOver = (app) => card("Hand-over", button(app, "Call Behavioral Health", () => app.handingOver.takeOwn(toldOfDraft(app.way.draft)), "tablet__big"));

/** @param {App} app */
const said = (app) => String(app.way.draft.values.person_name_as_given ?? "The person");

/** What the person signed, to look at until they have their copy. @param {App} app */
function copy(app) {
  const paper = paperOf(app);
  return h("details", { class: "paper-copy" }, h("summary", {}, "The paper's text"), h("div", { class: "paper", lang: paper.language }, ...linesOf(paper)));
}

/** @param {App} app @param {string} id */
async function sent(app, id) {
  const rows = (await Promise.all([app.outbox.rows("unsent"), app.outbox.rows("refused"), app.outbox.rows("sent")])).flat();
  const mine = rows.filter((row) => row.document_id === id && row.kind === "signature");
  return h("section", { class: "tablet__card paper-sent", "data-sent": stateOf(mine) }, ...lines(app, mine));
}

/** @param {import("../../outbox/outbox.js").Row[]} rows The papers' envelopes, the last of which decides. */
function stateOf(rows) {
  if (rows.some((row) => row.state === "refused")) return "refused";
  if (rows.some((row) => row.state === "unsent")) return "waiting";
  return lastOf(rows)?.outcome ?? "";
}

/** @param {import("../../outbox/outbox.js").Row[]} rows */
const lastOf = (rows) => [...rows].sort((one, other) => one.counter - other.counter).at(-1);

/** @param {App} app @param {import("../../outbox/outbox.js").Row[]} rows */
function lines(app, rows) {
  const state = stateOf(rows);
  const last = lastOf(rows);
  if (state === "archived") return [h("h2", {}, "Archived"), h("p", {}, `The server's signed receipt came ${app.moment(last?.sent_at ?? 0)}.`)];
  if (state === "held") return [h("h2", {}, "Kept by the server"), h("p", {}, `The server has it, ${app.moment(last?.sent_at ?? 0)}. A person there looks at it.`)];
  if (state === "refused") return [h("h2", {}, "Refused by the server"), h("p", {}, words(rows.find((row) => row.refusal)?.refusal?.slug ?? "")), h("p", {}, h("a", { href: "#waiting" }, "Look at it"))];
  const unsent = rows.filter((row) => row.state === "unsent").length;
  return [h("h2", {}, "1 agreement waiting"), h("p", {}, `${plural(unsent, "signature")} sealed on this tablet. It is sent by itself when the server answers.`), button(app, "Send now", async () => (await app.send(), app.show()), "usa-button--outline")];
}
