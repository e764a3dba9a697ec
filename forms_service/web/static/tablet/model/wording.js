// @ts-check
/**
 * The final lines of a page in a language, by the rules of `forms_service/domain/wording.py`: the presented digest is over
 * exactly these. Dates and times use the words and patterns of the form's language, never a locale.
 * The cases of both stand in `tests/vectors/wording.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Field} Field
 * @typedef {import("./form.js").Pack} Pack
 * @typedef {import("./form.js").PageLine} PageLine
 * @typedef {import("./form.js").Values} Values
 * @typedef {{ id: string, kind: string, section: string, text: string, label: string, value: string, block: string }} Line
 *   `label` and `value`: the two parts of a `value` or `pen` line, for screens that set them apart.
 */
import { holds } from "../../conditions.js";
import { fieldNamed, valueOf } from "./form.js";
import { normalText } from "./text.js";

const PEN_LINE = "____________";
const PLACEHOLDER = /\{([a-z0-9_]+(?:\.[a-z0-9_]+)?)(?::([a-z_]+))?\}/g;

/**
 * Give the lines of a page in reading order.
 * @param {Form} form
 * @param {string} language
 * @param {Values} values Checked and completed.
 * @param {{ paper?: string, control?: boolean }} [kind] `paper`: presented, completed or blank; `control`: whether it is
 *   the English page that follows one signed in another language.
 * @returns {Line[]}
 */
export function pageLines(form, language, values, { paper = "presented", control = false } = {}) {
  // A completed page is the presented page with ink: the words must be the same.
  const writer = new Writer(form, form.packs[language], values, paper === "blank");
  const onPaper = form.page.filter((line) => line.papers.includes(paper === "completed" ? "presented" : paper));
  return onPaper.filter((line) => control || !line.control).flatMap((line) => writer.lines(line));
}

/**
 * Give id and text of every line for the presented digest; the English lines follow as `en:<id>`.
 * @param {Line[]} signed
 * @param {Line[]} [control]
 * @returns {import("./digest.js").DigestLine[]}
 */
export function digestLines(signed, control = []) {
  /** @type {(prefix: string) => (line: Line) => import("./digest.js").DigestLine} */
  const written = (prefix) => (line) => [prefix + line.id, line.text];
  return [...signed.map(written("")), ...control.map(written("en:"))];
}

class Writer {
  /** @type {Form} */
  #form;
  /** @type {Pack} */
  #pack;
  /** @type {Values} */
  #values;
  /** @type {boolean} */
  #isBlank;

