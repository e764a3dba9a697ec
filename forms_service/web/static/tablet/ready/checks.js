// @ts-check
/**
 * Is this tablet ready for the field? Facts in, lines in plain words out, each red one with what to do. Pure.
 *
 * @typedef {{ slug: string, label: string }} Action Something the screen can do at once, or a screen (`#…`) that does it.
 * @typedef {{ id: string, state: "good" | "bad" | "note", said: string, todo: string, action: Action | null }} Line
 * @typedef {{ standalone: boolean, can_install: boolean, kept: boolean, persisted: boolean, free_bytes: number | null,
 *   forms: import("../store/forms.js").KeptForms | undefined, met: { at: number, offset_ms: number, build: string } | null,
 *   reachable: boolean, build: string, update_waits: boolean, unsent: number, refused: number, missing: string[],
 *   damage: import("../store/reconcile.js").Damage | undefined, second_trouble: string,
 *   enrolment: import("../outbox/device.js").Enrolment | undefined, has_pin: boolean, now: number }} Facts
 */

import { ago, plural } from "../messages.js";

const LEAST_FREE_BYTES = 200 * 1024 * 1024;
const MOST_OFFSET_MS = 5 * 60_000;
const LONGEST_APART_MS = 7 * 24 * 3_600_000;

/** @param {Facts} facts @returns {Line[]} Red ones first. */
export function readyLines(facts) {
  const lines = [damaged, enrolled, pin, installed, kept, persisted, twice, room, forms, version, clock, outbox, chain, connection].map((judge) => judge(facts));
  return [...lines.filter(isBad), ...lines.filter((line) => !isBad(line))];
}

/** @param {Line} line */
export const isBad = (line) => line.state === "bad";

/** @param {string} id @param {string} said @returns {Line} */
const good = (id, said) => ({ id, state: "good", said, todo: "", action: null });

/** @param {string} id @param {string} said @param {string} todo @param {Action | null} [action] @returns {Line} */
const bad = (id, said, todo, action = null) => ({ id, state: "bad", said, todo, action });

/** @param {Facts} facts */
function damaged({ damage, enrolment, has_pin: hasPin }) {
  if (!damage) return good("damaged", "The storage of this tablet is whole.");
  const todo = damage.lost_papers > 0 ? "Have the lost papers signed anew." : "";
  const left = { ...damage, needs_enrolment: damage.needs_enrolment && !enrolment, needs_pin: damage.needs_pin && !hasPin };
  return bad("damaged", damageSaid(left), `${todo} Tell IT that it happened.`.trim(), { slug: "seen-damage", label: "I have read it" });
}

/** Say what the browser threw away, and what is left. @param {import("../store/reconcile.js").Damage} damage */
export function damageSaid({ waiting, papers, lost_papers: lost, needs_enrolment: enrol, needs_pin: choose }) {
  const were = (/** @type {number} */ count) => (count === 1 ? "was" : "were");
  return [
    "This tablet's storage was damaged.",
    waiting > 0 ? `${plural(waiting, "signed agreement")} ${were(waiting)} kept and ${waiting === 1 ? "is" : "are"} being sent.` : "Nothing that was signed is lost.",
    papers > 0 && `${plural(papers, "open paper")} ${were(papers)} kept too.`,
    lost > 0 && `${plural(lost, "open paper")} ${were(lost)} lost.`,
    enrol && "Enrol again.",
    choose && "Choose a PIN again.",
  ].filter(Boolean).join(" "); // prettier-ignore
}

/** @param {Facts} facts */
function enrolled({ enrolment }) {
  const enrol = { slug: "#enrol", label: "Enrol this tablet" };
  if (!enrolment) return bad("enrolled", "This tablet is not enrolled.", "Ask an administrator for a code, then enrol it.", enrol);
  if (!enrolment.revoked) return good("enrolled", `Enrolled as “${enrolment.label}”.`);
  return bad("enrolled", "This tablet's enrolment was ended.", "What waits here can still be sent. Ask an administrator before you use it again.", enrol);
}

/** @param {Facts} facts */
function pin({ has_pin: hasPin }) {
  const choose = { slug: "#pin", label: "Choose a PIN" };
  return hasPin ? good("pin", "A PIN protects open papers.") : bad("pin", "No PIN is chosen.", "Without one no paper can be kept here.", choose);
}

/** @param {Facts} facts */
function installed({ standalone, can_install: canInstall }) {
  if (standalone) return good("installed", "Installed as an app.");
  const install = canInstall ? { slug: "install", label: "Install" } : null;
  const todo = canInstall
    ? "Install it, then open it from the home screen."
    : "Open the browser's menu, choose “Add to Home Screen” or “Install app”, then open it from there.";
  return bad("installed", "Open in a browser's tab, not as an app.", `${todo} A tab's storage may be emptied after some days.`, install);
}

