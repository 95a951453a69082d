/** Signing in to one's posts by an emailed code; and, at a shared mailbox, saying who one is. */

import { find, focusOn, need, show } from "./dom.js";
import { complain, setState } from "./follow_asking.js";
import { markAlone } from "./errors.js";

const ON_ITS_WAY = "If the directory has a post for this address, a code is on its way to it. It works for 30 minutes.";

/** @typedef {import("./follow_asking.js").Ask} Ask */

/** @param {string} selector @returns {HTMLInputElement} */
const input = (selector) => /** @type {any} */ (need(selector));

/** @param {{ask: Ask, signedIn: (answer: any) => unknown}} given */
export function makePostSignIn({ ask, signedIn }) {
  const addressBox = need("[data-address-box]");
  const codeBox = need("[data-code-box]");

  async function sendCode() {
    const address = input("[data-post-address]").value.trim();
    if (!/^\S+@\S+\.\S+$/.test(address)) return complain(addressBox, "Enter your work email address");
    const answer = await ask(addressBox, { type: "post.code", address });
    if (!answer) return;
    setState(addressBox, ON_ITS_WAY);
    show(codeBox, true);
    input("[data-post-code]").focus();
  }

  async function signIn() {
    const code = input("[data-post-code]").value.replace(/[\s-]/g, "").toUpperCase();
    if (!code) return complain(codeBox, "Enter the code from the email");
    const answer = await ask(codeBox, { type: "post.sign-in", code });
    if (!answer) return;
    input("[data-post-code]").value = "";
    setState(addressBox, "");
    show(codeBox, false);
    show(find("[data-signed-out]"), false);
    await signedIn(answer);
  }

  need("[data-post-send]").addEventListener("click", () => void sendCode());
  need("[data-post-again]").addEventListener("click", () => void sendCode());
  need("[data-post-check]").addEventListener("click", () => void signIn());
  onEnter(input("[data-post-address]"), sendCode);
  onEnter(input("[data-post-code]"), signIn);

  return {
    show: (/** @type {boolean} */ shown) => show(find("[data-sign-in]"), shown),
    /** The sign-in ended under the person's hands. */
    interrupt() {
      const note = need("[data-signed-out]");
      show(note, true);
      focusOn(note);
    },
  };
}

/** @param {{ask: Ask, whenDone: () => unknown}} given */
export function wireName({ ask, whenDone }) {
  const box = need("[data-name-box]");
  const send = async () => {
    const [name, role] = [input("[data-name]").value.trim(), input("[data-role]").value.trim()];
    markAlone(need('[data-group="name"]', box), name ? "" : "Enter your name");
    markAlone(need('[data-group="role"]', box), role ? "" : "Enter your role");
    if (!name || !role) return input(name ? "[data-role]" : "[data-name]").focus();
    if (await ask(need("[data-name-say]"), { type: "name", name, role })) await whenDone();
  };
  need("[data-name-send]", box).addEventListener("click", () => void send());
}

/** @param {HTMLElement} control @param {() => unknown} act */
function onEnter(control, act) {
  control.addEventListener("keydown", (event) => {
    if (event.key === "Enter") void act();
  });
}
