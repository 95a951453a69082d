/** Draws an escalation as this person may see it. */

import { all, find, fromTemplate, make, need, say, show } from "./dom.js";
import { drawIssues, drawOutcome } from "./seen_outcome.js";
import { dueWords, hasEnded, headlineOf, partWords, stateWords, urgency } from "./standing.js";
import { drawTrack } from "./track.js";
import { momentWords } from "./words.js";

/** @typedef {{label: string, text: string}} Line */

const ASKED = /^Asked to act/;

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

/** A telephone number as a link dials it. @param {string} number */
const tel = (number) => `tel:${number.trim().startsWith("+") ? "+" : ""}${number.replace(/\D/g, "")}`;

/** @param {HTMLElement} within @param {string} number */
function dial(within, number) {
  const link = find("[data-phone]", within);
  if (number) link?.setAttribute("href", tel(number));
}

/** @param {any} person a PersonSeen */
function drawPerson({ label, who, phone = "", told = "", acknowledged = "", read = "", you }) {
  const drawn = fromTemplate("seen-person", {
    "[data-label]": label,
    "[data-who]": who,
    "[data-phone]": phone,
    "[data-told]": told,
    "[data-acknowledged]": acknowledged,
    "[data-read]": read,
    "[data-you]": you ? "You" : "",
  });
  dial(drawn, phone);
  drawn.dataset.asked = String(ASKED.test(label));
  for (const [mark, text] of Object.entries({ phone, told, acknowledged, read })) show(find(`[data-${mark}-line]`, drawn), text !== "");
  show(find(".person__marks", drawn), Boolean(told || acknowledged || read));
  return drawn;
}

/** @param {any} added an AddedSeen @param {{zone: string, may: boolean, read: (added: any, row: HTMLElement, button: HTMLElement) => unknown}} given */
function drawAdded(added, { zone, may, read }) {
  const drawn = fromTemplate("seen-added", {
    "[data-words]": added.words,
    "[data-by]": `${added.by}, ${momentWords(new Date(added.at), zone)}`,
    "[data-read-what]": `: ${added.words}`,
  });
  const button = need("[data-read]", drawn);
  show(button, may && Boolean(added.readable));
  button.addEventListener("click", () => void read(added, need("[data-added-box]"), button));
  return drawn;
}

/** Who is asked now: the first thing that somebody looks for. @param {any} seen */
export function askedWords({ state, people = [] }) {
  if (hasEnded(state)) return "";
  const asked = people.filter((/** @type {any} */ person) => ASKED.test(person.label)).map((/** @type {any} */ person) => (person.you ? "you" : person.who));
  return asked.length ? `Asked to act now: ${asked.join("; ")}.` : "";
}

/** @param {any} seen */
function drawLinks(seen, /** @type {string} */ partnership) {
  const refs = seen.linked ?? [];
  const links = refs.flatMap((/** @type {string} */ ref, /** @type {number} */ index) => [...(index ? [", "] : []), make("a", ref, { href: `/e/${encodeURIComponent(ref)}` })]);
  find("[data-linked]")?.replaceChildren(...links);
  show(find("[data-seen-linked]"), refs.length > 0);
  const instead = find("[data-diversion]");
  const link = instead && need("a", instead);
  link?.setAttribute("href", `/p/${encodeURIComponent(partnership)}/instead/${encodeURIComponent(seen.diversion || "none")}`);
  if (link) link.textContent = "read it here";
  show(instead, Boolean(seen.diversion));
}

/** @param {any} seen @param {string} zone */
function drawStanding(seen, zone) {
  const now = new Date();
  const heading = need("[data-seen-heading]");
  heading.textContent = headlineOf(seen, now);
  const late = seen.clock && !hasEnded(seen.state) ? urgency(seen.clock, now) : "";
  heading.dataset.urgency = late;
  say(find('[data-seen="due"]'), dueWords(seen, now));
  say(find('[data-seen="state"]'), stateWords(seen.state));
  say(find('[data-seen="asked"]'), askedWords(seen));
  say(find('[data-seen="part"]'), partWords(seen.part));
  say(find('[data-seen="proposed"]'), seen.clock?.proposed ?? "");
  show(find("[data-harm]"), Boolean(seen.immediate_harm) && !hasEnded(seen.state));
  for (const place of all("[data-seen-at]")) place.textContent = momentWords(now, zone);
}

/** @param {any} seen */
function drawDuty(seen) {
  show(find("[data-duty-confirm]"), Boolean(seen.may_confirm) && !seen.needs_name);
  show(find("[data-duty-route]"), Boolean(seen.may_route) && !seen.needs_name);
  show(find("[data-duty-release]"), (seen.releases ?? []).length > 0 && !seen.needs_name);
  show(find("[data-duty-behalf]"), seen.part === "duty" || seen.part === "lead");
  options("[data-release-address]", (seen.releases ?? []).map((/** @type {string} */ address) => [address, address]));
  options("[data-route-post]", seen.posts ?? []);
}

/** @param {any} seen a SeenEscalation @param {{id: string, zone: string, policy: {stages: any[]}}} partnership
 * @param {{read: (added: any, row: HTMLElement, button: HTMLElement) => unknown}} given */
export function drawSeen(seen, { id, zone, policy }, { read }) {
  drawTrack(policy.stages, seen.stage_label ?? "", document, { reached: seen.stages ?? [], zone, ref: seen.ref });
  drawStanding(seen, zone);
  drawLinks(seen, id);
  drawOutcome(seen, zone);
  list('[data-list="issues"]', seen.state === "closed" ? drawIssues(seen.issues ?? [], true) : []);
  list('[data-list="added"]', (seen.added ?? []).map((/** @type {any} */ added) => drawAdded(added, { zone, read, may: !seen.needs_name })));
  list('[data-list="people"]', (seen.people ?? []).map(drawPerson));
  list('[data-list="parties"]', (seen.people ?? []).length ? [] : rows(seen.parties ?? []));
  list('[data-list="because"]', grouped(seen.because ?? []));
  list('[data-list="facts"]', rows(seen.facts ?? []));
  list(
    '[data-list="history"]',
    (seen.history ?? []).map((/** @type {any} */ entry) =>
      fromTemplate("seen-entry", { "[data-at]": momentWords(new Date(entry.at), zone), "[data-what]": entry.what, "[data-who]": entry.who ?? "" }),
    ),
  );
  list(
    '[data-list="phones"]',
    (seen.phones ?? []).map((/** @type {Line} */ { label, text }) => {
      const drawn = fromTemplate("seen-phone", { "[data-label]": label, "[data-phone]": text });
      dial(drawn, text);
      return drawn;
    }),
  );
  drawDuty(seen);
}

/** @param {string} selector @param {[string, string][]} pairs */
function options(selector, pairs) {
  find(selector)?.replaceChildren(...pairs.map(([value, words]) => make("option", words, { value })));
}
