// @ts-check
/**
 * The camera over the form, until a licence was read, the officer goes back, or the tablet is locked or put aside.
 *
 * @typedef {import("../app.js").App} App
 * @typedef {import("./aamva.js").Licence} Licence
 */
import { readLicence } from "./aamva.js";
import { button, h } from "../screens/dom.js";
import { Reader, light, openCamera } from "./camera.js";
import { toOfficer } from "./words.js";

const LOOK_MS = 60_000;

/** Read a licence; null when none was. @param {App} app @returns {Promise<Licence | null>} */
export async function scanLicence(app) {
  const scan = new Scan(app);
  try {
    return await scan.run();
  } finally {
    scan.close();
  }
}

class Scan {
  #app;
  #over = new AbortController();
  /** @type {(licence: Licence | null) => void} */
  #done = () => {};
  /** @type {MediaStream | null} */
  #stream = null;
  /** @type {Reader | null} */
  #reader = null;
  #video = /** @type {HTMLVideoElement} */ (h("video", { class: "scan__video", "aria-label": "What the camera sees", playsinline: true }));
  #told = h("p", { class: "scan__told", role: "status" });
  #again;
  #light;
  #dialog;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.#again = button(app, "Look again", () => this.#begin());
    this.#light = button(app, "Light", () => this.#turnLight(), "usa-button--outline");
    const back = h("button", { type: "button", class: "usa-button usa-button--outline", click: () => this.#done(null) }, "Back to the form");
    const how = h("p", {}, "Hold the wide striped code on the back in front of the camera. Only name and date of birth are taken. The picture is not kept.");
    this.#dialog = /** @type {HTMLDialogElement} */ (h("dialog", { class: "scan", "aria-labelledby": "scan-title", cancel: (/** @type {Event} */ event) => (event.preventDefault(), this.#done(null)) },
      h("h2", { id: "scan-title", tabindex: "-1", autofocus: true }, "Scan a license"), how, this.#video, this.#told, h("div", { class: "scan__actions" }, this.#again, this.#light, back))); // prettier-ignore
    this.#video.muted = true;
  }

  /** Show the camera until something ends it. @returns {Promise<Licence | null>} */
  run() {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    const ended = /** @type {Promise<Licence | null>} */ (new Promise((resolve) => (this.#done = resolve)));
    this.#endWithTheScreen();
    void this.#begin();
    return ended;
  }

  /** A tablet that is locked, put aside or shows something else has no camera on. */
  #endWithTheScreen() {
    const [{ signal }, end] = [this.#over, () => this.#done(null)];
    addEventListener("hashchange", end, { signal });
    document.addEventListener("visibilitychange", () => document.hidden && end(), { signal });
    this.#app.stage.leaving().addEventListener("abort", end, { signal });
  }

  async #begin() {
    this.#tell("", "looking");
    try {
      await this.#look();
    } catch (error) {
      this.#turnOff();
      if (!this.#over.signal.aborted) this.#tell("again", /** @type {any} */ (error).slug ?? "camera-busy");
    }
  }

  async #look() {
    this.#stream ??= await openCamera(this.#app.media);
    if (this.#over.signal.aborted) return this.#turnOff();
    this.#reader ??= new Reader();
    const until = this.#app.now() + LOOK_MS;
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#light.hidden = !(await light(this.#stream, false));
    while (this.#app.now() < until && !this.#over.signal.aborted) await this.#lookOnce(this.#reader);
    this.#turnOff();
    this.#tell("again", "code-not-found");
  }

  /** @param {Reader} reader */
  async #lookOnce(reader) {
    await new Promise(requestAnimationFrame);
    if (this.#over.signal.aborted || this.#video.videoWidth === 0) return;
    const text = await reader.read(this.#video);
    if (text) this.#judge(text);
  }

  /** @param {string} text */
  #judge(text) {
    try {
      this.#done(readLicence(text, this.#app.way.world.refused));
      this.#over.abort();
    } catch (error) {
      const slug = /** @type {any} */ (error).slug;
      if (!slug) throw error;
      this.#tell("", slug);
    }
  }

  async #turnLight() {
    const isOn = this.#light.getAttribute("aria-pressed") !== "true";
    if (this.#stream && (await light(this.#stream, isOn))) this.#light.setAttribute("aria-pressed", String(isOn));
  }

  /** @param {"" | "again"} next @param {string} slug */
  #tell(next, slug) {
    const words = toOfficer(slug);
    if (this.#told.textContent !== words) this.#told.textContent = words;
    this.#again.hidden = next === "";
    this.#light.hidden ||= next !== "" || this.#stream === null;
  }

  /** Camera and reader are made anew for another look. */
  #turnOff() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#reader?.close();
    [this.#stream, this.#reader] = [null, null];
    this.#light.setAttribute("aria-pressed", "false");
  }

  /** Put everything away; the focus goes back to where it was. */
  close() {
    this.#over.abort();
    this.#turnOff();
    this.#video.srcObject = null;
    this.#dialog.close();
    this.#dialog.remove();
  }
}
