// @ts-check
/** Words for officers, by slug; and how times and numbers are said. Pure. */

import { localTime } from "./model/local_time.js";

/** @type {Readonly<Record<string, (facts: any) => string>>} */
const WORDS = {
  "pin-not-digits": () => "A PIN has digits only.",
  "pin-too-short": () => "A PIN has six digits or more.",
  "pin-too-long": () => "A PIN has twelve digits at most.",
  "pin-too-easy": () => "That PIN is easy to guess: a row, a pattern, a date or a favourite. Choose another.",
  "pins-differ": () => "The two PINs differ. Type both again.",
  "pin-wrong": ({ tries_left: left, wait_ms: wait }) => `Wrong PIN. ${plural(left, "try", "tries")} left${wait ? `; the next one in ${span(wait)}` : ""}. After the last one the open papers on this tablet are erased.`,
  "pin-too-soon": ({ wait_ms: wait }) => `Too soon. Try again in ${span(wait)}.`,
  "pin-not-chosen": () => "No PIN is chosen on this tablet.",
  "pin-chosen-already": () => "A PIN is chosen already. Unlock with it.",
  "papers-erased": () => "Ten wrong PINs: the open papers on this tablet were erased. What was signed and waits to be sent is safe. Choose a new PIN.",
  "vault-locked": () => "Locked. Unlock first.",
  "passkey-unknown": () => "No passkey is set up on this tablet.",
  "passkey-wrong": () => "That passkey does not open this tablet.",
  "passkey-not-used": () => "The passkey was not used. Try again, or use the PIN.",
  "passkey-gives-no-secret": () => "This tablet's passkeys can not unlock an app. Use the PIN.",
  "code-missing": () => "Type the code that the administrator's screen shows.",
  "label-missing": () => "Give the tablet a name, as it stands on its case or in its car.",
  "not-enrolled": () => "This tablet is not enrolled.",
  "device-code-wrong": () => "The server does not know that code: mistyped, used already, or too old. Ask for a new one.",
  "enrolment-answer-unreadable": () => "The server's answer could not be read. Ask for a new code and try again.",
  "service-not-there": () => "The server does not answer here. What waits stays on this tablet and is sent later.",
  "forms-need-sign-in": () => "Sign in once in this browser, then come back and get the forms.",
  "forms-unreadable": () => "The forms could not be read. Tell IT.",
  "receipt-not-signed-by-server": () => "The answer was not signed by the server, so nothing was let go. Tell IT if this stays.",
  "receipts-file-unreadable": () => "That is no file of receipts. Choose the one that the desk saved; its name begins with forms-receipts.",
  "receipt-of-something-else": () => "The server's receipt was for something else, so nothing was let go. Tell IT.",
  "paper-is-open": () => "A paper is open. Finish it or put it away first, then use the new version.",
  "storage-is-full": () => "There is no room left on this tablet. Nothing was changed. Delete photos or apps that nobody needs, then try again.",
  "forms-not-here": () => "No forms are on this tablet. Get them where there is a network.",
  "author-unknown": () => "No officer is known on this tablet. Sign in once in this browser, then take the name from there.",
  "author-needs-sign-in": () => "Nobody is signed in in this browser. Sign in, then take the name.",
  "clock-unusable": () => "The tablet's clock is years off, or its forms are years old. Set the date to automatic and get the forms anew.",
  "form-not-in-use": () => "This form is no longer in use.",
  "document-id-malformed": () => "That is no paper's number. It looks like LEAD-7Q2F9-KDM3X-3.",
  "document-id-check-failed": () => "One letter or digit of that number is wrong. Look at it again.",
  "addition-empty": () => "Nothing is told yet.",
  "no-paper-open": () => "No paper is open.",
  "paper-unknown": () => "This paper is not on the tablet any more.",
  "paper-form-changed": () => "The form was changed since the person signed. It can not be finished on this tablet: discard it, and have it signed anew.",
  "half-signed-not-there": () => "The server has no half-signed paper of this number that you may finish on this tablet. The officer who is named in it gets it back, or the records unit settles it.",
  "paper-is-open-elsewhere": () => "This paper is open in another window of this tablet. Close that one first.",
  "paper-of-other-officer": ({ name }) => `This paper names ${name} as its officer. That officer signs it, or it is discarded.`,
  "answers-need-another-look": () => "Some answers need another look. Choose Change.",
  "screening-contradicts": () => "The answers of the screening lead elsewhere. Look at them again.",
  "person-too-young": () => "The person is too young for this form: the agency offers it to adults.",
  "person-refused": () => "The answers say no. Close the paper as declined, or change the answer.",
  "signature-is-empty": () => "Please sign in the box. A dot is no signature.",
  "signature-is-too-small": () => "Please sign a little larger.",
  "ink-outside-box": () => "Please clear it and sign inside the box.",
  "signature-not-asked": () => "Nobody signs here with these answers.",
  "card-malformed": () => "These are not the characters of a card. Type them as they stand on it, such as CARD-7Q2F9-KDM3X-3.",
  "card-check-failed": () => "A character is mistyped. Compare it with the card.",
  "card-taken": () => "This card belongs to another paper. Take another card.",
  "reason-missing": () => "Say why, in a few words.",
  "outbox-is-busy": () => "Another window is sealing too. Try again.",
  "envelope-content-differs": () => "The server has something else under this number. The records unit compares the two.",
}; // prettier-ignore

