/** Where an escalation stands, in words: its headline, its clock, what the reader is in it. Pure. */

const UNKNOWN = "Ring the duty contact to hear where it stands";
const STATES = /** @type {Record<string, string>} */ ({
  received: "It has arrived, and is being read",
  "waiting-confirmation": "Waits: the raiser’s address is not confirmed yet",
  "waiting-release": "Waits: the duty contact checks the raiser’s address first. Nobody else has been told",
  routed: "With the people named below",
  referred: "Waits for the duty contact: the policy or the directory does not say who acts",
  diverted: "Not an escalation: the policy gives another way. The duty contact is asked to look",
  recorded: "On record: no route is opened, and nobody is asked to act",
  parked: "Waits for the duty contact: it could not be read as it arrived",
  closed: "Closed: every party confirmed the outcome in writing",
  "moved-on": "It went on: what happens now is at the next stage",
});
const ENDED = /** @type {Record<string, string>} */ ({ closed: "closed", "moved-on": "went to the next stage" });
const PARTS = /** @type {Record<string, string>} */ ({
  raiser: "You raised this. Raising it is legitimate, and expected of you.",
  "raisers-manager": "You are the manager of the person who raised this.",
  contact: "You are the contact for this stage.",
  "raising-contact": "You are the contact of the side that raised this.",
  "decision-maker": "You made the decision that is looked at again. Being challenged is part of good safeguarding.",
  informed: "You are told of this for information.",
  lead: "You are told of this as a safeguarding lead.",
  partnership: "You are told of this for the partnership.",
  duty: "You are the duty contact.",
  panel: "You are a member of the resolution panel.",
  "other-duty": "You are the duty contact of the area that is asked to take it over.",
});

/** @typedef {{due_at: string, due_words: string, working_days_left: number, calendar_days_left: number, proposed?: string}} Clock */

/** Where it stands, in words: never the code. @param {string} state */
export const stateWords = (state) => `${STATES[state] ?? UNKNOWN}.`;

/** What the reader is in it, "" where that is not known. @param {string} part */
export const partWords = (part) => PARTS[part] ?? "";

/** Whether nothing more is asked of anybody at this stage. @param {string} state */
export const hasEnded = (state) => state in ENDED;

/** @param {number} count @param {string} one */
const days = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

/** What is left, in the fewest words: "3 working days left". @param {Clock} clock @param {Date} now */
export function leftWords({ due_at: dueAt, working_days_left: working, calendar_days_left: calendar }, now) {
  if (Date.parse(dueAt) <= now.getTime()) return calendar < 0 ? `${days(-calendar, "day")} late` : "the time has passed";
  if (calendar <= 0) return "due today";
  if (calendar === 1 && working === 1) return "due tomorrow";
  return working > 0 ? `${days(working, "working day")} left` : `${days(calendar, "day")} left`;
}

/** Whether it is late, or soon: both are also said in the words. @param {Clock} clock @param {Date} now @returns {"late" | "soon" | ""} */
export function urgency({ due_at: dueAt, working_days_left: working }, now) {
  if (Date.parse(dueAt) <= now.getTime()) return "late";
  return working <= 1 ? "soon" : "";
}

/** "Stage 2 · 3 working days left". @param {any} seen a SeenEscalation @param {Date} now */
export function headlineOf(seen, now) {
  const stage = String(seen.stage_label ?? "").split(":")[0];
  const after = ENDED[seen.state] ?? (seen.clock ? leftWords(seen.clock, now) : "");
  return [stage, after].filter(Boolean).join(" · ") || "Where it stands";
}

/** When the answer is due, with both ways of counting. @param {any} seen @param {Date} now */
export function dueWords(seen, now) {
  const words = seen.clock?.due_words || seen.due_words || "";
  if (!words || hasEnded(seen.state)) return "";
  const clock = seen.clock;
  if (clock && Date.parse(clock.due_at) <= now.getTime()) return `An answer was due by ${words}.`;
  if (!clock || clock.calendar_days_left <= 0) return `An answer is due by ${words}.`;
  const both = `${days(Math.max(0, clock.working_days_left), "working day")}, ${days(clock.calendar_days_left, "calendar day")}`;
  return `An answer is due by ${words}: ${both} from today.`;
}