  /**
   * @param {Form} form
   * @param {Pack} pack
   * @param {Values} values
   * @param {boolean} isBlank
   */
  constructor(form, pack, values, isBlank) {
    [this.#form, this.#pack, this.#values, this.#isBlank] = [form, pack, values, isBlank];
  }

  /**
   * @param {PageLine} line
   * @returns {Line[]}
   */
  lines(line) {
    if (!this.#stands(line)) return [];
    if (!line.each) return [this.#line(line, line.id, {})];
    return this.#items(line.each).map((item, at) => this.#line(line, `${line.id}-${at + 1}`, item));
  }

  /**
   * What is not known yet on a blank is left for the pen, unless a value given rules it out.
   * @param {PageLine} line
   */
  #stands(line) {
    if (holds(line.when, this.#values)) return true;
    return this.#isBlank && line.kind === "value" && !Object.hasOwn(this.#values, line.field);
  }

  /**
   * @param {string} group
   * @returns {Values[]}
   */
  #items(group) {
    const items = valueOf(this.#values, group);
    if (Array.isArray(items) && items.length > 0) return items;
    return this.#isBlank ? [{}] : [];
  }

  /**
   * @param {PageLine} line
   * @param {string} id
   * @param {Values} item
   * @returns {Line}
   */
  #line(line, id, item) {
    const text = this.#filled(this.#words(line), line.each, item);
    const common = { id, kind: line.kind, section: line.section, block: line.block };
    if (line.kind !== "value" && line.kind !== "pen") return { ...common, text, label: "", value: "" };
    const label = normalText(line.field ? this.#pack.labels[line.field] : text);
    const value = line.field && this.#words(line) ? text : this.#valueOf(line);
    return { ...common, text: normalText(`${label}: ${value}`), label, value: normalText(value) };
  }

  /** @param {PageLine} line */
  #words(line) {
    return Object.hasOwn(this.#pack.lines, line.id) ? this.#pack.lines[line.id] : "";
  }

  /** @param {PageLine} line */
  #valueOf(line) {
    if (line.kind === "pen" || !line.field) return PEN_LINE;
    return this.#shown(line.field, "", valueOf(this.#values, line.field));
  }

  /**
   * @param {string} words
   * @param {string} group
   * @param {Values} item
   */
  #filled(words, group, item) {
    return normalText(words.replace(PLACEHOLDER, (_, /** @type {string} */ path, wanted = "") => {
      if (!path.startsWith("item.")) return this.#shown(path, wanted, valueOf(this.#values, path));
      const name = path.slice("item.".length);
      return this.#shown(`${group}.${name}`, wanted, valueOf(item, name));
    }));
  }

  /**
   * @param {string} path
   * @param {string} wanted
   * @param {unknown} value
   */
  #shown(path, wanted, value) {
    const isNothing = value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (isNothing) return this.#isBlank ? PEN_LINE : "";
    const field = fieldNamed(this.#form, path);
    if (field === undefined) throw new TypeError(`words name ${path}, which is no field`);
    return show(value, { field, wanted, pack: this.#pack, optionKey: path });
  }
}

/**
 * Write a value as the page says it.
 * @param {unknown} value A checked value.
 * @param {{ field: Field, wanted: string, pack: Pack, optionKey: string }} how `wanted`: a format, or empty for the one of
 *   the field's type; `optionKey`: `<field>` or `<group>.<field>`.
 * @returns {string}
 */
export function show(value, { field, wanted, pack, optionKey }) {
  if (typeof value === "boolean") return value ? pack.yes : pack.no;
  if (Array.isArray(value)) return joined(value.map((one) => option(String(one), field, pack, optionKey)), pack);
  if (field.type === "date") return dateLong(String(value), pack);
  if (field.type === "local_time") return localTime(String(value), wanted, pack);
  return option(String(value), field, pack, optionKey);
}

/**
 * @param {string} value
 * @param {Field} field
 * @param {Pack} pack
 * @param {string} optionKey
 */
function option(value, field, pack, optionKey) {
  const key = `${optionKey}.${value}`;
  const isOption = field.type === "choice" || field.type === "choices";
  return isOption && Object.hasOwn(pack.options, key) ? pack.options[key] : value;
}

/**
 * @param {string[]} texts
 * @param {Pack} pack
 */
function joined(texts, pack) {
  if (texts.length < 2) return texts.join("");
  return texts.slice(0, -1).join(pack.list_joiner) + pack.list_last_joiner + texts.at(-1);
}

/**
 * @param {string} moment
 * @param {string} wanted
 * @param {Pack} pack
 */
function localTime(moment, wanted, pack) {
  if (wanted === "time") return timeOfDay(moment, pack);
  if (wanted === "date_long") return dateLong(moment, pack);
  return `${dateLong(moment, pack)}, ${timeOfDay(moment, pack)}`;
}

/**
 * Write a date out, such as `January 22, 2027`.
 * @param {string} moment A date, or a local time on it.
 * @param {Pack} pack
 */
export function dateLong(moment, pack) {
  const [year, month, day] = moment.slice(0, 10).split("-").map(Number);
  return patterned(pack.date_pattern, { day, month: pack.months[month - 1], year });
}

/**
 * Write a time of day in the language's own way, twelve or twenty-four hours.
 * @param {string} moment A local time.
 * @param {Pack} pack
 */
export function timeOfDay(moment, pack) {
  const [hour24, minute] = moment.slice(11, 16).split(":");
  const half = pack.halves[Number(hour24) >= 12 ? 1 : 0];
  return patterned(pack.time_pattern, { hour: Number(hour24) % 12 || 12, hour24, minute, half });
}

/**
 * @param {string} pattern
 * @param {{ [part: string]: string | number }} parts
 */
function patterned(pattern, parts) {
  return pattern.replace(/\{([a-z0-9]+)\}/g, (_, part) => String(parts[part]));
}
