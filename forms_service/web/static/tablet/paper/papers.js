// @ts-check
/**
 * The papers that lie on this tablet. What everybody has signed stays readable for some hours, until the copy is given;
 * then a stub is left: a number, a form, initials, a time, the envelopes' digests.
 *
 * @typedef {{ id: string, title: string, name: string, document_id: string, changed_at: number,
 *   state: "open" | "half-signed" | "done" | "stub" }} Listed
 */
import { isDone, isHalfSigned } from "../flow/next.js";

const COPY_MS = 12 * 3_600_000;

export class Papers {
  #parts;

  /** @param {{ drafts: import("../store/drafts.js").Drafts, vault: import("../store/drafts.js").Unlocked, now: () => number }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** Give every paper, the newest first. @returns {Promise<Listed[]>} */
  async list() {
    const rows = await this.#parts.drafts.rows();
    const papers = await Promise.all(rows.map(async ({ id, changed_at: at }) => listed(await this.#content(id), at)));
    return papers.filter((one) => one !== null).sort((one, other) => other.changed_at - one.changed_at);
  }

  /** Make stubs of papers that were signed too long ago. */
  async letOldCopiesGo() {
    const { drafts, vault, now } = this.#parts;
    for (const { id, changed_at: at } of await drafts.rows()) {
      if (now() - at < COPY_MS) continue;
      const content = await this.#content(id);
      if (content?.v === "draft/1" && isDone(content)) await drafts.put(vault, id, stubOf(content), at, true);
    }
  }

  /** @param {string} id */
  #content(id) {
    return this.#parts.drafts.content(this.#parts.vault, id);
  }
}

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
