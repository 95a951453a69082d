/** The receipt: the reference, the time, what happens next and by when, and the signed file to keep. */

import { all, find, fromTemplate, giveFile, need, say, show } from "./dom.js";
import { partWords } from "./preview.js";
import { drawTrack } from "./track.js";
import { momentWords } from "./words.js";

/** @typedef {import("./send.js").SignedReceipt} SignedReceipt */
/** @typedef {import("./preview.js").RouteAnswer} RouteAnswer */

const FILE_SAYS =
  "Candour received a sealed escalation and signed this receipt. It proves when it was received. It holds nothing that was typed.";

/** @param {import("./preview.js").RoutePart} part */
const named = ({ role, agency }) => (agency ? `${role}, ${agency}` : role);

const TYPE_CODE = "Type the code that was emailed to your work address.";
const FIRST = {
  confirmed: "Your work address is confirmed.",
  waiting: `${TYPE_CODE} Until then nobody gets what you wrote. If it stays unconfirmed, the duty contact is told that it waits.`,
  urgent: `Ring: the numbers are above. ${TYPE_CODE} An email that something urgent waits goes at once to the duty contact, and to the contact for this stage if the directory names one. They get what you wrote once you type the code.`,
};
const CHECKED_FIRST =
  "If your agency’s address is not in the directory, the duty contact checks it first. Nobody else is told before that: it may take until they are at work.";
const WHICH_CHILD =
  "Ring the person who is asked to act. Tell them which child it is and what worries you: no email names the child. What you wrote they can read on the page of this escalation, once they have signed in.";
const DUE =
  "An answer is due. If none comes, or it is not settled, you may take it to the next stage, on the page of this escalation.";

/** @typedef {{when: string, what: string, state?: "done" | "now"}} Moment */

/** @param {{confirmed: boolean, immediate: boolean}} given @returns {Moment} */
function first({ confirmed, immediate }) {
  if (confirmed) return { when: "Done", what: FIRST.confirmed, state: "done" };
  return { when: "Now", what: immediate ? FIRST.urgent : FIRST.waiting, state: "now" };
}

/** Who is emailed, as far as the policy says it from codes alone.
 * @param {RouteAnswer | null} route @param {"Then" | "Next"} next @returns {Moment[]} */
function people(route, next) {
  if (route === null) return [{ when: next, what: "The people whom the policy names are told by email. You are always one of them." }];
  const parts = route.parts.filter((part) => part.part !== "raiser");
  const acting = parts.filter((part) => part.part === "act").map((part) => `${named(part)}: ${partWords(part)}.`);
  const told = parts.filter((part) => part.part === "told").map(named);
  const coded = parts.filter((part) => part.part === "coded").map((part) => `${named(part)}: ${partWords(part)}.`);
  const beside = [...(told.length ? [`Told by email: ${told.join("; ")}.`] : []), ...coded];
  const decides = route.referred || !parts.length ? ["The policy does not say from this who acts. The partnership’s duty contact looks at it."] : [];
  const then = [...decides, ...acting, ...(acting.length ? [WHICH_CHILD] : [])];
  return [...then, ...beside].map((what, index) => ({ when: index === 0 ? next : what === WHICH_CHILD ? "Your part" : "At the same time", what }));
}

/** What happens next, in order; once the address is confirmed, what is done and what that set going.
 * @param {{confirmed: boolean, immediate: boolean, route: RouteAnswer | null}} given @returns {Moment[]} */
export function timeline({ confirmed, immediate, route }) {
  const due = route?.due_words ? [{ when: `By ${route.due_words}`, what: DUE }] : [];
  if (!confirmed) return [first({ confirmed, immediate }), ...people(route, "Then"), ...due];
  const [next, ...others] = people(route, "Next");
  const checked = immediate ? [] : [{ when: "Perhaps first", what: CHECKED_FIRST }];
  return [first({ confirmed, immediate }), ...checked, { ...next, state: "now" }, ...others, ...due];
}

/** @param {{signed: SignedReceipt, partnership: any, confirmed: boolean, route: RouteAnswer | null, immediate: boolean}} given */
export function drawReceipt({ signed, partnership, confirmed, route, immediate }) {
  const { reference, accepted_at: acceptedAt } = signed.receipt;
  for (const place of all("[data-receipt-reference]")) place.textContent = reference;
  say(find("[data-receipt-time]"), momentWords(new Date(acceptedAt), partnership.zone));
  show(find("[data-receipt-ring]"), immediate);
  need("[data-receipt-timeline]").replaceChildren(
    ...timeline({ confirmed, immediate, route }).map(({ when, what, state }) => {
      const item = fromTemplate("timeline-item", { "[data-when]": when, "[data-what]": what });
      if (state) item.dataset.state = state;
      return item;
    }),
  );
  for (const until of all("[data-until-confirmed]")) show(until, !confirmed);
  for (const after of all("[data-once-confirmed]")) show(after, confirmed);
  drawTrack(partnership.policy.stages, route?.stage_label ?? "");
  const link = /** @type {HTMLAnchorElement | null} */ (find("a[data-receipt-link]"));
  if (link) link.href = `/e/${encodeURIComponent(reference)}`;
}

/** @param {SignedReceipt} signed */
export function saveReceipt(signed) {
  const text = JSON.stringify({ about: FILE_SAYS, ...signed }, null, 2);
  giveFile(`escalation-receipt-${signed.receipt.reference}.json`, `${text}\n`, "application/json");
}
