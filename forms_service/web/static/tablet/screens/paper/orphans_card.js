// @ts-check
/**
 * Half-signed papers whose text is gone from this tablet: get it back from the server and sign, or give it up.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../paper/orphans.js").Orphan} Orphan
 */
import { wordsOf } from "../../messages.js";
import { getBack, giveUp, orphans } from "../../paper/half_signed.js";
import { button, card, h } from "../dom.js";
import { DISCARD_REASONS } from "./words.js";

const SIGN_IN = new Set(["author-needs-sign-in", "proof-needed"]);

/** @param {App} app */
export async function orphansCard(app) {
  const found = await orphans(app);
  if (found.length === 0) return null;
  const why = "The person has signed, the officer has not, and the text is gone from this tablet. The officer who is named in it gets it back where the server answers, and signs. Or it is discarded.";
  return card("Half-signed, without its text", h("p", {}, why), h("ul", { class: "items" }, ...found.map((one) => h("li", { class: "items__one", "data-paper": "orphan" }, ...row(app, one)))));
}

/** @param {App} app @param {Orphan} orphan */
function row(app, orphan) {
  const said = h("p", {}, h("span", { class: "id" }, orphan.document_id), h("span", { class: "tablet__hint" }, ` ${app.moment(orphan.signed_at)}`));
  const back = button(app, "Get it back", () => goOn(app, orphan), "paper-small");
  back.setAttribute("aria-label", `Get it back: ${orphan.document_id}`);
  const reasons = DISCARD_REASONS.map(([slug, words]) => button(app, words, async () => (await giveUp(app, orphan, slug), app.show()), "usa-button--outline paper-small"));
  return [said, h("div", { class: "paper-actions" }, back), h("details", {}, h("summary", {}, `Discard ${orphan.document_id}: why?`), h("div", { class: "paper-actions" }, ...reasons))];
}

/** Who must sign in first is told where. @param {App} app @param {Orphan} orphan */
async function goOn(app, orphan) {
  try {
    await app.way.open(await getBack(app, orphan));
    app.go("#paper");
  } catch (error) {
    app.say(wordsOf(error), SIGN_IN.has(/** @type {any} */ (error).slug) ? h("a", { href: "/sign-in?next=/tablet/" }, "Sign in") : "");
  }
}
