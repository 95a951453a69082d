/** The sealed question of an act that is one question, from what its controls hold. Pure. */

import { parseReference } from "./references.js";

/** @typedef {{part: string, kind: "text" | "yes_no" | "choice" | "date", value: string, missing: string, type: string}} Part
 *  missing: what to do about it being empty, "" where it may be. type: of the control, as HTML names it. */
/** @typedef {{part: string, text: string}} Wrong */

const ADDRESS = /^\S+@\S+\.\S+$/;
const NUMBERED = new Set(["issue"]);

/** @param {string} iso */
function isDate(iso) {
  const made = new Date(`${iso}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(iso) && !Number.isNaN(made.getTime()) && made.toISOString().startsWith(iso);
}

/** @param {Part} part @param {string} today local ISO date @returns {string} what is wrong, "" for nothing */
function wrongWith({ kind, value, missing, type }, today) {
  if (!value) return missing;
  if (kind === "date" && !isDate(value)) return "Enter a real date, for example 14 12 2026";
  if (kind === "date" && value <= today) return "Enter a date that is still to come";
  if (type === "email" && !ADDRESS.test(value)) return "Enter an email address in the right form, for example name@agency.org.uk";
  return "";
}

/** What an act asks beyond its single controls. @param {string} act @param {Record<string, string>} values @returns {Wrong[]} */
function wrongTogether(act, values) {
  if (act === "outcome.answer" && values.agrees === "no" && !values.reason) return [{ part: "reason", text: "Enter what is wrong with it" }];
  if (act === "issue" && values.done === "no" && !values.how) return [{ part: "how", text: "Enter why it is not settled" }];
  if (act === "link" && values.other && !parseReference(values.other)) return [{ part: "other", text: "Enter the reference as it stands in the email or on the receipt" }];
  return [];
}

/** @param {string} act @param {Part[]} parts @param {string} today @returns {Wrong[]} */
export function wrongIn(act, parts, today) {
  const single = parts.map((part) => ({ part: part.part, text: wrongWith(part, today) })).filter(({ text }) => text);
  const values = Object.fromEntries(parts.map(({ part, value }) => [part, value]));
  const known = new Set(single.map(({ part }) => part));
  return [...single, ...wrongTogether(act, values).filter(({ part }) => !known.has(part))];
}

/** @param {Part} part @returns {unknown} */
function valueOf({ part, kind, value }) {
  if (kind === "yes_no") return value === "yes";
  if (NUMBERED.has(part)) return Number(value);
  return part === "other" ? parseReference(value) : value;
}

/** The question as router takes it. @param {string} act its tag @param {Part[]} parts @param {Record<string, unknown>} beside such as the reference */
export function questionOf(act, parts, beside) {
  return { type: act, ...beside, ...Object.fromEntries(parts.map((part) => [part.part, valueOf(part)])) };
}
