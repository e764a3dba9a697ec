// @ts-check
/**
 * Patterns of fields, matched whole, as `forms_service/patterns.py` and `forms_service/domain/values.py` match them.
 * The server refuses to load a pattern that the two would read differently.
 * The cases of both stand in `tests/vectors/patterns.json`.
 */

/** @type {{ [type: string]: string }} */
const USUAL = {
  email: "[^@\\s]{1,64}@[^@\\s.]+(\\.[^@\\s.]+)+",
  phone: "[0-9+(][0-9+()./ \\-]*( ?(x|ext\\.?) ?[0-9]+)?",
  language: "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*",
};

/**
 * Say whether a text is what the pattern asks for, from its first character to its last.
 * @param {string} pattern
 * @param {string} text
 */
export function fits(pattern, text) {
  return new RegExp(`^(?:${pattern})$`, "u").test(text);
}

/**
 * Say whether a text is what its field asks for: by the field's own pattern, else by that of its type.
 * @param {{ type: string, pattern: string }} field
 * @param {string} text Normal text.
 */
export function fitsField({ type, pattern }, text) {
  const asked = pattern || USUAL[type];
  return asked === undefined || fits(asked, text);
}
