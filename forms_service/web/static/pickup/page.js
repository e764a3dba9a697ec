// @ts-check
/** The page behind a link: a button that fetches, opens and shows the person's copy. Nothing is kept in the browser. */

import { bytesOf, called, linkOf, once, opened, partsOf, readable } from "./opening.js";
import { WORDS, languageOf } from "./words.js";

/** @typedef {import("./opening.js").Copy} Copy */

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const told = /** @type {HTMLElement} */ (main.querySelector("[data-told]"));
const show = /** @type {HTMLButtonElement} */ (main.querySelector("[data-show]"));
const other = /** @type {HTMLButtonElement} */ (main.querySelector("[data-switch]"));
let language = languageOf(navigator.languages);

/** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
function h(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Write the page's own words. */
function speak() {
  document.documentElement.lang = language;
  document.title = WORDS[language].title;
  for (const one of main.querySelectorAll("[data-word]")) one.textContent = WORDS[language][one.getAttribute("data-word") ?? ""];
  other.textContent = WORDS[language].other;
  other.lang = language === "en" ? "es" : "en";
  other.hidden = false;
}

/** @param {string} slug */
const say = (slug) => (told.textContent = slug && WORDS[language][slug]);

/** Fetch the ciphertext: asked for by this service, or lying beside this page. @param {string} token */
async function fetched(token) {
  const copies = document.documentElement.dataset.copies;
  if (!copies) return fetch(location.pathname, { method: "POST", cache: "no-store" });
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  const name = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return fetch(`${copies}${name}.jwe`, { cache: "no-store" });
}

/** Try to open it; give the slug of what stands in the way. */
async function open() {
  const link = linkOf(location);
  if (!link) return say("not-whole");
  say("wait");
  const { sealed, slug } = await readable(fetched(link.token));
  if (slug) return say(slug);
  const copy = await opened(sealed, link.key).catch(() => null);
  return copy ? present(copy) : say("not-whole");
}

/** @param {Copy} copy */
function present(copy) {
  language = languageOf([copy.language]);
  document.documentElement.lang = language;
  const heading = h("h1", { tabindex: "-1" }, copy.words.heading);
  main.replaceChildren(h("article", { class: "copy", lang: copy.language }, ...head(copy, heading), ...body(copy)));
  heading.focus();
}

/** @param {Copy} copy @param {HTMLElement} heading */
function head(copy, heading) {
  const { practice, signed, kept, number, box } = copy.words;
  const next = copy.box.map((text) => h("p", {}, ...linked(text, copy.numbers)));
  return [
    ...(practice ? [h("p", { class: "copy__practice" }, h("strong", {}, practice))] : []),
    heading, h("p", { class: "copy__kept" }, signed), h("p", { class: "copy__kept" }, kept),
    ...(next.length ? [h("section", { class: "copy__box" }, h("h2", {}, box), ...next)] : []),
    h("p", { class: "copy__number" }, number, " ", h("strong", {}, copy.document_id)), keeping(copy),
  ]; // prettier-ignore
}

/** @param {Copy} copy */
function keeping(copy) {
  const words = WORDS[language];
  const file = URL.createObjectURL(new Blob([bytesOf(copy.pdf)], { type: "application/pdf" }));
  const print = h("button", { type: "button", class: "quiet" }, words.print);
  print.addEventListener("click", () => window.print());
  return h("p", { class: "copy__keep" }, h("a", { href: file, download: copy.pdf_name, class: "quiet" }, words.save), print);
}

/** @param {Copy} copy */
function body(copy) {
  const { signers, english, what } = copy.words;
  return [
    ...copy.lines.map((line) => lineOf(line, copy.numbers)),
    h("h2", { class: "copy__signers" }, signers), ...copy.signers.map((text) => h("p", {}, text)),
    h("p", { class: "copy__what" }, what),
    ...(copy.english.length ? [h("section", { lang: "en", class: "copy__english" }, h("h2", { lang: copy.language }, english), ...copy.english.map((line) => lineOf(line, copy.numbers)))] : []),
  ]; // prettier-ignore
}

/** @param {[string, string]} line @param {string[]} numbers */
function lineOf([kind, text], numbers) {
  return h(kind === "title" || kind === "heading" ? "h2" : "p", { class: `copy__${kind}` }, ...linked(text, numbers));
}

/** @param {string} text @param {string[]} numbers */
function linked(text, numbers) {
  return partsOf(text, numbers).map((one) => (one.isNumber ? h("a", { href: called(one.text) }, one.text) : one.text));
}

show.addEventListener("click", () => void once(show, open));
other.addEventListener("click", () => ((language = language === "en" ? "es" : "en"), say(""), speak()));
speak();
