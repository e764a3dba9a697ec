// @ts-check
/** The square that another tablet's camera reads to go on: the paper's number and the digest it was signed with. */

import { h } from "../dom.js";
import { qrCode } from "../paper/qr.js";

/** @param {import("./hand_over_screen.js").Here} here */
export function otherTablet({ app, paper }) {
  const code = [paper.document_id, paper.names].filter(Boolean).join(".");
  const square = h("div", { class: "square" }, qrCode(`${app.origin}/tablet/#hand-over=${code}`, `Square of number ${paper.document_id}`));
  const how = "Another officer takes over: read this with the camera of their tablet, or type the number there under Papers. Nothing of the person is in it.";
  return h("details", { class: "paper-copy" }, h("summary", {}, "Go on with another tablet"), h("p", {}, how), square, h("p", { class: "square__number" }, paper.document_id));
}
