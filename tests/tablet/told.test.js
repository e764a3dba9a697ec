// What is told after signing: cut off at any write it goes on, and seals each thing once; closed, a paper leaves a stub.
import assert from "node:assert/strict";
import { test } from "node:test";
import { toldOfDraft } from "../../forms_service/web/static/tablet/flow/told.js";
import { Papers } from "../../forms_service/web/static/tablet/paper/papers.js";
import { ToldPapers } from "../../forms_service/web/static/tablet/paper/told_papers.js";
import { formsOf, worldOf } from "../../forms_service/web/static/tablet/paper/world.js";
import { served, signedBy } from "./flow_cases.js";

const NOW = Date.parse("2026-11-20T22:40:00Z");
const HOURS = 3_600_000;
const AUTHOR = { credential: "jwt", name: "Dana Reyes", badge: "214", phone: "503-555-0142", exp: 0 };
const TRY = { tried_at: "2026-11-20T14:10", channel: "phone", number: "503-623-9289", result: "no_answer" };
const CALLED = { bh_contact: [TRY], bh_called_at: "2026-11-20T14:10" };
const CAME = { bh_arrived_at: "2026-11-20T14:20", bh_staff_name: "Dana Wu", bh_staff_role: "Crisis worker" };
const RELEASED = { officer_released_at: "2026-11-20T14:30", released_by: "Dana Wu" };

/** The power goes. */
class PowerCut extends Error {}

/** A tablet's disk in memory: it counts its writes, and ends before or after one of them. */
class Disk {
  drafts = new Map();
  outbox = new Map();
  writes = 0;
  cutAt = Infinity;

  write(act) {
    this.writes += 1;
    if (this.writes === this.cutAt) throw new PowerCut();
    act();
    if (this.writes + 0.5 === this.cutAt) throw new PowerCut();
  }
}

/** A tablet that is switched on. */
function on(disk, now = NOW) {
  const drafts = {
    whileOpen: async (id, work) => (await work(), true),
    put: async (vault, id, content, at) => disk.write(() => disk.drafts.set(id, { id, changed_at: at, content: structuredClone(content) })),
    content: async (vault, id) => structuredClone(disk.drafts.get(id)?.content),
    rows: async () => [...disk.drafts.values()].map(({ id, changed_at: at }) => ({ id, changed_at: at })),
    remove: async (id) => disk.write(() => disk.drafts.delete(id)),
  };
  const outbox = {
    digestOf: async (id) => disk.outbox.get(id)?.digest ?? "",
    add: async (make) => {
      const made = await make();
      disk.write(() => disk.outbox.set(made.envelope_id, made));
      return made;
    },
  };
  let drawn = disk.writes * 1000;
  const parts = {
    drafts, outbox, vault: null, now: () => now, newId: () => `id-${(drawn += 1)}`, finished: () => {},
    locks: { request: async (name, act) => act() }, forms: async () => formsOf(served.forms),
    world: async () => worldOf({ kept: { content: served }, author: AUTHOR, met: undefined, device: "Car 12", version: "1", now: () => now }),
    make: async (finished) => () => ({ ...finished, digest: `digest of ${finished.envelope_id}` }),
  };
  const told = new ToldPapers(parts);
  return { told, papers: new Papers({ ...parts, told }), drafts };
}

const tell = (told, id, step, values) => told.tell(id, step, values);

/** Begin a signed paper's hand-over. */
async function begun(disk = new Disk()) {
  const draft = await signedBy("person", "officer");
  const { told, drafts } = on(disk);
  await drafts.put(null, draft.id, draft, NOW);
  await told.begin(toldOfDraft(draft));
  return { disk, draft, id: draft.paper.document_id };
}

test("each step is an envelope of its own that names the officer's", async () => {
  const { disk, id } = await begun();
  const { told } = on(disk);
  for (const [step, values] of Object.entries({ try: CALLED, arrival: CAME, release: RELEASED })) assert.deepEqual(await tell(told, id, step, values), []);
  const sent = [...disk.outbox.values()];
  assert.deepEqual(sent.map(({ kind, document_id: of }) => [kind, of]), [["addition", id], ["addition", id], ["addition", id]]);
  assert.deepEqual(sent.map(({ content }) => content.values), [CALLED, CAME, RELEASED]);
  assert.deepEqual(new Set(sent.map(({ content }) => content.names)), new Set(["digest-officer"]));
  assert.equal(sent[0].content.at, "2026-11-20T14:40:00-08:00");
  assert.equal(sent[0].content.author, "jwt");
});

test("cut off before or after any write, it is told once", async () => {
  const whole = await begun();
  const before = whole.disk.writes;
  await tell(on(whole.disk).told, whole.id, "try", CALLED);
  for (let at = 1; at <= whole.disk.writes - before; at += 0.5) {
    const { disk, draft, id } = await begun();
    disk.cutAt = disk.writes + at;
    await assert.rejects(tell(on(disk).told, id, "try", CALLED), PowerCut);
    disk.cutAt = Infinity;
    const { told } = on(disk);
    await told.begin(toldOfDraft(draft));
    if ((await told.of(id)).told.length === 0) await tell(told, id, "try", CALLED);
    assert.equal(disk.outbox.size, 1, `cut at ${at}`);
    assert.deepEqual((await told.of(id)).told.map((one) => one.values), [CALLED]);
    assert.equal((await told.of(id)).pending, null);
  }
});

