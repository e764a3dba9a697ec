// @ts-check
/**
 * The open paper: keeps every step before it counts as done, and puts what is finished into the outbox.
 *
 * * Each act makes a new draft by the rules of `flow/`, writes it, and only then shows it.
 * * The id of an envelope is kept in the draft before it is sealed. After a crash the outbox says whether it is there:
 *   then the block is signed, else it is open again with its strokes. So nothing is lost and nothing is sealed twice.
 * * Strokes are erased once they are sealed: the PIN opens no finished signature.
 *
 * @typedef {import("../flow/draft.js").Draft} Draft
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../model/form.js").Values} Values
 * @typedef {import("../../pad/ink.js").Stroke} Stroke
 * @typedef {{ points: Stroke, up_at: number }} KeptStroke `up_at`: this tablet's clock at pen-up.
 * @typedef {import("./world.js").World} World
 * @typedef {{
 *   drafts: import("../store/drafts.js").Drafts, outbox: import("../outbox/outbox.js").Outbox,
 *   vault: import("../store/drafts.js").Unlocked, world: () => Promise<World>,
 *   make: (finished: import("../outbox/envelope.js").Finished) => Promise<(link: import("../outbox/envelope.js").Link) => Promise<any>>,
 *   now: () => number, newId: () => string, randomBytes: (count: number) => Uint8Array,
 *   sha256: import("../model/digest.js").Sha256, finished: () => void,
 * }} Parts
 */
import { choosing, chosenSealed } from "../flow/copies.js";
import { declineOf, discardOf, signatureOf } from "../flow/contents.js";
import { usualAnswers } from "../flow/defaults.js";
import * as flow from "../flow/draft.js";
import { dayHasTurned, isDone, nextScreen } from "../flow/next.js";
import { numberedPaper } from "../flow/paper.js";
import { ownFields, screened, statedValues } from "../flow/screening_questions.js";
import { namesForm } from "../model/screening.js";
import { Refusal } from "../refusal.js";
import { Holding } from "./holding.js";
import { refuseSigning, upToDate } from "./may_sign.js";
import { isOver } from "./papers.js";
import { sealCopies, sealOnce } from "./sealing.js";
import { judged } from "./world.js";

const PERSON_REFUSED = "person-refused";

