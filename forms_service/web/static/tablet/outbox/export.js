// @ts-check
/** What waits, as a file: the way out when nothing can be sent. Sealed as it is, only the server opens it. Pure. */

/** @param {import("./outbox.js").Row[]} rows @param {{ device_id: string, now: number }} about */
export function unsentFile(rows, { device_id: deviceId, now }) {
  const envelopes = rows.map(({ envelope_id: id, counter, digest, state, jws }) => ({ envelope_id: id, counter, digest, state, envelope: jws }));
  const content = { v: "unsent/1", device_id: deviceId, exported_at: now, envelopes };
  return { name: `forms-unsent-${new Date(now).toISOString().slice(0, 10)}.json`, text: JSON.stringify(content, null, 1) };
}
