// @ts-check
/**
 * Checks of values against a form, all faults together, by the rules of `forms_service/domain/values.py`: the same slugs at
 * the same places, and the same normal form. The cases of both stand in `tests/vectors/values.json`.
 *
 * @typedef {import("./form.js").Form} Form
 * @typedef {import("./form.js").Field} Field
 * @typedef {import("./form.js").Stage} Stage
 * @typedef {import("./form.js").Values} Values
 * @typedef {{ slug: string, place: string }} Fault
 * @typedef {{ nowLocal: string, stages: Stage[], require?: Stage[], refused: import("./text.js").Refused }} Asked
 *   `nowLocal`: the agency's local time, `2026-11-20T14:03` or longer; `require`: stages whose required fields must have
 *   a value; `refused`: `characters.refused` of what the server serves.
 */
import { holds } from "../../conditions.js";
import { hoursBetween, isDate, isLocalTime } from "./dates.js";
import { fieldsAt, valueOf } from "./form.js";
import { fitsField } from "./patterns.js";
import { lengthOf, normalText, refusedCodePoint } from "./text.js";

const BLANK = /^[ \u00a0\u1680\u2000-\u200a\u200c\u200d\u202f\u205f\u3000]*$/;

/**
 * Check completed values (`completeValues`).
 * @param {Form} form
 * @param {Values} values
 * @param {Asked} asked
 * @returns {{ values: Values, faults: Fault[] }} The values in normal form, which count only without faults.
 */
export function checkValues(form, values, asked) {
  const known = fieldsAt(form, asked.stages);
  const checker = new Checker(asked);
  checker.refuseUnknown(known, values, "");
  const checked = checker.group(known, values, "");
  return { values: checked, faults: checker.faults };
}

/**
 * Say whether a time is so long ago that the officer is asked to look again.
 * @param {Field} field
 * @param {unknown} value
 * @param {string} nowLocal
 */
export function needsWarning(field, value, nowLocal) {
  return field.warn_after_hours > 0 && isLocalTime(value) && hoursBetween(value, nowLocal) > field.warn_after_hours;
}

