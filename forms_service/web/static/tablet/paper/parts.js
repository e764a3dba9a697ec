// @ts-check
/** Puts the open paper's parts together from those of the app. */

import { author as askAuthor } from "../api.js";
import { makeEnvelope, signed } from "../outbox/envelope.js";
import { Refusal } from "../refusal.js";
import { Papers } from "./papers.js";
import { ToldPapers } from "./told_papers.js";
import { Way } from "./way.js";
import { formsOf, worldOf } from "./world.js";

/** @typedef {import("../app.js").App} App */

/** What is random, and the digest. @param {Crypto} crypto */
export const randomnessOf = (crypto) => ({
  newId: () => crypto.randomUUID(), randomBytes: (/** @type {number} */ count) => crypto.getRandomValues(new Uint8Array(count)),
  sha256: (/** @type {Uint8Array} */ bytes) => crypto.subtle.digest("SHA-256", /** @type {BufferSource} */ (bytes)),
}); // prettier-ignore

/** @param {App} app @param {ReturnType<typeof randomnessOf>} randomness */
export function wayOf(app, randomness) {
  return new Way({
    drafts: app.drafts, outbox: app.outbox, vault: app.vault, now: app.now, world: () => knownWorld(app),
    ...randomness,
    make: (finished) => maker(app, finished),
    finished: () => void app.send(),
  }); // prettier-ignore
}

/** @param {App} app @param {ReturnType<typeof randomnessOf>} randomness @param {LockManager} locks */
export function toldOf(app, { newId }, locks) {
  return new ToldPapers({
    drafts: app.drafts, outbox: app.outbox, vault: app.vault, locks, now: app.now, newId,
    world: () => knownWorld(app), forms: () => knownForms(app), make: (finished) => maker(app, finished), finished: () => void app.send(),
  }); // prettier-ignore
}

/** @param {App} app */
export function papersOf(app) {
  return new Papers({
    told: app.told, drafts: app.drafts, outbox: app.outbox, vault: app.vault, now: app.now,
    world: () => knownWorld(app), make: (finished) => maker(app, finished),
  }); // prettier-ignore
}

/** Give what seals a finished thing into its place of the chain. @param {App} app @param {import("../outbox/envelope.js").Finished} finished */
export async function maker(app, finished) {
  const sealing = await app.device.sealing();
  return (/** @type {import("../outbox/envelope.js").Link} */ link) => makeEnvelope(finished, link, sealing);
}

/** @param {App} app */
async function knownForms(app) {
  const kept = await app.forms.kept();
  return formsOf(kept?.content.forms ?? []);
}

/** What a paper needs to know of the world. @param {App} app */
export async function knownWorld(app) {
  const [kept, author, met, enrolment] = await Promise.all([app.forms.kept(), knownAuthor(app), app.facts.get("met"), app.device.enrolment()]);
  if (!enrolment) throw new Refusal("not-enrolled");
  return worldOf({ kept, author, met, device: enrolment.label, version: app.version, now: app.now });
}

/** Give the officer whose signatures are made here, of this enrolment. @param {App} app @returns {Promise<import("./world.js").Author | undefined>} */
export async function knownAuthor(app) {
  const [author, enrolment] = await Promise.all([app.facts.get("author"), app.device.enrolment()]);
  return author && author.device === enrolment?.device_id ? author : undefined;
}

/** Ask the server who is signed in here, and sign in that name from now on. @param {App} app */
export async function takeName(app) {
  const sealing = await app.device.sealing();
  const credential = await askAuthor(await signed({ v: "author/1", device_id: sealing.device_id }, "forms-author-request+jws", sealing));
  const { name, badge, phone, exp, device } = claimsOf(credential);
  await app.facts.put("author", { credential, name, badge, phone, exp, device });
}

/** Read what a credential says; only the server's judgement of it counts. @param {string} credential */
function claimsOf(credential) {
  const bytes = Uint8Array.from(atob(credential.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}
