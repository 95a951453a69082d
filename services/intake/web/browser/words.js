/** Answers in words, as a person would read them back. Pure. */

/** @typedef {import("./definition.js").Field} Field */
/** @typedef {import("./definition.js").Answer} Answer */
/** @typedef {Record<string, {code: string, words: string}[]>} ChoiceWords */

const UNITS = /** @type {Record<string, [string, string]>} */ ({ hours: ["hour", "hours"], working_days: ["working day", "working days"] });

/** "Wednesday 30 December 2026" @param {string} iso */
export function dayWords(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return iso;
  return new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
    .format(day)
    .replace(",", "");
}

/** "14:32, Monday 21 December 2026" @param {Date} at @param {string} zone */
export function momentWords(at, zone) {
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: zone }).format(at);
  return `${time}, ${day.replace(",", "")}`;
}

/** A label as it stands inside a sentence: "the duty contact"; one that begins with initials keeps them. @param {string} label */
export function within(label) {
  const words = /^.\p{Lu}/u.test(label) ? label : label.slice(0, 1).toLowerCase() + label.slice(1);
  return words.startsWith("the ") ? words : `the ${words}`;
}

/** @param {string} code @param {{code: string, words: string}[]} list */
const wordsFor = (code, list) => list.find((choice) => choice.code === code)?.words ?? code;

/** @param {Field} field @param {Answer} value @param {ChoiceWords} choices @param {Record<string, Answer>} answers @returns {string} */
export function answerWords(field, value, choices, answers) {
  if (value === undefined) return "";
  if (field.kind === "yes_no") return value === "yes" ? "Yes" : "No";
  if (field.kind === "date") return dayWords(String(value));
  if (field.kind === "datetime") return `${String(value).slice(11)}, ${dayWords(String(value).slice(0, 10))}`;
  if (field.kind === "timeframe") return timeframeWords(/** @type {any} */ (value));
  if (field.kind === "choice" || field.kind === "choices" || field.kind === "agency" || field.kind === "team") {
    const source = field.kind === "team" ? `teams:${answers[field.of]}` : field.choices_from ?? "";
    const fixed = [
      { code: "not_listed", words: "Not listed" },
      { code: "not_known", words: "I don’t know" },
    ];
    const list = [...field.choices, ...(choices[source] ?? []), ...fixed];
    return [value].flat().map((code) => wordsFor(String(code), list)).join("; ");
  }
  return String(value);
}

/** @param {import("./definition.js").Timeframe} timeframe */
function timeframeWords({ unit, amount, until }) {
  if (unit === "until") return `By ${dayWords(until ?? "")}`;
  const [one, many] = UNITS[unit] ?? [unit, unit];
  return `${amount} ${amount === 1 ? one : many}`;
}
