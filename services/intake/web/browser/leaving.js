/** Leaving with text typed asks first, unless by exit or once it is received. */

import { whenLeft } from "./exit.js";

/** @param {HTMLFormElement} form @returns {{done: () => void}} */
export function askBeforeLeaving(form) {
  let typed = false;
  /** @param {BeforeUnloadEvent} event */
  const ask = (event) => {
    if (!typed) return;
    event.preventDefault();
  };
  const done = () => removeEventListener("beforeunload", ask);
  form.addEventListener("input", () => {
    typed = true;
  });
  addEventListener("beforeunload", ask);
  whenLeft(done);
  return { done };
}
