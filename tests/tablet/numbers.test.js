// Document ids and page codes: drawn, written, typed and scanned.
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkValue, drawDocumentId, parseDocumentId, written } from "../../forms_service/web/static/tablet/model/document_id.js";
import { parseQrPayload, qrPayload } from "../../forms_service/web/static/tablet/model/qr_payload.js";
import { vectors } from "./vectors.js";

const ids = vectors("check_symbol");
const codes = vectors("qr_payload");

ids.cases.forEach((one) => {
  test(`check value of ${one.symbols}`, () => assert.equal(checkValue(one.symbols), one.check_value));
});

ids.typed.forEach((one) => {
  test(`typed ${JSON.stringify(one.text)}`, () => {
    const { id, refusal } = parseDocumentId(one.text);
    assert.deepEqual([id ? written(id) : undefined, refusal], [one.document_id, one.refusal ?? ""]);
  });
});

test("a draw whose check symbol is no plain letter or digit is drawn again", () => {
  const bytes = (symbols) => Uint8Array.from(symbols, (one) => "0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(one) + 224);
  const draws = ["3S3E28JT97", "KZNWJ47TAN", "7Q2F9KDM3X"].map(bytes);
  assert.equal(drawDocumentId("LEAD", (count) => (assert.equal(count, 10), draws.shift())), "LEAD-7Q2F9-KDM3X-3");
  assert.equal(draws.length, 0);
});

test("a thousand draws are ids that are read again", () => {
  let state = 1;
  const next = () => (state = (state * 48271) % 2147483647) >> 8 & 255;
  for (let at = 0; at < 1000; at += 1) {
    const drawn = drawDocumentId("SR", (count) => Uint8Array.from({ length: count }, next));
    assert.equal(written(parseDocumentId(drawn).id), drawn);
  }
});

codes.cases.forEach(({ payload, document_id: documentId, form_version: formVersion, page_number: pageNumber, pages }) => {
  test(`code ${payload}`, () => {
    assert.equal(qrPayload(documentId, { formVersion, pageNumber, pages }), payload);
    assert.deepEqual(parseQrPayload(payload), { documentId, formVersion, pageNumber, pages });
  });
});

codes.foreign.forEach((text) => {
  test(`foreign ${JSON.stringify(text)}`, () => assert.equal(parseQrPayload(text), null));
});

test("what no code of ours says is the caller's bug", () => {
  const page = { formVersion: 1, pageNumber: 1, pages: 1 };
  assert.throws(() => qrPayload("nothing", page), RangeError);
  assert.throws(() => qrPayload("LEAD-7Q2F9-KDM3X-3", { ...page, pageNumber: 2 }), RangeError);
  assert.throws(() => qrPayload("LEAD-7Q2F9-KDM3X-3", { ...page, formVersion: 10000 }), RangeError);
});
