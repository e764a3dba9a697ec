// Judges everything of one kind that comes in on standard input; the verdicts go out in the same order.
import { readFileSync } from "node:fs";
import { holds } from "../../forms_service/web/static/conditions.js";
import { canonicalJson } from "../../forms_service/web/static/tablet/model/canonical_json.js";
import { parseDocumentId, written } from "../../forms_service/web/static/tablet/model/document_id.js";
import { readForm } from "../../forms_service/web/static/tablet/model/form.js";
import { parseQrPayload } from "../../forms_service/web/static/tablet/model/qr_payload.js";
import { evaluate } from "../../forms_service/web/static/tablet/model/screening.js";
import { lengthOf, normalText, refusedCodePoint } from "../../forms_service/web/static/tablet/model/text.js";
import { pageLines } from "../../forms_service/web/static/tablet/model/wording.js";
import { judgeOf } from "./judge.js";

const { served, account, now_local: nowLocal, kind, given } = JSON.parse(readFileSync(0, "utf-8"));

const judges = {
  papers: judgeOf(served, { account, nowLocal }),
  texts: (text) => [refusedCodePoint(text, served.characters.refused), normalText(text), lengthOf(normalText(text))],
  numbers: numbersOf,
  conditions: ([condition, values]) => holds(condition, values),
  screenings: screened,
  canonical: canonicalJson,
  lines: ([form, language, values, paper, control]) => pageLines(readForm(form), language, values, { paper, control }),
  forms: (one) => formFacts(readForm(one)),
};

function numbersOf(text) {
  const { id, refusal } = parseDocumentId(text);
  const code = parseQrPayload(text);
  return [id ? written(id) : "", refusal, code && [code.documentId, code.formVersion, code.pageNumber, code.pages]];
}

function screened([victimRule, answers]) {
  const { result, faults } = evaluate({ ...served.screening, victim_rule: victimRule }, answers);
  if (!result) return faults.map(({ slug, place }) => [slug, place]);
  return [result.rule, result.outcome, result.form, result.disqualifiers, result.message, result.countNameless];
}

function formFacts(form) {
  const page = form.page.map((one) => [one.id, one.kind, one.section, holds(one.when, {}), one.each, one.field, one.block, one.papers, one.control]);
  const { code, controlLanguage: control, period, declinedWhen } = form;
  return { code, control, period, declined: holds(declinedWhen, {}), fields: form.fields.map(fieldFacts), page, blocks: form.blocks.map(blockFacts) };
}

function fieldFacts(one) {
  return [
    one.id, one.type, one.stage, one.filled_by, one.section, one.internal, holds(one.required, {}), holds(one.applies, {}), one.source,
    one.computed, one.max_length, one.options, one.least, one.most, one.not_future, one.not_before, one.warn_after_hours, one.pattern,
    one.items.map(fieldFacts),
  ];
}

function blockFacts(one) {
  const least = [one.least_ink.path_hundredths_mm / 100, one.least_mark.side_hundredths_mm / 100];
  return [one.id, one.printed_name, holds(one.applies, {}), holds(one.required, {}), ...least, one.width_hundredths_mm, one.height_hundredths_mm];
}

process.stdout.write(JSON.stringify(await Promise.all(given.map(judges[kind]))));
