// @ts-check
/** The few words before anything is opened: neutral, since anybody may look at the screen. Pure. */

/** @type {Readonly<Record<string, Readonly<Record<string, string>>>>} */
export const WORDS = {
  en: {
    title: "Your document",
    intro: "This link is yours. Press the button to read your document.",
    show: "Show my document",
    other: "Español",
    wait: "One moment…",
    "not-here": "Your document is not here now. It may not have come in yet: try again later. A link also ends after some time. You can still get your document from those who gave you the link.",
    "too-often": "That was too often. Wait a minute, then try again.",
    "no-connection": "There is no connection. Try again when you have one.",
    "not-whole": "This link is not whole. Scan the code again, or open the whole link.",
    save: "Keep it as a file (PDF)",
    print: "Print it",
  },
  es: {
    title: "Su documento",
    intro: "Este enlace es suyo. Oprima el botón para leer su documento.",
    show: "Ver mi documento",
    other: "English",
    wait: "Un momento…",
    "not-here": "Su documento no está aquí ahora. Puede ser que todavía no haya llegado: inténtelo más tarde. Los enlaces también terminan después de un tiempo. Quien le dio el enlace todavía puede darle su documento.",
    "too-often": "Fueron demasiados intentos. Espere un minuto e inténtelo otra vez.",
    "no-connection": "No hay conexión. Inténtelo cuando la tenga.",
    "not-whole": "Este enlace no está completo. Escanee el código otra vez o abra el enlace completo.",
    save: "Guardarlo como archivo (PDF)",
    print: "Imprimirlo",
  },
};

/** Give the language that a person's phone asks for, of those we have. @param {readonly string[]} wanted */
export function languageOf(wanted) {
  return wanted.map((tag) => tag.split("-")[0].toLowerCase()).find((tag) => Object.hasOwn(WORDS, tag)) ?? "en";
}