export class Way {
  #parts;
  /** @type {Draft | null} */
  #draft = null;
  /** @type {World | null} */
  #world = null;
  #holding;
  /** @type {Promise<unknown>} */
  #given = Promise.resolve();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#holding = new Holding(parts.drafts);
  }

  get isOpen() {
    return this.#draft !== null;
  }

  get draft() {
    if (!this.#draft) throw new Refusal("no-paper-open");
    return this.#draft;
  }

  get world() {
    if (!this.#world) throw new Refusal("no-paper-open");
    return this.#world;
  }

  get screen() {
    return nextScreen(this.draft);
  }

  /** Give the form of the open draft; a half-signed one needs none. */
  get form() {
    const form = this.world.forms.get(this.draft.form);
    if (!form) throw new Refusal("form-not-in-use");
    return form;
  }

  /** Begin a paper. @param {string} name */
  async begin(name) {
    const world = await this.#parts.world();
    const form = world.forms.get(name);
    if (!form) throw new Refusal("form-not-in-use");
    const draft = flow.newDraft({
      id: this.#parts.newId(), form, title: form.packs[form.controlLanguage].title, now: this.#parts.now(),
      needsScreening: namesForm(world.screening, name), values: usualAnswers(form, world.nowLocal()),
    });
    await this.#take(draft.id, world, async () => draft);
    await this.#keep(draft);
  }

  /** Go on with a paper; what was cut off is finished first. @param {string} id */
  async open(id) {
    const world = await this.#parts.world();
    await this.#take(id, world, () => this.#kept(id));
    await this.#finishWhatWasCut();
    if (this.#draft && !isDone(this.#draft)) await this.#giveUp(upToDate(flow.takenBack(this.#draft), world), [], "other");
  }

  /** @param {string} id @returns {Promise<Draft>} */
  async #kept(id) {
    const draft = await this.#parts.drafts.content(this.#parts.vault, id);
    if (draft?.v !== "draft/1" || isOver(draft, this.#parts.now())) throw new Refusal("paper-unknown");
    return draft;
  }

  /** Let the paper go; it stays on the tablet. */
  close() {
    this.#holding.letGo();
    this.#draft = null;
    this.#world = null;
  }

  /** Hold a paper open in this window only; it is read once it is held, as another window has left it. @param {string} id @param {World} world @param {() => Promise<Draft>} read */
  async #take(id, world, read) {
    this.close();
    await this.#holding.take(id);
    try {
      [this.#draft, this.#world] = [await read(), world];
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What is told of a signed paper later does not lengthen how long its text stays. @param {Draft} draft */
  async #keep(draft) {
    const at = isDone(draft) ? Date.parse(draft.signed[flow.OFFICER].signed_at) : this.#parts.now();
    await this.#parts.drafts.put(this.#parts.vault, draft.id, draft, at, isDone(draft));
    this.#draft = draft;
  }

  async #finishWhatWasCut() {
    for (const [block, one] of Object.entries(this.draft.signed)) await this.#settle(block, one);
    await this.#sendDiscards();
    await this.#tellCopies();
    if (this.draft.ending) await this.#end();
  }

  /** @param {string} block @param {import("../flow/draft.js").Signed} signed */
  async #settle(block, { envelope_id: id, digest }) {
    const known = digest || (await this.#parts.outbox.digestOf(id));
    if (!known) return this.#keep(flow.unsealed(this.draft, block));
    if (!digest) await this.#keep(flow.sealed(this.draft, block, known));
    await this.#parts.drafts.clearStrokes(this.draft.id, block);
  }

  /** Keep an act that only this draft is about. @param {(draft: Draft) => Draft} act */
  act(act) {
    return this.#keep(act(this.draft));
  }

  /** Keep other answers; what they take the ground from is given up. @param {Parameters<typeof flow.changed>[1]} change */
  async change(change) {
    const { draft, dropped } = flow.changed(this.draft, change);
    await this.#giveUp(draft, dropped, "other");
  }

  /** Judge the screening answers, and keep them when they lead to the form. @param {Values} answers */
  async judge(answers) {
    const { result, faults } = screened(this.form, this.world.screening, answers);
    if (!result) return { result, faults };
    if (result.form !== this.draft.form) {
      if (result.countNameless) await this.decline(result.rule);
      else await this.change({ answers });
      return { result, faults };
    }
    const values = { ...this.draft.values, ...statedValues(this.form, answers) };
    const asked = new Set(ownFields(this.form).map((one) => one.id));
    const own = this.faultsOf(values).filter((one) => asked.has(one.place.split(".")[0]));
    if (own.length === 0) await this.change({ answers, values, is_screened: true });
    return { result, faults: own };
  }

  /** Give every fault of these answers. @param {Values} values */
  faultsOf(values) {
    return judged(this.form, this.world, values).faults;
  }

  /** Give the slug of what is refused though each answer is good. @param {Values} values */
  refusalOf(values) {
    return judged(this.form, this.world, values).refusal;
  }

  /** Make the numbered text in a language. @param {string} language */
  async show(language) {
    const { page, faults, refusal: slug } = judged(this.form, this.world, this.draft.values, language);
    if (faults.length > 0) throw new Refusal("answers-need-another-look");
    if (slug) throw new Refusal(slug);
    const { randomBytes, sha256 } = this.#parts;
    const today = this.world.nowLocal().slice(0, 10);
    const paper = await numberedPaper(this.form, page, { draft: this.draft, language, today, randomBytes, sha256 });
    const { draft, dropped } = flow.shown(this.draft, paper, this.world.moment());
    await this.#giveUp(draft, dropped, "other");
  }

  /** Show the text anew when its day is over; says whether it did. */
  async renewed() {
    const { paper } = this.draft;
    if (!paper || !dayHasTurned(this.draft, this.world.nowLocal().slice(0, 10))) return false;
    await this.show(paper.language);
    return true;
  }

  /** Give a block's strokes as they are kept. @param {string} block @returns {Promise<KeptStroke[]>} */
  strokes(block) {
    return this.#parts.drafts.strokes(this.#parts.vault, this.draft.id, block);
  }

  /** Keep one stroke, on the disk. @param {string} block @param {number} n @param {Stroke} points */
  keepStroke(block, n, points) {
    const stroke = { points, up_at: this.#parts.now() };
    return this.#parts.drafts.putStroke(this.#parts.vault, { draft: this.draft.id, block, n }, stroke);
  }

  /** @param {string} block */
  clearStrokes(block) {
    return this.#parts.drafts.clearStrokes(this.draft.id, block);
  }

  /** Sign a block with the strokes that are kept: sealed at once. @param {string} block */
  async sign(block) {
    const kept = await this.strokes(block);
    const strokes = kept.map((one) => one.points);
    refuseSigning(this.draft.paper, block, strokes, this.world.account);
    const signedAt = this.world.moment(kept.at(-1)?.up_at);
    await this.act((draft) => flow.sealing(draft, block, { envelope_id: this.#parts.newId(), signed_at: signedAt }));
    const digest = await sealOnce(this.#parts, signatureOf(this.draft, block, strokes, this.world.origin));
    await this.act((draft) => flow.sealed(draft, block, digest));
    await this.clearStrokes(block);
    this.#parts.finished();
  }

  /** Give the person their copy in a way, once everybody has signed: sealed at once, and before the next one is chosen. @param {import("../flow/copies.js").Chosen} chosen */
  give(chosen) {
    const given = this.#given.then(() => this.#give(chosen));
    this.#given = given.catch(() => undefined); // whoever asked is told
    return given;
  }

  /** @param {import("../flow/copies.js").Chosen} chosen */
  async #give(chosen) {
    if (!isDone(this.draft)) throw new Refusal("signature-not-asked");
    await this.act((draft) => choosing(draft, { ...chosen, envelope_id: this.#parts.newId(), at: this.world.moment() }));
    await this.#tellCopies();
    this.#parts.finished();
  }

  /** What was chosen and is not sealed yet goes into the outbox. */
  #tellCopies() {
    return sealCopies(this.#parts, this.draft, this.world.origin, (id, digest) => this.act((draft) => chosenSealed(draft, id, digest)));
  }

  /** End with a no: a count without a name, and nothing else. @param {string} [rule] */
  async decline(rule = PERSON_REFUSED) {
    const ending = { envelope_id: this.#parts.newId(), rule, month: this.world.nowLocal().slice(0, 7) };
    const { draft, dropped } = flow.changed(this.draft, { values: {}, answers: {} });
    await this.#giveUp(flow.declined(draft, ending), dropped, "person_changed_mind");
    await this.#end();
  }

  async #end() {
    await sealOnce(this.#parts, declineOf(this.draft));
    await this.erase();
    this.#parts.finished();
  }

  /** Erase the paper from this tablet. */
  async erase() {
    const { id } = this.draft;
    await this.#parts.drafts.remove(id);
    this.close();
  }

  /** Give up what was signed, with a reason; the answers stay. @param {string} reason */
  discard(reason) {
    return this.#giveUp(flow.discarded(this.draft, []), flow.signedDigests(this.draft), reason);
  }

  /** @param {Draft} draft The draft without the signatures. @param {string[]} digests @param {string} reason */
  async #giveUp(draft, digests, reason) {
    const before = this.draft.paper;
    const documentId = before?.document_id ?? "";
    const discards = digests.map((names) => ({ envelope_id: this.#parts.newId(), names, reason, document_id: documentId }));
    const inked = before && before.digest !== draft.paper?.digest ? before.blocks : []; // gone before another text comes
    for (const block of inked) await this.clearStrokes(block.id);
    await this.#keep({ ...draft, discards: [...draft.discards, ...discards] });
    await this.#sendDiscards();
  }

  async #sendDiscards() {
    for (const discard of this.draft.discards) {
      await sealOnce(this.#parts, discardOf(discard, this.world.origin.author));
      await this.act((draft) => flow.toldDiscard(draft, discard.envelope_id));
    }
  }
}
