// @ts-check
/** Beside the name: fill it, and the date of birth, from the code on the back of a licence. What is filled stands there to be changed. */

import { button } from "../dom.js";
import { fill } from "./questions_view.js";

/** @typedef {import("../../app.js").App} App */

/** Offer it where a name is asked. @param {App} app @param {HTMLElement} questions */
export function offerLicence(app, questions) {
  const scan = button(app, "Scan a license", async () => {
    const { scanLicence } = await import("../../scan/scan_dialog.js"); // and with it the reader: seldom used, kept offline like everything else
    const licence = await scanLicence(app);
    if (licence) take(app, questions, licence);
  }, "usa-button--outline question__scan"); // prettier-ignore
  questions.querySelector('[data-question="person_name_as_given"]')?.append(scan);
}

/** @param {App} app @param {HTMLElement} questions @param {import("../../scan/aamva.js").Licence} licence */
function take(app, questions, { name, date_of_birth: born, card, is_shortened: isShortened }) {
  for (const [id, value] of Object.entries({ person_name_as_given: name, date_of_birth: born, id_seen: card })) {
    fill(questions, id, value);
    questions.querySelector(`[data-question="${id}"]`)?.closest("details")?.setAttribute("open", "");
  }
  questions.dispatchEvent(new Event("change", { bubbles: true }));
  const more = isShortened ? " The card had no room for the whole name: ask for it." : "";
  app.say(`Name and date of birth are from the card. Ask whether they are right.${more}`);
}
