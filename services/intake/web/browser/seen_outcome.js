/** Draws the outcome's text as it stands, its issues, and what each party says to it. */

import { find, fromTemplate, need, say, show } from "./dom.js";
import { waits } from "./moves.js";
import { momentWords } from "./words.js";

const CODES = /** @type {Record<string, string>} */ ({
  agreed: "Agreed",
  partly: "Agreed in part",
  "not-agreed": "Not agreed",
  withdrawn: "Withdrawn by the person who raised it",
  overtaken: "Overtaken by events",
});
const ANSWERS = /** @type {Record<string, [string, string]>} */ ({
  waits: ["has not answered yet", "waits"],
  confirms: ["confirms this text", "check"],
  disputes: ["disputes this text", "alert"],
});
const ISSUES = /** @type {Record<string, string>} */ ({ open: "Still open.", done: "Done.", back: "Brought back: not settled." });

/** What the outcome is called while it is not confirmed, and after. @param {any} outcome an OutcomeSeen */
export function outcomeTitle({ code, final }) {
  const words = CODES[code] ?? "Recorded";
  return final ? `Written confirmation: ${words.toLowerCase()}` : `Outcome proposed: ${words.toLowerCase()}`;
}

/** @param {any} issue an IssueSeen @param {boolean} state whether where it stands is said */
export function issueWords({ owner, by_words: by, state: stands }, state) {
  const pursued = `${owner} pursues it, by ${by}.`;
  return state ? `${ISSUES[stands] ?? ""} ${pursued}`.trim() : pursued;
}

/** @param {any[]} issues @param {boolean} state */
export const drawIssues = (issues, state) =>
  issues.map((issue) => {
    const drawn = fromTemplate("seen-issue", { "[data-text]": issue.text, "[data-owner]": issueWords(issue, state) });
    if (state) drawn.dataset.state = issue.state;
    return drawn;
  });

/** @param {any} answer an AnswerSeen @param {string} zone */
function drawAnswer({ who, answer, at, reason }, zone) {
  const [words, icon] = ANSWERS[answer] ?? [answer, "waits"];
  const says = at && !waits({ answer }) ? `${words}, ${momentWords(new Date(at), zone)}` : words;
  const drawn = fromTemplate("seen-answer", { "[data-who]": who, "[data-says]": says, "[data-reason]": reason ? `“${reason}”` : "" });
  drawn.dataset.answer = answer;
  find("use", drawn)?.setAttribute("href", `#icon-${icon}`);
  return drawn;
}

/** @param {any} seen a SeenEscalation @param {string} zone */
export function drawOutcome({ outcome, proposal }, zone) {
  const box = need("[data-outcome]");
  show(box, Boolean(outcome));
  if (outcome) {
    box.dataset.final = String(Boolean(outcome.final));
    say(need("[data-outcome-title]"), outcomeTitle(outcome));
    const version = outcome.version > 1 ? `Version ${outcome.version}, by` : "By";
    say(need("[data-outcome-by]"), `${version} ${outcome.by}, ${momentWords(new Date(outcome.at), zone)}`);
    say(need("[data-outcome-text]"), outcome.text);
    need("[data-outcome-issues]").replaceChildren(...drawIssues(outcome.issues ?? [], false));
    show(need("[data-outcome-issues-box]"), (outcome.issues ?? []).length > 0);
    need("[data-outcome-answers]").replaceChildren(...(outcome.answers ?? []).map((/** @type {any} */ answer) => drawAnswer(answer, zone)));
    drawAsked(outcome);
  }
  say(find("[data-proposal-words]"), proposal ? `${proposal.by} proposes ${proposal.until_words}. “${proposal.why}”` : "");
}

/** The very version that an answer is about: the digest goes with the answer. @param {any} outcome */
function drawAsked(outcome) {
  const section = need('[data-act="outcome.answer"]');
  section.dataset.digest = outcome.digest;
  say(need("[data-answer-version]", section), `Version ${outcome.version}: ${(CODES[outcome.code] ?? "").toLowerCase()}.`);
  say(need("[data-answer-text]", section), outcome.text);
  need("[data-answer-issues]", section).replaceChildren(...drawIssues(outcome.issues ?? [], false));
}
