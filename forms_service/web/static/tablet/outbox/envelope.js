// @ts-check
/**
 * One envelope: its content sealed to the server's key (JWE), the whole signed by this device (JWS).
 *
 * After sealing nobody here can open it any more, with the PIN or without. The shapes are `envelope/1` of
 * docs/tablet.md; jose does the cryptography.
 *
 * @typedef {{ envelope_id: string, kind: "signature" | "discard" | "decline" | "addition", document_id: string, content: object }} Finished
 * @typedef {{ counter: number, previous: string }} Link Where the envelope stands in the device's chain.
 * @typedef {{ device_id: string, private_key: CryptoKey, server_key: JsonWebKey }} Sealing
 */

import { CompactEncrypt } from "../../jose/jwe/compact/encrypt.js";
import { calculateJwkThumbprint } from "../../jose/jwk/thumbprint.js";
import { CompactSign } from "../../jose/jws/compact/sign.js";
import { importJWK } from "../../jose/key/import.js";
import { canonicalJson } from "../model/canonical_json.js";
import { hex } from "../model/digest.js";

const bytes = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** Seal content so that only the server opens it. @param {object} content @param {JsonWebKey} serverKey */
export async function seal(content, serverKey) {
  const kid = await calculateJwkThumbprint(serverKey);
  const header = { alg: "ECDH-ES", enc: "A256GCM", kid, cty: "json" };
  const sealing = new CompactEncrypt(bytes(canonicalJson(content))).setProtectedHeader(header);
  return sealing.encrypt(await importJWK({ ...serverKey }, "ECDH-ES"));
}

/** Sign with the device's key. @param {object} payload @param {string} type @param {Pick<Sealing, "device_id" | "private_key">} device */
export function signed(payload, type, device) {
  const header = { alg: "ES256", kid: device.device_id, typ: type };
  return new CompactSign(bytes(canonicalJson(payload))).setProtectedHeader(header).sign(device.private_key);
}

/** Make an envelope. @param {Finished} finished @param {Link} link @param {Sealing} sealing */
export async function makeEnvelope(finished, link, sealing) {
  const { content, ...named } = finished;
  const sealed = await seal(content, sealing.server_key);
  const payload = { v: "envelope/1", ...named, ...link, device_id: sealing.device_id, sealed };
  const jws = await signed(payload, "forms-envelope+jws", sealing);
  const { is_last: isLast, names } = /** @type {any} */ (content);
  const gaveUp = named.kind === "discard" ? { gave_up: names } : {};
  return { ...named, ...link, device_id: sealing.device_id, jws, digest: await digestOf(jws), is_last: isLast === true, ...gaveUp };
}

/** Give the SHA-256 (hex) of an envelope's characters. @param {string} jws */
export async function digestOf(jws) {
  return hex(await sha256(jws));
}

/** Give the Content-Digest header of an envelope (RFC 9530). @param {string} jws */
export async function contentDigest(jws) {
  return `sha-256=:${btoa(String.fromCharCode(...(await sha256(jws))))}:`;
}

/** @param {string} text */
const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text)));
