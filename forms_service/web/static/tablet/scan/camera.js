// @ts-check
/** The camera and the reader behind it. A picture lives in memory until the next one, and is sent nowhere. */

import { Refusal } from "../refusal.js";

const WANTED = { video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false };
/** @type {Readonly<Record<string, string>>} */
const TROUBLES = { NotAllowedError: "camera-refused", SecurityError: "camera-refused", NotFoundError: "camera-absent", OverconstrainedError: "camera-absent" };

/** Ask for the camera at the back. @param {MediaDevices | undefined} media @returns {Promise<MediaStream>} */
export async function openCamera(media) {
  if (!media) throw new Refusal("camera-absent");
  return media.getUserMedia(WANTED).catch((error) => {
    throw new Refusal(TROUBLES[error.name] ?? "camera-busy", {}, error);
  });
}

/** Let the light burn or not; says whether this camera has one that does. @param {Pick<MediaStream, "getVideoTracks">} stream @param {boolean} isOn */
export async function light(stream, isOn) {
  const [track] = stream.getVideoTracks();
  if (!(/** @type {any} */ (track.getCapabilities?.())?.torch)) return false;
  const turned = track.applyConstraints({ advanced: [/** @type {any} */ ({ torch: isOn })] });
  return turned.then(() => true, () => false); // without a light the code may be read all the same
}

/** Reads pictures of a video, one at a time. */
export class Reader {
  #worker;
  #canvas = document.createElement("canvas");

  /** @type {{ resolve: (text: string) => void, reject: (error: unknown) => void }} */
  #asked = { resolve: () => {}, reject: () => {} };
  #isBroken = false;

  constructor() {
    this.#worker = new Worker("/tablet/reader.js", { type: "module" });
    this.#worker.onerror = () => this.#answer({ trouble: "reader-broken", text: "" });
    this.#worker.onmessage = ({ data }) => this.#answer(data);
  }

  /** @param {{ trouble: string, text: string }} answer */
  #answer({ trouble, text }) {
    this.#isBroken ||= trouble !== "";
    if (this.#isBroken) this.#asked.reject(new Refusal("reader-broken"));
    else this.#asked.resolve(text);
  }

  /** Look at what the video shows now; empty when no code is seen. @param {HTMLVideoElement} video @returns {Promise<string>} */
  read(video) {
    const picture = this.#picture(video);
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      if (this.#isBroken) reject(new Refusal("reader-broken"));
      else this.#worker.postMessage(picture, [picture.data.buffer]);
    });
  }

  /** @param {HTMLVideoElement} video */
  #picture(video) {
    Object.assign(this.#canvas, { width: video.videoWidth, height: video.videoHeight });
    const context = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d", { willReadFrequently: true }));
    context.drawImage(video, 0, 0);
    return context.getImageData(0, 0, video.videoWidth, video.videoHeight);
  }

  /** End it, and forget the last picture. */
  close() {
    this.#worker.terminate();
    Object.assign(this.#canvas, { width: 0, height: 0 });
  }
}
