// @ts-check
/** How a form's answers and faults are said to officers. Pure. */

import { languageName } from "../../flow/languages.js";
import { fieldNamed } from "../../model/form.js";
import { show } from "../../model/wording.js";
import { faultWords } from "./words.js";

/** @typedef {import("../../model/form.js").Form} Form */
/** @typedef {import("../../model/form.js").Field} Field */
/** @typedef {import("../../model/form.js").Pack} Pack */
/** @typedef {import("../../model/form.js").Values} Values */

/**
 * Give place to words for each faulty answer; the first fault of an answer is told.
 * @param {Form} form
 * @param {Pack} pack
 * @param {import("../../model/values.js").Fault[]} faults
 * @returns {{ [place: string]: string }}
 */
export function errorLines(form, pack, faults) {
  const lines = [...faults].reverse().map(({ slug, place }) => {
    const path = place.replace(/\.[0-9]+/g, "");
    const label = pack.labels[path] ?? path;
    const words = faultWords(slug, fieldNamed(form, path)?.type ?? KINDS[path] ?? "");
    return [place, label.endsWith("?") ? `${label} ${words}` : `${label}: ${words[0].toLowerCase()}${words.slice(1)}`];
  });
  return Object.fromEntries(lines.reverse());
}

/** Of the table's own questions. @type {Readonly<Record<string, string>>} */
const KINDS = { mental_health_issue: "yes_no", probable_cause: "yes_no", person_chooses: "choice" };

/** Give the languages that a form has words in. @param {Form} form */
export const ours = (form) => form.languages.map((tag) => ({ tag, name: form.packs[tag].name }));

/** Write one answer for officers. @param {Field} field @param {any} value @param {Pack} pack @param {string} [path] @returns {string} */
export function valueWords(field, value, pack, path = field.id) {
  if (field.type === "language") return languageName(String(value));
  if (field.type === "group") return value.map((/** @type {Values} */ item) => itemWords(field, item, pack)).join("; ");
  return show(value, { field, wanted: "", pack, optionKey: path });
}

/** @param {Field} group @param {Values} item @param {Pack} pack */
function itemWords(group, item, pack) {
  const known = group.items.filter((one) => one.id in item);
  return known.map((one) => valueWords(one, item[one.id], pack, `${group.id}.${one.id}`)).join(", ");
}
