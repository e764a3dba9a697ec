// @ts-check
/**
 * Who signs: which blocks stand on the page for a manner and aids, which need ink, and what counts as signed, as
 * `forms_service/workflow/complete.py` judges it. The cases of both stand in `tests/vectors/blocks.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Block} Block
 * @typedef {import("./form.js").Values} Values
 * @typedef {import("./values.js").Fault} Fault
 * @typedef {import("../../pad/ink.js").Stroke} Stroke
 * @typedef {{
 *   id: string, name: string, isRequired: boolean, least: import("../../pad/ink.js").Least,
 *   size: import("../../pad/ink.js").Size,
 * }} PageBlock `name`: the signer's, empty when it is not known.
 */
import { holds } from "../../conditions.js";
import { refusal } from "../../pad/ink.js";
import { valueOf } from "./form.js";

/**
 * Give the blocks that stand on the page for these values, in the form's order.
 * @param {Form} form
 * @param {Values} values
 * @returns {PageBlock[]}
 */
export function blocksOf(form, values) {
  return form.blocks.filter((block) => holds(block.applies, values)).map((block) => ({
    id: block.id,
    name: String(valueOf(values, block.printed_name) ?? ""),
    isRequired: holds(block.required, values),
    least: leastOf(block, values),
    size: { width: block.width_hundredths_mm, height: block.height_hundredths_mm },
  }));
}

/**
 * @param {Block} block
 * @param {Values} values
 */
function leastOf(block, values) {
  const isMark = block.id === "person" && valueOf(values, "manner") === "mark";
  const least = isMark ? block.least_mark : block.least_ink;
  return { path: least.path_hundredths_mm / 100, side: least.side_hundredths_mm / 100 };
}

/**
 * Give what is wrong with the ink of all blocks together; nothing when the paper counts as signed.
 * @param {Form} form
 * @param {Values} values
 * @param {{ [blockId: string]: Stroke[] }} inks
 * @returns {Fault[]}
 */
export function inkFaults(form, values, inks) {
  const faults = form.blocks.flatMap(({ id }) => faultOf(id, inkSlug(form, values, { id, strokes: strokesOf(inks, id) })));
  const known = form.blocks.map((block) => block.id);
  const unknown = Object.keys(inks).filter((id) => !known.includes(id)).sort();
  return [...faults, ...unknown.flatMap((id) => faultOf(id, "signature-block-unknown"))];
}

/**
 * Give the slug of what is wrong with one block's ink, empty when nothing is.
 * @param {Form} form
 * @param {Values} values
 * @param {{ id: string, strokes: Stroke[] }} ink
 */
export function inkSlug(form, values, { id, strokes }) {
  const block = blocksOf(form, values).find((one) => one.id === id);
  if (strokes.length === 0) return block?.isRequired ? "signature-missing" : "";
  return block ? refusal(strokes, block.size, block.least) : "signature-not-asked";
}

/**
 * @param {{ [blockId: string]: Stroke[] }} inks
 * @param {string} id
 */
function strokesOf(inks, id) {
  return Object.hasOwn(inks, id) ? inks[id] : [];
}

/**
 * @param {string} id
 * @param {string} slug
 * @returns {Fault[]}
 */
function faultOf(id, slug) {
  return slug ? [{ slug, place: `blocks.${id}` }] : [];
}
