// Who reads aloud: never a voice that sends the text away.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceVoice, noticeOf, readerOf } from "../../forms_service/web/static/person/voices.js";

const cloud = { lang: "es-US", localService: false };
const device = { lang: "es_MX", localService: true };
const usual = { lang: "es-ES", localService: true, default: true };

test("a voice that lives elsewhere is never taken", () => {
  assert.equal(deviceVoice([cloud], "es"), null);
});

test("a voice of the device in another language is not taken", () => {
  assert.equal(deviceVoice([device], "en"), null);
});

test("the device's own default voice is preferred", () => {
  assert.equal(deviceVoice([cloud, device, usual], "es-US"), usual);
});

test("a recording goes before a voice, and the officer reads when there is neither", () => {
  assert.deepEqual([readerOf(true, device), readerOf(false, device), readerOf(false, null)], ["recorded", "device_voice", "officer"]);
});

test("what was written in has no recording: a voice says it, else the officer is named", () => {
  assert.equal(noticeOf("recorded", true, null), "recorded_part");
  assert.equal(noticeOf("recorded", true, device), "recorded");
  assert.equal(noticeOf("recorded", false, null), "recorded");
  assert.equal(noticeOf("officer", true, null), "officer");
});
