// @ts-check
/** The tablet's app: puts the parts together, shows one screen at a time, sends what waits. Alone here globals are met. */

import { check, forms, putEnvelope } from "./api.js";
import { moment, wordsOf, words } from "./messages.js";
import { nextRunMs } from "./outbox/backoff.js";
import { Device } from "./outbox/device.js";
import { signed } from "./outbox/envelope.js";
import { Outbox } from "./outbox/outbox.js";
import { Sender } from "./outbox/send.js";
import { enrolScreen } from "./screens/enrol_screen.js";
import { Cards } from "./paper/cards.js";
import { knownAuthor, knownWorld, papersOf, randomnessOf, takeName, toldOf, wayOf } from "./paper/parts.js";
import { damageSaid } from "./ready/checks.js";
import { Frame } from "./screens/frame.js";
import { HandingOver } from "./screens/hand_over/handing_over.js";
import { handOverScreen } from "./screens/hand_over/hand_over_screen.js";
import { paperScreen } from "./screens/paper/paper_screen.js";
import { Stage } from "./screens/paper/stage.js";
import { pinScreen } from "./screens/pin_screen.js";
import { readyScreen } from "./screens/ready_screen.js";
import { tabletScreen } from "./screens/tablet_screen.js";
import { waitingScreen } from "./screens/waiting_screen.js";
import { whenIdle } from "./shell/idle.js";
import { painted } from "./shell/painted.js";
import { Theme } from "./shell/theme.js";
import { Updates } from "./shell/updates.js";
import { Database } from "./store/database.js";
import { Journal } from "./store/journal.js";
import { KeyPlace } from "./store/key_place.js";
import { reconcile } from "./store/reconcile.js";
import { SecondPlace } from "./store/second_place.js";
import { Drafts } from "./store/drafts.js";
import { Facts } from "./store/facts.js";
import { Forms } from "./store/forms.js";
import { NAME, STEPS } from "./store/migrations.js";
import { Vault } from "./vault/vault.js";

const IDLE_MS = 10 * 60_000;
const AT_ONCE_MS = 100; // several changes in a row draw the check once
const LIVE = new Set(["ready", "waiting", "start/start", "paper/done"]); // nobody types there
/** @typedef {(app: App, code: string) => Promise<HTMLElement | void>} Screen */
/** @type {[string, Screen][]} */
const BY_ADDRESS = [
  ["start", paperScreen], ["paper", paperScreen], ["ready", readyScreen], ["waiting", waitingScreen], ["tablet", tabletScreen], ["enrol", enrolScreen], ["pin", pinScreen], ["hand-over", handOverScreen],
]; // prettier-ignore
const SCREENS = new Map(BY_ADDRESS);

export class App {
  now = () => Date.now();
  print = () => print();
  randomness = randomnessOf(crypto);
  version = document.documentElement.dataset.appVersion ?? "";
  host = location.hostname;
  origin = location.origin;
  worker = navigator.serviceWorker;
  storage = navigator.storage;
  credentials = navigator.credentials;
  media = navigator.mediaDevices;
  theme = new Theme(localStorage, document.documentElement);
  /** @type {Updates | null} */
  updates = null;
  /** @type {{ at: number, slug: string } | null} */
  lastRun = null;
  /** @type {any} */
  #installPrompt = null;
  #failures = 0;
  #timer = 0;
  #redraw = 0;
  #code = { of: "", text: "" };

  constructor() {
    const [journal, keys] = [Journal.of({ Worker: globalThis.Worker, storage: navigator.storage }), KeyPlace.of(navigator)];
    this.second = new SecondPlace({ journal, keys, locks: navigator.locks });
    const database = new Database({ factory: indexedDB, name: NAME, steps: STEPS, second: this.second });
    const compared = new Database({ factory: indexedDB, name: NAME, steps: STEPS });
    this.second.compare = () => reconcile({ database: compared, second: this.second, now: this.now() });
    this.facts = new Facts(database);
    this.device = new Device(database);
    this.drafts = new Drafts(database, navigator.locks);
    this.outbox = new Outbox(database);
    this.vault = new Vault({ database, now: this.now });
    this.forms = new Forms({ facts: this.facts, ask: forms, now: this.now });
    const receiptKey = async () => (await this.device.serverKeys())?.receipt ?? null;
    this.sender = new Sender({ outbox: this.outbox, put: putEnvelope, receiptKey, locks: navigator.locks, now: this.now });
    this.cards = new Cards({ database, now: this.now, sha256: this.randomness.sha256 });
    this.frame = new Frame(this, document);
    this.way = wayOf(this, this.randomness);
    this.told = toldOf(this, this.randomness, navigator.locks);
    this.handingOver = new HandingOver(this, () => knownWorld(this));
    this.papers = papersOf(this);
    this.stage = new Stage(this, document.body);
  }

  get canInstall() {
    return this.#installPrompt !== null;
  }

  isStandalone() {
    return matchMedia("(display-mode: standalone)").matches || /** @type {any} */ (navigator).standalone === true;
  }

  /** Let the browser ask whether to install. */
  async install() {
    const prompt = this.#installPrompt;
    this.#installPrompt = null;
    await prompt?.prompt();
  }

  async start() {
    await this.second.mend();
    await this.forms.kept();
    this.#listen();
    await this.stage.start();
    await this.show();
    await this.#tellDamage();
    void this.storage?.persist?.().then(() => this.#changed()); // some browsers ask the officer, so nothing waits for the answer
    await this.#keepUp();
    await Promise.allSettled([this.check(), this.send()]);
  }

  /** The browser lost something: say so wherever the tablet was opened, but in the person's hands. */
  async #tellDamage() {
    const damage = await this.facts.get("damage");
    if (damage && !this.stage.isHanded && this.frame.name !== "ready") this.say(damageSaid(damage));
  }

