// @ts-check
/**
 * Which of Behavioral Health's numbers to call at an hour, as `domain/phone_hours.py` says. Pure.
 *
 * @typedef {{ name: string, phone: string, days: number[], from: string, to: string }} BhNumber `days`: 0 for Monday.
 */
import { weekday } from "./dates.js";

/** Give the numbers in the order they are to be tried: those that are answered now first. @param {BhNumber[]} numbers @param {string} nowLocal */
export function inTurn(numbers, nowLocal) {
  const [day, hour] = [weekday(nowLocal.slice(0, 10)), nowLocal.slice(11, 16)];
  const answers = (/** @type {BhNumber} */ one) => one.days.includes(day) && one.from <= hour && hour < one.to;
  return [...numbers.filter(answers), ...numbers.filter((one) => !answers(one))];
}
