/** The page of one escalation: signing in, seeing, reading, acting, signing out. Nothing is drawn that router did not answer. */

import { choicesOf } from "./choices.js";
import { readDefinition } from "./definition.js";
import { all, find, focusOn, make, need, say as write, show } from "./dom.js";
import { markAlone } from "./errors.js";
import { makeActs } from "./follow_acts.js";
import { makeAsk, setState } from "./follow_asking.js";
import { makeCheck } from "./follow_check.js";
import { offerChoices } from "./follow_choices.js";
import { makeDuty } from "./follow_duty.js";
import { makeActForm } from "./follow_forms.js";
import { makeRecords, printAlone } from "./follow_record.js";
import { makeFollowSession } from "./follow_session.js";
import { makeSignIn } from "./follow_sign_in.js";
import { drawYours } from "./follow_yours.js";
import { latestRef } from "./recorded.js";
import { drawSeen } from "./seen.js";
import { hasSession } from "./session.js";

const LOOKS_AGAIN = new Set(["changed", "name-needed"]);
const NOT_ALLOWED = "not-allowed";
const SENT = "It is recorded, and shown below.";
const SAID = /** @type {Record<string, string>} */ ({
  acknowledge: "It is recorded that you have this. The person who raised it is told.",
  outcome: "The outcome is recorded. Each party is now asked to confirm it.",
  "next-stage": "It goes on to the next stage.",
  reopen: "It is open again.",
});

