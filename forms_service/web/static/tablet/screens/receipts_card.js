// @ts-check
/** The way back of the file: the receipts that the desk gave for it. */

import { plural } from "../messages.js";
import { readReceipts } from "../outbox/receipts_file.js";
import { h } from "./dom.js";

/** A button that asks for the file of receipts; the input is no part of the screen, which is drawn anew at any time. @param {import("../app.js").App} app */
export function receiptsWay(app) {
  const choose = /** @type {HTMLInputElement} */ (h("input", { type: "file", accept: "application/json,.json", change: () => void app.act(() => readFile(app, choose), press) }));
  const press = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: "usa-button usa-button--outline", click: () => choose.click() }, "Read receipts from a file"));
  return [h("p", { class: "tablet__then" }, "The desk gives the receipts back as a file. Read it here, and what the server has is let go."), press];
}

/** Read the chosen file; a tablet whose own key is lost knows the server's still. @param {import("../app.js").App} app @param {Pick<HTMLInputElement, "files" | "value">} input */
export async function readFile(app, input) {
  const text = (await input.files?.[0]?.text()) ?? "";
  input.value = ""; // the same file may be chosen again
  const key = (await app.device.serverKeys())?.receipt ?? null;
  const { let_go: gone, others, wrong } = await readReceipts(text, { outbox: app.outbox, key, now: app.now() });
  const more = [wrong > 0 && ` ${plural(wrong, "receipt")} not signed by the server: nothing was let go for them. Tell IT.`, others > 0 && ` ${plural(others, "receipt")} for nothing that waits here.`];
  app.say(`${plural(gone, "item")} let go: the server has them.${more.filter(Boolean).join("")}`);
  await app.show();
}
