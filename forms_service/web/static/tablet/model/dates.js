// @ts-check
/**
 * Dates `YYYY-MM-DD` and local times `YYYY-MM-DDTHH:MM` as values hold them, and what a form may compute from them; the
 * same rules as `forms_service/domain/dates.py` and `period.py`. Texts in, texts out: no clock and no zone has a part in it.
 * The cases of both stand in `tests/vectors/period.json` and `values.json`.
 */

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
const DAY_MS = 86_400_000;
const LONGEST_DAYS = 3660;

/**
 * Say whether a value is a date of the calendar, from the year 1 on.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isDate(value) {
  return typeof value === "string" && DATE.test(value) && value >= "0001" && written(midnight(value)) === value;
}

/**
 * Say whether a value is a local time.
 * @param {unknown} value
 * @returns {value is string}
 */
export function isLocalTime(value) {
  return typeof value === "string" && value[10] === "T" && isDate(value.slice(0, 10)) && TIME.test(value.slice(11));
}

/**
 * Give the last day of a period: day zero plus its calendar days; null for what no form may name or no calendar reaches.
 * @param {unknown} dayZero
 * @param {unknown} days
 */
export function lastDay(dayZero, days) {
  if (!isDate(dayZero) || typeof days !== "number" || !Number.isInteger(days)) return null;
  if (days < 1 || days > LONGEST_DAYS) return null;
  const last = written(midnight(dayZero) + days * DAY_MS);
  return isDate(last) ? last : null;
}

/**
 * Give full years on a day; someone born on February 29 turns a year older on March 1.
 * @param {unknown} born
 * @param {unknown} day A date, or a local time on it.
 */
export function ageOn(born, day) {
  const then = typeof day === "string" ? day.slice(0, 10) : day;
  if (!isDate(born) || !isDate(then)) return null;
  return yearOf(then) - yearOf(born) - (then.slice(5) < born.slice(5) ? 1 : 0);
}

/**
 * Give the date of a local time.
 * @param {unknown} moment
 */
export function localDate(moment) {
  return isLocalTime(moment) ? moment.slice(0, 10) : null;
}

/**
 * Give how many hours lie between two local times, as a wall clock counts them.
 * @param {string} earlier
 * @param {string} later
 */
export function hoursBetween(earlier, later) {
  return (Date.parse(`${later}Z`) - Date.parse(`${earlier}Z`)) / 3_600_000;
}

/** Give the day of the week of a date, 0 for Monday to 6 for Sunday. @param {string} date */
export function weekday(date) {
  return (new Date(midnight(date)).getUTCDay() + 6) % 7;
}

/** @param {string} date */
function yearOf(date) {
  return Number(date.slice(0, 4));
}

/** @param {string} date */
function midnight(date) {
  return Date.parse(`${date}T00:00:00Z`);
}

/** @param {number} ms */
function written(ms) {
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString().split("T")[0];
}
