// The open paper: cut off at any write it goes on, and seals each signature once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { copiesOf, isCopyClosed } from "../../forms_service/web/static/tablet/flow/copies.js";
import { handedOver, reachedEnd, sawNo, takenBack } from "../../forms_service/web/static/tablet/flow/draft.js";
import { personNames } from "../../forms_service/web/static/tablet/screens/paper/words.js";
import { Papers } from "../../forms_service/web/static/tablet/paper/papers.js";
import { Way } from "../../forms_service/web/static/tablet/paper/way.js";
import { worldOf } from "../../forms_service/web/static/tablet/paper/world.js";
import { randomBytes, served, sha256 } from "./flow_cases.js";

const NOW = Date.parse("2026-11-20T22:03:11Z");
const NIGHT = 10 * 3_600_000;
const AUTHOR = { credential: "jwt", name: "Dana Reyes", badge: "214", phone: "503-555-0142", exp: 0 };
const STROKE = [[100, 100, 0, null], [4000, 900, 90, null], [7000, 300, 180, null]];

/** The power goes. */
class PowerCut extends Error {}

/** A tablet's disk in memory: it counts its writes, and ends before or after one of them. */
class Disk {
  drafts = new Map();
  strokes = new Map();
  outbox = new Map();
  held = new Set();
  beforeHold = async () => {};
  writes = 0;
  sealed = 0;
  cutAt = Infinity;

  async hold(id, work) {
    const before = this.beforeHold;
    this.beforeHold = async () => {};
    await before();
    if (this.held.has(id)) return false;
    this.held.add(id);
    await work().finally(() => this.held.delete(id));
    return true;
  }

  write(act) {
    this.writes += 1;
    if (this.writes === this.cutAt) throw new PowerCut();
    act();
    if (this.writes + 0.5 === this.cutAt) throw new PowerCut();
  }
}

/** A tablet that is switched on: a way over a disk, in the only window unless another one is asked for. */
function on(disk, { now = () => NOW, author = AUTHOR, forms = served, isAlone = true } = {}) {
  const key = ({ draft, block, n }) => `${draft}/${block}/${String(n).padStart(4, "0")}`;
  const forget = (prefix) => [...disk.strokes.keys()].filter((name) => name.startsWith(prefix)).forEach((name) => disk.strokes.delete(name));
  const drafts = {
    whileOpen: (id, work) => disk.hold(id, work),
    put: async (vault, id, content, at) => disk.write(() => disk.drafts.set(id, { id, changed_at: at, content: structuredClone(content) })),
    content: async (vault, id) => structuredClone(disk.drafts.get(id)?.content),
    rows: async () => [...disk.drafts.values()],
    remove: async (id) => disk.write(() => (disk.drafts.delete(id), forget(`${id}/`))),
    putStroke: async (vault, where, stroke) => disk.write(() => disk.strokes.set(key(where), structuredClone(stroke))),
    strokes: async (vault, draft, block) => [...disk.strokes].filter(([name]) => name.startsWith(`${draft}/${block}/`)).sort().map(([, one]) => one),
    clearStrokes: async (draft, block) => disk.write(() => forget(`${draft}/${block}/`)),
  };
  const outbox = {
    digestOf: async (id) => disk.outbox.get(id)?.digest ?? "",
    add: async (make) => {
      const made = await make();
      disk.sealed += 1;
      disk.write(() => disk.outbox.set(made.envelope_id, made));
      return made;
    },
  };
  if (isAlone) disk.held.clear();
  let drawn = disk.outbox.size * 1000 + disk.writes;
  const kept = { content: forms };
  const parts = {
    drafts, outbox, vault: null, now, randomBytes, sha256, finished: () => {}, newId: () => `id-${(drawn += 1)}`,
    world: async () => worldOf({ kept, author, met: { offset_ms: -1500 }, device: "Car 12", version: "1", now }),
    make: async (finished) => () => ({ ...finished, digest: `digest of ${finished.envelope_id}` }),
  };
  const told = { isClosed: async () => false, settle: async () => {}, begin: async () => {}, name: async () => {}, list: async () => [] };
  return { way: new Way(parts), papers: new Papers({ ...parts, told }) };
}

/** Go on with the one paper that lies here, or begin one. */
async function resume(disk, how) {
  const { way } = on(disk, how);
  const [known] = [...disk.drafts.keys()];
  if (known) await way.open(known);
  else await way.begin("social-referral");
  return way;
}

const ANSWERS = { mental_health_issue: true, probable_cause: false, could_benefit_confirmed: true, person_chooses: "yes" };
const TYPED = { contact_place: "Main Street 100", person_name_as_given: "Robin Sample", date_of_birth: "1990-04-05", no_phone: true, may_share_contact: true };

