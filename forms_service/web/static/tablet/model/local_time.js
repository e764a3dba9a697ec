// @ts-check
/**
 * The agency's local time of an instant, from the offsets that the server lists (`forms_service/domain/zones.py`): never
 * from the device's own zone, which may be wrong. The cases of both stand in `tests/vectors/period.json`.
 *
 * @typedef {[from: number, offset: number]} Offset UTC milliseconds from which it holds; seconds east of UTC.
 * @typedef {{ offsets: Offset[], until: number }} Zone `until`: UTC milliseconds after which nothing is known.
 */

/**
 * Give the local time as `2026-11-20T14:03:11`; empty for an instant of which the list says nothing: a clock that is
 * years off, or a list that is years old.
 * @param {number} utcMs
 * @param {Zone} zone
 */
export function localTime(utcMs, zone) {
  const offset = offsetAt(utcMs, zone);
  return offset === null ? "" : new Date(utcMs + offset * 1000).toISOString().slice(0, 19);
}

/**
 * Give the local time with its offset as `2026-11-20T14:03:11-08:00`; empty where nothing is known.
 * @param {number} utcMs
 * @param {Zone} zone
 */
export function localTimeWithOffset(utcMs, zone) {
  const offset = offsetAt(utcMs, zone);
  if (offset === null) return "";
  const minutes = Math.abs(offset) / 60;
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0"));
  return `${localTime(utcMs, zone)}${offset < 0 ? "-" : "+"}${parts.join(":")}`;
}

/**
 * @param {number} utcMs
 * @param {Zone} zone
 */
function offsetAt(utcMs, { offsets, until }) {
  const begun = utcMs <= until ? offsets.filter(([from]) => from <= utcMs).at(-1) : undefined;
  return begun === undefined ? null : begun[1];
}
