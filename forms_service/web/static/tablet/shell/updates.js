// @ts-check
/**
 * Keeps the app on the device and brings new versions: looked for at the start, on return and hourly, used at the
 * officer's word only, and never while a paper is open in any window (the worker asks).
 */

const WORKER = "/tablet/service_worker.js";
const HOUR_MS = 3_600_000;

export class Updates {
  #container;
  #changed;
  #reload;
  /** @type {ServiceWorkerRegistration | null} */
  #registration = null;

  /** @param {{ container: ServiceWorkerContainer, changed: () => void, reload: () => void }} parts */
  constructor({ container, changed, reload }) {
    this.#container = container;
    this.#changed = changed;
    this.#reload = reload;
  }

  /** Say whether a new version is here, whole, and waits. */
  get waits() {
    return Boolean(this.#registration?.waiting && this.#container.controller);
  }

  /** Keep the app here, and hear of new versions. */
  async start() {
    const hadOne = this.#container.controller !== null;
    let first = !hadOne;
    this.#container.addEventListener("controllerchange", () => {
      if (!first) return this.#reload();
      first = false;
      this.#changed();
    });
    this.#registration = await this.#container.register(WORKER, { scope: "/tablet/", updateViaCache: "none" });
    this.#registration.addEventListener("updatefound", () => this.#follow(this.#registration?.installing ?? null));
    this.#follow(this.#registration.installing);
    setInterval(() => void this.look(), HOUR_MS);
    this.#changed();
  }

  /** Make what is kept whole, if the browser threw something away, and look for a new version; without a network neither is. */
  async look() {
    await told(this.#registration?.active ?? null, "make-whole");
    await this.#registration?.update().catch(() => undefined);
    await settled(this.#registration?.installing ?? null);
  }

  /** Use the version that waits; "paper-is-open" when it must not. @returns {Promise<string>} */
  useNow() {
    return told(this.#registration?.waiting ?? null, "use-it-now");
  }

  /** @param {ServiceWorker | null} worker */
  #follow(worker) {
    worker?.addEventListener("statechange", () => this.#changed());
  }
}

/** Ask a worker, and give its answer. @param {ServiceWorker | null} worker @param {string} what @returns {Promise<string>} */
function told(worker, what) {
  if (!worker) return Promise.resolve("");
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => resolve(event.data);
    worker.postMessage(what, [port2]);
  });
}

/** Wait until a worker is installed or given up. @param {ServiceWorker | null} worker @returns {Promise<void>} */
function settled(worker) {
  if (!worker || worker.state !== "installing") return Promise.resolve();
  return new Promise((resolve) => worker.addEventListener("statechange", () => resolve(undefined), { once: true }));
}

/**
 * Give what the worker keeps: which build, since when, which files; null when nothing is kept yet.
 * @param {ServiceWorkerContainer | undefined} container
 * @returns {Promise<{ build: string, installed_at: number, files: { path: string, bytes: number }[] } | null>}
 */
export async function installed(container) {
  if (!container?.controller) return null;
  const answer = await fetch("/tablet/installed.json").catch(() => null);
  return answer?.ok ? answer.json() : null;
}