/** @param {Facts} facts */
function kept({ kept: whole }) {
  if (whole) return good("kept", "The app opens without a network.");
  return bad("kept", "The app is not kept on this tablet yet.", "Stay here with a network for a moment, then check again.", {
    slug: "look-for-update",
    label: "Keep it now",
  });
}

/** @param {Facts} facts */
function persisted({ persisted: lasting }) {
  if (lasting) return good("persisted", "The browser keeps this app's storage for good.");
  const todo = "Ask again. If it stays so, install the app, and send what waits before the end of each shift: the browser may empty this storage when room is short.";
  return bad("persisted", "The browser has not promised to keep this app's storage.", todo, { slug: "persist", label: "Ask again" });
}

/** @param {Facts} facts */
function twice({ second_trouble: trouble }) {
  if (!trouble) return good("twice", "What is signed here lies in two places of this tablet.");
  const todo = "Open the app anew. If it stays so, bring the browser up to date, and send what waits before the end of each shift.";
  return bad("twice", "What is signed here lies in one place of this tablet only.", todo);
}

/** @param {Facts} facts */
function room({ free_bytes: free }) {
  if (free === null) return { ...good("room", "This browser does not say how much room is left."), state: /** @type {const} */ ("note") };
  const megabytes = Math.floor(free / 1024 / 1024);
  if (free >= LEAST_FREE_BYTES) return good("room", `${megabytes > 2048 ? `${Math.floor(megabytes / 1024)} GB` : `${megabytes} MB`} of room left.`);
  return bad("room", `Only ${megabytes} MB of room left.`, "Delete photos or apps that nobody needs on this tablet.");
}

/** @param {Facts} facts */
function forms({ forms: had, now, reachable }) {
  const get = { slug: "get-forms", label: "Get the forms" };
  const online = reachable ? "Get them now." : "Bring the tablet where it has a network, then get them.";
  if (!had) return bad("forms", "No forms are on this tablet.", online, get);
  if (!had.current) return bad("forms", "Newer forms are in use.", online, get);
  if (now - had.checked_at > LONGEST_APART_MS) return bad("forms", `The forms were last compared ${ago(had.checked_at, now)}.`, online, get);
  return good("forms", `${plural(had.content.forms.length, "form")} here, compared with the server's ${ago(had.checked_at, now)}.`);
}

/** @param {Facts} facts */
function version({ build, met, update_waits: waits }) {
  if (waits) return bad("version", "A new version of the app is here and not in use.", "Use it now.", { slug: "use-update", label: "Use it now" });
  if (!met || !build) return { ...good("version", build ? `App version ${build}.` : "The app's version is known once it is kept here."), state: /** @type {const} */ ("note") };
  if (met.build === build) return good("version", `App version ${build} is the newest.`);
  return bad("version", `App version ${build} is not the newest.`, "Get the new version while there is a network.", { slug: "look-for-update", label: "Get it" });
}

/** @param {Facts} facts */
function clock({ met, now }) {
  if (!met || now - met.at > LONGEST_APART_MS) {
    return bad("clock", "The clock was not compared with the server's.", "Bring the tablet where it has a network, then check again.");
  }
  const minutes = Math.round(Math.abs(met.offset_ms) / 60_000);
  if (Math.abs(met.offset_ms) <= MOST_OFFSET_MS) return good("clock", "The clock is right.");
  const way = met.offset_ms > 0 ? "behind" : "ahead";
  return bad("clock", `The clock is ${plural(minutes, "minute")} ${way}.`, "Set the tablet's date and time to automatic.");
}

/** @param {Facts} facts */
function outbox({ unsent, refused, reachable }) {
  const waiting = { slug: "#waiting", label: "Look at it" };
  if (refused) return bad("outbox", `The server refused ${plural(refused, "item")}.`, "Look at why, and tell the records unit. Nothing is lost.", waiting);
  if (!unsent) return good("outbox", "Nothing waits to be sent.");
  const send = reachable ? { slug: "send", label: "Send now" } : waiting;
  return bad("outbox", `${plural(unsent, "item")} not sent yet.`, reachable ? "Send before you leave." : "Bring the tablet where it has a network; it sends by itself.", send);
}

/** @param {Facts} facts */
function chain({ missing }) {
  if (missing.length === 0) return good("chain", "The server misses nothing of this tablet.");
  return bad("chain", missingSaid(missing), MISSING_TODO);
}

/** @param {string[]} missing */
export const missingSaid = (missing) => `The server does not have No. ${missing.join(", ")} of this tablet, and it is not here either.`;
export const MISSING_TODO = "Tell the records unit these numbers. They look whether it came another way, else it is signed anew.";

/** @param {Facts} facts @returns {Line} */
function connection({ reachable, met, now }) {
  if (reachable) return good("connection", "The server answers.");
  const last = met ? `It answered ${ago(met.at, now)}.` : "It never answered this tablet.";
  return { id: "connection", state: "note", said: `Working without the server. ${last}`, todo: "", action: null };
}
