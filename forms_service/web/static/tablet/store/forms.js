// @ts-check
/**
 * The forms as the server serves them, kept whole: definitions, words, screening, agency.
 *
 * @typedef {{ digest: string, content: any, got_at: number, checked_at: number, current: boolean }} KeptForms
 */

export class Forms {
  #facts;
  #ask;
  #now;

  /** @param {{ facts: import("./facts.js").Facts, ask: (digest: string) => Promise<any>, now: () => number }} parts */
  constructor({ facts, ask, now }) {
    this.#facts = facts;
    this.#ask = ask;
    this.#now = now;
  }

  /** @returns {Promise<KeptForms | undefined>} */
  kept() {
    return this.#facts.get("forms");
  }

  /** Get what is in use now; what is here already is only dated. */
  async refresh() {
    const kept = await this.kept();
    const content = await this.#ask(kept?.digest ?? "");
    const now = this.#now();
    const had = kept && { ...kept, checked_at: now, current: true };
    const next = content ? { digest: content.digest, content, got_at: now, checked_at: now, current: true } : had;
    if (next) await this.#facts.put("forms", next);
  }
}
