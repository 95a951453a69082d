/** The session on the page of an escalation: one question at a time, a warning before it ends, an end that loses nothing. */

import { find, need, say, show } from "./dom.js";
import { whenLeft } from "./exit.js";
import { startSession } from "./session.js";
import { isSaid, timeLeft, warningWords } from "./timekeeping.js";

const KEPT_AS = "candour.signed-in";
const TICK_MS = 10_000;

/** @typedef {import("./timekeeping.js").Held} Held */
/** @typedef {{ask: (question: object) => Promise<any>, signedIn: (until: string) => void, secret: () => Uint8Array,
 *   forget: () => void, ended: () => void}} FollowSession */

/** @param {any} partnership @param {{whenOver: () => void, stay: () => unknown}} given
 *   whenOver: the sign-in is over; stay: what the person's "stay signed in" asks. @returns {FollowSession} */
export function makeFollowSession(partnership, { whenOver, stay }) {
  const asker = startSession(partnership);
  const banner = need("[data-session-warning]");
  /** @type {Held | null} */
  let held = read();
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /** @param {Held | null} now */
  function keep(now) {
    held = now;
    if (now) sessionStorage.setItem(KEPT_AS, JSON.stringify(now));
    else sessionStorage.removeItem(KEPT_AS);
    tick();
  }

  function tick() {
    const now = Date.now();
    const words = held ? warningWords(held, now) : "";
    show(banner, words !== "");
    say(find("[data-session-text]"), words);
    show(find("[data-session-stay]"), Boolean(held && !timeLeft(held, now).byDay));
    const aloud = need("[data-session-said]");
    const said = held && words && isSaid(held, now) ? words : "";
    if (aloud.textContent !== said) aloud.textContent = said;
    if (held && timeLeft(held, now).minutes === 0) {
      keep(null);
      whenOver();
    }
  }

  /** Router refuses a counter that is not higher than the last: questions go one after the other.
   * @param {object} question @returns {Promise<any>} */
  function ask(question) {
    const answer = last.catch(() => undefined).then(() => asker.ask(question));
    last = answer;
    return answer.then((given) => {
      if (held && given.type !== "refused") keep({ ...held, asked: Date.now() });
      return given;
    });
  }

  setInterval(tick, TICK_MS);
  addEventListener("visibilitychange", tick);
  need("[data-session-stay]").addEventListener("click", () => void stay());
  whenLeft(() => sessionStorage.removeItem(KEPT_AS));
  tick();
  return {
    ask,
    secret: asker.secret,
    signedIn: (until) => keep({ until: Date.parse(until), asked: Date.now() }),
    ended: () => keep(null),
    forget() {
      keep(null);
      asker.forget();
    },
  };
}

/** @returns {Held | null} */
function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
    return Number.isFinite(kept?.until) && Number.isFinite(kept?.asked) ? kept : null;
  } catch {
    return null;
  }
}
