/** The contrast toggle. Kept in sessionStorage only, so that it goes when the tab goes. */

import { find } from "./dom.js";

const KEPT_AS = "candour-contrast";

/** @param {boolean} on */
function apply(on) {
  if (on) document.documentElement.dataset.contrast = "on";
  else delete document.documentElement.dataset.contrast;
  const button = find("[data-contrast-toggle]");
  button?.setAttribute("aria-pressed", String(on));
}

export function startContrast() {
  const button = find("[data-contrast-toggle]");
  apply(sessionStorage.getItem(KEPT_AS) === "on");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = document.documentElement.dataset.contrast !== "on";
    if (on) sessionStorage.setItem(KEPT_AS, "on");
    else sessionStorage.removeItem(KEPT_AS);
    apply(on);
  });
}
