// @ts-check
/** Read the answers of a form page as the server would, for conditions only. */

/**
 * @param {Iterable<[string, string]>} pairs Names and values of the page's inputs.
 * @returns {{ [name: string]: unknown }}
 */
export function answersOf(pairs) {
  /** @type {{ [name: string]: unknown }} */
  const answers = {};
  for (const [name, text] of pairs) {
    if (text === "" || name === "csrf_token") continue;
    put(answers, name, typed(text));
  }
  return answers;
}

/** @param {string} text */
function typed(text) {
  if (text === "true") return true;
  if (text === "false") return false;
  return /^[0-9]{1,6}$/.test(text) ? Number(text) : text;
}

/**
 * @param {{ [name: string]: unknown }} answers
 * @param {string} name
 * @param {unknown} value
 */
function put(answers, name, value) {
  const known = answers[name];
  const [base, part] = name.split(".");
  if (["year", "month", "day"].includes(part)) answers[base] = "date";
  else answers[name] = known === undefined ? value : [known, value].flat();
}
