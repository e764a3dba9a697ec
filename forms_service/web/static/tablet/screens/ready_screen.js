// @ts-check
/** Ready for the field? One green or red answer, and what to do for each red line. */

import { wordsOf } from "../messages.js";
import { isBad, readyLines } from "../ready/checks.js";
import { gatherFacts } from "../ready/facts.js";
import { button, h, linkButton } from "./dom.js";

/** @param {import("../app.js").App} app */
export async function readyScreen(app) {
  const lines = readyLines(await gatherFacts(app));
  const open = lines.filter(isBad).length;
  const again = button(app, "Check again", async () => (await app.check(), app.say(`Checked, ${app.moment(app.now())}.`)), "usa-button--outline tablet__big");
  return h("div", {}, verdict(open), h("ul", { class: "lines" }, ...lines.map((line) => lineOf(app, line))), h("p", {}, again));
}

/** @param {number} open */
function verdict(open) {
  const title = open === 0 ? "Ready for the field" : "Not ready for the field";
  const said = open === 0 ? "This tablet can work without a network." : open === 1 ? "One thing to do first." : `${open} things to do first.`;
  const look = open === 0 ? "good" : "bad";
  return h("div", { class: `answer answer--${look}` }, h("h1", { tabindex: "-1" }, title), h("p", {}, said));
}

const MARKS = { good: ["✓", "All right"], bad: ["✗", "To do"], note: ["–", "Note"] };

/** @param {import("../app.js").App} app @param {import("../ready/checks.js").Line} line */
function lineOf(app, line) {
  const [mark, name] = MARKS[line.state];
  const words = h("div", { class: "lines__words" }, h("p", { class: "lines__said" }, line.said), line.todo && h("p", { class: "lines__todo" }, line.todo));
  const sign = h("span", { class: "lines__mark", role: "img", "aria-label": name }, mark);
  return h("li", { class: `lines__one lines__one--${line.state}`, "data-line": line.id }, sign, words, line.action && act(app, line.action));
}

/** @param {import("../app.js").App} app @param {import("../ready/checks.js").Action} action */
function act(app, { slug, label }) {
  return slug.startsWith("#") ? linkButton(label, slug) : button(app, label, () => doIt(app, slug));
}

/** @param {import("../app.js").App} app @param {string} slug */
async function doIt(app, slug) {
  if (slug === "persist") await app.storage?.persist?.();
  else if (slug === "install") await app.install();
  else if (slug === "send") await app.send();
  else if (slug === "get-forms") await getForms(app);
  else if (slug === "seen-damage") await app.facts.put("damage", null);
  else if (slug === "use-update") return app.useUpdate();
  else await app.updates?.look();
  return app.show();
}

/** Get the forms; who must sign in first is told where. @param {import("../app.js").App} app */
export async function getForms(app) {
  try {
    await app.forms.refresh();
    app.say("The forms are here.");
  } catch (error) {
    const link = /** @type {any} */ (error).slug === "forms-need-sign-in" && h("a", { href: "/sign-in?next=/tablet/" }, "Sign in");
    app.say(wordsOf(error), link || undefined);
  }
}
