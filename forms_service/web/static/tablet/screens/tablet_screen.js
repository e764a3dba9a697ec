// @ts-check
/** This tablet: its lock, what is kept on it and how old it is, its looks. */

import { ago, plural } from "../messages.js";
import { Refusal } from "../refusal.js";
import { MISSING_TODO, missingSaid } from "../ready/checks.js";
import { missingOf } from "../ready/facts.js";
import { installed } from "../shell/updates.js";
import { THEMES } from "../shell/theme.js";
import { hasPasskeys, makePasskey } from "../vault/passkey.js";
import { button, card, form, h, linkButton, pinField } from "./dom.js";
import { getForms } from "./ready_screen.js";

/** @param {import("../app.js").App} app */
export async function tabletScreen(app) {
  return h("div", {}, h("h1", { tabindex: "-1" }, "This tablet"), await lockCard(app), await appCard(app), await formsCard(app), await whoCard(app), looksCard(app));
}

/** @param {import("../app.js").App} app */
async function lockCard(app) {
  const state = await app.vault.state();
  if (!state.exists) return card("Lock", h("p", {}, "No PIN is chosen."), linkButton("Choose a PIN", "#pin"));
  if (!app.vault.isUnlocked) return card("Lock", h("p", {}, `Locked. ${await papers(app)}`), linkButton("Unlock", "#pin"));
  const lock = button(app, "Lock", () => app.lock());
  return card("Lock", h("p", {}, `Unlocked. ${await papers(app)} It locks by itself after ten minutes.`), lock, changePin(app), passkeyPart(app, state.passkey));
}

/** @param {import("../app.js").App} app */
async function papers(app) {
  const count = await app.drafts.count();
  return count === 0 ? "No open papers." : `${plural(count, "open paper")}.`;
}

/** @param {import("../app.js").App} app */
function changePin(app) {
  const change = async (/** @type {Record<string, string>} */ { old, pin, again }) => {
    if (pin !== again) throw new Refusal("pins-differ");
    await app.vault.changePin(old, pin);
    app.say("The PIN is changed.");
    await app.show();
  };
  return h("details", {}, h("summary", {}, "Change the PIN"), form(app, "Change it", change, pinField("old", "Present PIN"), pinField("pin", "New PIN"), pinField("again", "The new one again")));
}

/** @param {import("../app.js").App} app @param {import("../vault/vault.js").Passkey | null} passkey */
function passkeyPart(app, passkey) {
  if (passkey) {
    const remove = button(app, "Remove the passkey", async () => (await app.vault.removePasskey(), app.show()), "usa-button--outline");
    return h("details", {}, h("summary", {}, "Passkey"), h("p", {}, "Finger, face or the tablet's own code unlocks too."), remove);
  }
  if (!hasPasskeys()) return null;
  const add = async (/** @type {Record<string, string>} */ { passkey_pin: pin }) => {
    await app.vault.addPasskey(pin, await makePasskey(app.credentials, { host: app.host, label: "Forms tablet" }));
    app.say("The passkey unlocks this tablet from now on.");
    await app.show();
  };
  return h("details", {}, h("summary", {}, "Unlock with finger or face"), form(app, "Make a passkey", add, pinField("passkey_pin", "PIN")));
}

/** @param {import("../app.js").App} app */
async function appCard(app) {
  const kept = await installed(app.worker);
  const look = button(app, "Look for a new version", async () => (await app.updates?.look(), app.say(app.updates?.waits ? "A new version is here." : "There is none, or no network."), app.show()), "usa-button--outline");
  if (!kept) return card("The app", h("p", {}, "Not kept on this tablet yet."), look);
  const bytes = kept.files.reduce((sum, file) => sum + file.bytes, 0);
  const facts = [["Version", `${app.version} (${kept.build})`], ["Kept here since", `${app.moment(kept.installed_at)}, ${ago(kept.installed_at, app.now())}`], ["Files", `${kept.files.length}, ${Math.ceil(bytes / 1024)} kB, all of them checked`]];
  return card("The app", list(facts), look);
}

/** @param {import("../app.js").App} app */
async function formsCard(app) {
  const kept = await app.forms.kept();
  const get = button(app, "Get the forms", async () => (await getForms(app), app.show()), "usa-button--outline");
  if (!kept) return card("Forms", h("p", {}, "None on this tablet."), get);
  const rows = kept.content.forms.map((/** @type {any} */ one) => [one.words?.en?.title ?? one.form, `version ${one.version}${languages(one)}, ${one.digest.slice(0, 12)}`]);
  const ages = [["Got", `${app.moment(kept.got_at)}, ${ago(kept.got_at, app.now())}`], ["Compared", ago(kept.checked_at, app.now())]];
  return card("Forms", list([...rows, ...ages]), get);
}

/** @param {{ languages?: string[] }} form */
const languages = ({ languages: tags }) => (tags ? `, ${tags.join(" and ")}` : "");

/** @param {import("../app.js").App} app */
async function whoCard(app) {
  const enrolment = await app.device.enrolment();
  if (!enrolment) return card("Enrolment", h("p", {}, "Not enrolled."), linkButton("Enrol this tablet", "#enrol"));
  const state = enrolment.revoked ? "ended by an administrator" : app.moment(enrolment.at);
  const again = enrolment.revoked && linkButton("Enrol again", "#enrol");
  const missing = await missingOf(app);
  const gap = missing.length > 0 && h("p", { class: "tablet__warn", "data-missing": "" }, missingSaid(missing), " ", MISSING_TODO);
  return card("Enrolment", list([["Name", enrolment.label], ["Number", enrolment.device_id], [enrolment.revoked ? "State" : "Since", state]]), gap, again);
}

/** @param {import("../app.js").App} app */
function looksCard(app) {
  const names = { device: "As the tablet is set", light: "Light", dark: "Dark" };
  const choices = THEMES.map((theme) => h("label", { class: "tablet__choice" },
    h("input", { type: "radio", name: "theme", value: theme, checked: app.theme.chosen === theme, change: () => app.theme.choose(theme) }), names[/** @type {"dark"} */ (theme)])); // prettier-ignore
  return card("Looks", h("fieldset", { class: "tablet__choices" }, h("legend", {}, "Light or dark"), ...choices));
}

/** @param {string[][]} facts */
const list = (facts) => h("dl", { class: "tablet__facts" }, ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
