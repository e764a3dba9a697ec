// @ts-check
/**
 * The hand-over to Behavioral Health: the number for this hour, each try, the arrival, the release, or why there was none.
 * Works without a network, on the tablet that was signed on and on any other. What is told is sealed at once.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../flow/told.js").ToldPaper} ToldPaper
 * @typedef {import("../../model/form.js").Form} Form
 * @typedef {{ app: App, paper: ToldPaper, form: Form, state: ReturnType<typeof import("../../flow/told.js").standing>, world: import("../../paper/world.js").World }} Here
 */
import { standing } from "../../flow/told.js";
import { plural } from "../../messages.js";
import { inTurn } from "../../model/phone_hours.js";
import { button, card, field, form as asks, h, linkButton } from "../dom.js";
import { errorSummary } from "../paper/questionnaire.js";
import { pinScreen } from "../pin_screen.js";
import { otherTablet } from "./other_tablet.js";
import { arrival, exception, nextStep, release, tryForm } from "./steps.js";
import { times, toldSoFar } from "./told_view.js";

/** @param {App} app @param {string} code What another tablet's screen shows, from the address. */
export async function handOverScreen(app, code) {
  if (!app.vault.isUnlocked) return pinScreen(app);
  if (code) await app.handingOver.takeRead(code);
  const paper = await app.told.of(app.handingOver.documentId);
  return paper ? oneScreen(app, paper) : findScreen(app);
}

/** @param {App} app */
function findScreen(app) {
  const number = field("number", "The paper's number", { autocomplete: "off", autocapitalize: "characters", spellcheck: "false", maxlength: 40, hint: "It stands on the other tablet, and on the person's copy. Or read the square on the other tablet with this tablet's camera." });
  const find = asks(app, "Go on with it", async (values) => (await app.handingOver.takeUp(values.number), app.show()), number);
  return h("div", {}, h("h1", { tabindex: "-1" }, "Hand-over of a paper from another tablet"), h("p", {}, "You go on in your own name. What is told before the paper itself is sent waits for it on the server."), find, h("div", { class: "paper-actions" }, linkButton("Back to the papers", "#start", "usa-button--outline")));
}

/** @param {App} app @param {ToldPaper} paper */
async function oneScreen(app, paper) {
  const [world, form] = [await app.handingOver.world(), await app.told.form(paper)];
  const here = { app, paper, form, world, state: standing(form, paper) };
  const kicker = h("p", { class: "paper-kicker" }, paper.title, " ", h("span", { class: "id" }, paper.document_id));
  const name = paper.name !== "" && h("p", { class: "paper-lead" }, paper.name);
  const errors = errorSummary(app.handingOver.errorsAt(paper.document_id));
  return h("div", { class: "handing-over", "data-state": here.state.state }, kicker, head(here), name, errors, times(here), ...parts(here), await sent(here), otherTablet(here), h("div", { class: "paper-actions" }, await toPaper(here), button(app, "Back to start", () => app.stage.toStart(), "usa-button--outline tablet__big")));
}

/** @param {Here} here */
function head({ state, form }) {
  const title = (/** @type {string} */ words) => h("h1", { tabindex: "-1" }, words);
  if (state.state === "open") return title("Hand over to Behavioral Health");
  if (state.state === "exception") return h("div", { class: "answer answer--bad" }, title("Left without a release"), h("p", {}, "A supervisor reviews it. Whoever goes on may still tell the arrival and the release."));
  const words = waits(form) ? ["Handed over", "Behavioral Health has the person, and said that you may go."] : ["First contact made", "Behavioral Health was tried, and it is written down."];
  return h("div", { class: "answer answer--good" }, title(words[0]), h("p", {}, words[1]));
}

/** Say whether the form's hand-over ends with a release. @param {Form} form */
const waits = (form) => form.fields.some((one) => one.id === "officer_released_at");

/** @param {Here} here @returns {(HTMLElement | false)[]} */
function parts(here) {
  const { state, form } = here;
  const call = [numbers(here), tryForm(here)];
  const known = toldSoFar(here);
  const next = nextStep(here);
  const came = !waits(form) ? [] : [arrival(here), release(here)];
  if (state.state === "done") return [known, next, folded("Tell of another try", ...call)];
  if (state.state === "exception") return [known, next, folded("Behavioral Health came later", ...call, ...came)];
  if (state.values.officer_released_at !== undefined) return [next, ...came, known, folded("Tell of another try", ...call)];
  if (state.values.bh_arrived_at !== undefined) return [...came, known, next, exception(here), folded("Tell of another try", ...call)];
  return [...call, known, ...came, next, waits(form) && exception(here)];
}

/** @param {string} title @param {...(import("../dom.js").Child)} content */
const folded = (title, ...content) => h("details", {}, h("summary", {}, title), ...content);

/** The number for this hour, large, and the others. @param {Here} here */
function numbers(here) {
  const [first, ...others] = inTurn(here.world.numbers, here.world.nowLocal());
  if (!first) return card("Call Behavioral Health", h("p", {}, "No number is configured. Ask dispatch."));
  const rest = others.length > 0 && h("ul", { class: "calls" }, ...others.map((one) => h("li", {}, call(here, one, "calls__other"))));
  return card("Call Behavioral Health", h("p", { class: "tablet__hint" }, "The number for this hour. Afterwards say below what came of it."), call(here, first, "calls__now usa-button"), rest);
}

/** A number to tap; what is tapped is kept as the try that begins. @param {Here} here @param {import("../../model/phone_hours.js").BhNumber} number @param {string} look */
function call({ app, paper, world }, { name, phone }, look) {
  const begun = () => ({ channel: "phone", number: phone, tried_at: world.nowLocal().slice(0, 16) });
  const tapped = () => void app.told.enter(paper.document_id, "try", begun()).then(() => app.show()).catch((error) => app.stage.fail(error));
  return h("a", { class: look, href: `tel:${phone.replace(/[^0-9+]/g, "")}`, click: tapped }, h("span", { class: "calls__name" }, name), " ", h("span", { class: "calls__phone" }, phone));
}

/** The way to the text, as long as it is here, where the copy is given. @param {Here} here */
async function toPaper({ app, paper }) {
  const found = (await app.papers.list()).find((one) => one.state === "done" && one.document_id === paper.document_id);
  return found && button(app, "The paper and its copy", async () => (await app.way.open(found.id), app.go("#paper")), "usa-button--outline tablet__big");
}

/** @param {Here} here */
async function sent({ app, paper }) {
  const mine = (await app.outbox.rows("unsent")).filter((row) => row.document_id === paper.document_id).length;
  if (mine > 0) return h("p", { class: "tablet__hint", "data-unsent": mine }, `${plural(mine, "item")} of this paper sealed on this tablet, not sent yet. Sent by itself when the server answers.`);
  return paper.told.length > 0 && h("p", { class: "tablet__hint", "data-unsent": 0 }, "Everything told is sealed and sent.");
}
