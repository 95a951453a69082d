/** One page that works as steps. Everything typed stays where it was typed; only the number of the step is in the title. */

import { all, find, focusOn, show } from "./dom.js";

/** @typedef {{go: (name: string, focus?: boolean) => void, current: () => string, names: string[], at: (name: string) => HTMLElement}} Steps */

/** @param {HTMLElement[]} sections each with `data-step`; the last ones, after `numbered`, carry no number
 * @param {{numbered: number, whenShown: (name: string) => void}} options @returns {Steps} */
export function makeSteps(sections, { numbered, whenShown }) {
  const names = sections.map((section) => section.dataset.step ?? "");
  const title = document.title;
  let current = names[0];

  /** @param {string} name */
  const at = (name) => sections[names.indexOf(name)];

  /** @param {string} name @param {boolean} [focus] */
  function go(name, focus = true) {
    current = name;
    for (const section of sections) show(section, section.dataset.step === name);
    const number = names.indexOf(name) + 1;
    const words = number <= numbered ? `Step ${number} of ${numbered}` : "";
    for (const place of all("[data-step-count]")) {
      place.textContent = words;
      show(place, words !== "");
    }
    document.title = words ? `${words}: ${title}` : title;
    markProgress(name);
    whenShown(name);
    if (!focus) return;
    const heading = find("h1, h2", at(name));
    if (heading) focusOn(heading);
    scrollTo(0, 0);
  }

  return { go, current: () => current, names, at };
}

/** The list of steps says in words which one is open. @param {string} name */
function markProgress(name) {
  for (const item of all("[data-step-name]")) {
    if (item.dataset.stepName === name) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }
}
