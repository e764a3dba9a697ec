// @ts-check
/** Lets a button answer before the work that it begins. */

const LONGEST_MS = 100; // a window that nobody sees paints nothing

/** Wait until what stands now is painted, so that a button answers before the work begins. @param {Window} window @returns {Promise<void>} */
export function painted(window) {
  return new Promise((done) => {
    window.requestAnimationFrame(() => window.setTimeout(done));
    window.setTimeout(done, LONGEST_MS);
  });
}
