/** The line of stages, Candour's one drawing: on the receipt and on the page of an escalation. */

import { find, fromTemplate, show } from "./dom.js";

/** What is said of a stage to those who cannot see where it stands. @param {number} index @param {number} now */
const says = (index, now) => (index < now ? "(before)" : index === now ? "(now)" : "(not reached)");

/** @param {{number: number, label: string}[]} stages @param {string} label of the stage it is at; nothing is drawn if it is none of them
 * @param {ParentNode} [within] */
export function drawTrack(stages, label, within = document) {
  const now = stages.findIndex((stage) => label === stage.label || label.startsWith(`${stage.label}:`));
  const track = find("[data-track]", within);
  track?.replaceChildren(
    ...stages.map((stage, index) => {
      const item = fromTemplate("track-item", {
        "[data-number]": String(stage.number),
        "[data-label]": index === now ? `${stage.label}, now` : stage.label,
        "[data-says]": says(index, now),
      });
      if (index <= now) item.dataset.state = index < now ? "done" : "now";
      if (index === now) item.setAttribute("aria-current", "step");
      return item;
    }),
  );
  show(track, now >= 0);
}
