/** The receipt: the reference, the time, what happens next and by when, and the signed file to keep. */

import { all, find, fromTemplate, giveFile, need, say, show } from "./dom.js";
import { partWords } from "./preview.js";
import { momentWords } from "./words.js";

/** @typedef {import("./send.js").SignedReceipt} SignedReceipt */
/** @typedef {import("./preview.js").RouteAnswer} RouteAnswer */

const FILE_SAYS =
  "Candour received a sealed escalation and signed this receipt. It proves when it was received. It holds nothing that was typed.";

/** @param {import("./preview.js").RoutePart} part */
const named = ({ role, agency }) => (agency ? `${role}, ${agency}` : role);

/** What happens next, in order. @param {{confirmed: boolean, route: RouteAnswer | null}} given @returns {{when: string, what: string}[]} */
export function timeline({ confirmed, route }) {
  const parts = (route?.parts ?? []).filter((part) => part.part !== "raiser");
  const first = confirmed
    ? { when: "Done", what: "Your work address is confirmed. You get an email that says what was raised, with whom and by when." }
    : { when: "Now", what: "Type the code that was emailed to your work address. Until then nobody gets what you wrote; if it stays unconfirmed, the duty contact is told." };
  const acting = parts.filter((part) => part.part === "act").map((part) => ({ when: "Then", what: `${named(part)}: ${partWords(part)}.` }));
  const others = parts.filter((part) => part.part !== "act");
  const told = others.length ? [{ when: acting.length ? "At the same time" : "Then", what: `Told by email: ${others.map(named).join("; ")}.` }] : [];
  const unknown = parts.length ? [] : [{ when: "Then", what: "The people whom the policy names are told by email. You are always one of them." }];
  const due = route?.due_words ? [{ when: `By ${route.due_words}`, what: "You get an answer. If it is not settled, you may go to the next stage." }] : [];
  return [first, ...acting, ...told, ...unknown, ...due];
}

/** @param {{signed: SignedReceipt, zone: string, confirmed: boolean, route: RouteAnswer | null, immediate: boolean}} given */
export function drawReceipt({ signed, zone, confirmed, route, immediate }) {
  const { reference, accepted_at: acceptedAt } = signed.receipt;
  for (const place of all("[data-receipt-reference]")) place.textContent = reference;
  say(find("[data-receipt-time]"), momentWords(new Date(acceptedAt), zone));
  show(find("[data-receipt-ring]"), immediate);
  need("[data-receipt-timeline]").replaceChildren(
    ...timeline({ confirmed, route }).map(({ when, what }) => fromTemplate("timeline-item", { "[data-when]": when, "[data-what]": what })),
  );
  const link = /** @type {HTMLAnchorElement | null} */ (find("a[data-receipt-link]"));
  if (link) link.href = `/e/${encodeURIComponent(reference)}`;
}

/** @param {SignedReceipt} signed */
export function saveReceipt(signed) {
  const text = JSON.stringify({ about: FILE_SAYS, ...signed }, null, 2);
  giveFile(`escalation-receipt-${signed.receipt.reference}.json`, `${text}\n`, "application/json");
}
