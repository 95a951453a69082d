/** One check of answers against the definition: the same rules and words as `shared/forms/checking.py`. Pure. */

import { requiredFields, shownFields } from "./conditions.js";
import { isEmpty } from "./definition.js";

/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {import("./definition.js").Field} Field */
/** @typedef {{field: string, code: string, text: string}} FieldProblem */
/** @typedef {Record<string, string[]>} Choices by source; a team's key is "teams:<agency id>" */

const MOST_OF = /** @type {Record<string, number>} */ ({ hours: 24 * 60, working_days: 60 });
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const CONTROL_SAVE_BREAKS = /(?![\n\t\r])[\p{Cc}\p{Cs}]/u;

/** Every problem, in the form's order.
 * @param {Definition} definition @param {Record<string, unknown>} answers
 * @param {{choices: Choices, stage: number, classes?: string[]}} given @returns {FieldProblem[]} */
export function check(definition, answers, { choices, stage, classes = ["sealed", "fact", "notice", "code"] }) {
  const fields = definition.fields.filter((field) => classes.includes(field.class));
  const known = new Set(fields.map((field) => field.id));
  const shown = shownFields(definition, answers);
  const required = new Set(requiredFields(definition, answers, stage).map((field) => field.id));
  const found = Object.keys(answers).some((id) => !known.has(id)) ? [problem(definition, null, "unknown_field")] : [];
  for (const field of fields) {
    const value = answers[field.id];
    let code = null;
    if (isEmpty(value)) code = required.has(field.id) ? "missing" : null;
    else if (!shown.has(field.id)) code = "not_asked";
    else code = valueProblem(definition, field, { value, allowed: allowed(field, answers, choices) });
    if (code) found.push(problem(definition, field, code));
  }
  return found;
}

/** @param {Definition} definition @param {Field | null} field @param {string} code @returns {FieldProblem} */
function problem(definition, field, code) {
  if (!field) return { field: "", code, text: definition.texts[code] };
  const text = code === "missing" && field.error ? field.error : definition.texts[code];
  return { field: field.id, code, text: text.replaceAll("{label}", field.label).replaceAll("{limit}", String(field.limit)) };
}

/** @param {Field} field @param {Record<string, unknown>} answers @param {Choices} choices @returns {Set<string>} */
function allowed(field, answers, choices) {
  if (field.kind === "yes_no") return new Set(["yes", "no"]);
  if (field.kind === "team") return new Set(["not_known", ...(choices[`teams:${answers[field.of]}`] ?? [])]);
  const own = field.choices.map((choice) => choice.code);
  if (field.kind === "agency") own.push("not_listed");
  return new Set([...own, ...((field.choices_from && choices[field.choices_from]) || [])]);
}

/** @param {Definition} definition @param {Field} field @param {{value: unknown, allowed: Set<string>}} given */
function valueProblem(definition, field, { value, allowed }) {
  switch (field.kind) {
    case "text":
    case "long_text":
    case "email":
    case "telephone":
      return textProblem(definition, field, value);
    case "choices":
      return choicesProblem(field, value, allowed);
    case "date":
      return isDate(value) ? null : "bad_date";
    case "datetime":
      return isDatetime(value) ? null : "bad_date";
    case "timeframe":
      return isTimeframe(value) ? null : "bad_timeframe";
    default:
      if (typeof value !== "string") return "wrong_kind";
      return allowed.has(value) ? null : "not_a_choice";
  }
}

/** @param {Definition} definition @param {Field} field @param {unknown} value */
function textProblem(definition, field, value) {
  if (typeof value !== "string") return "wrong_kind";
  if ((field.kind === "long_text" ? CONTROL_SAVE_BREAKS : CONTROL).test(value)) return "wrong_kind";
  if ([...value].length > field.limit) return "too_long";
  const pattern = definition.patterns[field.kind];
  if (pattern && !new RegExp(`^(?:${pattern})$`, "u").test(value.trim())) {
    return field.kind === "email" ? "bad_email" : "bad_telephone";
  }
  return null;
}

/** @param {Field} field @param {unknown} value @param {Set<string>} allowed */
function choicesProblem(field, value, allowed) {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) return "wrong_kind";
  if (value.length > field.limit) return "too_long";
  return new Set(value).size === value.length && value.every((item) => allowed.has(item)) ? null : "not_a_choice";
}

/** @param {unknown} value */
function isDate(value) {
  const parts = typeof value === "string" && /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (!parts) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const made = new Date(Date.UTC(year, month - 1, day));
  return year > 1900 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

/** @param {unknown} value a local time to the minute */
function isDatetime(value) {
  const parts = typeof value === "string" && /^(.{10})T(\d{2}):(\d{2})$/.exec(value);
  return Boolean(parts) && isDate(parts[1]) && Number(parts[2]) < 24 && Number(parts[3]) < 60;
}

/** @param {unknown} value */
function isTimeframe(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { unit, amount, until, ...rest } = /** @type {Record<string, unknown>} */ (value);
  if (Object.keys(rest).length > 0) return false;
  if (unit === "until") return isDate(until);
  if (typeof unit !== "string" || !Object.hasOwn(MOST_OF, unit)) return false;
  return typeof amount === "number" && Number.isInteger(amount) && amount >= 1 && amount <= MOST_OF[unit];
}
