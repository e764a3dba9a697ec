// @ts-check
/** A row's name and value as text and back; bytes as base64. Pure. */

const BYTES = "bytes:";

/** @param {string} store @param {IDBValidKey} key */
export const nameOf = (store, key) => JSON.stringify([store, key]);

/** @param {string} name @returns {[store: string, key: any]} */
export const placeOf = (name) => JSON.parse(name);

/** @param {any} value @returns {unknown} */
export function packed(value) {
  if (value instanceof Uint8Array) return { [BYTES]: btoa(Array.from(value, (one) => String.fromCharCode(one)).join("")) };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, packed(one)]));
}

/** @param {any} value @returns {any} */
export function unpacked(value) {
  if (Array.isArray(value)) return value.map(unpacked);
  if (typeof value !== "object" || value === null) return value;
  if (typeof value[BYTES] === "string") return Uint8Array.from(atob(value[BYTES]), (one) => one.charCodeAt(0));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, unpacked(one)]));
}
