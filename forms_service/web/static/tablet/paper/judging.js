// @ts-check
/** Judges answers by everything this tablet knows of the world. Pure. */

import { checkedPage } from "../flow/paper.js";

/**
 * @param {import("../model/form.js").Form} form @param {import("./world.js").World} world
 * @param {import("../model/form.js").Values} values @param {string} [language]
 */
export function judged(form, world, values, language = form.controlLanguage) {
  const { account, refused, caseNumber, screening, leastAge } = world;
  return checkedPage(form, values, { language, facts: { account, refused, caseNumber, screening, leastAge, nowLocal: world.nowLocal() } });
}
