/** How long a stated timeframe lasts, in calendar days: more than seven is worth a warning. Pure.
 *
 * The day of receipt is day 0; a working day is Monday to Friday less the nation's bank holidays.
 */

/** @typedef {import("./definition.js").Timeframe} Timeframe */

const DAY_MS = 86_400_000;
const MOST_CALENDAR_DAYS = 7;

/** @param {string} iso */
const dayOf = (iso) => Date.parse(`${iso}T00:00:00Z`);
/** @param {number} day */
const isoOf = (day) => new Date(day).toISOString().slice(0, 10);

/** The local date in a zone. @param {Date} now @param {string} zone @returns {string} */
export function localDay(now, zone) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
}

/** The local date by which it is due; "" where the timeframe does not say. Hours count as elapsed hours.
 * @param {Timeframe} timeframe @param {string} today @param {string[]} holidays @returns {string} */
export function dueOn(timeframe, today, holidays) {
  if (timeframe.unit === "until") return /^\d{4}-\d{2}-\d{2}$/.test(timeframe.until ?? "") ? String(timeframe.until) : "";
  const amount = timeframe.amount ?? 0;
  if (!Number.isInteger(amount) || amount < 1 || amount > 1440) return "";
  if (timeframe.unit === "hours") return isoOf(dayOf(today) + Math.ceil(amount / 24) * DAY_MS);
  let day = dayOf(today);
  for (let left = amount; left > 0; ) {
    day += DAY_MS;
    const weekday = new Date(day).getUTCDay();
    if (weekday !== 0 && weekday !== 6 && !holidays.includes(isoOf(day))) left -= 1;
  }
  return isoOf(day);
}

/** Calendar days that a timeframe spans, 0 where it does not say.
 * @param {Timeframe} timeframe @param {string} today @param {string[]} holidays */
export function calendarDays(timeframe, today, holidays) {
  const due = dueOn(timeframe, today, holidays);
  const days = due ? Math.round((dayOf(due) - dayOf(today)) / DAY_MS) : 0;
  return Number.isFinite(days) ? days : 0;
}

/** The warning in words, "" for none. @param {Timeframe | undefined} timeframe @param {string} today @param {string[]} holidays */
export function timeframeWarning(timeframe, today, holidays) {
  if (!timeframe) return "";
  const days = calendarDays(timeframe, today, holidays);
  if (days < 0 || (timeframe.unit === "until" && days < 0)) return "That date has passed. Give the date by which the child needs an answer.";
  if (days <= MOST_CALENDAR_DAYS) return "";
  return `That is ${days} calendar days from today. Ask yourself if the child can wait that long. You may give fewer days, or hours.`;
}
