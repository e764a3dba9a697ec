// @ts-check
/** A code as a picture that prints sharp: SVG, one path, with its quiet border. */

import { correction, generate } from "../../../qr/nano.mjs";

/** @typedef {{ size: number, get(x: number, y: number): boolean }} Code Modules, dark or not. */

const draw = /** @type {(text: string, options: { minCorrectionLevel: number }) => Code} */ (/** @type {unknown} */ (generate));
const QUIET = 4;
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} text @param {string} label For those who do not see it. */
export function qrCode(text, label) {
  const code = draw(text, { minCorrectionLevel: correction.M });
  const side = code.size + 2 * QUIET;
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": label, class: "qr" })) svg.setAttribute(name, value);
  const [ground, dark] = [document.createElementNS(SVG, "rect"), document.createElementNS(SVG, "path")];
  for (const [name, value] of Object.entries({ width: side, height: side, fill: "#fff" })) ground.setAttribute(name, String(value));
  dark.setAttribute("d", darkPath(code));
  svg.append(ground, dark);
  return svg;
}

/** @param {Code} code */
function darkPath(code) {
  const rows = Array.from({ length: code.size }, (_, y) => y);
  return rows.flatMap((y) => rows.filter((x) => code.get(x, y)).map((x) => `M${x + QUIET} ${y + QUIET}h1v1h-1z`)).join("");
}
