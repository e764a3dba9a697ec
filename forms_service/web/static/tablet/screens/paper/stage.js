// @ts-check
/**
 * Whose hands the tablet is in, and which screen of the paper they see.
 *
 * * In the person's hands nothing but their screens is shown, also after a reload: only a PIN leads back.
 * * What stands here is of the screen alone; what must last stands in the draft.
 *
 * @typedef {import("../../app.js").App} App
 * @typedef {{ language: string, heading: string, thanks: string }} Farewell
 * @typedef {{ result: import("../../model/screening.js").Result, title: string }} End
 * @typedef {{ errors: { [place: string]: string }, end: End | null }} Told
 */
import { handedOver, paused, takenBack } from "../../flow/draft.js";
import { PERSONS, nextBlock } from "../../flow/next.js";
import { wordsOf } from "../../messages.js";
import { askPasskey } from "../../vault/passkey.js";
import { browserSpeech } from "./aloud.js";
import { toPerson } from "./words.js";

const HANDED = "handed";

export class Stage {
  #app;
  #body;
  #isHanded = false;
  /** What is laid over the paper's own screen. @type {"" | "no" | "back" | "discard" | "copy" | "print" | "link"} */
  #over = "";
  /** @type {Farewell | null} */
  #farewell = null;
  #leave = new AbortController();
  /** @type {Told} */
  told = { errors: {}, end: null };
  reading = { endAt: "", notice: "" };
  speech = browserSpeech(globalThis.speechSynthesis);

  /** @param {App} app @param {HTMLElement} body */
  constructor(app, body) {
    this.#app = app;
    this.#body = body;
  }

  get isHanded() {
    return this.#isHanded;
  }

  get farewell() {
    return this.#farewell;
  }

  /** Take up in whose hands the tablet was. */
  async start() {
    this.#set((await this.#app.facts.get(HANDED)) === true);
  }

  /** @param {boolean} isHanded */
  #set(isHanded) {
    this.#isHanded = isHanded;
    this.#body.classList.toggle("is-handed", isHanded);
  }

  /** Which screen stands now. @returns {string} */
  get name() {
    const { way, vault } = this.#app;
    if (!vault.isUnlocked) return this.#isHanded ? "take-back" : "locked";
    if (this.#over === "back") return "take-back";
    if (this.told.end) return "screening-end";
    if (!way.isOpen) return this.#farewell ? "farewell" : this.#isHanded ? "take-back" : "start";
    if (this.#isHanded && !PERSONS.has(way.screen)) return "take-back";
    if (this.#over) return this.#over;
    return way.screen === "sign" ? `sign/${nextBlock(way.draft)}` : way.screen;
  }

  /** A signal that ends with the screen that is shown now. */
  leaving() {
    return this.#leave.signal;
  }

  /** Another screen comes. */
  turn() {
    this.#leave.abort();
    this.#leave = new AbortController();
  }

  /** The paper is put away; it stays on the tablet. */
  putAway() {
    this.#app.way.close();
    this.told = { errors: {}, end: null };
    this.#over = "";
  }

  toStart() {
    this.putAway();
    this.#app.go("#start");
  }

  /** Something went wrong beside what a button did. @param {unknown} error */
  fail(error) {
    this.#app.say(wordsOf(error));
  }

  /** From here on the tablet is the person's. */
  async handOver() {
    await this.#hand(true);
    if (await this.#app.way.renewed()) return this.#app.show();
    await this.#app.way.act((draft) => handedOver(draft, this.#app.way.world.moment()));
    this.reading.notice = "";
    await this.#app.show();
  }

  /** @param {boolean} isHanded */
  async #hand(isHanded) {
    await this.#app.facts.put(HANDED, isHanded);
    this.#set(isHanded);
  }

  askBack() {
    return this.#show("back");
  }

  closeBack() {
    return this.#show("");
  }

  openNo() {
    return this.#show("no");
  }

  closeNo() {
    return this.#show("");
  }

  openDiscard() {
    return this.#show("discard");
  }

  closeDiscard() {
    return this.#show("");
  }

  /** Lay a screen of the person's copy over the paper's own, or take it away. @param {"" | "copy" | "print" | "link"} over */
  lay(over) {
    return this.#show(over);
  }

  /** @param {"" | "no" | "back" | "discard" | "copy" | "print" | "link"} over */
  #show(over) {
    this.#over = over;
    return this.#app.show();
  }

  /** The officer's PIN ends the person's screens. @param {string} pin */
  takeBack(pin) {
    return this.#takenBack(() => this.#app.vault.unlock(pin));
  }

  /** So does the tablet's passkey: it gives the vault's secret, for a finger or a face that the tablet knows, each time. @param {import("../../vault/vault.js").Passkey} passkey */
  takeBackWithPasskey(passkey) {
    return this.#takenBack(async () => this.#app.vault.unlockWithPasskey(await askPasskey(this.#app.credentials, passkey)));
  }

  /** Only what opens the vault, here and now, leads back; that it is open already does not count. @param {() => Promise<void>} open */
  async #takenBack(open) {
    await open().catch((error) => this.#noLonger(error));
    if (this.#app.way.isOpen) await this.#app.way.act(takenBack);
    await this.#hand(false);
    [this.#over, this.#farewell] = ["", null];
    this.#app.go(this.#app.way.isOpen ? "#paper" : "#start");
  }

  /** After too many wrong PINs nothing is left that must be kept from anybody: a new PIN is chosen. @param {any} error */
  async #noLonger(error) {
    if (!(await this.#app.vault.state()).exists) {
      this.#app.way.close();
      await this.#hand(false);
      this.#app.go("#pin");
    }
    throw error;
  }

  /** The person said no, and meant it. */
  async refuse() {
    const { screens, language } = /** @type {import("../../flow/draft.js").Paper} */ (this.#app.way.draft.paper);
    await this.#app.way.decline();
    [this.#over, this.#farewell] = ["", { language, heading: screens.read_no_explain, thanks: screens.done_thanks }];
    await this.#app.show();
  }

  async pause() {
    await this.#app.way.act(paused);
    await this.#app.show();
  }

  /** The person reads in another language from here on. @param {string} language */
  async speak(language) {
    await this.#app.way.show(language);
    this.reading.notice = "";
    await this.#app.show();
  }

  /** The text was made anew for the new day, and is read once more. */
  dayTurned() {
    this.reading.notice = toPerson(this.#app.way.draft.paper?.language ?? "en", "day_turned");
    return this.#app.show();
  }
}
