// @ts-check
/**
 * What a code on a page says, such as `FS1-LEAD/1-7Q2F9KDM3X3-1/3`, by the rules of `forms_service/domain/numbers.py`.
 * The cases of both stand in `tests/vectors/qr_payload.json`.
 */
import { ALPHABET, checkValue, parseDocumentId, written } from "./document_id.js";

const PAYLOAD = new RegExp(
  `^FS1-([A-Z]{1,4})/([1-9][0-9]{0,3})-([${ALPHABET}]{10})([${ALPHABET}])-([1-9][0-9]?)/([1-9][0-9]?)$`,
);

/**
 * Write a page's code.
 * @param {string} documentId
 * @param {{ formVersion: number, pageNumber: number, pages: number }} page Numbers from 1.
 * @throws {RangeError} For what no code of ours says: more than 99 pages, a page beyond the last, an id that is none.
 */
export function qrPayload(documentId, { formVersion, pageNumber, pages }) {
  const { id } = parseDocumentId(documentId);
  const symbols = id ? `${id.symbols}${ALPHABET[checkValue(id.symbols)]}` : "";
  const payload = `FS1-${id?.formCode}/${formVersion}-${symbols}-${pageNumber}/${pages}`;
  if (parseQrPayload(payload) === null) throw new RangeError(`no code says ${payload}`);
  return payload;
}

/**
 * Read a page's code; null for a code that is not ours or whose check symbol fails.
 * @param {string} text
 */
export function parseQrPayload(text) {
  const found = PAYLOAD.exec(text);
  if (!found || ALPHABET[checkValue(found[3])] !== found[4]) return null;
  const [formVersion, pageNumber, pages] = [found[2], found[5], found[6]].map(Number);
  const documentId = written({ formCode: found[1], symbols: found[3] });
  return pageNumber > pages ? null : { documentId, formVersion, pageNumber, pages };
}
