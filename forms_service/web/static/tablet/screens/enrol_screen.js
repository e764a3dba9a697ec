// @ts-check
/** Makes this tablet known to the server with a one-time code, scanned (it comes in the address) or typed. */

import { enrol } from "../api.js";
import { Refusal } from "../refusal.js";
import { field, form, h } from "./dom.js";

/** @param {import("../app.js").App} app @param {string} code */
export async function enrolScreen(app, code) {
  const enrolment = await app.device.enrolment();
  const title = h("h1", { tabindex: "-1" }, "Enrol this tablet");
  if (enrolment && !enrolment.revoked) return h("div", {}, title, h("p", {}, `It is enrolled already, as “${enrolment.label}”.`), h("p", {}, h("a", { href: "#ready" }, "Back to the check")));
  const why = "Once, with a code from an administrator. The tablet makes a key that never leaves it; with it the server knows what comes from this tablet.";
  return h("div", {}, title, h("p", {}, why), form(app, "Enrol", (values) => enrolNow(app, values),
    field("code", "One-time code", { value: code, autocomplete: "off", autocapitalize: "characters", spellcheck: "false", required: true, hint: "It stands on the administrator's screen. Scanning its square fills it in." }),
    field("label", "Name of this tablet", { autocomplete: "off", maxlength: 60, required: true, hint: "As it stands on its case, such as Car 12." }),
  )); // prettier-ignore
}

/** @param {import("../app.js").App} app @param {Record<string, string>} values */
async function enrolNow(app, { code, label }) {
  if (!code) throw new Refusal("code-missing");
  if (!label) throw new Refusal("label-missing");
  await app.device.enrol((key) => enrol({ code, key, label, app_version: app.version }), { label, now: app.now() });
  app.say(`Enrolled as “${label}”.`);
  app.go((await app.vault.state()).exists ? "#ready" : "#pin");
}
