/** Which of the things a person may do stand first, beside it, and under "something else". Pure. */

/** @typedef {{move: string, section: string, words: string}} Offer section: the act that opens. */

const WORDS = /** @type {Record<string, string>} */ ({
  "outcome.answer": "Confirm or dispute the outcome",
  "panel.answer": "Answer about your seat on the panel",
  acknowledge: "I have this, and will act",
  "date.answer": "Answer the proposed date",
  "area.accept": "Take it over for your area",
  issue: "Settle an outstanding issue",
  outcome: "Record an outcome",
  "next-stage": "Take it to the next stage",
  action: "Record an action or decision",
  representation: "Add a representation",
  process: "Record what happens next",
  reopen: "Open it again",
  "date.propose": "Propose another date",
  "not-mine": "This is not mine",
  conflict: "I am too close to it",
  "hand-over": "Hand it to a deputy",
  debrief: "Record a debrief",
  "raiser.replace": "Name somebody to follow the raiser",
  link: "Link it to another escalation",
  "duty.hand-to": "Hand it to another partnership",
  "area.offer": "The child moved to another area",
});
/** What somebody waits for this person to do: one of these is the primary button, the first that holds. */
const ASKED = ["outcome.answer", "panel.answer", "acknowledge", "date.answer", "area.accept", "issue"];
const SEAT = "panel.answer";
const STAND_DOWN = "Stand down from the panel";
const USUAL = ["outcome", "next-stage", "action", "representation", "process", "reopen"];
const GOES_ON = ["next-stage", ...USUAL.filter((move) => move !== "next-stage")];
const SECTIONS = /** @type {Record<string, string>} */ ({ reopen: "next-stage" });
const NOT_YET_ANSWERED = "waits";

/** Whether a move makes sense with what is shown; whether it is allowed, router says. @param {any} seen @param {string} move */
function makesSense(seen, move) {
  const you = (seen.people ?? []).find((/** @type {any} */ person) => person.you);
  switch (move) {
    case "outcome.answer":
      return Boolean(seen.outcome && !seen.outcome.final);
    case "acknowledge":
      return !you?.acknowledged;
    case "date.answer":
      return Boolean(seen.proposal);
    case "issue":
      return openIssues(seen).length > 0;
    case "hand-over":
      return (seen.deputies ?? []).length > 0;
    case "duty.hand-to":
    case "area.offer":
      return (seen.partnerships ?? []).length > 0;
    default:
      return true;
  }
}

/** Those that may still be settled: also what was brought back. @param {any} seen @returns {any[]} */
export const openIssues = (seen) => (seen.issues ?? []).filter((/** @type {any} */ issue) => issue.state !== "done");

/** Whether it does not settle here: the outcome is disputed, or the time has passed. @param {any} seen */
export function isStuck({ outcome, clock }) {
  const disputed = (outcome?.answers ?? []).some((/** @type {any} */ given) => given.answer === "disputes");
  return (disputed && !outcome.final) || (clock?.calendar_days_left ?? 0) < 0;
}

/** @param {any} seen @param {string} move @returns {Offer} */
function offer(seen, move) {
  const next = seen.next_stages?.[0];
  const known = move === SEAT && seen.sits ? STAND_DOWN : WORDS[move];
  const words = move === "next-stage" && next ? `Take it to ${next.words.split(/:| \(/)[0]}` : known;
  return { move, section: SECTIONS[move] ?? move, words };
}

/** What is offered. first: null where nothing is asked of this person or usual for them.
 * @param {any} seen a SeenEscalation @returns {{first: Offer | null, next: Offer[], others: Offer[]}} */
export function offers(seen) {
  if (seen.needs_name) return { first: null, next: [], others: [] };
  const may = (seen.moves ?? []).filter((/** @type {string} */ move) => move in WORDS && makesSense(seen, move));
  /** @param {string[]} among */
  const inOrder = (among) => among.filter((move) => may.includes(move));
  const asked = ASKED.filter((move) => move !== SEAT || !seen.sits); // nobody waits for somebody to stand down
  const [first, ...next] = [...inOrder(asked), ...inOrder(isStuck(seen) ? GOES_ON : USUAL)];
  const others = Object.keys(WORDS).filter((move) => may.includes(move) && !asked.includes(move) && !USUAL.includes(move));
  const [beside, rare] = first ? [next, others] : [others, []]; // nothing is hidden away where there is nothing else
  return {
    first: first ? offer(seen, first) : null,
    next: beside.map((move) => offer(seen, move)),
    others: rare.map((move) => offer(seen, move)),
  };
}

/** Whether a party's answer to the outcome is still missing. @param {{answer: string}} given */
export const waits = ({ answer }) => answer === NOT_YET_ANSWERED;
