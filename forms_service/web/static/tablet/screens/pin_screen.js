// @ts-check
/** Choose the PIN, or unlock with it or with the passkey. */

import { span } from "../messages.js";
import { Refusal } from "../refusal.js";
import { askPasskey } from "../vault/passkey.js";
import { button, form, h, pinField } from "./dom.js";

/** @param {import("../app.js").App} app */
export async function pinScreen(app) {
  const state = await app.vault.state();
  return state.exists ? unlockScreen(app, state) : chooseScreen(app);
}

/** @param {import("../app.js").App} app */
function chooseScreen(app) {
  const why = "It opens the papers that are being written on this tablet, and only those. Six digits or more; no row, pattern or date.";
  const lost = "Nobody can look it up. After ten wrong PINs the open papers are erased; what was signed stays safe.";
  return h("div", {}, h("h1", { tabindex: "-1" }, "Choose a PIN"), h("p", {}, why), h("p", {}, lost),
    form(app, "Use this PIN", (values) => choose(app, values), pinField("pin", "New PIN"), pinField("again", "The same again")),
  ); // prettier-ignore
}

/** @param {import("../app.js").App} app @param {Record<string, string>} values */
async function choose(app, { pin, again }) {
  if (pin !== again) throw new Refusal("pins-differ");
  await app.vault.choose(pin);
  app.say("The PIN is chosen.");
  app.go("#ready");
}

/** @param {import("../app.js").App} app @param {Awaited<ReturnType<import("../vault/vault.js").Vault["state"]>>} state */
function unlockScreen(app, { passkey, triesLeft, waitMs }) {
  const next = () => ({ start: "#start", "hand-over": "#hand-over" })[app.frame.name.split("/")[0]] ?? "#tablet"; // where the officer was going
  const wait = waitMs > 0 && h("p", { class: "tablet__warn" }, `Wrong PINs were typed. The next try in ${span(waitMs)}; ${triesLeft} left before the open papers are erased.`);
  const key = passkey && button(app, "Use the passkey", async () => {
    await app.vault.unlockWithPasskey(await askPasskey(app.credentials, passkey));
    app.go(next());
  }, "usa-button--outline"); // prettier-ignore
  const unlock = form(app, "Unlock", async ({ pin }) => (await app.vault.unlock(pin), app.go(next())), pinField("pin", "PIN"));
  return h("div", {}, h("h1", { tabindex: "-1" }, "Unlock"), wait, unlock, key);
}
