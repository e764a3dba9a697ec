// @ts-check
/** Use or make a passkey: ask for the options, let the browser's own dialog answer, and send the form with it. */

/** @param {string} text base64url @returns {Uint8Array} */
function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} bytes @returns {string | undefined} base64url without padding */
function textOf(bytes) {
  if (!bytes) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** @param {{id: string}[] | undefined} known */
const descriptors = (known) => (known ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

/** @param {any} options as the service gave them */
async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    user: { ...options.user, id: bytesOf(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  };
  const made = /** @type {PublicKeyCredential} */ (await navigator.credentials.create({ publicKey }));
  const response = /** @type {AuthenticatorAttestationResponse} */ (made.response);
  return answerOf(made, { attestationObject: textOf(response.attestationObject) });
}

/** @param {any} options as the service gave them */
async function use(options) {
  const publicKey = {
    ...options,
    challenge: bytesOf(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  };
  const used = /** @type {PublicKeyCredential} */ (await navigator.credentials.get({ publicKey }));
  const response = /** @type {AuthenticatorAssertionResponse} */ (used.response);
  return answerOf(used, {
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
    userHandle: textOf(response.userHandle),
  });
}

/** @param {PublicKeyCredential} credential @param {object} parts */
function answerOf(credential, parts) {
  const clientDataJSON = textOf(credential.response.clientDataJSON);
  const rawId = textOf(credential.rawId);
  return { id: credential.id, rawId, type: credential.type, response: { clientDataJSON, ...parts } };
}

/** @param {string} address @param {string} token */
async function asked(address, token) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

/** @param {HTMLButtonElement} button */
function arm(button) {
  const form = /** @type {HTMLFormElement} */ (button.form);
  const trouble = /** @type {HTMLElement} */ (form.querySelector("[data-passkey-trouble]"));
  const field = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
  button.addEventListener("click", async () => {
    if (field("notice")?.reportValidity() === false) return;
    trouble.hidden = true;
    button.disabled = true;
    try {
      const options = await asked(button.dataset.ask ?? "", field("csrf_token")?.value ?? "");
      const answer = await (button.dataset.passkey === "make" ? make(options) : use(options));
      const kept = field("answer");
      if (kept) kept.value = JSON.stringify(answer);
      if (button.dataset.send) form.action = button.dataset.send;
      form.submit();
    } catch {
      trouble.hidden = false;
      button.disabled = false;
    }
  });
  button.hidden = false;
}

for (const one of document.querySelectorAll("button[data-passkey]")) {
  const button = /** @type {HTMLButtonElement} */ (one);
  if (window.PublicKeyCredential) arm(button);
  else button.form?.querySelector("[data-passkey-missing]")?.removeAttribute("hidden");
}
