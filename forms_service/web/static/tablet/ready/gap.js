// @ts-check
/**
 * Which numbers of this tablet's chain neither the server has nor this tablet. Pure.
 *
 * @typedef {{ runs: [first: number, last: number][], at: number }} Missing As the server told it, and when.
 */

/**
 * Give the numbers, first and last of each run. What waits here is not missing; what the server gave its receipt for is
 * missing when the server, asked later, does not have it any more.
 * @param {Missing | undefined} missing @param {import("../outbox/outbox.js").Row[]} rows Of this device.
 * @returns {string[]} Such as `4` and `7 to 9`.
 */
export function missingNumbers(missing, rows) {
  const { runs = [], at = 0 } = missing ?? {};
  const here = new Set(rows.filter((row) => row.state !== "sent" || row.sent_at > at).map((row) => row.counter));
  return runs.flatMap((run) => without(run, here)).map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
}

/** @param {[number, number]} run @param {Set<number>} here @returns {[number, number][]} */
function without([first, last], here) {
  const found = [...here].filter((one) => first <= one && one <= last).sort((one, other) => one - other);
  const edges = [first - 1, ...found, last + 1];
  return edges.slice(1).map((edge, at) => /** @type {[number, number]} */ ([edges[at] + 1, edge - 1])).filter(([from, to]) => from <= to);
}