  /** Keep the app on the device; a browser that can not is told by the check. */
  async #keepUp() {
    if (!this.worker) return;
    this.updates = new Updates({ container: this.worker, changed: () => this.#changed(), reload: () => location.reload() });
    await this.updates.start().catch(() => undefined); // the check's own line tells that nothing is kept
  }

  /** Something came about beside the screen; only the check is drawn anew, since nobody types there. */
  #changed() {
    this.frame.updateBanner();
    clearTimeout(this.#redraw);
    this.#redraw = setTimeout(() => this.#isStill() && this.show(), AT_ONCE_MS);
  }

  /** Say whether nobody types here, and no paper is just being opened from here. */
  #isStill() {
    const { name } = this.frame;
    return LIVE.has(name) && !(name.startsWith("start/") && this.way.isOpen);
  }

  #listen() {
    addEventListener("hashchange", () => void this.show());
    addEventListener("beforeinstallprompt", (event) => (event.preventDefault(), (this.#installPrompt = event), this.#changed()));
    addEventListener("online", () => void this.send());
    document.addEventListener("visibilitychange", () => void this.#returned());
    whenIdle(window, { after_ms: IDLE_MS, now: this.now, idle: () => this.lock() });
  }

  async #returned() {
    if (document.visibilityState !== "visible") return;
    await Promise.allSettled([this.send(), this.updates?.look(), this.check()]);
  }

  /** Show the screen that the address names; a code in it is not left there. */
  async show() {
    const [[asked, code] = ["ready", ""]] = new URLSearchParams(location.hash.slice(1));
    const name = this.stage.isHanded ? "paper" : SCREENS.has(asked) ? asked : await this.#home();
    if (code) {
      this.#code = { of: name, text: code };
      history.replaceState(null, "", `#${name}`);
    }
    const screen = SCREENS.get(name) ?? readyScreen;
    if (name === "start") this.stage.putAway();
    const shown = screen === paperScreen ? `${name}/${this.stage.name}` : name;
    await this.frame.show(shown, () => screen(this, this.#code.of === name ? this.#code.text : "")).catch((error) => (this.say(wordsOf(error)), error.slug || console.error(error)));
  }

  /** What is set up begins with the papers. */
  async #home() {
    const [forms, vault, enrolment] = await Promise.all([this.forms.kept(), this.vault.state(), this.device.enrolment()]);
    return forms && vault.exists && enrolment ? "start" : "ready";
  }

  /** Who signs on this tablet. */
  author() {
    return knownAuthor(this);
  }

  /** Take the name of who is signed in, for what is signed here. */
  async takeName() {
    await takeName(this);
    await this.show();
  }

  /** Say a moment by the agency's clock. @param {number} at */
  moment(at) {
    return moment(at, this.forms.zone);
  }

  /** @param {string} hash */
  go(hash) {
    if (location.hash === hash) void this.show();
    else location.hash = hash;
  }

  lock() {
    if (!this.vault.isUnlocked) return;
    this.vault.lock();
    this.way.close();
    this.go("#pin");
  }

  /** Say something, beside the screen. @param {string} text @param {Node | string} [more] */
  say(text, more) {
    this.frame.say(text, more);
  }

  /** Do what a button asks, once; say what went wrong. @param {() => unknown} act @param {HTMLButtonElement} button */
  async act(act, button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    this.say("");
    await painted(window);
    try {
      await act();
    } catch (error) {
      this.say(wordsOf(error));
      if (!(/** @type {any} */ (error).slug)) console.error(error); // a fault of ours: IT finds it in the browser's console
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** Ask the server how things stand. */
  async check() {
    await this.forms.refresh().catch(onlySlugs);
    await this.#ask();
    this.#changed();
  }

  async #ask() {
    const enrolment = await this.device.enrolment();
    if (!enrolment) return;
    const [{ counter }, unsent] = await Promise.all([this.outbox.chain(), this.outbox.rows("unsent")]);
    const payload = { v: "check/1", device_id: enrolment.device_id, app_version: this.version, unsent: unsent.length, counter };
    const at = this.now();
    try {
      const told = await check(await signed(payload, "forms-check+jws", await this.device.sealing()));
      const missing = { runs: told.missing ?? [], at };
      await this.device.change({ revoked: told.revoked === true, keys: told.keys ?? enrolment.keys, missing });
      await this.forms.compare(told.forms ?? []);
    } catch (error) {
      onlySlugs(error);
    }
  }

  /** Send what waits, and come back later for what is left. */
  async send() {
    clearTimeout(this.#timer);
    const run = await this.sender.sendAll().catch((error) => ({ outcome: "stopped", slug: error.name, wait_ms: 0 }));
    if (run.outcome !== "busy") {
      this.lastRun = { at: this.now(), slug: run.slug };
      this.#failures = run.slug ? this.#failures + 1 : 0;
    }
    clearTimeout(this.#timer); // of a run that ended meanwhile
    this.#timer = setTimeout(() => void this.send(), Math.max(run.wait_ms, nextRunMs(this.#failures, Math.random())));
    await this.frame.counts();
    this.#changed();
  }

  /** Use the new version, unless a paper is open. */
  async useUpdate() {
    const answer = await this.updates?.useNow();
    if (answer === "paper-is-open") this.say(words(answer));
  }
}

/** Let a refusal pass, which the check's lines tell; anything else is a fault of ours. @param {any} error */
function onlySlugs(error) {
  if (!error.slug) throw error;
}

void new App().start();
