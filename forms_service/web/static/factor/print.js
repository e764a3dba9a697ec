// @ts-check
/** Print the page that is shown. */

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
