// @ts-check
/** Makes elements; text is text, never markup. */

/** @typedef {Node | string | null | false | undefined} Child */

/**
 * Make an element: a function is a listener of the event its name ends with, true is an attribute without a value.
 * @param {string} tag @param {Record<string, any>} [attributes] @param {...(Child | Child[])} children @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat().filter(isThere));
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function set(element, name, value) {
  if (typeof value === "function") element.addEventListener(name, value);
  else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
}

/** @param {Child} child @returns {child is Node | string} */
const isThere = (child) => child !== null && child !== undefined && child !== false && child !== "";

/** A button that works while nothing else is being done, and says what went wrong. @param {import("../app.js").App} app @param {string} label @param {() => unknown} act @param {string} [look] */
export function button(app, label, act, look = "") {
  const made = /** @type {HTMLButtonElement} */ (h("button", { type: "button", class: `usa-button ${look}`.trim() }, label));
  made.addEventListener("click", () => app.act(act, made));
  return made;
}

/** A link that looks like a button. @param {string} label @param {string} address @param {string} [look] */
export const linkButton = (label, address, look = "") => h("a", { class: `usa-button ${look}`.trim(), href: address }, label);

/** @param {string} name @param {string} label @param {Record<string, any>} [more] */
export function field(name, label, more = {}) {
  const id = `field-${name}`;
  const hint = more.hint && h("p", { class: "tablet__hint", id: `${id}-hint` }, more.hint);
  const described = more.hint ? { "aria-describedby": `${id}-hint` } : {};
  const { hint: _, ...attributes } = more;
  return h("div", { class: "tablet__field" }, h("label", { class: "usa-label", for: id }, label), hint, h("input", { class: "usa-input", id, name, ...described, ...attributes }));
}

/** A PIN is typed, not kept by the browser. @param {string} name @param {string} label @param {string} [hint] */
export const pinField = (name, label, hint = "") =>
  field(name, label, { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12, required: true, hint });

/** A form whose fields are handed to the act by name. @param {import("../app.js").App} app @param {string} label @param {(values: Record<string, string>) => unknown} act @param {...Child} fields */
export function form(app, label, act, ...fields) {
  const send = /** @type {HTMLButtonElement} */ (h("button", { type: "submit", class: "usa-button" }, label));
  const made = /** @type {HTMLFormElement} */ (h("form", { class: "tablet__form", novalidate: true }, ...fields, send));
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(made)].map(([name, value]) => [name, String(value).trim()]));
    void app.act(() => act(values), send);
  });
  return made;
}

/** @param {string} title @param {...(Child | Child[])} children */
export const card = (title, ...children) => h("section", { class: "tablet__card" }, h("h2", {}, title), ...children);
