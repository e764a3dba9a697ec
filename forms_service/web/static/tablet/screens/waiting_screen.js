// @ts-check
/** What waits to be sent, what the server refused, what it has; and the way out as a file. */

import { KINDS, OUTCOMES, plural, words } from "../messages.js";
import { unsentFile } from "../outbox/export.js";
import { button, card, h } from "./dom.js";
import { receiptsWay } from "./receipts_card.js";

const SHOWN = 20;

/** @param {import("../app.js").App} app */
export async function waitingScreen(app) {
  const [unsent, refused, sent] = await Promise.all([app.outbox.rows("unsent"), app.outbox.rows("refused"), app.outbox.rows("sent")]);
  const title = unsent.length + refused.length === 0 ? "Nothing waits" : `${plural(unsent.length + refused.length, "item")} on this tablet only`;
  return h("div", {},
    h("h1", { tabindex: "-1" }, title),
    unsent.length > 0 && waitingCard(app, unsent),
    refused.length > 0 && refusedCard(app, refused),
    unsent.length + refused.length > 0 && fileCard(app, [...unsent, ...refused]),
    sentCard(app, sent),
  ); // prettier-ignore
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows */
function waitingCard(app, rows) {
  const last = app.lastRun?.slug && h("p", { class: "tablet__hint" }, `Last try ${app.moment(app.lastRun.at)}: ${words(app.lastRun.slug)}`);
  const now = button(app, "Send now", async () => (await app.send(), app.show()), "tablet__big");
  return card("Not sent yet", h("p", {}, "Sealed on this tablet; only the server can open it. It is sent by itself when the server answers."), last, now, list(app, rows));
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows */
function refusedCard(app, rows) {
  const again = (/** @type {any} */ row) => button(app, "Send again", async () => {
    await app.outbox.again(row.envelope_id);
    await app.send();
    await app.show();
  }, "usa-button--outline"); // prettier-ignore
  return card("Refused by the server", h("p", {}, "Nothing is lost and nothing else is held up. Tell the records unit the number and the reason."), list(app, rows, (row) => [h("p", {}, words(row.refusal?.slug ?? "", row.refusal ?? {})), again(row)]));
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows */
function fileCard(app, rows) {
  const save = button(app, "Save to a file", () => saveFile(app, rows), "usa-button--outline");
  return card("When nothing gets through", h("p", {}, "Save what waits to a file and bring it to a supervisor, who takes it in on the desk. The file is sealed, and everything stays here too."), save, ...receiptsWay(app));
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows */
async function saveFile(app, rows) {
  const enrolment = await app.device.enrolment();
  const { name, text, left } = unsentFile(rows, { device_id: enrolment?.device_id ?? "", now: app.now() });
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  app.say(`Saved as ${name}.${left > 0 ? ` ${plural(left, "item")} did not fit: bring this file first, and read its receipts here.` : ""}`);
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows */
function sentCard(app, rows) {
  const shown = rows.slice(-SHOWN).reverse();
  const said = rows.length === 0 ? "Nothing was sent from this tablet yet." : `The server gave its signed receipt for ${plural(rows.length, "item")}.`;
  return card("Sent", h("p", {}, said), shown.length > 0 && list(app, shown, (row) => [h("p", {}, `${OUTCOMES[row.outcome] ?? row.outcome}, ${app.moment(row.sent_at)}`)]));
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row[]} rows @param {(row: import("../outbox/outbox.js").Row) => Node[]} [more] */
function list(app, rows, more = () => []) {
  return h("ul", { class: "items" }, ...rows.map((row) => h("li", { class: "items__one", "data-envelope": row.envelope_id }, nameOf(app, row), ...more(row))));
}

/** @param {import("../app.js").App} app @param {import("../outbox/outbox.js").Row} row */
function nameOf(app, row) {
  const name = row.document_id ? h("span", { class: "id" }, row.document_id) : "Without a number";
  return h("p", {}, h("strong", {}, KINDS[row.kind] ?? row.kind), " ", name, h("span", { class: "tablet__hint" }, ` No. ${row.counter}, ${app.moment(row.made_at)}`));
}
