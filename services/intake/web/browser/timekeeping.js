/** How long a sign-in still holds, as router counts it: half an hour without a question, and a working day. Pure. */

const IDLE_MS = 30 * 60_000;
const MINUTE_MS = 60_000;
const WARNED_MINUTES = 5;

/** @typedef {{until: number, asked: number}} Held until: when the working day ends; asked: the last question that was answered. */

/** @param {Held} held @param {number} now @returns {{minutes: number, byDay: boolean}} begun minutes left; byDay: the working day ends it */
export function timeLeft({ until, asked }, now) {
  const end = Math.min(until, asked + IDLE_MS);
  return { minutes: Math.ceil(Math.max(0, end - now) / MINUTE_MS), byDay: until <= asked + IDLE_MS };
}

/** What the banner says; "" while there is nothing to say. @param {Held} held @param {number} now */
export function warningWords(held, now) {
  const { minutes, byDay } = timeLeft(held, now);
  if (minutes === 0 || minutes > WARNED_MINUTES) return "";
  const left = `You will be signed out in ${minutes} minute${minutes === 1 ? "" : "s"}. What you typed stays on this page.`;
  return byDay ? `${left} The working day of this sign-in ends: sign in again then, with a new code.` : left;
}

/** Whether the warning is to be said aloud: when it appears, and in the last minute. @param {Held} held @param {number} now */
export const isSaid = (held, now) => [WARNED_MINUTES, 1].includes(timeLeft(held, now).minutes);
