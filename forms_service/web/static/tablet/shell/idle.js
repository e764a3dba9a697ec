// @ts-check
/** Calls once nobody has touched the screen for a time, also when the tablet slept in between. */

const SIGNS = ["pointerdown", "keydown"];
const LOOK_MS = 5_000;

/** @param {Window} window @param {{ after_ms: number, now: () => number, idle: () => void }} how */
export function whenIdle(window, { after_ms: after, now, idle }) {
  let last = now();
  const look = () => {
    if (now() - last < after) return;
    last = now();
    idle();
  };
  const touched = () => {
    look();
    last = now();
  };
  for (const sign of SIGNS) window.addEventListener(sign, touched, { capture: true, passive: true });
  setInterval(look, LOOK_MS);
}
