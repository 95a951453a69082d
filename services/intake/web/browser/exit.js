/** Exit this page: by its button, or by Shift three times within a few seconds. Nothing stays behind.
 *
 * The place in the history is replaced, first by the interruption page, then by somewhere harmless: the back button
 * does not return to the form.
 */

import { find } from "./dom.js";

const PRESSES = 3;
const WITHIN_MS = 5_000;
const LEAVE = "candour-leave";

/** What a page holds in memory is given up before it is left. Works across bundles. @param {() => void} clear */
export function whenLeft(clear) {
  document.addEventListener(LEAVE, clear);
}

/** @param {string} to */
function leave(to) {
  document.dispatchEvent(new Event(LEAVE));
  sessionStorage.clear();
  document.title = "";
  document.body.replaceChildren();
  location.replace(to);
}

/** Counts Shift pressed alone; each press is said aloud. @param {() => void} exit @param {(text: string) => void} announce */
function listenForShift(exit, announce) {
  let count = 0;
  let alone = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {string} said */
  const forget = (said) => {
    clearTimeout(timer);
    count = 0;
    announce(said);
  };
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") {
      alone = false;
      if (count) forget("");
    } else if (!event.repeat) alone = true;
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    count += 1;
    if (count >= PRESSES) {
      exit();
      return;
    }
    const more = PRESSES - count;
    announce(`Shift. Press ${more} more ${more === 1 ? "time" : "times"} to leave this page.`);
    clearTimeout(timer);
    timer = setTimeout(() => forget("Not left. To leave, press Shift three times within five seconds."), WITHIN_MS);
  });
}

export function startExit() {
  const link = /** @type {HTMLAnchorElement | null} */ (find("[data-exit]"));
  if (!link || link.dataset.exitReady) return;
  link.dataset.exitReady = "yes";
  const status = find("[data-exit-status]");
  const exit = () => leave(link.href);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    exit();
  });
  listenForShift(exit, (text) => {
    if (status) status.textContent = text;
  });
}

/** On the interruption page: go on to somewhere harmless, in the same place of the history. */
export function goOnFromInterruption() {
  const onward = find("[data-leave-to]");
  if (!onward) return;
  sessionStorage.clear();
  location.replace(onward.dataset.leaveTo || /** @type {HTMLAnchorElement} */ (onward).href);
}

/** A page kept by the browser for its back button is never shown again as it was left. */
export function refuseOldPages() {
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}
