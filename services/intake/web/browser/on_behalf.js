/** A duty contact or safeguarding lead enters a printed or telephoned form: their sign-in goes with it as proof. */

import { find, focusOn, need, say, show } from "./dom.js";
import { makeAsk, setState } from "./follow_asking.js";
import { whenLeft } from "./exit.js";
import { hasSession, startSession } from "./session.js";

const KEPT_AS = "candour.on-behalf";
const KEEP_ALIVE_MS = 5 * 60_000;

/** What the page of an escalation leaves for the form. @typedef {{partnership: string, ref: string}} Left */

/** @param {Left} left */
export const leaveForForm = (left) => sessionStorage.setItem(KEPT_AS, JSON.stringify(left));

/** @returns {Left | null} */
function left() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null");
  } catch {
    return null;
  }
}

/** @param {HTMLFormElement} form @param {any} partnership
 * @returns {{alive: () => Promise<boolean>, beside: () => object, done: () => void} | null} null where the raiser fills it in */
export function startBehalf(form, partnership) {
  const given = left();
  const box = find("[data-behalf]");
  if (!box || given?.partnership !== partnership.id || !hasSession()) return null;
  const session = startSession(partnership);
  const signIn = need("[data-behalf-sign-in]", box);
  const [addressBox, codeBox] = ["address", "code"].map((name) => need(`[data-behalf-${name}]`, box));
  let asked = Date.now();
  const ask = makeAsk(session, { whenOver: () => over(), whenRefused: () => undefined });

  function over() {
    show(signIn, true);
    focusOn(need("h3", signIn));
    signIn.scrollIntoView({ block: "center" });
  }

  /** Whether the sign-in still holds; asking is what keeps it. */
  async function alive() {
    const answer = await ask(need("[data-behalf-say]", box), { type: "yours" });
    if (answer) asked = Date.now();
    return answer !== null;
  }

  /** @param {HTMLElement} within */
  const typed = (within) => /** @type {HTMLInputElement} */ (need("input", within)).value.trim();

  async function sendCode() {
    const answer = await ask(addressBox, { type: "code.sign-in", ref: given?.ref, address: typed(addressBox) });
    if (!answer) return;
    setState(addressBox, "If this address belongs to the escalation that you came from, a code is on its way to it.");
    show(codeBox, true);
    find("input", codeBox)?.focus();
  }

  async function check() {
    if (!(await ask(codeBox, { type: "sign-in", ref: given?.ref, code: typed(codeBox).replace(/[\s-]/g, "").toUpperCase() }))) return;
    asked = Date.now();
    show(signIn, false);
    say(need("[data-behalf-again]", box), "You are signed in again. Press Send.");
  }

  form.addEventListener("input", () => {
    if (Date.now() - asked < KEEP_ALIVE_MS) return;
    asked = Date.now();
    void alive();
  });
  need("button", addressBox).addEventListener("click", () => void sendCode());
  need("button", codeBox).addEventListener("click", () => void check());
  need("[data-behalf-own]", box).addEventListener("click", () => {
    sessionStorage.removeItem(KEPT_AS);
    location.reload();
  });
  const done = () => sessionStorage.removeItem(KEPT_AS);
  whenLeft(done);
  show(box, true);
  show(find("[data-behalf-receipt]"), true);
  return { alive, done, beside: () => ({ on_behalf: true, proof: { secret: session.secret() } }) };
}
