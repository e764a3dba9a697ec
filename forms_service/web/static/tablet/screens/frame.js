// @ts-check
/** What stands around every screen: the ways between them, what was said last, and the offer of a new version. */

import { button, h } from "./dom.js";

const WAYS = [["start", "Papers"], ["ready", "Ready?"], ["waiting", "Waiting"], ["tablet", "This tablet"]]; // prettier-ignore

export class Frame {
  #app;
  #main;
  #nav;
  #update;
  #said;
  #title;
  #document;
  #name = "";
  #shown = 0;
  #fresh = false;

  /** @param {import("../app.js").App} app @param {Document} document */
  constructor(app, document) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(`[data-${name}]`));
    this.#app = app;
    this.#document = document;
    this.#title = document.title;
    this.#main = part("main");
    this.#nav = part("nav");
    this.#update = part("update");
    this.#said = h("div", { class: "tablet__said", role: "alert" });
    this.#main.before(this.#said);
    part("skip").addEventListener("click", (event) => (event.preventDefault(), this.#main.focus()));
  }

  /** Which screen is shown. */
  get name() {
    return this.#name;
  }

  /** Show a screen; of two that are being made, the later one. @param {string} name @param {() => Promise<HTMLElement | void>} make */
  async show(name, make) {
    const turn = ++this.#shown;
    const screen = await make();
    if (turn !== this.#shown || !screen) return;
    const moved = this.#name !== "" && name !== this.#name;
    const held = this.#held();
    this.#name = name;
    if (moved && !this.#fresh) this.say("");
    this.#fresh = false;
    this.#main.replaceChildren(screen);
    this.#main.dataset.screen = name;
    const heading = screen.querySelector("h1");
    this.#document.title = `${heading?.textContent} | ${this.#title}`;
    if (moved) heading?.focus();
    else if (held) (same(screen, held) ?? heading)?.focus();
    await this.counts();
    this.updateBanner();
  }

  /** Give what has the focus on the screen, so that it has it still when the screen is drawn anew. */
  #held() {
    const active = this.#document.activeElement;
    return active && this.#main.contains(active) && active !== this.#main ? nameOf(active) : "";
  }

  /** Show the ways, with how much waits. */
  async counts() {
    const [unsent, refused] = await Promise.all([this.#app.outbox.rows("unsent"), this.#app.outbox.rows("refused")]);
    const waiting = unsent.length + refused.length;
    this.#nav.replaceChildren(...WAYS.map(([name, label]) => this.#way(name, label, name === "waiting" ? waiting : 0)));
  }

  /** @param {string} name @param {string} label @param {number} count */
  #way(name, label, count) {
    const badge = count > 0 && h("span", { class: "tablet__count" }, String(count));
    return h("a", { href: `#${name}`, "aria-current": name === this.#name.split("/")[0].replace(/paper|hand-over/, "start") ? "page" : null }, label, badge && " ", badge);
  }

  /** Say something; it stays for the screen that comes next. @param {string} text @param {Node | string} [more] */
  say(text, more = "") {
    this.#fresh = text !== "";
    this.#said.replaceChildren(...(text ? [h("p", {}, text, " ", more)] : []));
  }

  /** Offer a new version that is here, whole; there is no hurry. */
  updateBanner() {
    const there = this.#update.childElementCount > 0;
    if (!this.#app.updates?.waits) return this.#update.replaceChildren();
    if (there) return;
    const use = button(this.#app, "Use it now", () => this.#app.useUpdate());
    const later = button(this.#app, "Later", () => (this.#update.hidden = true), "usa-button--outline");
    this.#update.replaceChildren(h("div", { class: "tablet__update" }, h("p", {}, "A new version is ready. Use it now?"), use, later));
  }
}

/** @param {Element} element */
const nameOf = (element) => `${element.tagName} ${element.id || element.textContent}`;

/** @param {HTMLElement} screen @param {string} name @returns {HTMLElement | undefined} */
const same = (screen, name) => /** @type {HTMLElement[]} */ ([...screen.querySelectorAll("a, button, input, summary, h1")]).find((one) => nameOf(one) === name);
