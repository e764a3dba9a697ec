// @ts-check
/**
 * Which form fits this contact, and what lies on this tablet: half-signed papers first.
 *
 * @typedef {import("../../app.js").App} App
 */
import { plural, wordsOf } from "../../messages.js";
import { pinScreen } from "../pin_screen.js";
import { button, card, h } from "../dom.js";
import { handOverWay, handOversOf, otherTablets } from "./hand_over_list.js";
import { orphansCard } from "./orphans_card.js";

/** @param {App} app */
export async function startScreen(app) {
  if (!app.vault.isUnlocked) return pinScreen(app);
  await Promise.all([app.papers.letOldCopiesGo(), app.cards.forgetOld()]);
  const [kept, author, papers, unsent, handOvers] = await Promise.all([app.forms.kept(), app.author(), app.papers.list(), app.outbox.rows("unsent"), handOversOf(app)]);
  const agreements = new Set(unsent.map((row) => row.document_id || row.envelope_id)).size;
  const waiting = agreements > 0 && h("p", { class: "paper-waiting", role: "status" }, h("a", { href: "#waiting" }, `${plural(agreements, "agreement")} waiting`));
  return h("div", {}, h("h1", { tabindex: "-1" }, "Which form fits this contact?"), waiting, who(app, author), forms(app, kept), await orphansCard(app), ...lists(app, papers, handOvers));
}

/** @param {App} app @param {import("../../paper/world.js").Author | undefined} author */
function who(app, author) {
  const take = button(app, author ? "Another officer" : "Take my name from the sign-in", () => takeName(app), "usa-button--outline paper-small");
  if (!author) return card("Who signs here?", h("p", {}, "No officer is known on this tablet. Sign in once in this browser, then take the name from there."), take);
  return h("p", { class: "paper-who" }, h("span", {}, `Signing officer: ${author.name}, badge ${author.badge}`), " ", take);
}

/** Who must sign in first is told where. @param {App} app */
async function takeName(app) {
  try {
    await app.takeName();
  } catch (error) {
    const needsSignIn = ["author-needs-sign-in", "proof-needed"].includes(/** @type {any} */ (error).slug);
    app.say(wordsOf(error), needsSignIn ? h("a", { href: "/sign-in?next=/tablet/" }, "Sign in") : "");
  }
}

/** @param {App} app @param {any} kept */
function forms(app, kept) {
  if (!kept) return card("No forms are here", h("p", {}, "Bring the tablet where it has a network, then get them."), h("a", { class: "usa-button", href: "#ready" }, "Look at the check"));
  return h("div", { class: "paper-choices" }, ...kept.content.forms.map((/** @type {any} */ one) => choice(app, one, kept.content.screening)));
}

/** @param {App} app @param {any} served @param {any} screening */
function choice(app, { form, definition, words, languages }, screening) {
  const [title, row] = [words[definition.languages[0]].title, screening.rows.find((/** @type {any} */ one) => one.form === form)];
  const cause = row?.when.probable_cause?.[0];
  const lines = [
    cause !== undefined && (cause ? "There is probable cause to arrest" : "There is no probable cause to arrest"),
    definition.period ? `Treatment for ${definition.period.days} days instead of prosecution` : "A promise to talk with someone; no period, no consequence",
    `The person reads it in ${languages.map((/** @type {string} */ tag) => words[tag].name).join(" or ")}`,
  ]; // prettier-ignore
  const start = button(app, `Start ${title}`, async () => (await app.way.begin(form), app.go("#paper")), "tablet__big");
  return h("section", { class: "tablet__card" }, h("h2", {}, title), h("ul", {}, ...lines.filter((one) => one !== false).map((one) => h("li", {}, /** @type {string} */ (one)))), start);
}

/** @typedef {import("../../paper/papers.js").Listed} Listed */
/** @typedef {import("./hand_over_list.js").HandOver} HandOver */

/** @param {App} app @param {Listed[]} papers @param {HandOver[]} handOvers */
function lists(app, papers, handOvers) {
  const of = (/** @type {string} */ state) => papers.filter((one) => one.state === state);
  const [half, open, done] = [of("half-signed"), of("open"), [...of("done"), ...of("stub")]];
  return [
    half.length > 0 && card("Half-signed", h("p", {}, "The person has signed, the officer has not. It does not count until you sign."), list(app, half, "Finish")),
    open.length > 0 && card("Not finished", list(app, open, "Go on")),
    done.length > 0 && card("Signed on this tablet", list(app, done, "Look", handOvers)),
    otherTablets(app, handOvers.filter(({ paper }) => !paper.is_own)),
  ]; // prettier-ignore
}

/** @param {App} app @param {Listed[]} papers @param {string} words @param {HandOver[]} [handOvers] */
function list(app, papers, words, handOvers = []) {
  return h("ul", { class: "items" }, ...papers.map((one) => h("li", { class: "items__one", "data-paper": one.state }, ...row(app, one, words, handOvers))));
}

/** @param {App} app @param {Listed} paper @param {string} words @param {HandOver[]} handOvers */
function row(app, paper, words, handOvers) {
  const name = paper.name || "No name yet";
  const said = h("p", {}, h("strong", {}, name), " ", paper.title, " ", h("span", { class: "id" }, paper.document_id), h("span", { class: "tablet__hint" }, ` ${app.moment(paper.changed_at)}`));
  const handOver = handOverWay(app, paper, name, handOvers);
  if (paper.state === "stub") return [said, handOver && h("div", { class: "paper-actions" }, handOver)];
  const go = button(app, words, async () => (await app.way.open(paper.id), app.go(app.way.isOpen ? "#paper" : "#start")), "paper-small");
  go.setAttribute("aria-label", `${words}: ${name}`);
  return [said, h("div", { class: "paper-actions" }, go, handOver, paper.state === "open" && erase(app, paper, name))];
}

/** @param {App} app @param {Listed} paper @param {string} name */
function erase(app, paper, name) {
  const made = button(app, "Erase", async () => (await app.way.open(paper.id), await app.way.erase(), app.show()), "usa-button--outline paper-small");
  made.setAttribute("aria-label", `Erase: ${name}`);
  return made;
}
