/** How many characters are left in a line to be emailed: seen at once, said when the typing stops. */

import { all, find } from "./dom.js";

const PAUSE_MS = 1_000;

/** @param {number} limit @param {string} text counted as the check counts it */
export function countWords(limit, text) {
  const left = limit - [...text].length;
  const many = Math.abs(left) === 1 ? "character" : "characters";
  if (left === limit) return `You can use up to ${limit} ${many}`;
  return left < 0 ? `You have ${-left} ${many} too many` : `You have ${left} ${many} remaining`;
}

/** @param {ParentNode} form */
export function startCounts(form) {
  for (const shown of all("[data-count]", form)) startCount(shown);
}

/** @param {HTMLElement} shown */
function startCount(shown) {
  const control = /** @type {HTMLTextAreaElement | null} */ (find("textarea", /** @type {HTMLElement} */ (shown.parentElement)));
  const said = find("[data-count-said]", /** @type {HTMLElement} */ (shown.parentElement));
  if (!control || !said) return;
  const limit = Number(control.dataset.limit);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  control.addEventListener("input", () => {
    shown.textContent = countWords(limit, control.value);
    shown.classList.toggle("count--over", [...control.value].length > limit);
    clearTimeout(pause);
    pause = setTimeout(() => {
      said.textContent = shown.textContent;
    }, PAUSE_MS);
  });
}
