/** The line of stages, Candour's one drawing: on the receipt and on the page of an escalation. */

import { all, find, fromTemplate, make, show } from "./dom.js";
import { dayWords } from "./words.js";
import { localDay } from "./timeframe.js";

/** @typedef {{number: number, label: string}} Stage of the policy */
/** @typedef {{ref: string, label: string, who: string, began_at: string, ended_at?: string | null, how?: string}} Reached */
/** @typedef {{mark: string, label: string, reached: Reached[], state: "done" | "now" | "", says: string}} Item */

/** @param {string} label @param {{label: string}} stage */
const isAt = (label, stage) => label === stage.label || label.startsWith(`${stage.label}:`);

/** What is drawn: the policy's stages, and after them what was reached outside of them (a conference, a panel).
 * @param {Stage[]} stages @param {string} label of the stage it is at @param {Reached[]} [reached] @returns {Item[]} */
export function trackItems(stages, label, reached = []) {
  const own = stages.some((stage) => isAt(label, stage) || reached.some((each) => isAt(each.label, stage))) ? stages : [];
  const beside = reached.filter((each) => !own.some((stage) => isAt(each.label, stage)));
  const now = own.findIndex((stage) => isAt(label, stage));
  const items = own.map((stage, index) => {
    const here = reached.filter((each) => isAt(each.label, stage));
    const over = here.length > 0 && here.every((each) => each.ended_at);
    const state = index === now && !over ? "now" : here.length || (now >= 0 && index < now) ? "done" : "";
    return item(String(stage.number), stage.label, here, /** @type {Item["state"]} */ (state));
  });
  return [...items, ...beside.map((each) => item("•", each.label, [each], each.ended_at ? "done" : "now"))];
}

/** @param {string} mark @param {string} label @param {Reached[]} reached @param {Item["state"]} state @returns {Item} */
function item(mark, label, reached, state) {
  return { mark, label: state === "now" ? `${label}, now` : label, reached, state, says: { done: "(before)", now: "(now)", "": "(not reached)" }[state] };
}

/** When a stage was held, in words. @param {Reached} stage @param {string} zone */
function heldWords({ began_at: began, ended_at: ended }, zone) {
  /** @param {string} at */
  const day = (at) => dayWords(localDay(new Date(at), zone)).split(" ").slice(1, 3).join(" ");
  return ended ? `${day(began)} to ${day(ended)}` : `since ${day(began)}`;
}

/** @param {Reached} stage @param {{zone: string, ref: string}} given @returns {HTMLElement[]} */
function told(stage, { zone, ref }) {
  const lines = [make("span", stage.who, { class: "track__who" }), make("span", heldWords(stage, zone), { class: "track__when" })];
  if (stage.how) lines.push(make("span", stage.how, { class: "track__how" }));
  if (stage.ref !== ref) lines.push(make("a", stage.ref, { href: `/e/${encodeURIComponent(stage.ref)}`, class: "track__ref" }));
  return lines;
}

/** @param {Stage[]} stages @param {string} label of the stage it is at; nothing is drawn if neither it nor `reached` is known
 * @param {ParentNode} [within] @param {{reached: Reached[], zone: string, ref: string}} [given] who held each stage, when, and how it ended */
export function drawTrack(stages, label, within = document, given = { reached: [], zone: "UTC", ref: "" }) {
  const items = trackItems(stages, label, given.reached);
  const track = find("[data-track]", within);
  track?.replaceChildren(
    ...items.map(({ mark, label: words, reached, state, says }) => {
      const drawn = fromTemplate("track-item", { "[data-number]": mark, "[data-label]": words, "[data-says]": says });
      if (state) drawn.dataset.state = state;
      if (state === "now") drawn.setAttribute("aria-current", "step");
      const more = find("[data-told]", drawn);
      more?.replaceChildren(...reached.flatMap((stage) => told(stage, given)));
      show(more, reached.length > 0);
      return drawn;
    }),
  );
  show(track, all("[aria-current], [data-state]", track ?? document).length > 0 && items.length > 0);
}
