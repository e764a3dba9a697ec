// @ts-check
/** Gathers what the field-ready check judges. What the server said last is kept, so that it is known without a network. */

import { probe } from "../api.js";
import { installed } from "../shell/updates.js";
import { missingNumbers } from "./gap.js";

/** Ask the server whether it is there, and keep what it said. @param {import("../app.js").App} app */
export async function meet(app) {
  const met = await probe();
  if (met) await app.facts.put("met", remembered(met, app.now()));
  return Boolean(met);
}

/** @param {import("../api.js").Met} met @param {number} now */
function remembered({ now_ms: there, build, round_ms: round }, now) {
  return { at: now, offset_ms: Math.round(there + round / 2 - now), build };
}

/** @param {import("../app.js").App} app @returns {Promise<import("./checks.js").Facts>} */
export async function gatherFacts(app) {
  const reachable = await meet(app);
  const [kept, met, forms, enrolment] = await Promise.all([
    installed(app.worker), app.facts.get("met"), app.forms.kept(), app.device.enrolment(),
  ]); // prettier-ignore
  const [unsent, refused, vault] = await Promise.all([app.outbox.rows("unsent"), app.outbox.rows("refused"), app.vault.state()]);
  const [damage, missing] = [await app.facts.get("damage"), await missingOf(app)];
  return {
    ...(await storageFacts(app)), standalone: app.isStandalone(), can_install: app.canInstall, kept: kept !== null, forms,
    met: met ?? null, reachable, build: kept?.build ?? "", update_waits: app.updates?.waits ?? false, unsent: unsent.length,
    refused: refused.length, enrolment, has_pin: vault.exists, now: app.now(),
    damage, missing, second_trouble: app.second.trouble,
  }; // prettier-ignore
}

/** Give the numbers that neither the server has nor this tablet. @param {import("../app.js").App} app */
export async function missingOf(app) {
  const enrolment = await app.device.enrolment();
  const rows = (await Promise.all(/** @type {const} */ (["unsent", "refused", "sent"]).map((state) => app.outbox.rows(state)))).flat();
  return missingNumbers(enrolment?.missing, rows.filter((row) => row.device_id === enrolment?.device_id));
}

/** @param {import("../app.js").App} app */
async function storageFacts({ storage }) {
  const persisted = (await storage?.persisted?.()) ?? false;
  const { quota, usage } = (await storage?.estimate?.()) ?? {};
  return { persisted, free_bytes: quota === undefined ? null : quota - (usage ?? 0) };
}
