// @ts-check
/**
 * What is told after signing, kept on the tablet and sealed: each thing told is on the disk before it is sealed, and in the
 * outbox before the next screen is shown.
 *
 * @typedef {import("../flow/told.js").ToldPaper} ToldPaper
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {{
 *   drafts: import("../store/drafts.js").Drafts, outbox: import("../outbox/outbox.js").Outbox, locks: LockManager,
 *   vault: import("../store/drafts.js").Unlocked, world: () => Promise<import("./world.js").World>,
 *   forms: () => Promise<Map<string, Form>>, now: () => number, newId: () => string, finished: () => void,
 *   make: (finished: import("../outbox/envelope.js").Finished) => Promise<(link: import("../outbox/envelope.js").Link) => Promise<any>>,
 * }} Parts
 */
import { additionOf } from "../flow/contents.js";
import * as flow from "../flow/told.js";
import { checkAddition } from "../model/addition.js";
import { parseDocumentId, written } from "../model/document_id.js";
import { Refusal } from "../refusal.js";

const PREFIX = "told-";
const NOTHING = "addition-empty";
const CODE = /^([^.]{1,40})(?:\.([0-9a-f]{64}))?$/;

export class ToldPapers {
  #parts;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Give every paper of which something is told here, with when it was told last. @returns {Promise<{ paper: ToldPaper, changed_at: number }[]>} */
  async list() {
    const rows = (await this.#parts.drafts.rows()).filter((row) => row.id.startsWith(PREFIX));
    const found = await Promise.all(rows.map(async (row) => ({ paper: await this.of(row.id.slice(PREFIX.length)), changed_at: row.changed_at })));
    return /** @type {{ paper: ToldPaper, changed_at: number }[]} */ (found.filter(({ paper }) => paper?.v === "told/1"));
  }

  /** Give what is kept of a paper; undefined when it is none. @param {string} documentId @returns {Promise<ToldPaper | undefined>} */
  of(documentId) {
    return this.#parts.drafts.content(this.#parts.vault, PREFIX + documentId);
  }

  /** Begin, or go on where it was; what was cut off is sealed first. @param {ToldPaper} fresh */
  begin(fresh) {
    return this.#locked(fresh.document_id, async (known) => {
      const knowsMore = !known || (fresh.is_own && !known.is_own) || (fresh.names !== "" && known.names === "");
      const { told = [], pending = null, entry = {} } = known ?? {};
      await this.#settle(knowsMore ? await this.#keep({ ...fresh, told, pending, entry }) : known);
    });
  }

  /** Begin with a number that was typed, or with what another tablet's screen shows; gives the number. @param {string} code */
  async beginNumbered(code) {
    const [, typed = "", names = ""] = CODE.exec(code.trim()) ?? [];
    const { id, refusal } = parseDocumentId(typed);
    if (!id) throw new Refusal(refusal || "document-id-malformed");
    const form = [...(await this.#parts.forms()).values()].find((one) => one.code === id.formCode);
    if (!form) throw new Refusal("form-not-in-use");
    const documentId = written(id);
    await this.begin(flow.toldOfNumber({ documentId, names, form }));
    return documentId;
  }

  /** Keep what is being typed. @param {string} documentId @param {string} step @param {Values} values */
  enter(documentId, step, values) {
    return this.#locked(documentId, async (paper) => paper && this.#keep(flow.entered(paper, step, values)));
  }

  /**
   * Tell something: judged, kept, sealed. Gives the faults, none when it is told.
   * @param {string} documentId @param {string} step @param {Values} values
   */
  async tell(documentId, step, values) {
    const { nowLocal, moment, refused } = await this.#parts.world();
    const faults = await this.#locked(documentId, async (known) => {
      if (!known) throw new Refusal("paper-unknown");
      const paper = await this.#settle(known);
      const facts = { signed: paper.signed, told: paper.told, nowLocal: nowLocal(), refused };
      const judged = checkAddition(await this.form(paper), values, facts);
      if (judged.faults.some((one) => one.slug === NOTHING)) throw new Refusal(NOTHING);
      if (judged.faults.length > 0) return judged.faults;
      const pending = { envelope_id: this.#parts.newId(), values: judged.values, at: moment() };
      await this.#settle(await this.#keep(flow.sealing(paper, step, pending)));
      return [];
    });
    if (faults.length === 0) this.#parts.finished();
    return faults;
  }

  /** Give the form of a paper. @param {ToldPaper} paper @returns {Promise<Form>} */
  async form(paper) {
    const form = (await this.#parts.forms()).get(paper.form);
    if (!form) throw new Refusal("form-not-in-use");
    return form;
  }

  /** Call a paper otherwise; after some hours by initials only. @param {string} documentId @param {string} name */
  name(documentId, name) {
    return this.#locked(documentId, async (paper) => paper && this.#keep({ ...paper, name }));
  }

  /** Say whether nothing is left to be told of a paper. @param {string} documentId @param {import("../flow/draft.js").Draft | null} [draft] Its text, where it is here. */
  async isClosed(documentId, draft = null) {
    const paper = await this.of(documentId);
    const form = paper && (await this.#parts.forms()).get(paper.form);
    return form ? flow.isClosed(form, /** @type {ToldPaper} */ (paper), draft) : false;
  }

  /** Seal what was cut off. @param {string} documentId */
  settle(documentId) {
    return this.#locked(documentId, async (paper) => paper && this.#settle(paper));
  }

  /** Forget what was told of a paper, once all of it lies in the outbox, sealed. @param {string} documentId */
  forget(documentId) {
    return this.#locked(documentId, async (paper) => {
      if (paper) await this.#settle(paper);
      await this.#parts.drafts.remove(PREFIX + documentId);
    });
  }

  /** Put what is pending into the outbox, where it may lie already. @param {ToldPaper} paper */
  async #settle(paper) {
    if (!paper.pending) return paper;
    const { outbox, make, now, world } = this.#parts;
    if (!(await outbox.digestOf(paper.pending.envelope_id))) {
      await outbox.add(await make(additionOf(paper, paper.pending, (await world()).origin)), now());
    }
    return this.#keep(flow.sealed(paper));
  }

  /** @param {ToldPaper} paper */
  async #keep(paper) {
    await this.#parts.drafts.put(this.#parts.vault, PREFIX + paper.document_id, paper, this.#parts.now(), true);
    return paper;
  }

  /** One act at a time, in whichever window. @template T @param {string} documentId @param {(paper: ToldPaper | undefined) => Promise<T>} act @returns {Promise<T>} */
  #locked(documentId, act) {
    return this.#parts.locks.request(`forms-told-${documentId}`, async () => act(await this.of(documentId)));
  }
}