/** Collects faults while it walks fields; one for each call of `checkValues`. */
class Checker {
  /** @type {Fault[]} */
  faults = [];
  /** @type {Asked} */
  #asked;
  /** @type {{ [type: string]: (field: Field, value: any, place: string) => unknown }} */
  #judges = {
    text: this.#text, phone: this.#text, email: this.#text, language: this.#text, tick: this.#truth, yes_no: this.#truth,
    integer: this.#integer, choice: this.#option, choices: this.#choices, date: this.#date, local_time: this.#localTime,
    group: this.#items,
  };

  /** @param {Asked} asked */
  constructor(asked) {
    this.#asked = asked;
  }

  /**
   * @param {Field[]} known
   * @param {Values} values
   * @param {string} prefix
   */
  refuseUnknown(known, values, prefix) {
    const ids = new Set(known.map((field) => field.id));
    Object.keys(values).filter((name) => !ids.has(name)).forEach((name) => this.#fault("unknown-field", prefix + name));
  }

  /**
   * @param {Field[]} fields
   * @param {Values} values
   * @param {string} prefix
   * @returns {Values}
   */
  group(fields, values, prefix) {
    /** @type {Values} */
    const checked = {};
    for (const field of fields) {
      const [value, place] = [valueOf(values, field.id), prefix + field.id];
      if (isEmpty(field, value)) this.#missing(field, values, place);
      else if (!holds(field.applies, values)) this.#fault("value-not-asked", place);
      else checked[field.id] = this.#judges[field.type].call(this, field, value, place);
    }
    this.#orders(fields, checked, prefix);
    return checked;
  }

  /**
   * @param {string} slug
   * @param {string} place
   */
  #fault(slug, place) {
    this.faults.push({ slug, place });
  }

  /**
   * Tell a fault where there is one, and give the value as it came.
   * @param {string} slug Empty for none.
   * @param {string} place
   * @param {unknown} value
   */
  #judged(slug, place, value) {
    if (slug) this.#fault(slug, place);
    return value;
  }

  /**
   * @param {Field} field
   * @param {Values} values
   * @param {string} place
   */
  #missing(field, values, place) {
    if (!(this.#asked.require ?? []).includes(field.stage)) return;
    if (holds(field.applies, values) && holds(field.required, values)) this.#fault("value-missing", place);
  }

  /**
   * @param {Field[]} fields
   * @param {Values} checked
   * @param {string} prefix
   */
  #orders(fields, checked, prefix) {
    for (const field of fields) {
      const [earlier, later] = [valueOf(checked, nearestBefore(field, fields, checked)), valueOf(checked, field.id)];
      if (isMoment(earlier) && isMoment(later) && later < earlier) this.#fault("time-out-of-order", prefix + field.id);
    }
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #text(field, value, place) {
    if (typeof value !== "string") return this.#judged("value-wrong-type", place, value);
    if (refusedCodePoint(value, this.#asked.refused)) return this.#judged("text-has-control-characters", place, value);
    const text = normalText(value);
    if (lengthOf(text) > field.max_length) this.#fault("text-too-long", place);
    else if (!fitsField(field, text)) this.#fault("pattern-mismatch", place);
    return text;
  }

  /**
   * @param {Field} _field
   * @param {unknown} value
   * @param {string} place
   */
  #truth(_field, value, place) {
    return this.#judged(typeof value === "boolean" ? "" : "value-wrong-type", place, value);
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #integer(field, value, place) {
    if (!Number.isInteger(value)) return this.#judged("value-wrong-type", place, value);
    const [number, most] = [Number(value), field.most || Number.MAX_SAFE_INTEGER];
    return this.#judged(field.least <= number && number <= most ? "" : "number-out-of-range", place, value);
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #option(field, value, place) {
    if (typeof value !== "string") return this.#judged("value-wrong-type", place, value);
    return this.#judged(field.options.includes(value) ? "" : "option-unknown", place, value);
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #choices(field, value, place) {
    if (!Array.isArray(value)) return this.#judged("value-wrong-type", place, value);
    value.forEach((one) => this.#option(field, one, place));
    const named = value.filter((one) => typeof one === "string");
    if (new Set(named).size !== named.length) this.#fault("option-unknown", place);
    return field.options.filter((option) => value.includes(option));
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #date(field, value, place) {
    if (!isDate(value)) return this.#judged("value-wrong-type", place, value);
    return this.#judged(field.not_future && value > this.#asked.nowLocal.slice(0, 10) ? "date-in-future" : "", place, value);
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #localTime(field, value, place) {
    if (!isLocalTime(value)) return this.#judged("value-wrong-type", place, value);
    return this.#judged(field.not_future && value > this.#asked.nowLocal.slice(0, 16) ? "date-in-future" : "", place, value);
  }

  /**
   * @param {Field} field
   * @param {unknown} value
   * @param {string} place
   */
  #items(field, value, place) {
    if (!Array.isArray(value) || !value.every(isTable)) return this.#judged("value-wrong-type", place, value);
    const most = field.most || value.length;
    if (value.length < field.least || value.length > most) return this.#judged("items-out-of-range", place, value);
    return value.map((item, at) => this.#item(field, item, `${place}.${at + 1}.`));
  }

  /**
   * @param {Field} field
   * @param {Values} item
   * @param {string} prefix
   */
  #item(field, item, prefix) {
    this.refuseUnknown(field.items, item, prefix);
    return this.group(field.items, item, prefix);
  }
}

/**
 * Say whether a value is none: nothing, blanks, an empty list, a tick not set.
 * @param {Field} field
 * @param {unknown} value
 */
export function isEmpty(field, value) {
  if (value === false) return field.type === "tick";
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (typeof value === "string" && BLANK.test(value));
}

/**
 * Give the id of the nearest field that this one must not precede; one without a value is passed over.
 * @param {Field} field
 * @param {Field[]} fields
 * @param {Values} checked
 */
function nearestBefore(field, fields, checked) {
  const rest = new Map(fields.map((one) => [one.id, one]));
  let before = field.not_before;
  while (valueOf(checked, before) === undefined && rest.has(before)) {
    const one = rest.get(before);
    rest.delete(before);
    before = one ? one.not_before : "";
  }
  return before;
}

/**
 * @param {unknown} value
 * @returns {value is string}
 */
function isMoment(value) {
  return isDate(value) || isLocalTime(value);
}

/** @param {unknown} value */
function isTable(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
