// @ts-check
/** Shows the screen on which the paper stands. */

import { pinScreen } from "../pin_screen.js";
import { checkScreen } from "./check_screen.js";
import { chooseScreen } from "./choose_screen.js";
import { copyScreen, linkScreen } from "./copy_screen.js";
import { discardScreen } from "./discard_screen.js";
import { doneScreen } from "./done_screen.js";
import { formScreen } from "./form_screen.js";
import { handOverScreen } from "./hand_over_screen.js";
import { farewellScreen, noScreen } from "./no_screen.js";
import { printScreen } from "./print_screen.js";
import { readScreen } from "./read_screen.js";
import { pausedScreen, sayBackScreen } from "./say_back_screen.js";
import { sayNoScreen } from "./say_no_screen.js";
import { screeningEndScreen, screeningScreen } from "./screening_screen.js";
import { signScreen } from "./sign_screen.js";
import { startScreen } from "./start_screen.js";
import { takeBackScreen, thanksScreen } from "./thanks_screen.js";

/**
 * @typedef {import("../../app.js").App} App
 * @typedef {import("./stage.js").Farewell} Farewell
 * @typedef {import("./stage.js").End} End
 */

/** A screen that finds that another one comes first shows that, and gives nothing. @type {Readonly<Record<string, (app: App) => HTMLElement | Promise<HTMLElement | void>>>} */
const SCREENS = {
  locked: pinScreen, start: startScreen, "take-back": takeBackScreen, screening: screeningScreen, form: formScreen,
  check: checkScreen, "hand-over": handOverScreen, "say-no": sayNoScreen, no: noScreen, read: readScreen,
  "say-back": sayBackScreen, paused: pausedScreen, choose: chooseScreen, sign: signScreen, officer: signScreen,
  thanks: thanksScreen, discard: discardScreen, done: doneScreen,
  farewell: (app) => farewellScreen(app, /** @type {Farewell} */ (app.stage.farewell)),
  "screening-end": (app) => screeningEndScreen(app, /** @type {End} */ (app.stage.told.end)),
  copy: copyScreen, print: printScreen, link: linkScreen,
};

/** @param {App} app */
export async function paperScreen(app) {
  app.stage.turn();
  const make = SCREENS[app.stage.name.split("/")[0]];
  return make(app);
}
