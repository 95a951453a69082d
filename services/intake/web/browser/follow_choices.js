/** The choices that an act offers follow from what this person is shown: deputies, owners, stages, open issues. */

import { containerOf } from "./answers.js";
import { all, find, make, show } from "./dom.js";
import { openIssues } from "./moves.js";

/** @typedef {{code: string, words: string}} Choice */

const NOTHING = { code: "", words: "Choose" };

/** The same choices, with the one kept that was made. @param {HTMLSelectElement} select @param {Choice[]} choices */
function fill(select, choices) {
  const kept = select.value;
  select.replaceChildren(...[NOTHING, ...choices].map(({ code, words }) => make("option", words, { value: code })));
  select.value = choices.some(({ code }) => code === kept) ? kept : choices.length === 1 ? choices[0].code : "";
}

/** A text field that takes a code becomes a list of what may be chosen. @param {string} id @param {Choice[]} choices @param {string} nothing */
function asList(id, choices, nothing) {
  const container = containerOf(id);
  if (!container) return;
  const input = find("input", container);
  if (input) {
    const select = make("select", "", { class: "govuk-select", id: input.id, name: input.getAttribute("name") ?? "" });
    const told = input.getAttribute("aria-describedby");
    if (told) select.setAttribute("aria-describedby", told);
    input.replaceWith(select);
  }
  const list = /** @type {HTMLSelectElement | null} */ (find("select", container));
  if (!list) return;
  const kept = list.value;
  list.replaceChildren(...[{ code: "", words: nothing }, ...choices].map(({ code, words }) => make("option", words, { value: code })));
  list.value = choices.some(({ code }) => code === kept) ? kept : "";
}

/** Only the stages that it may go to; the only one is chosen. @param {Choice[]} stages */
function narrowStages(stages) {
  const container = containerOf("next-stage-stage");
  if (!container || !stages.length) return;
  const words = new Map(stages.map((stage) => [stage.code, stage.words]));
  for (const item of all(".govuk-radios__item", container)) {
    const radio = /** @type {HTMLInputElement} */ (find("input", item));
    const says = words.get(radio.value);
    show(item, says !== undefined);
    if (says) /** @type {HTMLElement} */ (find("label", item)).textContent = says;
    if (says === undefined) radio.checked = false;
  }
  const shown = /** @type {HTMLInputElement[]} */ (all(".govuk-radios__item:not([hidden]) input", container));
  if (shown.length && !shown.some((radio) => radio.checked)) shown[0].checked = true;
}

/** Whoever sits can only stand down: they are not asked whether they take the seat. @param {boolean} sits */
function askAboutSeat(sits) {
  const accepts = find('[data-field="panel.answer-accepts"]');
  const no = /** @type {HTMLInputElement | null} */ (accepts && find('input[value="no"]', accepts));
  show(accepts, !sits);
  if (!no || no.defaultChecked === sits) return;
  no.checked = sits;
  no.defaultChecked = sits;
}

/** @param {any} seen a SeenEscalation */
export function offerChoices(seen) {
  const lists = /** @type {Record<string, Choice[]>} */ ({
    deputies: seen.deputies ?? [],
    partnerships: seen.partnerships ?? [],
    issues: openIssues(seen).map(({ number, text }) => ({ code: String(number), words: text })),
  });
  for (const select of all("select[data-options]")) fill(/** @type {HTMLSelectElement} */ (select), lists[select.dataset.options ?? ""] ?? []);
  for (const number of [1, 2, 3]) asList(`outcome-issue_${number}_owner`, seen.owners ?? [], "Choose");
  asList("outcome-pairs", seen.pairs ?? [], "All of them");
  show(find('[data-act="outcome"] [data-group="More than two agencies"]'), (seen.pairs ?? []).length > 1);
  narrowStages(seen.next_stages ?? []);
  askAboutSeat(Boolean(seen.sits));
}
