// @ts-check
/** What the scan of a licence says to the officer, by slug. Pure. */

/** @type {Readonly<Record<string, string>>} */
const WORDS = {
  looking: "Looking for the code.",
  "code-not-found": "No code was found. Clean the card, hold it flat, give it more light. Or type the name.",
  "camera-refused": "The camera is not allowed for this app. Allow it in the tablet's settings, or type the name.",
  "camera-absent": "This tablet has no camera that can be used. Type the name.",
  "camera-busy": "The camera does not start. Another app may use it. Try again, or type the name.",
  "reader-broken": "The reader does not start. Type the name, and tell IT.",
  "licence-is-none": "That is another kind of code. Show the back of a driver's license or state card.",
  "licence-damaged": "The code can not be read whole. Hold it still, or type the name.",
  "licence-without-name": "The code holds no name. Type it.",
  "licence-without-birth-date": "The code holds no usable date of birth. Type the name and the date.",
};

/** @param {string} slug */
export const toOfficer = (slug) => WORDS[slug] ?? `Not done (${slug}). Type the name.`;

/** Give every slug that has words, so that a test can compare. */
export const told = () => Object.keys(WORDS);
