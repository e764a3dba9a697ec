// @ts-check
/**
 * Conditions of a form folder, the same closed set as `forms_service/domain/conditions.py`.
 * The cases of both stand in `tests/vectors/conditions.json`.
 *
 * @typedef {boolean | { [key: string]: any }} Condition
 * @typedef {{ [name: string]: unknown }} Values
 */

/**
 * Say whether a condition holds; a field that is not there has no value.
 * @param {Condition} condition
 * @param {Values} values
 * @returns {boolean}
 */
export function holds(condition, values) {
  if (typeof condition === "boolean") return condition;
  if ("all" in condition) return condition.all.every((/** @type {Condition} */ one) => holds(one, values));
  if ("any" in condition) return condition.any.some((/** @type {Condition} */ one) => holds(one, values));
  if ("not" in condition) return !holds(condition.not, values);
  return fieldHolds(condition, valuesOf(values, condition.field));
}

/**
 * Give the path of every field a condition looks at.
 * @param {Condition} condition
 * @returns {string[]}
 */
export function fieldsNamed(condition) {
  if (typeof condition === "boolean") return [];
  if ("field" in condition) return [condition.field];
  return (condition.all ?? condition.any ?? [condition.not]).flatMap(fieldsNamed);
}

/**
 * @param {{ [key: string]: any }} condition
 * @param {unknown[]} found
 */
function fieldHolds(condition, found) {
  if ("is" in condition) return found.includes(condition.is);
  if ("in" in condition) return found.some((one) => condition.in.includes(one));
  if ("is_set" in condition) return found.length > 0 === condition.is_set;
  return found.some((one) => Number.isInteger(one) && Number(one) >= condition.at_least);
}

/**
 * Give each value a path leads to: one for a plain field, several for lists, none when not set.
 * @param {Values} values
 * @param {string} path
 * @returns {unknown[]}
 */
function valuesOf(values, path) {
  const [name, ...rest] = path.split(".");
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (isNothing(value)) return [];
  const each = Array.isArray(value) ? value : [value];
  if (rest.length === 0) return each;
  const inner = each.filter((one) => typeof one === "object" && one !== null && !Array.isArray(one));
  return inner.flatMap((one) => valuesOf(one, rest.join(".")));
}

/** @param {unknown} value */
function isNothing(value) {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
