/** Asking router from a box of the page: one moment, the answer, or what is wrong said beside the box. */

import { find, focusOn } from "./dom.js";
import { markAlone } from "./errors.js";
import { NO_ANSWER, refusalOf } from "./session.js";

const NOT_SIGNED_IN = "not-signed-in";

/** @typedef {(box: HTMLElement, question: object, options?: {aloud?: boolean, refusals?: Record<string, string>}) => Promise<any>} Ask
 *  null if it was refused or not answered. aloud: false says nothing of a refusal. */

/** @param {HTMLElement} box @param {string} text */
export function setState(box, text) {
  const place = find("[data-state]", box);
  if (place) place.textContent = text;
}

/** @param {HTMLElement} box @param {string} text */
export function complain(box, text) {
  markAlone(box, text);
  const control = find("input, select, textarea", box);
  const message = find("[data-error]", box);
  if (control) control.focus();
  else if (message) focusOn(message);
}

/** @param {{ask: (question: object) => Promise<any>}} session @param {{whenOver: () => void, whenRefused: (why: string, asked: string) => void}} given asked: the type of the question that was refused @returns {Ask} */
export function makeAsk(session, { whenOver, whenRefused }) {
  return async (box, /** @type {any} */ question, { aloud = true, refusals = {} } = {}) => {
    markAlone(box, "");
    setState(box, "One moment…");
    try {
      const answer = await session.ask(question);
      setState(box, "");
      if (answer.type !== "refused") return answer;
      if (aloud) complain(box, refusals[answer.why] ?? refusalOf(answer));
      if (answer.why === NOT_SIGNED_IN) whenOver();
      else whenRefused(answer.why, question.type);
    } catch {
      setState(box, "");
      if (aloud) complain(box, NO_ANSWER);
    }
    return null;
  };
}
