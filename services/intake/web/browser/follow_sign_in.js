/** Signing in on the page of an escalation, and confirming an address there: by codes that are emailed. */

import { all, find, focusOn, need, show } from "./dom.js";
import { complain, setState } from "./follow_asking.js";
import { markAlone } from "./errors.js";

const CONFIRMED =
  "Your address is confirmed. Next, the people named by the policy are told. If your agency’s address is not in the directory, the duty contact checks it first: that may take until they are at work.";
const ON_ITS_WAY = "If this address belongs to this escalation, a code is on its way to it. It works for 30 minutes.";
const TOO_OLD = "That code is too old: a code works for 30 minutes. Sign in with a new code instead: that confirms your address";

/** @param {{reference: string, ask: import("./follow_asking.js").Ask, signedIn: (answer: any, address: string) => unknown}} given */
export function makeSignIn({ reference: ref, ask, signedIn }) {
  const addressBox = need("[data-address-box]");
  const codeBox = need("[data-code-box]");
  const confirmBox = need("[data-confirm-box]");
  let sentTo = "";
  /** @param {string} name @returns {HTMLInputElement} */
  const control = (name) => /** @type {any} */ (need(`[data-${name}]`));

  async function sendCode() {
    const address = control("sign-in-address").value.trim();
    if (!/^\S+@\S+\.\S+$/.test(address)) return complain(addressBox, "Enter your work email address");
    const answer = await ask(addressBox, { type: "code.sign-in", ref, address });
    if (!answer) return;
    sentTo = address.toLowerCase();
    setState(addressBox, ON_ITS_WAY);
    show(codeBox, true);
    control("sign-in-code").focus();
  }

  async function signIn() {
    const code = control("sign-in-code").value.replace(/[\s-]/g, "").toUpperCase();
    if (!code) return complain(codeBox, "Enter the code from the email");
    const answer = await ask(codeBox, { type: "sign-in", ref, code });
    if (!answer) return;
    control("sign-in-code").value = "";
    setState(addressBox, "");
    show(codeBox, false);
    await signedIn(answer, sentTo);
  }

  async function confirmAddress() {
    const code = control("confirm-code").value.replace(/[\s-]/g, "");
    if (!/^\d{6}$/.test(code)) return complain(confirmBox, "Enter the six digits of the code in the email");
    const asked = await ask(confirmBox, { type: "confirm", submission: "", code, ref }, { refusals: { "code-expired": TOO_OLD } });
    if (asked) setState(confirmBox, CONFIRMED);
  }

  /** A code that has expired needs no other: signing in proves the same address. */
  function signInInstead() {
    markAlone(confirmBox, "");
    const place = control("sign-in-address");
    place.focus();
    place.scrollIntoView({ block: "center" });
  }

  /** @param {string} selector @param {() => unknown} act @param {string} [enter] the control in which Enter does the same */
  const onClick = (selector, act, enter) => {
    find(selector)?.addEventListener("click", () => void act());
    if (!enter) return;
    find(enter)?.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Enter") void act();
    });
  };
  onClick("[data-sign-in-send]", sendCode, "[data-sign-in-address]");
  onClick("[data-sign-in-again]", sendCode);
  onClick("[data-sign-in-check]", signIn, "[data-sign-in-code]");
  onClick("[data-confirm-check]", confirmAddress, "[data-confirm-code]");
  onClick("[data-confirm-instead]", signInInstead);

  return {
    /** What is seen while nobody is signed in. */
    show: (/** @type {boolean} */ shown) => show(find("[data-sign-in]"), shown),
    /** The sign-in ended under the person's hands. @param {boolean} typed whether text waits on the page */
    interrupt(typed) {
      const note = need("[data-signed-out]");
      show(note, true);
      for (const kept of all("[data-signed-out-kept]")) show(kept, typed);
      show(confirmBox, false);
      focusOn(note);
    },
    settled: () => show(find("[data-signed-out]"), false),
  };
}
