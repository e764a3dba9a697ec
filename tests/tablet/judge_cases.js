// Judges everything of one kind that comes in on standard input; the verdicts go out in the same order.
import { readFileSync } from "node:fs";
import { holds } from "../../forms_service/web/static/conditions.js";
import { canonicalJson } from "../../forms_service/web/static/tablet/model/canonical_json.js";
import { parseDocumentId, written } from "../../forms_service/web/static/tablet/model/document_id.js";
import { parseQrPayload } from "../../forms_service/web/static/tablet/model/qr_payload.js";
import { evaluate } from "../../forms_service/web/static/tablet/model/screening.js";
import { lengthOf, normalText, refusedCodePoint } from "../../forms_service/web/static/tablet/model/text.js";
import { judgeOf } from "./judge.js";

const { served, account, now_local: nowLocal, kind, given } = JSON.parse(readFileSync(0, "utf-8"));

const judges = {
  papers: judgeOf(served, { account, nowLocal }),
  texts: (text) => [refusedCodePoint(text, served.characters.refused), normalText(text), lengthOf(normalText(text))],
  numbers: numbersOf,
  conditions: ([condition, values]) => holds(condition, values),
  screenings: screened,
  canonical: canonicalJson,
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

process.stdout.write(JSON.stringify(await Promise.all(given.map(judges[kind]))));
