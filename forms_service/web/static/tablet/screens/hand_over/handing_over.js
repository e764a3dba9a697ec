// @ts-check
/** Which paper's hand-over is shown, and what was refused of the step that was told last; what must last is kept elsewhere. */

import { errorLines } from "../paper/labels.js";

/** @typedef {import("../../app.js").App} App */

const GROUP = /^bh_contact\.1\./;

export class HandingOver {
  /** @type {App} */
  #app;
  /** @type {() => Promise<import("../../paper/world.js").World>} */
  #world;
  #taken = "";
  #errors = { documentId: "", step: "", lines: /** @type {{ [place: string]: string }} */ ({}) };
  documentId = "";

  /** @param {App} app @param {() => Promise<import("../../paper/world.js").World>} world */
  constructor(app, world) {
    [this.#app, this.#world] = [app, world];
  }

  world() {
    return this.#world();
  }

  /** The step that was refused. */
  get step() {
    return this.#errors.step;
  }

  /** Go on with the paper that the address names, which stays there: the same one once. @param {string} code */
  async takeRead(code) {
    if (code === this.#taken) return;
    this.#taken = code;
    await this.takeUp(code);
  }

  /** Go on with the paper that a code names. @param {string} code */
  async takeUp(code) {
    this.documentId = await this.#app.told.beginNumbered(code);
  }

  /** Hand a paper over that was signed here. @param {import("../../flow/told.js").ToldPaper} paper */
  async takeOwn(paper) {
    await this.#app.told.begin(paper);
    this.choose(paper.document_id);
  }

  /** @param {string} documentId */
  choose(documentId) {
    this.documentId = documentId;
    this.#app.go("#hand-over");
  }

  /** Tell a step; what is refused is shown with it. @param {string} documentId @param {string} step @param {import("../../model/form.js").Values} values */
  async tell(documentId, step, values) {
    const faults = await this.#app.told.tell(documentId, step, values);
    const paper = await this.#app.told.of(documentId);
    const form = paper && (await this.#app.told.form(paper));
    const lines = form ? errorLines(form, form.packs[form.controlLanguage], faults) : {};
    this.#errors = { documentId, step: faults.length > 0 ? step : "", lines };
    await this.#app.show();
    const summary = /** @type {HTMLElement | null} */ (document.querySelector(".paper-form__faults"));
    if (faults.length > 0) summary?.focus();
  }

  /** Give what was refused, by the question's own name. @param {string} documentId */
  errorsAt(documentId) {
    const lines = this.#errors.documentId === documentId ? this.#errors.lines : {};
    return Object.fromEntries(Object.entries(lines).map(([place, words]) => [place.replace(GROUP, ""), words]));
  }

  /** @param {string} documentId @param {string} step */
  errorsOf(documentId, step) {
    return step === this.#errors.step ? this.errorsAt(documentId) : {};
  }
}
