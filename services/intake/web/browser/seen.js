/** Draws an escalation as this person may see it. */

import { all, find, fromTemplate, make, need, say, show } from "./dom.js";
import { drawTrack } from "./track.js";
import { momentWords } from "./words.js";

/** @typedef {{label: string, text: string}} Line */

const UNKNOWN = "Ring the duty contact to hear where it stands";
const STATES = /** @type {Record<string, string>} */ ({
  received: "It has arrived, and is being read",
  "waiting-confirmation": "Waits: the raiser’s address is not confirmed yet",
  "waiting-release": "Waits: the duty contact checks the raiser’s address first. Nobody else has been told",
  routed: "With the people named below",
  referred: "Waits for the duty contact: the policy or the directory does not say who acts",
  diverted: "Not an escalation: the policy gives another way. The duty contact is asked to look",
  recorded: "On record: no route is opened, and nobody is asked to act",
  parked: "Waits for the duty contact: it could not be read as it arrived",
});
const PARTS = /** @type {Record<string, string>} */ ({
  raiser: "You raised this. Raising it is legitimate, and expected of you.",
  "raisers-manager": "You are the manager of the person who raised this.",
  contact: "You are the contact for this stage.",
  "raising-contact": "You are the contact of the side that raised this.",
  "decision-maker": "You made the decision that is looked at again. Being challenged is part of good safeguarding.",
  informed: "You are told of this for information.",
  lead: "You are told of this as a safeguarding lead.",
  partnership: "You are told of this for the partnership.",
  duty: "You are the duty contact.",
});
const ROUTED = "routed";
const WHICH_CHILD = /** @type {Record<string, string>} */ ({
  raiser: "Tell the person asked to act which child it is: that cannot be read here yet.",
  contact: "Ring the person who raised it, and ask which child it is: that cannot be read here yet.",
});

/** Where it stands, in words: never the code. @param {string} state */
export const stateWords = (state) => `${STATES[state] ?? UNKNOWN}.`;
/** What the reader is in it, "" where that is not known, and what the page cannot yet tell them.
 * @param {string} part @param {string} state */
export const partWords = (part, state) => [PARTS[part] ?? "", (state === ROUTED && WHICH_CHILD[part]) || ""].filter(Boolean).join(" ");

/** @param {string} selector @param {HTMLElement[]} drawn */
function list(selector, drawn) {
  const place = find(selector);
  place?.replaceChildren(...drawn);
  show(place?.closest("[data-seen-part]") ?? place, drawn.length > 0);
}

/** @param {Line[]} lines */
const rows = (lines) => lines.map(({ label, text }) => fromTemplate("seen-line", { "[data-label]": label, "[data-text]": text }));

/** What has one label stands together, in the order in which the labels come. @param {Line[]} lines */
function grouped(lines) {
  const labels = [...new Set(lines.map(({ label }) => label))];
  return labels.map((label) => {
    const row = fromTemplate("seen-line", { "[data-label]": label });
    need("[data-text]", row).replaceChildren(...lines.filter((line) => line.label === label).map(({ text }) => make("p", text)));
    return row;
  });
}

/** @param {any} seen a SeenEscalation @param {{zone: string, policy: {stages: any[]}}} partnership */
export function drawSeen(seen, { zone, policy }) {
  drawTrack(policy.stages, seen.stage_label ?? "");
  say(find('[data-seen="state"]'), stateWords(seen.state));
  say(find('[data-seen="stage"]'), seen.stage_label ?? "");
  say(find('[data-seen="part"]'), partWords(seen.part, seen.state));
  say(find('[data-seen="due"]'), seen.due_words ? `An answer is due by ${seen.due_words}.` : "");
  list('[data-list="facts"]', rows(seen.facts ?? []));
  list('[data-list="parties"]', rows(seen.parties ?? []));
  list('[data-list="because"]', grouped(seen.because ?? []));
  list(
    '[data-list="history"]',
    (seen.history ?? []).map((/** @type {any} */ entry) =>
      fromTemplate("seen-entry", {
        "[data-at]": momentWords(new Date(entry.at), zone),
        "[data-what]": entry.what,
      }),
    ),
  );
  show(find("[data-duty-confirm]"), Boolean(seen.may_confirm));
  show(find("[data-duty-route]"), Boolean(seen.may_route));
  show(find("[data-duty-release]"), (seen.releases ?? []).length > 0);
  options("[data-release-address]", (seen.releases ?? []).map((/** @type {string} */ address) => [address, address]));
  options("[data-route-post]", seen.posts ?? []);
  for (const place of all("[data-seen-at]")) place.textContent = momentWords(new Date(), zone);
}

/** @param {string} selector @param {[string, string][]} pairs */
function options(selector, pairs) {
  find(selector)?.replaceChildren(...pairs.map(([value, words]) => make("option", words, { value })));
}