/** Say a refusal in words: ours, else the server's; one without any by its slug, to be told on the phone. @param {string} slug @param {any} [facts] */
export function words(slug, facts = {}) {
  const own = Object.hasOwn(WORDS, slug) ? WORDS[slug](facts) : facts.detail;
  return own || `Not done (${slug}). Tell IT.`;
}

/** Say any error. @param {any} error */
export function wordsOf(error) {
  if (error?.name === "QuotaExceededError") return words("storage-is-full");
  return words(error?.slug ?? error?.name ?? "unknown", error?.facts ?? {});
}

/** @param {number} count @param {string} one @param {string} [many] */
export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** Say a length of time, rounded up. @param {number} ms */
export function span(ms) {
  if (ms < 60_000) return plural(Math.ceil(ms / 1000), "second");
  if (ms < 3_600_000) return plural(Math.ceil(ms / 60_000), "minute");
  return ms < 48 * 3_600_000 ? plural(Math.round(ms / 3_600_000), "hour") : plural(Math.round(ms / 86_400_000), "day");
}

/** Say how long ago something was. @param {number} at @param {number} now */
export const ago = (at, now) => (now - at < 60_000 ? "just now" : `${span(now - at)} ago`);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * Say a moment by the agency's clock, wherever the tablet believes to be; before the forms are here, in UTC. It says which.
 * @param {number} at @param {(import("./model/local_time.js").Zone & { name: string }) | undefined} zone
 */
export function moment(at, zone) {
  const told = zone && localTime(at, zone);
  const [day, time] = (told || new Date(at).toISOString()).split("T");
  const [year, month, date] = day.split("-").map(Number);
  return `${MONTHS[month - 1]} ${date}, ${year}, ${time.slice(0, 5)} ${told ? nameAt(at, zone.name) : "UTC"}`;
}

/** Give what a zone is called at a moment, such as PST; an old browser may not know a new one. @param {number} at @param {string} zone */
function nameAt(at, zone) {
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "short" }).formatToParts(at);
    return parts.find((part) => part.type === "timeZoneName")?.value;
  } catch {
    return zone;
  }
}

/** @type {Readonly<Record<string, string>>} */
export const KINDS = { signature: "Signature", discard: "Discarded signature", decline: "Declined, without a name", addition: "Told after signing" };
/** @type {Readonly<Record<string, string>>} */
export const OUTCOMES = { archived: "Archived", held: "Kept by the server, waits for a person" };
