// @ts-check
/**
 * A form version as the server serves it (`GET /tablet/forms.json`), with what its folder leaves out filled in as
 * `forms_service/documents/form_parsing.py` fills it in.
 *
 * @typedef {import("../../conditions.js").Condition} Condition
 * @typedef {{ [name: string]: unknown }} Values
 * @typedef {{ function: string, arguments: string[] }} Computation
 * @typedef {"screening" | "before" | "signing" | "archive" | "after"} Stage
 * @typedef {{
 *   id: string, type: string, stage: Stage, filled_by: string[], section: string, internal: boolean, required: Condition,
 *   applies: Condition, source: string, computed: Computation | null, max_length: number, options: string[],
 *   least: number, most: number, not_future: boolean, not_before: string, warn_after_hours: number, pattern: string,
 *   items: Field[],
 * }} Field
 * @typedef {{
 *   id: string, kind: string, section: string, when: Condition, each: string, field: string, block: string,
 *   papers: string[], control: boolean,
 * }} PageLine
 * @typedef {{ path_hundredths_mm: number, side_hundredths_mm: number }} LeastInk
 * @typedef {{
 *   id: string, printed_name: string, applies: Condition, required: Condition, least_ink: LeastInk, least_mark: LeastInk,
 *   width_hundredths_mm: number, height_hundredths_mm: number,
 * }} Block
 * @typedef {{ [id: string]: string }} Words
 * @typedef {{
 *   language: string, name: string, status: string, title: string, lines: Words, labels: Words, options: Words,
 *   help: Words, sections: Words, screens: Words, months: string[], date_pattern: string, time_pattern: string,
 *   halves: string[], yes: string, no: string, list_joiner: string, list_last_joiner: string,
 * }} Pack
 * @typedef {{
 *   form: string, version: number, digest: string, code: string, languages: string[], controlLanguage: string,
 *   sections: string[], fields: Field[], page: PageLine[], blocks: Block[],
 *   period: { days: number, starts: string } | null, declinedWhen: Condition, packs: { [language: string]: Pack },
 *   sources: Values,
 * }} Form
 */

const FIELD = {
  filled_by: [], section: "", internal: false, required: false, applies: true, source: "", computed: null,
  max_length: 200, options: [], least: 0, most: 0, not_future: false, not_before: "", warn_after_hours: 0, pattern: "",
};
const LINE = { when: true, each: "", field: "", block: "", papers: ["presented", "completed", "blank"], control: false };
const BLOCK = { applies: true, required: false, width_hundredths_mm: 8000, height_hundredths_mm: 1800 };
const PACK = { options: {}, help: {}, sections: {} };

/**
 * Read one entry of `forms`.
 * @param {any} served
 * @returns {Form}
 */
export function readForm(served) {
  const { definition, words } = served;
  const packs = Object.entries(words).map(([language, pack]) => [language, { ...PACK, ...pack }]);
  return {
    form: served.form, version: served.version, digest: served.digest, sources: served.sources,
    languages: served.languages, controlLanguage: definition.languages[0], code: definition.code,
    sections: definition.sections, period: definition.period ?? null, declinedWhen: definition.declined_when ?? false,
    fields: definition.fields.map((/** @type {any} */ one) => readField(one, one.stage)),
    page: definition.page.map((/** @type {any} */ one) => ({ ...LINE, ...one })),
    blocks: definition.blocks.map((/** @type {any} */ one) => ({ ...BLOCK, ...one })),
    packs: Object.fromEntries(packs),
  };
}

/**
 * @param {any} one
 * @param {Stage} stage A group's items are of its own stage.
 * @returns {Field}
 */
function readField(one, stage) {
  const items = (one.items ?? []).map((/** @type {any} */ item) => readField(item, stage));
  return { ...FIELD, ...one, stage, items };
}

/**
 * Give the field of an id, or of `group.field` for a field of a group's items.
 * @param {Form} form
 * @param {string} path
 * @returns {Field | undefined}
 */
export function fieldNamed(form, path) {
  const [name, rest] = path.split(".");
  const found = form.fields.find((one) => one.id === name);
  return rest === undefined ? found : found?.items.find((one) => one.id === rest);
}

/**
 * Give the fields of some stages in the form's order.
 * @param {Form} form
 * @param {Stage[]} stages
 */
export function fieldsAt(form, stages) {
  return form.fields.filter((one) => stages.includes(one.stage));
}

/**
 * Give a value that stands under a name itself; what every object inherits is no value.
 * @param {Values} values
 * @param {string} name
 */
export function valueOf(values, name) {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
