// @ts-check
/**
 * Every request of the tablet, and what its answers mean. An answer counts only when its body is this service's:
 * a hotel's sign-in page says 200 too, and `navigator.onLine` says nothing.
 *
 * @typedef {{ now_ms: number, build: string, round_ms: number }} Met
 */

import { contentDigest } from "./outbox/envelope.js";
import { Refusal } from "./refusal.js";

const NO_ANSWER = "service-not-there";
const PATIENCE_MS = 60_000;
const PROBE_MS = 8_000;
const LATER = new Set([408, 425, 429]);
/** Refusals that say nothing of the envelope: it was hurt on the way, or this server does not take any (yet). */
const NOT_ABOUT_IT = new Set(["content-digest-mismatch", "content-digest-missing", "not-found", "method-not-allowed", "host-unknown"]);

/** Ask whether the service is there; null when it is not. @returns {Promise<Met | null>} */
export async function probe() {
  const began = performance.now();
  try {
    const answer = await fetch("/tablet/now.json", { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PROBE_MS) });
    const { v, now_ms: now, build } = await answer.json();
    if (v !== "now/1" || !Number.isSafeInteger(now)) return null;
    return { now_ms: now, build, round_ms: performance.now() - began };
  } catch {
    return null;
  }
}

/** Enrol this device with a one-time code. @param {object} asking */
export async function enrol(asking) {
  const answer = await posted("/tablet/enrol", JSON.stringify(asking), "application/json");
  if (answer.ok) return answer.json().catch(unreadable);
  throw await refusalOf(answer);
}

/** Ask with this device's signature how things stand. @param {string} jws */
export async function check(jws) {
  const answer = await posted("/tablet/check", jws, "application/jose");
  if (answer.ok) return answer.json().catch(unreadable);
  throw await refusalOf(answer);
}

/** Ask who is signed in, for the signatures made on this device. @param {string} jws */
export async function author(jws) {
  const answer = await posted("/tablet/author", jws, "application/jose");
  if (answer.ok) return (await answer.text()).trim();
  throw answer.status === 401 ? new Refusal("author-needs-sign-in") : await refusalOf(answer);
}

/** Ask for a half-signed paper of who is signed in, which was signed on this device. @param {string} jws */
export async function halfSigned(jws) {
  const answer = await posted("/tablet/half-signed", jws, "application/jose");
  if (answer.ok) return answer.json().catch(unreadable);
  if (answer.status === 404) throw new Refusal("half-signed-not-there");
  throw answer.status === 401 ? new Refusal("author-needs-sign-in") : await refusalOf(answer);
}

/**
 * Get the forms, unless the ones we have are the ones in use; null then.
 * @param {string} digest
 */
export async function forms(digest) {
  const headers = digest ? { "If-None-Match": `"${digest}"` } : undefined;
  const answer = await reached(fetch("/tablet/forms.json", { cache: "no-store", redirect: "manual", headers, signal: AbortSignal.timeout(PATIENCE_MS) }));
  if (answer.status === 304) return null;
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Refusal("forms-need-sign-in");
  if (!answer.ok) throw await refusalOf(answer);
  const content = await answer.json().catch(unreadable);
  if (!content.digest || !Array.isArray(content.forms)) throw new Refusal("forms-unreadable");
  return content;
}

/** Send one envelope. @param {import("./outbox/outbox.js").Row} row @returns {Promise<import("./outbox/send.js").Answer>} */
export async function putEnvelope(row) {
  const headers = { "Content-Type": "application/jose", "Content-Digest": await contentDigest(row.jws) };
  const sent = fetch(`/tablet/envelopes/${row.envelope_id}`, {
    method: "PUT", body: row.jws, headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS),
  }); // prettier-ignore
  try {
    return await meaning(await sent);
  } catch {
    return notNow(NO_ANSWER);
  }
}

/** @param {Response} answer @returns {Promise<import("./outbox/send.js").Answer>} */
async function meaning(answer) {
  if (answer.ok) return { kind: "receipt", jws: (await answer.text()).trim() };
  const { slug, facts } = await refusalOf(answer);
  const final = answer.status >= 400 && answer.status < 500 && !LATER.has(answer.status) && !NOT_ABOUT_IT.has(slug);
  if (final && slug !== NO_ANSWER) return { kind: "refusal", slug, detail: String(facts.detail) };
  return notNow(slug, answer.headers.get("Retry-After"));
}

/** @param {string} slug @param {string | null} [retryAfter] Seconds. @returns {import("./outbox/send.js").Answer} */
function notNow(slug, retryAfter = null) {
  return { kind: "not-now", slug, wait_ms: Math.min(3600, Number(retryAfter) || 0) * 1000 };
}

/** Read this service's refusal; whoever else answers counts as no answer. @param {Response} answer */
async function refusalOf(answer) {
  const ours = answer.headers.get("Content-Type")?.startsWith("application/problem+json");
  const { slug, detail } = (ours && (await answer.json().catch(() => null))) || {};
  return typeof slug === "string" ? new Refusal(slug, { detail: String(detail ?? "") }) : new Refusal(NO_ANSWER);
}

/** @param {string} address @param {string} body @param {string} type */
function posted(address, body, type) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return reached(fetch(address, { method: "POST", body, headers: { "Content-Type": type }, redirect: "error", signal }));
}

/** @param {Promise<Response>} asking */
function reached(asking) {
  return asking.catch((cause) => {
    throw new Refusal(NO_ANSWER, {}, cause);
  });
}

/** @param {unknown} cause @returns {never} */
function unreadable(cause) {
  throw new Refusal(NO_ANSWER, {}, cause);
}
