// @ts-check
/** The few words of the signing screens that no form brings: for the person in their language, for officers in English. Pure. */

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
const PERSON = {
  en: {
    choose_heading: "Do you want to do this?",
    choose_text: "It is your choice. Nobody may force you.",
    choose_yes: "Yes, I want this",
    choose_not_now: "Not now",
    again: "Read it again",
    signed_heading: "You signed. Thank you.",
    next_signer: "Now it is the next person's turn",
    give_back: "Give the tablet back to the officer.",
    copy_scan: "Scan this with your phone for your copy.",
    day_turned: "It is past midnight, so the paper is shown once more with today's date.",
    pad_keys: "With a keyboard: the arrow keys move the pen. The space bar puts it down and lifts it.",
    pen_down: "The pen is down.",
    pen_up: "The pen is up.",
    "signature-is-empty": "Please sign in the box. A dot is no signature.",
    "signature-is-too-small": "Please sign a little larger.",
    "ink-outside-box": "Please clear it and sign inside the box.",
  },
  es: {
    choose_heading: "¿Usted quiere hacer esto?",
    choose_text: "Usted decide. Nadie puede obligarle.",
    choose_yes: "Sí, lo quiero",
    choose_not_now: "Ahora no",
    again: "Leerlo otra vez",
    signed_heading: "Usted firmó. Gracias.",
    next_signer: "Ahora firma la siguiente persona",
    give_back: "Devuelva la tableta al oficial.",
    copy_scan: "Escanee esto con su teléfono para tener su copia.",
    day_turned: "Ya pasó la medianoche, así que el papel se muestra otra vez con la fecha de hoy.",
    pad_keys: "Con teclado: las flechas mueven el lápiz. La barra de espacio lo baja y lo levanta.",
    pen_down: "El lápiz está abajo.",
    pen_up: "El lápiz está arriba.",
    "signature-is-empty": "Por favor, firme en el cuadro. Un punto no es una firma.",
    "signature-is-too-small": "Por favor, firme un poco más grande.",
    "ink-outside-box": "Por favor, borre y firme dentro del cuadro.",
  },
};

/** Say it to the person; in English where a language lacks it. @param {string} language @param {string} name */
export function toPerson(language, name) {
  return PERSON[language.split("-")[0]]?.[name] ?? PERSON.en[name] ?? "";
}

/** Give every word that a language has, so that a test can compare. @param {string} language */
export const personNames = (language) => Object.keys(PERSON[language]);

/** @type {Readonly<Record<string, string>>} */
const FAULTS = {
  "value-missing": "Give an answer.",
  "value-wrong-type": "Check what was entered.",
  "value-not-asked": "Leave it empty.",
  "text-too-long": "Shorten it.",
  "text-has-control-characters": "It holds a character that can not be printed. Type it again instead of pasting.",
  "pattern-mismatch": "Check how it is written.",
  "option-unknown": "Choose one that is shown.",
  "number-out-of-range": "Check the number.",
  "items-out-of-range": "Add or remove one.",
  "date-in-future": "It lies in the future. Enter a time that has passed.",
  "time-out-of-order": "It is earlier than what came before it. Check both times.",
  "case-number-malformed": "That is not a case number of this agency. Look at it again, or leave it open.",
  "value-missing choice": "Choose one.",
  "value-missing choices": "Choose at least one.",
  "value-missing yes_no": "Choose yes or no.",
  "value-missing tick": "This must be confirmed.",
  "value-missing language": "Choose a language.",
  "value-missing group": "Add at least one.",
  "value-missing date": "Enter the date.",
  "value-missing local_time": "Enter date and time.",
  "value-wrong-type date": "Enter a real date, such as 4 28 1986.",
  "value-wrong-type local_time": "Enter date and time.",
  "value-wrong-type integer": "Enter a whole number.",
  "pattern-mismatch phone": "Enter a phone number, such as 503-555-0123.",
  "pattern-mismatch email": "Enter an e-mail address, such as name@example.org.",
};

/** Say a fault of an answer. @param {string} slug @param {string} type Of its field. */
export function faultWords(slug, type) {
  return FAULTS[`${slug} ${type}`] ?? FAULTS[slug] ?? `Check this answer (${slug}).`;
}

/** @type {Readonly<Record<string, string>>} */
export const REASONS_OUT = {
  supervision: "Court-ordered supervision for a person crime",
  victim: "A victim of this offense objects",
  not_voluntary: "The person did not choose yes",
};

/** @type {Readonly<Record<string, string>>} */
export const OUTCOME_TITLES = { not_defined: "The other form fits", declined: "The person said no", disqualified: "LEAD is not open" };

/** @type {readonly (readonly [slug: string, words: string])[]} */
export const DISCARD_REASONS = [
  ["person_changed_mind", "The person changed their mind"],
  ["officer_called_away", "I was called away"],
  ["other", "Another reason"],
];

/** @type {Readonly<Record<string, string>>} */
export const REFUSALS = {
  "person-refused": "The answers say no. Without this yes the form has no use. Change the answer if it is wrong.",
  "screening-contradicts": "The answers of the screening lead elsewhere. Look at them again.",
  "person-too-young": "The person is too young for this form: the agency offers it to adults. Handle the contact the normal way.",
};
