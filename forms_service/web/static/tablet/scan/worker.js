// @ts-check
/**
 * Looks for the code of a licence in one picture after the other. It is served as `/tablet/reader.js`: below `/tablet/`, so
 * that the service worker gives it what it loads, and with a policy of its own: here alone WebAssembly may run.
 */

const OPTIONS = { formats: ["PDF417"], maxNumberOfSymbols: 1, tryInvert: false };
const reader = import("/static/zxing/reader/index.js").then(ready);

/** Name our own file: the package would load it from another's server. @param {any} zxing */
function ready(zxing) {
  zxing.prepareZXingModule({ overrides: { locateFile: () => "/static/zxing/zxing_reader.wasm" } });
  return zxing;
}

addEventListener("message", async ({ data: picture }) => {
  try {
    const [found] = await (await reader).readBarcodes(picture, OPTIONS);
    postMessage({ trouble: "", text: found ? textOf(found.bytes) : "" });
  } catch {
    postMessage({ trouble: "reader-broken", text: "" });
  }
});

/** Cards are written in Latin 1, and some in UTF-8. @param {Uint8Array} bytes */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("latin1").decode(bytes);
  }
}
