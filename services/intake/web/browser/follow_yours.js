/** The list of this address's escalations: those that ask something first. */

import { find, fromTemplate, need, show } from "./dom.js";
import { stateWords } from "./standing.js";

/** One line about an escalation. @param {any} one a YourEscalation */
export function aboutWords({ stage_label: stage, state, due_words: due }) {
  return due ? `${stage ? `${stage}. ` : ""}By ${due}.` : [stage ? `${stage}.` : "", stateWords(state)].filter(Boolean).join(" ");
}

/** @param {any[]} escalations @param {string} here the reference of this page */
export function drawYours(escalations, here) {
  const drawn = escalations.map((one) => {
    const item = fromTemplate("yours-item", {
      "[data-ref]": one.ref,
      "[data-asks]": one.asks ? "Asks something of you" : "",
      "[data-about]": aboutWords(one),
    });
    const link = need("[data-ref]", item);
    link.setAttribute("href", `/e/${encodeURIComponent(one.ref)}`);
    if (one.ref === here) link.setAttribute("aria-current", "page");
    return item;
  });
  need("[data-yours-list]").replaceChildren(...drawn);
  show(find("[data-yours]"), escalations.length > 1 || escalations.some(({ ref }) => ref !== here));
}
