// Pocket cards: one paper each, and nothing of either is written down in plain.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Cards, KEPT_MS } from "../../forms_service/web/static/tablet/paper/cards.js";
import { sha256 } from "./flow_cases.js";

const [CARD, MINE, OTHER] = ["CARD-7Q2F9-KDM3X-3", "SR-00000-00005-5", "LEAD-7Q2F9-KDM3X-3"];

/** A database in memory, one transaction at a time; what a transaction that throws has put is not kept. */
function databaseOf(kept = new Map()) {
  const request = (result) => {
    const one = { result, onsuccess: () => {} };
    queueMicrotask(() => one.onsuccess());
    return one;
  };
  let [last, writes] = [Promise.resolve(), 0];
  const over = (rows) => ({ objectStore: () => ({ get: (name) => request(structuredClone(rows.get(name))), put: (value, name) => request(rows.set(name, value) && name) }) });
  const write = async (work) => {
    const rows = new Map(kept);
    await work(over(rows));
    writes += 1;
    for (const [name, value] of rows) kept.set(name, value);
  };
  return {
    kept, writes: () => writes, read: (stores, work) => work(over(kept)),
    write: (stores, work) => (last = last.catch(() => {}).then(() => write(work))),
  };
}

test("a card belongs to the paper that got it first, also when two ask at once", async () => {
  const cards = new Cards({ database: databaseOf(), sha256, now: () => 1 });
  const [first, second] = await Promise.allSettled([cards.give(CARD, MINE), cards.give(CARD, OTHER)]);
  assert.deepEqual([first.status, second.reason?.slug], ["fulfilled", "card-taken"]);
  await cards.give(CARD, MINE);
});

test("neither a card nor a paper's number is written down, and after a month nothing is", async () => {
  const [database, given] = [databaseOf(), { at: 1 }];
  const cards = new Cards({ database, sha256, now: () => given.at });
  await cards.give(CARD, MINE);
  await cards.forgetOld();
  const said = JSON.stringify([...database.kept]);
  for (const part of ["7Q2F9", "00005"]) assert.equal(said.includes(part), false);
  assert.equal(database.writes(), 1);
  given.at += KEPT_MS;
  await cards.forgetOld();
  assert.deepEqual([database.kept.get("cards"), database.writes()], [{}, 2]);
});

test("what an earlier version wrote down in plain is gone with the first look", async () => {
  const database = databaseOf(new Map([["cards", { [CARD]: MINE }]]));
  await new Cards({ database, sha256, now: () => 1 }).forgetOld();
  assert.deepEqual(database.kept.get("cards"), {});
});