/** Do what the screen asks. */
const STEPS = {
  screening: (way) => way.judge(ANSWERS),
  form: (way) => way.change({ values: { ...way.draft.values, ...TYPED }, is_filled: true }),
  check: (way) => way.show("en"),
  "hand-over": (way) => way.act((draft) => handedOver(draft, way.world.moment())),
  "say-no": (way) => way.act(sawNo),
  read: (way) => way.act((draft) => reachedEnd(draft, way.world.moment(), "")),
  choose: (way) => way.act((draft) => ({ ...draft, wants_it: true })),
  sign: (way) => sign(way, "person"),
  thanks: (way) => way.act(takenBack),
  officer: (way) => sign(way, "officer"),
};

async function sign(way, block) {
  const shift = block === "officer" ? 50 : 0;
  if ((await way.strokes(block)).length === 0) await way.keepStroke(block, 0, STROKE.map(([x, y, t, p]) => [x + shift, y, t, p]));
  await way.sign(block);
}

async function toTheEnd(way, until = "done") {
  while (way.screen !== until) await STEPS[way.screen](way);
}

/** Run once to the end, and give how many writes it takes. */
async function writesOfAWholeRun() {
  const disk = new Disk();
  await toTheEnd(await resume(disk));
  return disk.writes;
}

test("cut off before or after any write, the paper goes on and each signature is sealed once", async () => {
  const writes = await writesOfAWholeRun();
  assert.ok(writes > 14);
  for (let cutAt = 1; cutAt <= writes + 0.5; cutAt += 0.5) {
    const disk = new Disk();
    disk.cutAt = cutAt;
    await assert.rejects(async () => toTheEnd(await resume(disk)), PowerCut, `at ${cutAt}`);
    disk.cutAt = Infinity;
    await toTheEnd(await resume(disk));
    const blocks = [...disk.outbox.values()].map((one) => one.content.block);
    assert.deepEqual(blocks, ["person", "officer"], `at ${cutAt}`);
    const [person, officer] = disk.outbox.values();
    assert.deepEqual(officer.content.names, { person: person.digest });
    assert.equal(disk.strokes.size, 0, "what is sealed lies nowhere else");
  }
});

test("a no that is cut off at any write counts once, and leaves nothing", async () => {
  for (let cutAt = 1; cutAt <= 4; cutAt += 0.5) {
    const disk = new Disk();
    const way = await resume(disk);
    await toTheEnd(way, "sign");
    await way.keepStroke("person", 0, STROKE);
    disk.cutAt = disk.writes + cutAt;
    await way.decline().catch((error) => assert.ok(error instanceof PowerCut));
    disk.cutAt = Infinity;
    const again = disk.drafts.size > 0 ? await resume(disk) : null;
    if (again?.isOpen) await again.decline();
    assert.deepEqual([...disk.outbox.values()].map((one) => one.kind), ["decline"], `at ${cutAt}`);
    assert.deepEqual([disk.drafts.size, disk.strokes.size], [0, 0], `at ${cutAt}`);
    assert.equal(JSON.stringify([...disk.outbox.values()]).includes("Robin"), false);
  }
});

test("cut off while another language is shown, no ink ever lies under a text it was not drawn under", async () => {
  for (let cutAt = 1; cutAt <= 4; cutAt += 0.5) {
    const disk = new Disk();
    const way = await resume(disk);
    await toTheEnd(way, "sign");
    await way.keepStroke("person", 0, STROKE);
    const drawnUnder = way.draft.paper.digest;
    disk.cutAt = disk.writes + cutAt;
    await way.show("es").catch((error) => assert.ok(error instanceof PowerCut));
    const [{ content }] = disk.drafts.values();
    assert.ok(disk.strokes.size === 0 || content.paper.digest === drawnUnder, `at ${cutAt}`);
  }
});

test("how the person got their copy is told once, wherever it is cut off", async () => {
  for (let cutAt = 1; cutAt <= 3; cutAt += 0.5) {
    const disk = new Disk();
    const way = await resume(disk);
    await toTheEnd(way);
    disk.cutAt = disk.writes + cutAt;
    await assert.rejects(way.give({ way: "paper" }), PowerCut, `at ${cutAt}`);
    disk.cutAt = Infinity;
    const again = await resume(disk);
    if (copiesOf(again.draft).length === 0) await again.give({ way: "paper" });
    const told = [...disk.outbox.values()].filter((one) => one.kind === "addition");
    assert.equal(told.length, 1, `at ${cutAt}`);
    assert.equal(told[0].content.names, again.draft.signed.officer.digest);
    assert.deepEqual(copiesOf(again.draft).map((one) => one.digest), [told[0].digest]);
    assert.equal(isCopyClosed(again.draft), true);
  }
});

