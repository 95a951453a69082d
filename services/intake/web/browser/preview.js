/** "Who will be told, and by when", as they answer. Codes go out; roles and agencies come back, never people. */

import { all, find, fromTemplate, make, say, show } from "./dom.js";
import { routeQuestion } from "./route_question.js";

/** @typedef {{role: string, agency: string, part: string, by?: string}} RoutePart */
/** @typedef {{stage_label: string, parts: RoutePart[], due_words: string, warnings: string[], diversion: string,
 *   referred: boolean, example_rules: string[]}} RouteAnswer */

/** @type {RouteAnswer} */
const NOTHING = { stage_label: "", parts: [], due_words: "", warnings: [], diversion: "", referred: false, example_rules: [] };
const PAUSE_MS = 400;
const PATIENCE_MS = 8_000;
export const PART_WORDS = /** @type {Record<string, string>} */ ({
  act: "asked to act",
  told: "told by email",
  raiser: "told by email at every stage",
  coded: "told in codes only, without names",
});

/** @param {object} question @returns {Promise<RouteAnswer | null>} */
async function ask(question) {
  try {
    const response = await fetch("/api/v1/route", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(question),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** @param {RoutePart} part */
export function partWords(part) {
  const words = PART_WORDS[part.part] ?? part.part;
  return part.by ? `${words} by ${part.by}` : words;
}

/** @param {string} words */
const capital = (words) => words.slice(0, 1).toUpperCase() + words.slice(1);

/** @param {HTMLElement} panel @param {RouteAnswer | null} answer */
function draw(panel, answer) {
  show(find("[data-preview-empty]", panel), false);
  show(find("[data-preview-offline]", panel), answer === null);
  const parts = answer?.parts ?? [];
  find("[data-preview-parts]", panel)?.replaceChildren(
    ...parts.map((part) =>
      fromTemplate("preview-part", { "[data-role]": capital(part.role), "[data-agency]": part.agency, "[data-part]": partWords(part) }),
    ),
  );
  say(find("[data-preview-stage]", panel), answer?.stage_label ?? "");
  say(find("[data-preview-due]", panel), answer?.due_words ? `An answer is due by ${answer.due_words}.` : "");
  const notes = [...(answer?.warnings ?? [])];
  if (answer?.referred) notes.unshift("The policy does not say who acts here. The partnership’s duty contact decides, and tells you.");
  const list = find("[data-preview-warnings]", panel);
  list?.replaceChildren(...notes.map((note) => make("li", note)));
  show(list, notes.length > 0);
  const examples = answer?.example_rules ?? [];
  find("[data-preview-examples] ul", panel)?.replaceChildren(...examples.map((rule) => make("li", rule)));
  show(find("[data-preview-examples]", panel), examples.length > 0);
  for (const diversion of all("[data-preview-diversion]", panel)) show(diversion, diversion.dataset.previewDiversion === answer?.diversion);
}

/** @param {any} partnership
 * @returns {{update: (answers: import("./definition.js").Answers) => void, last: () => RouteAnswer | null}} */
export function makePreview(partnership) {
  const panel = find("#preview");
  let sent = "null"; // the question when nothing is known yet
  let turn = 0;
  /** @type {RouteAnswer | null} */
  let last = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  /** @param {object} question */
  async function renew(question) {
    const mine = ++turn;
    const answer = await ask(question);
    if (mine !== turn) return; // an answer to an older question says nothing about this form
    if (answer === null) sent = "";
    last = answer;
    if (panel) draw(panel, answer);
  }

  /** Too little is known to ask: what was drawn before no longer holds. */
  function forget() {
    turn += 1;
    last = null;
    if (!panel) return;
    draw(panel, NOTHING);
    show(find("[data-preview-empty]", panel), true);
  }

  /** @param {import("./definition.js").Answers} answers only those asked */
  function update(answers) {
    const question = routeQuestion(answers, partnership);
    const body = JSON.stringify(question);
    if (body === sent) return;
    sent = body;
    clearTimeout(timer);
    if (!question) return forget();
    timer = setTimeout(() => void renew(question), PAUSE_MS);
  }

  return { update, last: () => last };
}
