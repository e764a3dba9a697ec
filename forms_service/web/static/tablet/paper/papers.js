// @ts-check
/**
 * The papers that lie on this tablet. What everybody has signed stays readable until hand-over and copy are told, for some
 * hours at most; then a stub is left: a number, a form, initials, a time, the envelopes' digests.
 *
 * @typedef {{ id: string, title: string, name: string, document_id: string, changed_at: number,
 *   state: "open" | "half-signed" | "done" | "stub" }} Listed
 */
import { chosenSealed } from "../flow/copies.js";
import { toldOfDraft } from "../flow/told.js";
import { isDone, isHalfSigned } from "../flow/next.js";
import { lastPlaces } from "../flow/places.js";
import { Refusal } from "../refusal.js";
import { sealCopies, unsealedCopies } from "./sealing.js";

const COPY_MS = 12 * 3_600_000;

export class Papers {
  #parts;

  /** @param {Pick<import("./way.js").Parts, "drafts" | "outbox" | "vault" | "world" | "make" | "now"> & { told: import("./told_papers.js").ToldPapers }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Give every paper, the newest first. @returns {Promise<Listed[]>} */
  async list() {
    const rows = await this.#parts.drafts.rows();
    const papers = await Promise.all(rows.map(async ({ id, changed_at: at }) => listed(await this.#content(id), at)));
    return papers.filter((one) => one !== null).sort((one, other) => other.changed_at - one.changed_at);
  }

  /** Give the places of this shift's other papers. @param {string} but The paper that asks. */
  async lastPlaces(but) {
    const { drafts, now } = this.#parts;
    const contents = await Promise.all((await drafts.rows()).map(({ id }) => this.#content(id)));
    return lastPlaces(contents, { but, now: now() });
  }

  /** Make stubs of papers of which all was told, or that were signed too long ago; what is still to be told stays. What came from the server goes when its time is over. */
  async letOldCopiesGo() {
    const { drafts } = this.#parts;
    for (const { id, changed_at: at } of await drafts.rows()) {
      if (await this.#isToGo(await this.#content(id), at)) await unlessRefused(() => drafts.whileOpen(id, () => this.#letGo(id, at)));
    }
    await this.#forgetOthers();
  }

  /** Say whether something is to be done about a paper. @param {any} content @param {number} at */
  async #isToGo(content, at) {
    const { told, now } = this.#parts;
    const draft = content?.v === "draft/1" ? content : null;
    if (isOver(content, now())) return true;
    if (draft ? !isDone(draft) : content?.v !== "stub/1" || content.is_closed) return false;
    const isLate = draft !== null && (now() - at >= COPY_MS || unsealedCopies(draft).length > 0);
    return isLate || told.isClosed(numberOf(content), draft);
  }

  /** Let a paper go that no window has open: it is read again, and what was cut off is sealed first. @param {string} id @param {number} at */
  async #letGo(id, at) {
    const { drafts, told, now } = this.#parts;
    const content = await this.#content(id);
    if (!(await this.#isToGo(content, at))) return;
    if (isOver(content, now())) return void (await drafts.remove(id));
    await told.settle(numberOf(content));
    await this.#leaveStub(content.v === "draft/1" ? await this.#settled(content, at) : content, at);
  }

  /** Seal what was chosen of the person's copy. @param {import("../flow/draft.js").Draft} draft @param {number} at */
  async #settled(draft, at) {
    if (unsealedCopies(draft).length === 0) return draft;
    let whole = draft;
    await sealCopies(this.#parts, draft, (await this.#parts.world()).origin, (id, digest) => (whole = chosenSealed(whole, id, digest)));
    await this.#parts.drafts.put(this.#parts.vault, draft.id, whole, at, true);
    return whole;
  }

  /** @param {any} content @param {number} at */
  async #leaveStub(content, at) {
    const { drafts, vault, told, now } = this.#parts;
    const documentId = numberOf(content);
    const isClosed = await told.isClosed(documentId, content.v === "draft/1" ? content : null);
    if (!isClosed && (content.v === "stub/1" || now() - at < COPY_MS)) return;
    const stub = content.v === "stub/1" ? content : stubOf(content);
    if (!isClosed) await told.begin(toldOfDraft(content));
    if (!isClosed) await told.name(documentId, stub.name);
    await drafts.put(vault, content.id, { ...stub, is_closed: isClosed }, at, true);
    if (isClosed) await told.forget(documentId);
  }

  /** Forget what was told of papers that were signed elsewhere, some hours after it was closed. */
  async #forgetOthers() {
    const { told, now } = this.#parts;
    for (const { paper, changed_at: at } of await told.list()) {
      const isToGo = !paper.is_own && now() - at >= COPY_MS && (await told.isClosed(paper.document_id));
      if (isToGo) await unlessRefused(() => told.forget(paper.document_id));
    }
  }

  /** Give the number of every text that lies here, or is being given up. @returns {Promise<Set<string>>} */
  async numbers() {
    const contents = await Promise.all((await this.#parts.drafts.rows()).map(({ id }) => this.#content(id)));
    const told = contents.flatMap((one) => [one?.document_id, one?.paper?.document_id, ...(one?.discards ?? []).map((/** @type {any} */ discard) => discard.document_id)]);
    return new Set(told.filter(Boolean));
  }

  /** @param {string} id */
  #content(id) {
    return this.#parts.drafts.content(this.#parts.vault, id);
  }
}

/** Give the number of a paper or its stub. @param {any} content @returns {string} */
const numberOf = (content) => content.paper?.document_id ?? content.document_id;

/** What can not be sealed now, as on a tablet that lost its key, stays until it can. @param {() => Promise<unknown>} act */
async function unlessRefused(act) {
  await act().catch((error) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

/** Say whether a paper came from the server, and may be opened here no more; the server has it still. @param {any} content @param {number} now */
export const isOver = (content, now) => content?.v === "draft/1" && Boolean(content.lease_until) && !isDone(content) && now > content.lease_until;

/** @param {any} content @param {number} at @returns {Listed | null} */
function listed(content, at) {
  if (content?.v === "stub/1") return { ...content, state: "stub", changed_at: at };
  if (content?.v !== "draft/1") return null;
  const state = isDone(content) ? "done" : isHalfSigned(content) ? "half-signed" : "open";
  const name = String(content.values.person_name_as_given ?? "");
  return { id: content.id, title: content.title, name, document_id: content.paper?.document_id ?? "", state, changed_at: at };
}

/** @param {import("../flow/draft.js").Draft} draft */
export function stubOf({ id, title, paper, signed, values }) {
  const initials = String(values.person_name_as_given ?? "").split(/\s+/u).map((word) => Array.from(word)[0] ?? "").join("");
  const envelopes = Object.fromEntries(Object.entries(signed).map(([block, one]) => [block, one.digest]));
  return { v: "stub/1", id, title, document_id: paper?.document_id ?? "", name: initials, signed_at: signed.officer?.signed_at ?? "", envelopes };
}
