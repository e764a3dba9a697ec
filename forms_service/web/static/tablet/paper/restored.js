// @ts-check
/**
 * Makes a half-signed paper anew from what the server has of it. The text is made here, from the form as it is here, and
 * counts only when it has the digest under which the person signed. Pure.
 *
 * @typedef {import("../model/form.js").Form} Form
 * @typedef {import("../flow/draft.js").Draft} Draft
 * @typedef {import("./world.js").World} World
 * @typedef {{
 *   document_id: string, form: string, form_version: number, form_digest: string, language: string, values: import("../model/form.js").Values,
 *   presented_digest: string, presentation: import("../flow/draft.js").Presentation | null, signed: Draft["signed"],
 * }} Told
 */
import { newDraft } from "../flow/draft.js";
import { numberedPaper } from "../flow/paper.js";
import { sayBackOf } from "../flow/questions.js";
import { makePaper } from "../model/paper.js";
import { Refusal } from "../refusal.js";

/**
 * @param {Told} told
 * @param {World} world
 * @param {{ id: string, now: number, until: number, sha256: import("../model/digest.js").Sha256 }} how `until`: after it this tablet
 *   opens the paper no more.
 * @returns {Promise<Draft>}
 */
export async function restoredDraft(told, world, { id, now, until, sha256 }) {
  const form = world.forms.get(told.form);
  if (!form || form.version !== told.form_version || form.digest !== told.form_digest) throw new Refusal("paper-form-changed");
  const { said, values } = parted(form, told.values);
  const [signedAt] = Object.values(told.signed).map((one) => one.signed_at).sort();
  const today = (told.presentation?.shown_at ?? signedAt).slice(0, 10);
  const title = form.packs[form.controlLanguage].title;
  const blank = newDraft({ id, form, title, now, needsScreening: false, values });
  const draft = { ...blank, numbers: { [told.language]: { document_id: told.document_id, presented_on: today } } };
  const page = pageOf(form, values, { told, world, signedAt, today });
  const paper = await numberedPaper(form, page, { draft, language: told.language, today, randomBytes: () => new Uint8Array(), sha256 });
  if (page.faults.length > 0 || paper.digest !== told.presented_digest) throw new Refusal("paper-form-changed");
  const presentation = told.presentation ?? {};
  const facts = { paper, presentation, said, signed: told.signed, lease_until: until };
  return { ...draft, is_filled: true, has_seen_no: true, wants_it: true, is_back: true, ...facts };
}

/** Part what the person said back from what the paper says. @param {Form} form @param {import("../model/form.js").Values} all */
function parted(form, all) {
  const asked = new Set(sayBackOf(form).map((field) => field.id));
  const of = (/** @type {boolean} */ isSaid) => Object.fromEntries(Object.entries(all).filter(([name]) => asked.has(name) === isSaid));
  return { said: of(true), values: of(false) };
}

/**
 * @param {Form} form @param {import("../model/form.js").Values} values
 * @param {{ told: Told, world: World, signedAt: string, today: string }} known
 */
function pageOf(form, values, { told, world, signedAt, today }) {
  const { account, refused } = world;
  return makePaper(form, { values, language: told.language, account, nowLocal: signedAt.slice(0, 19), presentedOn: today, refused, require: ["screening", "before"] });
}
