// @ts-check
/**
 * What the code on the back of a driver's licence or identity card says of its holder: the name and the date of birth, and
 * nothing else is taken out of it. Whatever is no such code is refused by a slug. Pure.
 *
 * Source: AAMVA DL/ID Card Design Standard, Annex D (2000 to 2020): `@`, LF, RS, CR, `ANSI `, issuer, version, then
 * subfiles; `DL` and `ID` hold elements of three letters, each ended by LF.
 *
 * @typedef {{ name: string, date_of_birth: string, card: "licence" | "state_id", is_shortened: boolean }} Licence
 *   `name`: given names first, in the card's own letters; `is_shortened`: the card had no room for the whole name.
 */
import { Refusal } from "../refusal.js";
import { isDate } from "../model/dates.js";
import { normalText, refusedCodePoint } from "../model/text.js";

const MOST_CHARACTERS = 4000; // the largest symbol of this kind holds 1,850
const HEADER = /^@[\n\r\x1c-\x1f]{1,4}(?:ANSI |AAMVA)[0-9]{6}[0-9]{2}/;
const SUBFILE = /(DL|ID)[\n\r]?(?=D[A-Z]{2})/;
const ELEMENT = /^D[A-Z]{2}/;
const ABSENT = new Set(["", "NONE", "UNAVL", "UNK", "UNKNOWN"]);
const TAKEN = new Set(["DAA", "DAB", "DAC", "DAD", "DAE", "DBB", "DCS", "DCT", "DCU", "DDE", "DDF", "DDG"]);

/**
 * Read the text of a code.
 * @param {string} text
 * @param {import("../model/text.js").Refused} refused
 * @returns {Licence}
 */
export function readLicence(text, refused) {
  const { card, elements } = opened(text);
  const name = nameOf(elements);
  if (refusedCodePoint(name, refused)) throw new Refusal("licence-damaged");
  if (name === "") throw new Refusal("licence-without-name");
  const born = birthOf(elements.DBB ?? "");
  if (!born) throw new Refusal("licence-without-birth-date");
  const isShortened = [elements.DDE, elements.DDF, elements.DDG].includes("T");
  return { name, date_of_birth: born, card: card === "ID" ? "state_id" : "licence", is_shortened: isShortened };
}

/** @param {string} text @returns {{ card: string, elements: Record<string, string> }} */
function opened(text) {
  if (!HEADER.test(text)) throw new Refusal("licence-is-none");
  const subfile = text.length > MOST_CHARACTERS ? null : SUBFILE.exec(text);
  if (!subfile) throw new Refusal("licence-damaged");
  return { card: subfile[1], elements: elementsOf(text.slice(subfile.index + subfile[0].length)) };
}

/** Give the elements that are taken; one that comes twice says the same twice. @param {string} body */
function elementsOf(body) {
  /** @type {Record<string, string>} */
  const found = {};
  for (const line of body.split(/[\n\r\x1c-\x1f]/)) {
    const [id, value] = [line.slice(0, 3), line.slice(3).trim()];
    if (!ELEMENT.test(id) || !TAKEN.has(id)) continue;
    if (Object.hasOwn(found, id) && found[id] !== value) throw new Refusal("licence-damaged");
    found[id] = value;
  }
  return found;
}

/** Give the name as people say it: from 2003 in parts, before that in one, the family's first. @param {Record<string, string>} elements */
function nameOf({ DAA: whole, DAB: oldFamily, DAC: first, DAD: middle, DAE: oldSuffix, DCS: family, DCT: given, DCU: suffix }) {
  const parts = [first ?? given, first === undefined && given !== undefined ? "" : middle, family ?? oldFamily, suffix ?? oldSuffix];
  return joined(parts) || joined(turned(whole ?? ""));
}

/** @param {string} whole */
function turned(whole) {
  const [family, first, middle, suffix] = whole.split(",");
  return [first, middle, family, suffix];
}

/** @param {(string | undefined)[]} parts */
function joined(parts) {
  const words = parts.map((part) => normalText((part ?? "").replaceAll(",", " ")));
  return normalText(words.filter((one) => !ABSENT.has(one.toUpperCase())).join(" "));
}

/**
 * Read a date: month first in the United States, year first in Canada and on the oldest cards. No month is above 12 and
 * nobody who is asked was born before 1900, so that the first two digits tell which.
 * @param {string} digits
 */
function birthOf(digits) {
  if (!/^[0-9]{8}$/.test(digits)) return "";
  const hasYearFirst = digits.slice(0, 2) > "12";
  const year = hasYearFirst ? digits.slice(0, 4) : digits.slice(4);
  const day = hasYearFirst ? digits.slice(4) : digits.slice(0, 4);
  const date = `${year}-${day.slice(0, 2)}-${day.slice(2)}`;
  return isDate(date) && year >= "1900" && year < "2100" ? date : "";
}
