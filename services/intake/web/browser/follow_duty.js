/** What the duty contact does before an escalation is under way, each with a sentence that is logged under their name. */

import { find, need } from "./dom.js";
import { complain } from "./follow_asking.js";
import { leaveForForm } from "./on_behalf.js";

/** @param {{ref: string, partnership: {id: string}, ask: import("./follow_asking.js").Ask, whenDone: () => unknown}} given */
export function makeDuty({ ref, partnership, ask, whenDone }) {
  /** @param {string} name */
  const value = (name) => /** @type {HTMLInputElement} */ (need(`[data-${name}]`)).value;

  /** @param {string} selector @param {(how: string) => object} question @param {string} missing */
  function on(selector, question, missing) {
    const box = need(selector);
    need("button", box).addEventListener("click", async () => {
      const place = /** @type {HTMLTextAreaElement} */ (need("[data-how]", box));
      const how = place.value.trim();
      if (!how) return complain(box, missing);
      if (!(await ask(box, question(how)))) return;
      place.value = "";
      await whenDone();
    });
  }

  on("[data-duty-confirm]", (how) => ({ type: "duty.confirm", ref, how }), "Enter what you checked on the telephone");
  on("[data-duty-release]", (how) => ({ type: "duty.release", ref, address: value("release-address"), how }), "Enter how you know that this address is right");
  on("[data-duty-route]", (how) => ({ type: "duty.route", ref, post: value("route-post"), why: how }), "Enter why this person is to act");
  find("[data-behalf]")?.addEventListener("click", () => {
    leaveForForm({ partnership: partnership.id, ref });
    location.assign(`/p/${encodeURIComponent(partnership.id)}/form`);
  });
}
