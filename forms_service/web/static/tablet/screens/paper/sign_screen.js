// @ts-check
/**
 * The pad. Each stroke is on the disk before the next one counts; what is seen is drawn from what is kept, so that a turn,
 * a zoom, a reload or a dead battery takes nothing away.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {import("../../flow/draft.js").SignerBlock} Block
 */
import { refusal } from "../../../pad/ink.js";
import { KeyPen } from "../../../pad/keys.js";
import { Pad } from "../../../pad/pad.js";
import { OFFICER } from "../../flow/draft.js";
import { nextBlock } from "../../flow/next.js";
import { button, h } from "../dom.js";
import { officerWay, paperOf, practice, sayNo } from "./person_parts.js";
import { toPerson } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** @param {App} app */
export async function signScreen(app) {
  if (await app.way.renewed()) return app.stage.dayTurned();
  const paper = paperOf(app);
  const block = /** @type {Block} */ (paper.blocks.find((one) => one.id === nextBlock(app.way.draft)));
  const isOfficer = block.id === OFFICER;
  const [language, words] = isOfficer ? ["en", paper.officer_screens] : [paper.language, paper.screens];
  const pad = await padOf(app, block, { language, words });
  const statements = block.statements.map((text) => h("p", { class: "person__statement" }, text));
  const hint = block.id === "person" && h("p", { class: "person__hint" }, words.sign_other_ways);
  const no = !isOfficer && Object.keys(app.way.draft.signed).length === 0 && sayNo(app, words.sign_no);
  const actions = h("div", { class: "person__actions" }, pad.sign, no);
  const head = [h("p", { class: "paper-kicker" }, block.label), h("h1", { class: "person__heading", tabindex: "-1" }, `${words.sign_heading}: ${block.name}`)];
  return h("div", { class: "person person--sign", lang: language, "data-block": block.id }, !isOfficer && practice(app), ...head, h("div", { lang: paper.language }, ...statements), pad.error, pad.surface, pad.under, hint, actions, isOfficer ? discardWay(app) : officerWay(app));
}

/** @param {App} app @param {Block} block @param {{ language: string, words: { [name: string]: string } }} how */
async function padOf(app, block, { language, words }) {
  const error = h("p", { class: "person__error", role: "alert" });
  const surface = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.createElementNS(SVG, "svg")));
  const facts = { class: "pad__surface", role: "application", tabindex: "0", "aria-label": words.pad_label, "aria-describedby": "pad-keys", viewBox: `0 0 ${block.size.width} ${block.size.height}`, preserveAspectRatio: "none", "data-pad-surface": "" };
  for (const [name, value] of Object.entries(facts)) surface.setAttribute(name, value);
  surface.style.aspectRatio = `${block.size.width} / ${block.size.height}`;
  const kept = await KeptPad.make(app, block, surface);
  const trouble = () => toPerson(language, refusal(kept.strokes, block.size, block.least));
  kept.changed = () => (error.textContent = kept.strokes.length > 0 ? trouble() : "");
  const clear = button(app, words.sign_clear, () => kept.clear(), "usa-button--outline pad__clear");
  const sign = button(app, words.sign_done, async () => {
    error.textContent = trouble();
    if (error.textContent === "") await signNow(app, block, kept);
  }, "paper-huge"); // prettier-ignore
  sign.dataset.sign = block.id;
  const keys = keyPen(kept.pad, language);
  const line = h("div", { class: "pad__line", "aria-hidden": "true" }, h("span", {}, "✕"));
  return { error, surface: [h("div", { class: "pad" }, surface, line, keys.pen), keys.words], under: h("div", { class: "pad__under" }, h("span", { class: "person__hint" }, words.sign_instruction), clear), sign };
}

/** The way to sign without dragging; it shows itself to who comes by keys. @param {Pad} pad @param {string} language */
function keyPen(pad, language) {
  const pen = h("span", { class: "pad__pen", "aria-hidden": "true" });
  const state = h("span", { class: "pad__state", role: "status" });
  new KeyPen(pad, ([x, y], isDown) => {
    pen.style.left = `${(x / pad.size.width) * 100}%`;
    pen.style.top = `${(y / pad.size.height) * 100}%`;
    pen.classList.toggle("is-down", isDown);
    state.textContent = toPerson(language, isDown ? "pen_down" : "pen_up");
  });
  return { pen, words: h("p", { class: "pad__keys" }, h("span", { id: "pad-keys" }, toPerson(language, "pad_keys")), " ", state) };
}

/** @param {App} app @param {Block} block @param {KeptPad} kept */
async function signNow(app, block, kept) {
  await kept.allKept();
  if (await app.way.renewed()) return app.show();
  await app.way.sign(block.id);
  await app.show();
}

/** The officer can give up what the person signed, with a reason. @param {App} app */
function discardWay(app) {
  return h("p", { class: "person-officer" }, button(app, "Do not sign: discard, or put it away", () => app.stage.openDiscard(), "usa-button--outline"));
}

/** A pad whose strokes are kept one by one. */
class KeptPad {
  #app;
  #block;
  #pad;
  #count = 0;
  /** @type {Promise<unknown>} */
  #writing = Promise.resolve();
  changed = () => {};

  /** @param {App} app @param {Block} block @param {SVGSVGElement} surface */
  constructor(app, block, surface) {
    this.#app = app;
    this.#block = block.id;
    this.#pad = new Pad(surface, block.size, () => this.#drawn(), app.stage.leaving());
  }

  /** @param {App} app @param {Block} block @param {SVGSVGElement} surface */
  static async make(app, block, surface) {
    const kept = new KeptPad(app, block, surface);
    const strokes = await app.way.strokes(block.id);
    kept.#count = strokes.length;
    kept.#pad.restore(strokes.map((one) => one.points), app.now() - (strokes.at(-1)?.up_at ?? app.now()));
    return kept;
  }

  get pad() {
    return this.#pad;
  }

  get strokes() {
    return this.#pad.strokes;
  }

  clear() {
    this.#pad.clear();
  }

  /** Wait until the last stroke is on the disk. */
  allKept() {
    return this.#writing;
  }

  #drawn() {
    const [from, strokes] = [this.#count, [...this.strokes]];
    this.#count = strokes.length;
    this.#writing = this.#writing.then(() => this.#write(from, strokes)).catch((error) => this.#app.stage.fail(error));
    this.changed();
  }

  /** @param {number} from @param {import("../../../pad/ink.js").Stroke[]} strokes */
  async #write(from, strokes) {
    if (strokes.length === 0) return this.#app.way.clearStrokes(this.#block);
    for (let n = from; n < strokes.length; n += 1) await this.#app.way.keepStroke(this.#block, n, strokes[n]);
  }
}