/** @param {{reference: string, partnership: any, forms: any[]}} given forms: every definition, raw */
export function makeFollowPage({ reference: ref, partnership, forms }) {
  const before = hasSession();
  const seenBox = need("[data-seen-box]");
  const yoursBox = need("[data-yours]");
  const besideYours = /** @type {Element} */ (yoursBox.previousElementSibling);
  const definitions = forms.map(readDefinition);
  /** @type {any} */
  let seen = null;
  let who = "";

  const session = makeFollowSession(partnership, { whenOver: () => signedOut(), stay: () => look(false) });
  const ask = makeAsk(session, { whenOver: () => signedOut(), whenRefused });
  const signIn = makeSignIn({ reference: ref, ask, signedIn });
  const acts = makeActs({ ref, zone: partnership.zone, ask, current: () => seen, whenDone });
  const records = makeRecords({
    ref, partnership, ask,
    choices: choicesOf(partnership),
    definitionOf: (form, version) => definitions.find((each) => each.id === form && each.version === version) ?? null,
    whenRead: () => look(false),
  });
  const repeats = makeCheck({ partnership, current: () => seen, open: records.open, held: records.held });
  makeDuty({ ref, partnership, ask, whenDone: () => look(true) });

  /** What the page showed is no longer so, or nothing of it is this person's to see any more.
   * @param {string} why @param {string} asked */
  function whenRefused(why, asked) {
    if (why === NOT_ALLOWED && asked === "see") noPart();
    else if (LOOKS_AGAIN.has(why) || (why === NOT_ALLOWED && asked === "read")) void look(false);
  }

  /** Whoever handed it over, or was replaced, is shown nothing more of it: not what was open either. What is theirs is listed. */
  function noPart() {
    void yours();
    if (seen === null) return;
    seen = null;
    markAlone(seenBox, "");
    records.forget();
    for (const part of all("[data-signed-in]")) show(part, false);
    const place = need("[data-no-part]");
    show(place, true);
    focusOn(place);
  }

  /** The sign-in is over: nothing that was shown stays, what was typed does. */
  function signedOut() {
    const wasShown = seen !== null;
    seen = null;
    session.ended();
    records.forget();
    for (const part of all("[data-signed-in]")) show(part, false);
    signIn.show(true);
    if (wasShown) signIn.interrupt(acts.typed());
  }

  /** What one person typed is not for another who signs in at the same page. @param {any} answer a SignedIn @param {string} address */
  async function signedIn(answer, address) {
    if (who && who !== address) {
      acts.forget();
      for (const form of actForms) form.renew();
    }
    who = address;
    session.signedIn(answer.until);
    signIn.settled();
    if (await look(true)) await yours();
  }

  /** Ask where it stands, and draw it. @param {boolean} focus whether the person asked for it; else nothing is said of a refusal
   * @returns {Promise<any>} what is shown now, null if router did not show it */
  async function look(focus) {
    const answer = await ask(seenBox, { type: "see", ref }, { aloud: focus || seen !== null });
    if (!answer) return null;
    const anew = seen === null;
    seen = answer;
    signIn.show(false);
    for (const part of all("[data-signed-in]")) show(part, true);
    drawSeen(seen, partnership, { read: records.read });
    offerChoices(seen);
    acts.draw(seen);
    show(find("[data-name-box]"), Boolean(seen.needs_name));
    for (const form of actForms) form.follow();
    if (focus) focusOn(seen.needs_name ? need("#name-title") : anew && acts.opened() ? need("[data-act-title]", /** @type {HTMLElement} */ (acts.opened())) : need("[data-seen-heading]"));
    return seen;
  }

  async function yours() {
    const answer = await ask(yoursBox, { type: "yours" }, { aloud: false });
    if (answer?.type !== "your-escalations") return;
    (seen === null ? need("[data-no-part]") : besideYours).after(yoursBox);
    drawYours(answer.escalations ?? [], ref);
  }

  /** @param {string} words @param {HTMLElement[]} [more] */
  function say(words, ...more) {
    const place = need("[data-done]");
    place.replaceChildren(make("p", words), ...more);
    show(place, words !== "");
    if (acts.opened()) return; // they went on: it is read out, and their place is left to them
    if (words) focusOn(place);
    place.scrollIntoView({ block: "center" });
  }

  /** @param {string} words what was done */
  async function whenDone(words) {
    await look(words === "");
    if (seen === null) return void saidLast(words);
    if (words) say(words);
    void yours();
  }

  /** @param {string} words what was done by somebody who has no part in it since */
  const saidLast = (words) => write(need("[data-no-part-said]"), words);

  /** @param {string} move @param {any} after the SeenEscalation that holds it @param {HTMLElement} section of the act */
  function whenRecorded(move, after, section) {
    acts.close(false, section);
    const next = ["next-stage", "reopen"].includes(move) ? latestRef(after) : "";
    say(SAID[move] ?? SENT, ...(next ? [make("a", `Go to ${next}`, { href: `/e/${encodeURIComponent(next)}` })] : []));
    void yours();
  }

  /** @param {string} reference of the receipt @param {() => Promise<boolean>} lookAgain @param {HTMLElement} section of the act */
  function whenNotShown(reference, lookAgain, section) {
    acts.close(false, section);
    const button = make("button", "Look again", { type: "button", class: "govuk-button govuk-button--secondary" });
    button.addEventListener("click", () => void lookAgain());
    say(`Received as ${reference}, and safe. It is not shown here yet: look again in a minute. If it is still missing then, ring.`, button);
  }

  async function signOut() {
    await ask(seenBox, { type: "sign-out" }, { aloud: false });
    session.forget();
    location.reload();
  }

  const actForms = all("[data-form]").flatMap((section) => {
    const definition = definitions.filter(({ id }) => id === section.dataset.form).sort((one, other) => other.version - one.version)[0];
    return definition ? [makeActForm({ section, definition, ref, partnership, session, repeats, current: () => seen, look: () => look(false), whenRecorded, whenNotShown })] : [];
  });
  for (const button of all("[data-sign-out]")) button.addEventListener("click", () => void signOut());
  find("[data-look-again]")?.addEventListener("click", () => void look(true));
  find("[data-outcome-print]")?.addEventListener("click", () => printAlone(need("[data-outcome]")));
  setState(seenBox, "");
  if (before) void look(false).then((shown) => shown && yours());
}
