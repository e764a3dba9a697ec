// @ts-check
/** What the tablet does not do, by a stable slug; `messages.js` has the words. */

export class Refusal extends Error {
  /** @param {string} slug @param {Record<string, unknown>} [facts] @param {unknown} [cause] */
  constructor(slug, facts = {}, cause = undefined) {
    super(slug, { cause });
    this.name = "Refusal";
    this.slug = slug;
    this.facts = facts;
  }
}
