/** Draws an escalation as this person may see it. */

import { all, find, fromTemplate, make, say, show } from "./dom.js";
import { momentWords } from "./words.js";

/** @typedef {{label: string, text: string}} Line */

const STATES = /** @type {Record<string, string>} */ ({
  "waiting-confirmation": "Waits: the raiser’s address is not confirmed yet",
  routed: "On its way: the people named below have been told",
  referred: "Waits for a person: the policy or the directory does not say who acts",
  parked: "Waits for a person: it could not be read as it arrived",
});

/** @param {string} selector @param {HTMLElement[]} drawn */
function list(selector, drawn) {
  const place = find(selector);
  place?.replaceChildren(...drawn);
  show(place?.closest("[data-seen-part]") ?? place, drawn.length > 0);
}

/** @param {Line[]} lines */
const rows = (lines) => lines.map(({ label, text }) => fromTemplate("seen-line", { "[data-label]": label, "[data-text]": text }));

/** The policy's stages in one line, with the one it is at. @param {any[]} stages @param {string} label of the present one */
function drawTrack(stages, label) {
  const now = stages.findIndex((stage) => stage.label === label);
  const track = find("[data-track]");
  track?.replaceChildren(
    ...stages.map((stage, index) => {
      const item = fromTemplate("track-item", {
        "[data-number]": String(stage.number),
        "[data-label]": stage.label,
        "[data-says]": index < now ? "(before)" : index === now ? "(now)" : "",
      });
      if (index <= now) item.dataset.state = index < now ? "done" : "now";
      if (index === now) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
  show(track, now >= 0);
}

/** @param {any} seen a SeenEscalation @param {{zone: string, policy: {stages: any[]}}} partnership */
export function drawSeen(seen, { zone, policy }) {
  drawTrack(policy.stages, seen.stage_label ?? "");
  say(find('[data-seen="state"]'), STATES[seen.state] ?? seen.state);
  say(find('[data-seen="stage"]'), seen.stage_label ?? "");
  say(find('[data-seen="part"]'), seen.part ?? "");
  say(find('[data-seen="due"]'), seen.due_words ?? "");
  list('[data-list="facts"]', rows(seen.facts ?? []));
  list('[data-list="parties"]', rows(seen.parties ?? []));
  list('[data-list="because"]', rows(seen.because ?? []));
  list(
    '[data-list="history"]',
    (seen.history ?? []).map((/** @type {any} */ entry) =>
      fromTemplate("seen-entry", {
        "[data-at]": momentWords(new Date(entry.at), zone),
        "[data-what]": entry.what,
        "[data-who]": entry.who ?? "",
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
