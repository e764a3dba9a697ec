// @ts-check
/**
 * The forms as the server serves them, kept whole: definitions, words, screening, agency.
 *
 * @typedef {{ digest: string, content: any, got_at: number, checked_at: number, current: boolean }} KeptForms
 * @typedef {{ form: string, form_version: number, form_digest: string }} InUse
 */

export class Forms {
  #facts;
  #ask;
  #now;
  /** The agency's clock, as the forms that were read last have it. @type {(import("../model/local_time.js").Zone & { name: string }) | undefined} */
  zone;

  /** @param {{ facts: import("./facts.js").Facts, ask: (digest: string) => Promise<any>, now: () => number }} parts */
  constructor({ facts, ask, now }) {
    this.#facts = facts;
    this.#ask = ask;
    this.#now = now;
  }

  /** @returns {Promise<KeptForms | undefined>} */
  async kept() {
    const [kept, content] = await Promise.all([this.#facts.get("forms"), this.#facts.get("forms-content")]);
    this.zone = content?.zone ?? this.zone;
    return kept && { ...kept, content };
  }

  /** Get what is in use now; what is here already is only dated. */
  async refresh() {
    const kept = await this.kept();
    const content = await this.#ask(kept?.digest ?? "");
    const now = this.#now();
    const had = kept && { ...kept, checked_at: now, current: true };
    if (content) await this.#facts.put("forms-content", content);
    const next = content ? { digest: content.digest, got_at: now, checked_at: now, current: true } : had;
    if (next) await this.#date(next);
  }

  /** Hold what is kept against the versions in use, which the server tells a device without any sign-in. @param {InUse[]} inUse */
  async compare(inUse) {
    const kept = await this.kept();
    if (!kept || inUse.length === 0) return;
    const current = kept.content.forms.every((/** @type {any} */ one) => isNewest(one, inUse));
    await this.#date({ ...kept, current, checked_at: this.#now() });
  }

  /** What is often written is short. @param {Omit<KeptForms, "content"> & { content?: any }} kept */
  #date({ content: _, ...dated }) {
    return this.#facts.put("forms", dated);
  }
}

/** @param {{ form: string, version: number, digest: string }} kept @param {InUse[]} inUse */
function isNewest({ form, version, digest }, inUse) {
  const same = inUse.filter((one) => one.form === form);
  const newest = Math.max(...same.map((one) => one.form_version));
  return newest === version && same.some((one) => one.form_version === version && one.form_digest === digest);
}
