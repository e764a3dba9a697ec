// @ts-check
/** What waits, as a file: the way out when nothing can be sent. Sealed as it is, only the server opens it. Pure. */

// What the desk takes in one file (`workflow/bring_file.py`); what does not fit comes with the next one.
const [MOST, MOST_CHARACTERS, AROUND_ONE] = [500, 60_000_000, 400];

/** @param {import("./outbox.js").Row[]} rows @param {{ device_id: string, now: number }} about */
export function unsentFile(rows, { device_id: deviceId, now }) {
  const envelopes = fitting(rows).map(({ envelope_id: id, counter, digest, state, jws }) => ({ envelope_id: id, counter, digest, state, envelope: jws }));
  const content = { v: "unsent/1", device_id: deviceId, exported_at: now, envelopes };
  return { name: `forms-unsent-${new Date(now).toISOString().slice(0, 10)}.json`, text: JSON.stringify(content, null, 1), left: rows.length - envelopes.length };
}

/** @param {import("./outbox.js").Row[]} rows */
function fitting(rows) {
  let room = MOST_CHARACTERS;
  const end = rows.slice(0, MOST).findIndex(({ jws }) => (room -= jws.length + AROUND_ONE) < 0);
  return rows.slice(0, end < 0 ? MOST : end);
}