test("two ways that are pressed in quick succession are told one after the other, each once", async () => {
  const disk = new Disk();
  const way = await resume(disk);
  await toTheEnd(way);
  await Promise.all([way.give({ way: "paper" }), way.give({ way: "pickup" })]);
  const told = [...disk.outbox.values()].filter((one) => one.kind === "addition");
  assert.deepEqual(told.map((one) => one.content.values.person_copy), ["paper", "pickup"]);
  assert.deepEqual(copiesOf(way.draft).map((one) => one.digest), told.map((one) => one.digest));
  assert.equal(disk.sealed, 4);
});

test("a way that could not be told holds up no other", async () => {
  const disk = new Disk();
  const way = await resume(disk);
  await toTheEnd(way, "officer");
  const early = way.give({ way: "paper" });
  await assert.rejects(early, { slug: "signature-not-asked" });
  await toTheEnd(way);
  await way.give({ way: "paper" });
  assert.equal(isCopyClosed(way.draft), true);
});

test("no copy is told of before everybody has signed", async () => {
  const way = await resume(new Disk());
  await toTheEnd(way, "officer");
  await assert.rejects(way.give({ way: "pickup" }), { slug: "signature-not-asked" });
});

test("a half-signed paper that is discarded says so of each envelope, and may be shown anew", async () => {
  const disk = new Disk();
  const way = await resume(disk);
  await toTheEnd(way, "officer");
  const [person] = disk.outbox.values();
  await way.discard("officer_called_away");
  const [, discard] = disk.outbox.values();
  assert.deepEqual([discard.kind, discard.document_id, discard.content.names, discard.content.reason], ["discard", person.document_id, person.digest, "officer_called_away"]);
  assert.equal(way.screen, "check");
  await toTheEnd(way);
  assert.equal(disk.outbox.size, 4);
});

test("nobody signs in another officer's name; before anybody has signed the text is made anew", async () => {
  const disk = new Disk();
  await toTheEnd(await resume(disk), "officer");
  const other = await resume(disk, { author: { ...AUTHOR, name: "Kim Roe", badge: "9" } });
  await other.keepStroke("officer", 0, STROKE);
  await assert.rejects(other.sign("officer"), { slug: "paper-of-other-officer" });
  const early = new Disk();
  await toTheEnd(await resume(early), "hand-over");
  assert.equal((await resume(early, { author: { ...AUTHOR, name: "Kim Roe", badge: "9" } })).screen, "check");
});

test("a text that is made anew for another officer or another version of the form has no ink of the old one", async () => {
  for (const how of [{ author: { ...AUTHOR, name: "Kim Roe", badge: "9" } }, { forms: renewed(served) }]) {
    const disk = new Disk();
    const way = await resume(disk);
    await toTheEnd(way, "sign");
    await way.keepStroke("person", 0, STROKE);
    const again = await resume(disk, how);
    assert.ok(["check", "form"].includes(again.screen));
    assert.deepEqual([disk.strokes.size, again.draft.paper], [0, null]);
  }
});

test("looking at a signed paper does not keep it longer, and a new version of the form changes nothing under a signature", async () => {
  const disk = new Disk();
  await toTheEnd(await resume(disk), "officer");
  const half = await resume(disk, { forms: renewed(served) });
  assert.equal(half.screen, "officer");
  await toTheEnd(half);
  const [{ changed_at: at }] = disk.drafts.values();
  assert.equal((await resume(disk, { now: () => NOW + 3_600_000 })).screen, "done");
  assert.equal([...disk.drafts.values()][0].changed_at, at);
});

/** The same forms, each a version on. */
function renewed(content) {
  return { ...content, forms: content.forms.map((one) => ({ ...one, version: one.version + 1, digest: "0".repeat(64) })) };
}

test("past midnight a text with a printed last day is shown anew under another number", async () => {
  const disk = new Disk();
  let now = NOW;
  const { way } = on(disk, { now: () => now });
  await way.begin("lead-agreement");
  const lead = { mental_health_issue: true, probable_cause: true, supervision_person_crime: "no", supervision_source: "leds", supervision_checked_at: "2026-11-20T14:00", victims: [{ kind: "none" }], person_chooses: "yes" };
  await way.judge(lead);
  const { may_share_contact: _, ...typed } = TYPED;
  await way.change({ values: { ...way.draft.values, ...typed, diverted_offences: [{ plain_words: "Took food", kind: "misdemeanor", happened_on: "2026-11-20" }] }, is_filled: true });
  await way.show("en");
  const first = way.draft.paper;
  assert.equal(await way.renewed(), false);
  now += NIGHT;
  assert.equal(await way.renewed(), true);
  assert.notEqual(way.draft.paper.document_id, first.document_id);
  assert.deepEqual([first.presented_on, way.draft.paper.presented_on], ["2026-11-20", "2026-11-21"]);
});

