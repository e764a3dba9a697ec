// @ts-check
/**
 * What a paper needs to know of the world, as this tablet knows it without a network: the forms in use, the agency's
 * clock, who the officer is, how far this clock runs ahead.
 *
 * @typedef {{
 *   forms: Map<string, import("../model/form.js").Form>, numbers: import("../model/phone_hours.js").BhNumber[], screening: import("../model/screening.js").Table, leastAge: number, isPractice: boolean,
 *   caseNumber: string, copyLink: { origin: string, days: number } | null, refused: import("../model/text.js").Refused, account: { name: string, badge: string, phone: string },
 *   origin: import("../flow/contents.js").Origin, nowLocal: () => string, moment: (at?: number) => string,
 * }} World `copyLink`: where a person's own phone fetches their copy, where the agency has that; `nowLocal` and `moment`: the agency's local time, without and with its offset.
 * @typedef {{ credential: string, name: string, badge: string, phone: string, exp: number }} Author
 */
import { checkedPage } from "../flow/paper.js";
import { readForm } from "../model/form.js";
import { localTime, localTimeWithOffset } from "../model/local_time.js";
import { Refusal } from "../refusal.js";

/**
 * @param {{ kept: any, author: Author | undefined, met: { offset_ms: number } | undefined, device: string, version: string,
 *   now: () => number }} known
 * @returns {World}
 */
export function worldOf({ kept, author, met, device, version, now }) {
  if (!kept) throw new Refusal("forms-not-here");
  if (!author) throw new Refusal("author-unknown");
  const { forms, screening, rules, characters, zone } = kept.content;
  if (!localTime(now(), zone)) throw new Refusal("clock-unusable");
  return {
    forms: formsOf(forms), screening, refused: characters.refused,
    numbers: kept.content.bh_numbers ?? [], isPractice: kept.content.production !== true,
    copyLink: rules.copy_link ?? null, leastAge: rules.lead_min_age, caseNumber: rules.case_number_pattern, account: { name: author.name, badge: author.badge, phone: author.phone },
    origin: { author: author.credential, device, clock_ahead_ms: met ? -met.offset_ms : null, app_version: version },
    nowLocal: () => localTime(now(), zone), moment: (at = now()) => localTimeWithOffset(at, zone),
  };
}

/** Give the forms by name. @param {any[]} served @returns {Map<string, import("../model/form.js").Form>} */
export const formsOf = (served) => new Map(served.map((one) => [one.form, readForm(one)]));

/**
 * Judge answers by everything that is known.
 * @param {import("../model/form.js").Form} form @param {World} world
 * @param {import("../model/form.js").Values} values @param {string} [language]
 */
export function judged(form, world, values, language = form.controlLanguage) {
  const { account, refused, caseNumber, screening, leastAge } = world;
  return checkedPage(form, values, { language, facts: { account, refused, caseNumber, screening, leastAge, nowLocal: world.nowLocal() } });
}
