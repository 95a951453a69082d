/** The code that shows that the work address is the raiser's: asked for once it is complete, typed before or after sending. */

import { markAlone } from "./errors.js";
import { all, find, focusOn, need, show } from "./dom.js";

const CODE = /^\d{6}$/;
const REFUSALS = /** @type {Record<string, string>} */ ({
  "code-wrong": "That code is not right. Look at the newest email from us, or ask for a new code",
  "code-expired": "That code is too old: a code works for 30 minutes. Ask for a new code",
  "too-many": "That was tried too often. Ask for a new code in a while, or ring the duty contact",
});

/** @typedef {{ask: (question: object) => Promise<any>, secret: () => Uint8Array}} Asker */

/** One confirmation for the life of this page.
 * @param {{asker: Asker, submission: string, reference: () => string, whenConfirmed: () => void}} given
 *   reference: "" before a receipt came */
export function makeConfirmation({ asker, submission, reference, whenConfirmed }) {
  const boxes = all("[data-code-box]");
  let address = "";
  let confirmed = false;

  /** @param {string} text */
  const state = (text) => {
    for (const box of boxes) {
      const place = find("[data-code-state]", box);
      if (place) place.textContent = text;
    }
  };
  const ready = () => {
    for (const box of boxes) {
      for (const part of all("[data-code-entry], [data-code-until]", box)) show(part, !confirmed);
      show(find("[data-code-after]", box), confirmed);
      box.dataset.confirmed = String(confirmed);
    }
  };

  /** Ask for a code to be mailed. @param {string} to */
  async function send(to) {
    address = to;
    confirmed = false;
    ready();
    state("Asking for a code…");
    try {
      const answer = await asker.ask({ type: "code.confirmation", submission, address: to });
      if (to !== address) return;
      state(answer.type === "code.sent"
        ? `We asked for a code to be emailed to ${to}. It has six digits and works for 30 minutes.`
        : `The code could not be sent: ${REFUSALS[answer.why] ?? "ring the duty contact"}.`);
    } catch {
      if (to === address) state(`The code could not be asked for just now. Ask for a new code here in a while.`);
    }
  }

  /** The address is complete: ask once for each address. @param {string} to */
  function addressIs(to) {
    if (to && to !== address) void send(to);
  }

  /** @param {HTMLElement} box */
  async function check(box) {
    const code = codeIn(box);
    markAlone(box, CODE.test(code) ? "" : "Enter the six digits of the code in the email");
    if (!CODE.test(code)) return find("input", box)?.focus();
    state("Checking the code…");
    try {
      const answer = await asker.ask({ type: "confirm", submission, code, ref: reference() });
      confirmed = answer.type === "confirmed";
      state(confirmed ? "Your address is confirmed." : "");
      markAlone(box, confirmed ? "" : `${REFUSALS[answer.why] ?? "That code was not taken. Ask for a new code"}`);
      if (confirmed) whenConfirmed();
      else find("input", box)?.focus();
      ready();
      if (confirmed) focusOn(need("[data-code-state]", box));
    } catch {
      state("The code could not be checked just now. It is still here: try again.");
    }
  }

  for (const box of boxes) {
    find("[data-code-send]", box)?.addEventListener("click", () => address && void send(address));
    find("[data-code-check]", box)?.addEventListener("click", () => void check(box));
    find("input", box)?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      void check(box);
    });
  }

  /** What travels inside the facts: the code as typed, if it could be right for this address. @param {string} to */
  function proof(to) {
    const code = boxes.map(codeIn).find((typed) => CODE.test(typed));
    return code && to === address ? { secret: asker.secret(), code } : null;
  }

  return { addressIs, proof, confirmed: () => confirmed };
}

/** @param {HTMLElement} box */
function codeIn(box) {
  return (/** @type {HTMLInputElement | null} */ (find("input", box))?.value ?? "").replace(/[\s-]/g, "");
}
