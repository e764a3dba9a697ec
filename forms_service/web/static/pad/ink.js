// @ts-check
/**
 * Ink as data: points in 1/100 mm from the block's top left, the same rules as `domain/signature.py`.
 * The cases of both stand in `tests/vectors/least_ink.json`.
 *
 * @typedef {[x: number, y: number, t: number, pressure: number | null]} Point
 * @typedef {Point[]} Stroke
 * @typedef {{ width: number, height: number }} Size in 1/100 mm
 * @typedef {{ path: number, side: number }} Least in mm
 */

/**
 * Give where on the block a place on the screen lies, kept within the block.
 * @param {{ x: number, y: number }} place In CSS pixels.
 * @param {{ left: number, top: number, width: number, height: number }} view Where the block is drawn.
 * @param {Size} size
 * @returns {[number, number]}
 */
export function onBlock(place, view, size) {
  const x = Math.round(((place.x - view.left) / view.width) * size.width);
  const y = Math.round(((place.y - view.top) / view.height) * size.height);
  return [within(x, size.width), within(y, size.height)];
}

/**
 * @param {number} value
 * @param {number} most
 */
function within(value, most) {
  return Math.min(Math.max(value, 0), most);
}

/**
 * Give the length of the drawn path and the longer side of its box, in mm.
 * @param {Stroke[]} strokes
 * @returns {{ path: number, side: number }}
 */
export function measured(strokes) {
  const points = strokes.flat();
  if (points.length === 0) return { path: 0, side: 0 };
  const path = strokes.reduce(withLength, 0);
  return { path: path / 100, side: Math.max(span(points, 0), span(points, 1)) / 100 };
}

/**
 * Add a stroke's length to a sum, root by root as Python does: `hypot` need not round alike everywhere.
 * @param {number} sum
 * @param {Stroke} stroke
 */
function withLength(sum, stroke) {
  return stroke.slice(1).reduce((path, [x, y], at) => path + Math.sqrt((x - stroke[at][0]) ** 2 + (y - stroke[at][1]) ** 2), sum);
}

/**
 * @param {Point[]} points
 * @param {0 | 1} axis
 */
function span(points, axis) {
  const values = points.map((point) => point[axis]);
  return values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
}

/**
 * Give the slug of what is wrong with ink, empty when it counts as signed.
 * @param {Stroke[]} strokes
 * @param {Size} size
 * @param {Least} least
 */
export function refusal(strokes, size, least) {
  const { path, side } = measured(strokes);
  if (strokes.flat().length === 0) return "signature-is-empty";
  if (!strokes.flat().every(([x, y]) => x >= 0 && x <= size.width && y >= 0 && y <= size.height)) return "ink-outside-box";
  if (path === 0) return "signature-is-empty";
  return path < least.path || side < least.side ? "signature-is-too-small" : "";
}

/**
 * Give a stroke as an SVG path; a single point becomes a dot that round ends make visible.
 * @param {Stroke} stroke
 */
export function svgPath(stroke) {
  const [first, ...rest] = stroke;
  const ends = rest.length > 0 ? rest : [first];
  return `M${first[0]} ${first[1]}` + ends.map(([x, y]) => `L${x} ${y}`).join("");
}
