/** Signing in, seeing, acting, signing out: each a sealed question; nothing is drawn that router did not answer. */

import { all, find, focusOn, need, show } from "./dom.js";
import { markAlone } from "./errors.js";
import { drawSeen } from "./seen.js";
import { NO_ANSWER, hasSession, refusalOf, startSession } from "./session.js";

const CONFIRMED =
  "Your address is confirmed. Next, the people named by the policy are told. If your agency’s address is not in the directory, the duty contact checks it first: that may take until they are at work.";
const EXPIRED = "code-expired";
const SIGN_IN_INSTEAD = "That code is too old: a code works for 30 minutes. Sign in with a new code instead: that confirms your address";

/** @param {{reference: string, partnership: any}} given */
export function makeFollowPage({ reference: ref, partnership }) {
  const before = hasSession();
  const asker = startSession(partnership);
  let address = "";

  /** @param {string} name @returns {HTMLInputElement} */
  const control = (name) => /** @type {any} */ (need(`[data-${name}]`));
  /** @param {HTMLElement} box @param {string} text */
  const state = (box, text) => {
    const place = find("[data-state]", box);
    if (place) place.textContent = text;
  };

  /** Ask, and say what is wrong beside the box it was asked from.
   * @param {HTMLElement} box @param {object} question @param {boolean} [aloud]
   * @returns {Promise<any>} null if it was refused or not answered */
  async function ask(box, question, aloud = true) {
    markAlone(box, "");
    state(box, "One moment…");
    try {
      const answer = await asker.ask(question);
      state(box, "");
      if (answer.type !== "refused") return answer;
      if (aloud) markAlone(box, answer.why === EXPIRED && "confirmBox" in box.dataset ? SIGN_IN_INSTEAD : refusalOf(answer));
      if (answer.why === "not-signed-in") signedOut();
    } catch {
      state(box, "");
      if (aloud) markAlone(box, NO_ANSWER);
    }
    if (aloud) find("input, select, textarea", box)?.focus();
    return null;
  }

  function signedOut() {
    for (const part of all("[data-signed-in]")) show(part, false);
    show(need("[data-sign-in]"), true);
  }

  /** @param {boolean} focus whether the person asked; else this tab's session is only tried */
  async function see(focus) {
    const box = need("[data-seen-box]");
    const seen = await ask(box, { type: "see", ref }, focus);
    if (!seen) return;
    show(need("[data-sign-in]"), false);
    for (const part of all("[data-signed-in]")) show(part, true);
    drawSeen(seen, partnership);
    if (focus) focusOn(need("[data-seen-heading]"));
  }

  const addressBox = need("[data-address-box]");
  const codeBox = need("[data-code-box]");

  async function sendCode() {
    address = control("sign-in-address").value.trim();
    if (!/^\S+@\S+\.\S+$/.test(address)) return complain(addressBox, "Enter your work email address");
    const answer = await ask(addressBox, { type: "code.sign-in", ref, address });
    if (!answer) return;
    state(addressBox, "If this address belongs to this escalation, a code is on its way to it. It works for 30 minutes.");
    show(codeBox, true);
    control("sign-in-code").focus();
  }

  async function signIn() {
    const code = control("sign-in-code").value.replace(/[\s-]/g, "").toUpperCase();
    if (!code) return complain(codeBox, "Enter the code from the email");
    const answer = await ask(codeBox, { type: "sign-in", ref, code });
    if (!answer) return;
    control("sign-in-code").value = "";
    await see(true);
  }

  /** @param {HTMLElement} box @param {string} text */
  function complain(box, text) {
    markAlone(box, text);
    find("input, select, textarea", box)?.focus();
  }

  /** An act of the duty contact: it is logged under their name, so it takes a sentence.
   * @param {string} selector @param {(box: HTMLElement, how: string) => object} question @param {string} missing */
  function onDuty(selector, question, missing) {
    const box = find(selector);
    const button = box && find("button", box);
    button?.addEventListener("click", async () => {
      const how = /** @type {HTMLTextAreaElement} */ (need("[data-how]", box)).value.trim();
      if (!how) return complain(box, missing);
      if (await ask(box, question(box, how))) await see(true);
    });
  }

  async function confirmAddress() {
    const box = need("[data-confirm-box]");
    const code = control("confirm-code").value.replace(/[\s-]/g, "");
    if (!/^\d{6}$/.test(code)) return complain(box, "Enter the six digits of the code in the email");
    if (await ask(box, { type: "confirm", submission: "", code, ref })) state(box, CONFIRMED);
  }

  /** A code that has expired needs no other: signing in proves the same address. */
  function signInInstead() {
    markAlone(need("[data-confirm-box]"), "");
    const place = control("sign-in-address");
    place.focus();
    place.scrollIntoView({ block: "center" });
  }

  async function signOut() {
    await ask(need("[data-seen-box]"), { type: "sign-out" });
    asker.forget();
    location.reload();
  }

  /** @param {string} selector @param {() => unknown} act */
  const onClick = (selector, act) => find(selector)?.addEventListener("click", () => void act());
  onClick("[data-sign-in-send]", sendCode);
  onClick("[data-sign-in-check]", signIn);
  onClick("[data-confirm-check]", confirmAddress);
  onClick("[data-confirm-instead]", signInInstead);
  onClick("[data-sign-out]", signOut);
  onDuty("[data-duty-confirm]", (_box, how) => ({ type: "duty.confirm", ref, how }), "Enter what you checked on the telephone");
  onDuty("[data-duty-release]", (_box, how) => ({ type: "duty.release", ref, address: control("release-address").value, how }), "Enter how you know that this address is right");
  onDuty("[data-duty-route]", (_box, how) => ({ type: "duty.route", ref, post: control("route-post").value, why: how }), "Enter why this person is to act");
  if (before) void see(false);
}
