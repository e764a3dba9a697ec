// @ts-check
/** Which PINs are too easy. Pure. Ten tries are all a thief has, so what people choose most is what matters. */

export const LEAST_DIGITS = 6;
export const MOST_DIGITS = 12;
const DIGITS_UP = "01234567890123456789";
const DIGITS_DOWN = "98765432109876543210";
/** Keys in a row on the pad, and what leaked lists are full of beyond the rules below. */
const COMMON = new Set([
  "147258", "258147", "159753", "753159", "159357", "357159", "147852", "258369", "369258", "789456", "456789", "963852",
  "741852", "852963", "142536", "102030", "010203", "112358", "314159", "271828", "007007", "420420", "696969", "520520",
  "147258369", "123456789", "987654321", "1234554321",
]); // prettier-ignore

/** Give the slug of what is wrong with a new PIN; empty when nothing is. @param {string} pin @returns {string} */
export function pinTrouble(pin) {
  if (!/^[0-9]*$/.test(pin)) return "pin-not-digits";
  if (pin.length < LEAST_DIGITS) return "pin-too-short";
  if (pin.length > MOST_DIGITS) return "pin-too-long";
  return isObvious(pin) ? "pin-too-easy" : "";
}

/** @param {string} pin */
function isObvious(pin) {
  if (new Set(pin).size < 3 || COMMON.has(pin)) return true;
  return isRun(pin) || repeats(pin) || isPairs(pin) || isMirror(pin) || isDay(pin);
}

/** 234567, 876543, 890123. @param {string} pin */
const isRun = (pin) => DIGITS_UP.includes(pin) || DIGITS_DOWN.includes(pin);

/** 123123, 121212, 47474747. @param {string} pin */
const repeats = (pin) => /^(.+?)\1+$/.test(pin);

/** 112233, 998877. @param {string} pin */
const isPairs = (pin) => /^(?:(.)\1)+$/.test(pin);

/** 123321. @param {string} pin */
const isMirror = (pin) => pin === [...pin].reverse().join("");

/** A day written as people write birthdays: 051490, 140590, 19900514, 05141990, 14051990. @param {string} pin */
function isDay(pin) {
  const month = "(0[1-9]|1[0-2])";
  const day = "(0[1-9]|[12][0-9]|3[01])";
  const year = "((19|20)[0-9]{2})";
  const ways = [`${month}${day}[0-9]{2}`, `${day}${month}[0-9]{2}`, `${year}${month}${day}`, `${month}${day}${year}`, `${day}${month}${year}`];
  return ways.some((way) => new RegExp(`^${way}$`).test(pin));
}