test("what everybody has signed is readable for twelve hours, then a stub is left", async () => {
  const disk = new Disk();
  await toTheEnd(await resume(disk));
  let now = NOW;
  const { papers } = on(disk, { now: () => now });
  const of = async () => (await papers.list()).map(({ state, name }) => [state, name]);
  await papers.letOldCopiesGo();
  assert.deepEqual(await of(), [["done", "Robin Sample"]]);
  now += NIGHT + NIGHT;
  await papers.letOldCopiesGo();
  assert.deepEqual(await of(), [["stub", "RS"]]);
  assert.equal(JSON.stringify([...disk.drafts.values()]).includes("Sample"), false);
});

test("what was chosen and not sealed when the power went is sealed before the text is let go", async () => {
  for (const cutAt of [1.5, 2, 2.5, 3]) {
    const disk = new Disk();
    const way = await resume(disk);
    await toTheEnd(way);
    disk.cutAt = disk.writes + cutAt;
    await assert.rejects(way.give({ way: "paper" }), PowerCut);
    disk.cutAt = Infinity;
    await on(disk, { now: () => NOW + NIGHT + NIGHT }).papers.letOldCopiesGo();
    assert.deepEqual([...disk.outbox.values()].map((one) => one.kind), ["signature", "signature", "addition"], `at ${cutAt}`);
    assert.equal([...disk.drafts.values()][0].content.v, "stub/1");
  }
});

test("what can not be sealed on this tablet now stays, and the list is shown all the same", async () => {
  const disk = new Disk();
  const way = await resume(disk);
  await toTheEnd(way);
  disk.cutAt = disk.writes + 1.5;
  await assert.rejects(way.give({ way: "paper" }), PowerCut);
  disk.cutAt = Infinity;
  const { papers } = on(disk, { author: null, now: () => NOW + NIGHT + NIGHT });
  await papers.letOldCopiesGo();
  assert.deepEqual((await papers.list()).map((one) => one.state), ["done"]);
  assert.deepEqual(copiesOf([...disk.drafts.values()][0].content).map((one) => one.way), ["paper"]);
});

test("a paper that another window has open is not let go", async () => {
  const disk = new Disk();
  const way = await resume(disk);
  await toTheEnd(way);
  const other = on(disk, { now: () => NOW + NIGHT + NIGHT, isAlone: false });
  await other.papers.letOldCopiesGo();
  const [{ id }] = disk.drafts.values();
  assert.equal(disk.drafts.get(id).content.v, "draft/1");
  await assert.rejects(other.way.open(id), { slug: "paper-is-open-elsewhere" });
  way.close();
  await new Promise(setImmediate);
  await other.papers.letOldCopiesGo();
  assert.equal(disk.drafts.get(id).content.v, "stub/1");
});

test("a paper that another window lets go just before it is held here is not opened, and not written back", async () => {
  const disk = new Disk();
  await toTheEnd(await resume(disk));
  const [late, [{ id }]] = [{ now: () => NOW + NIGHT + NIGHT }, [...disk.drafts.values()]];
  const { way } = on(disk, late);
  disk.beforeHold = () => on(disk, late).papers.letOldCopiesGo();
  await assert.rejects(way.open(id), { slug: "paper-unknown" });
  assert.deepEqual([way.isOpen, disk.held.size, disk.drafts.get(id).content.v], [false, 0, "stub/1"]);
});

test("a copy that is given later does not lengthen how long the text stays", async () => {
  const disk = new Disk();
  await toTheEnd(await resume(disk));
  const later = await resume(disk, { now: () => NOW + NIGHT });
  await later.give({ way: "pickup" });
  assert.deepEqual([...disk.drafts.values()].map((one) => one.changed_at), [NOW]);
});

test("without forms, an officer or a sane clock no paper is begun", () => {
  const known = { kept: { content: served }, author: AUTHOR, met: undefined, device: "", version: "", now: () => NOW };
  assert.throws(() => worldOf({ ...known, kept: undefined }), { slug: "forms-not-here" });
  assert.throws(() => worldOf({ ...known, author: undefined }), { slug: "author-unknown" });
  assert.throws(() => worldOf({ ...known, now: () => 0 }), { slug: "clock-unusable" });
  assert.equal(worldOf(known).origin.clock_ahead_ms, null);
});

test("the person's own words of these screens are there in both languages", () => {
  assert.deepEqual(personNames("es"), personNames("en"));
});

test("the languages an officer may meet are those of the service", async () => {
  const { LANGUAGES } = await import("../../forms_service/web/static/tablet/flow/languages.js");
  const python = readFileSync(new URL("../../forms_service/web/languages.py", import.meta.url), "utf8");
  const listed = [...python.matchAll(/^ {4}\("([^"]+)", "([^"]+)"\),$/gm)].map(([, tag, name]) => [tag, name]);
  assert.deepEqual(LANGUAGES, listed);
});