test("what is typed stays until it is told, and a fault changes nothing", async () => {
  const { disk, id } = await begun();
  const { told } = on(disk);
  await told.enter(id, "arrival", { bh_staff_name: "Dana Wu" });
  assert.deepEqual((await on(disk).told.of(id)).entry, { arrival: { bh_staff_name: "Dana Wu" } });
  const faults = await tell(told, id, "arrival", { bh_arrived_at: "2026-11-20T13:00" });
  assert.deepEqual(faults, [{ slug: "time-out-of-order", place: "bh_arrived_at" }]);
  assert.deepEqual([(await told.of(id)).told, (await told.of(id)).entry.arrival, disk.outbox.size], [[], { bh_staff_name: "Dana Wu" }, 0]);
  await assert.rejects(tell(told, id, "next", {}), { slug: "addition-empty" });
  await tell(told, id, "arrival", CAME);
  assert.deepEqual((await told.of(id)).entry, {});
});

test("another tablet finds the paper by its number, or by the square with the digest", async () => {
  const { told } = on(new Disk());
  await assert.rejects(told.beginNumbered("LEAD-7Q2F9-KDM3X-4"), { slug: "document-id-check-failed" });
  for (const code of ["", "LEAD", `LEAD-7Q2F9-KDM3X-3.${"g".repeat(64)}`]) await assert.rejects(told.beginNumbered(code), { slug: "document-id-malformed" });
  await assert.rejects(told.beginNumbered("XX-7Q2F9-KDM3X-3"), { slug: "form-not-in-use" });
  const id = await told.beginNumbered("lead 7q2f9 kdm3x 3");
  assert.equal((await told.of(id)).names, "");
  await tell(told, id, "try", CALLED);
  await told.beginNumbered(`LEAD-7Q2F9-KDM3X-3.${"a".repeat(64)}`);
  const paper = await told.of(id);
  assert.deepEqual([paper.names, paper.is_own, paper.told.length], ["a".repeat(64), false, 1]);
  await assert.rejects(tell(told, "LEAD-00000-00000-0", "try", CALLED), { slug: "paper-unknown" });
});

test("once hand-over and copy are told only a stub is left", async () => {
  const { disk, draft, id } = await begun();
  const { told, papers } = on(disk);
  for (const [step, values] of Object.entries({ try: CALLED, arrival: CAME, release: RELEASED, next: { next_step_later: "Monday" } })) await tell(told, id, step, values);
  await papers.letOldCopiesGo();
  assert.equal(disk.drafts.get(draft.id).content.v, "draft/1");
  const given = (copies) => disk.drafts.set(draft.id, { ...disk.drafts.get(draft.id), content: { ...draft, copies } });
  given([{ way: "pickup", digest: "d", envelope_id: "e", at: "" }]);
  await papers.letOldCopiesGo();
  assert.equal(disk.drafts.get(draft.id).content.v, "draft/1");
  given([{ way: "declined", reason: "Wants none.", digest: "d", envelope_id: "e", at: "" }]);
  await papers.letOldCopiesGo();
  const { content } = disk.drafts.get(draft.id);
  assert.deepEqual([content.v, content.is_closed, content.name, content.document_id], ["stub/1", true, "RS", id]);
  assert.equal(await told.of(id), undefined);
  assert.equal(JSON.stringify([...disk.drafts.values()]).includes("Sample"), false);
});

test("after twelve hours a stub is left, and its hand-over can still be told", async () => {
  const { disk, draft, id } = await begun();
  disk.drafts.delete(`told-${id}`);
  const later = on(disk, NOW + 12 * HOURS);
  await later.papers.letOldCopiesGo();
  assert.deepEqual([disk.drafts.get(draft.id).content.v, disk.drafts.get(draft.id).content.is_closed], ["stub/1", false]);
  assert.equal((await later.told.of(id)).name, "RS");
  await tell(later.told, id, "exception", { release_exception: "person_left", release_exception_text: "He walked off." });
  await later.papers.letOldCopiesGo();
  assert.deepEqual([disk.drafts.get(draft.id).content.is_closed, await later.told.of(id)], [true, undefined]);
  await later.papers.letOldCopiesGo();
});

test("what was told of another tablet's paper is forgotten some hours after it was closed", async () => {
  const disk = new Disk();
  const { told, papers } = on(disk);
  const id = await told.beginNumbered("SR-00000-00005-5");
  await tell(told, id, "try", { bh_contact: [TRY] });
  await papers.letOldCopiesGo();
  assert.equal((await told.list()).length, 1);
  await on(disk, NOW + 12 * HOURS).papers.letOldCopiesGo();
  assert.deepEqual(await told.list(), []);
});

test("what was being told when the power went is sealed before it is forgotten, of a closed paper and of another tablet's", async () => {
  const { disk, draft, id } = await begun();
  const other = await on(disk).told.beginNumbered("SR-00000-00005-5");
  await tell(on(disk).told, id, "exception", { release_exception: "person_left", release_exception_text: "He walked off." });
  await tell(on(disk).told, other, "try", { bh_contact: [TRY] });
  const sealed = disk.outbox.size;
  for (const one of [id, other]) {
    disk.cutAt = disk.writes + 1.5;
    await assert.rejects(tell(on(disk).told, one, "try", { bh_contact: [TRY] }), PowerCut);
    disk.cutAt = Infinity;
  }
  const content = { ...draft, copies: [{ way: "declined", reason: "Wants none.", digest: "d", envelope_id: "e", at: "" }] };
  disk.drafts.set(draft.id, { ...disk.drafts.get(draft.id), content });
  const { told, papers } = on(disk, NOW + 12 * HOURS);
  await papers.letOldCopiesGo();
  assert.deepEqual([await told.of(id), await told.of(other), disk.drafts.get(draft.id).content.is_closed], [undefined, undefined, true]);
  assert.equal(disk.outbox.size, sealed + 2);
});
