/** What the page shows while the sealed bytes go: sending, not confirmed yet, refused, received. */

import { TooLong } from "./envelope.js";
import { all, find, focusOn, show } from "./dom.js";
import { drawReceipt, saveReceipt } from "./receipt.js";
import { within } from "./words.js";

/** @typedef {import("./send.js").SignedReceipt} SignedReceipt */

const NOT_CONFIRMED =
  "Not confirmed yet. Your answers are still here. Press Send again: it cannot be sent twice.";

/** What to do about a plain refusal. @param {number} status @param {{label: string, number: string}} duty */
export function refusalWords(status, duty) {
  const ring = `Save your own copy, then ring ${within(duty.label)}: ${duty.number}.`;
  if (status === 409) return `This form was already received with other answers, and those are safe. Do not send it again. ${ring}`;
  if (status === 413) return `Your answers are too long to send in one form. Shorten the longest and press Send. Or: ${ring}`;
  return `This form was not taken, and nothing of it was kept. Pressing Send again will not help unless you change something. ${ring}`;
}

/** @param {{partnership: any, submission: ReturnType<typeof import("./send.js").makeSubmission>,
 *   preview: ReturnType<typeof import("./preview.js").makePreview>}} given */
export function makeSending({ partnership, submission, preview }) {
  /** @type {SignedReceipt | null} */
  let signed = null;
  let busy = false;
  const status = find("[data-send-state]");
  const trouble = find("[data-send-trouble]");

  /** Sealed answers are not changed any more: other bytes under the same number would be refused. @param {boolean} locked */
  function lock(locked) {
    for (const each of all("[data-locked-when-sealed]")) show(each, !locked);
    for (const link of all("#check-answers a")) show(link, !locked);
  }

  /** @param {string} text */
  function tell(text) {
    if (status) status.textContent = "";
    const place = trouble && (find("[data-send-trouble-text]", trouble) ?? trouble);
    if (!trouble || !place) return;
    place.textContent = text;
    show(trouble, text !== "");
    if (text) focusOn(trouble);
  }

  /** @param {{immediate: boolean, confirmed: boolean}} shown */
  function draw(shown) {
    if (signed) drawReceipt({ signed, partnership, route: preview.last(), ...shown });
  }

  /** @param {any} parts @returns {Promise<boolean>} whether there are bytes to send */
  async function sealed(parts) {
    try {
      await submission.seal(parts);
      return true;
    } catch (failure) {
      tell(failure instanceof TooLong ? refusalWords(413, partnership.duty) : `This browser could not seal your answers, so nothing was sent. Ring ${within(partnership.duty.label)}: ${partnership.duty.number}.`);
      return false;
    }
  }

  /** @param {any} parts @param {{immediate: boolean, confirmed: boolean}} shown @returns {Promise<SignedReceipt | null>} */
  async function attempt(parts, shown) {
    tell("");
    if (status) status.textContent = "Sealing and sending…";
    if (!(await sealed(parts))) return null;
    lock(true);
    const outcome = await submission.send();
    if (outcome.state === "received") {
      signed = outcome.signed;
      submission.forget();
      if (status) status.textContent = "";
      draw(shown);
      return signed;
    }
    if (outcome.state === "refused") {
      if (outcome.status !== 409) {
        submission.forget();
        lock(false);
      }
      tell(refusalWords(outcome.status, partnership.duty));
      return null;
    }
    const first = outcome.after ? ` Wait ${outcome.after} seconds first.` : "";
    const ring = `If it still does not go, save your own copy and ring ${within(partnership.duty.label)}: ${partnership.duty.number}.`;
    tell(`${NOT_CONFIRMED}${first} ${ring}`);
    return null;
  }

  /** @param {any} parts @param {{immediate: boolean, confirmed: boolean}} shown */
  async function send(parts, shown) {
    if (busy || signed) return null;
    busy = true;
    for (const button of all("[data-send]")) button.setAttribute("aria-disabled", "true");
    try {
      return await attempt(parts, shown);
    } finally {
      busy = false;
      for (const button of all("[data-send]")) button.removeAttribute("aria-disabled");
    }
  }

  return {
    send,
    draw,
    reference: () => signed?.receipt.reference ?? "",
    save: () => signed && saveReceipt(signed),
    forget: () => {
      submission.forget();
      signed = null;
    },
  };
}
