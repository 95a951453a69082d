/** A session with router in this tab: its asker and the public book's key. Router alone makes, checks and ends it. */

import { currentKey } from "./send.js";
import { forgetSession, makeAsker } from "./ask.js";
import { whenLeft } from "./exit.js";

/** Whether this tab already has a session that may still be good. */
export const hasSession = () => sessionStorage.getItem("candour.session") !== null;

/** @param {any} partnership */
export function startSession(partnership) {
  const asker = makeAsker({ partnership: partnership.id, factsKey: currentKey(partnership.facts_keys) });
  whenLeft(() => forgetSession());
  return asker;
}

/** What a refusal says. Strangers and wrong references get the same words. */
export const REFUSALS = /** @type {Record<string, string>} */ ({
  "code-wrong": "That code is not right. Look at the newest email from us, or ask for a new code",
  "code-expired": "That code is too old: a code works for 30 minutes. Ask for a new code",
  "too-many": "That was tried too often. Ask for a new code in a while, or ring the duty contact",
  "not-signed-in": "You are signed out. Sign in again",
  "not-allowed": "You may not do that here. Ring the duty contact if you think you should",
  "name-needed": "Say first who is signed in, at the top of this page",
  changed: "What this page showed has changed since. It is shown anew: look again",
  replayed: "That did not arrive as it was asked. Try again",
  unknown: "That could not be done. Try again, or ring the duty contact",
});
export const NO_ANSWER = "No answer came. Nothing was changed that we know of. Try again";

/** @param {any} answer */
export const refusalOf = (answer) => REFUSALS[answer?.why] ?? REFUSALS.unknown;
