// @ts-check
/** Print the PDF in the viewer; where the browser shows PDFs elsewhere, open it there. */

const frame = /** @type {HTMLIFrameElement | null} */ (document.querySelector("[data-viewer]"));

function printPaper() {
  if (!frame) return;
  try {
    frame.contentWindow?.focus();
    frame.contentWindow?.print();
  } catch {
    window.open(frame.src, "_blank", "noopener");
  }
}

document.querySelector("[data-print]")?.addEventListener("click", printPaper);
