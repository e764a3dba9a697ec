// @ts-check
/**
 * A passkey that gives the vault a secret (WebAuthn's PRF extension); it works without a network.
 * Finger, face or the device's own code is asked for each time.
 */

import { Refusal } from "../refusal.js";
import { random } from "./keys.js";

/** Say whether this browser has passkeys at all. */
export const hasPasskeys = () => "PublicKeyCredential" in globalThis;

/** Make one. @param {CredentialsContainer} credentials @param {{ host: string, label: string }} names */
export async function makePasskey(credentials, { host, label }) {
  const salt = random(32);
  const made = await credentials.create({ publicKey: creation(host, label, salt) }).catch(refuse);
  const { prf } = /** @type {any} */ (made).getClientExtensionResults();
  if (!prf?.enabled) throw new Refusal("passkey-gives-no-secret");
  const id = new Uint8Array(/** @type {PublicKeyCredential} */ (made).rawId);
  return { id, salt, prf: prf.results?.first ?? (await askPasskey(credentials, { id, salt })) };
}

/** Ask for its secret. @param {CredentialsContainer} credentials @param {{ id: Uint8Array<ArrayBuffer>, salt: Uint8Array<ArrayBuffer> }} kept @returns {Promise<BufferSource>} */
export async function askPasskey(credentials, { id, salt }) {
  const publicKey = {
    challenge: random(32),
    allowCredentials: [{ type: /** @type {"public-key"} */ ("public-key"), id }],
    userVerification: /** @type {UserVerificationRequirement} */ ("required"),
    extensions: { prf: { eval: { first: salt } } },
  };
  const used = await credentials.get({ publicKey }).catch(refuse);
  const secret = /** @type {any} */ (used).getClientExtensionResults().prf?.results?.first;
  if (!secret) throw new Refusal("passkey-gives-no-secret");
  return secret;
}

/** @param {string} host @param {string} label @param {Uint8Array<ArrayBuffer>} salt @returns {any} */
function creation(host, label, salt) {
  return {
    rp: { id: host, name: "Forms tablet" },
    user: { id: random(16), name: label, displayName: label },
    challenge: random(32),
    pubKeyCredParams: [-7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
    extensions: { prf: { eval: { first: salt } } },
  };
}

/** @param {unknown} cause @returns {never} */
function refuse(cause) {
  throw new Refusal("passkey-not-used", {}, cause);
}
