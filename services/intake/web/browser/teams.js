/** The list of teams follows the agency that was chosen; long lists can be searched. */

import { containerOf } from "./answers.js";
import { find, make } from "./dom.js";
import { renewSearch } from "./search.js";

/** @param {import("./definition.js").Field[]} fields @param {import("./words.js").ChoiceWords} choices
 * @param {import("./definition.js").Answers} answers */
export function renewTeams(fields, choices, answers) {
  for (const field of fields.filter((each) => each.kind === "team")) {
    const container = containerOf(field.id);
    const select = container && /** @type {HTMLSelectElement | null} */ (find("select", container));
    const agency = String(answers[field.of] ?? "");
    if (!select || select.dataset.agency === agency) continue;
    select.dataset.agency = agency;
    const teams = choices[`teams:${agency}`] ?? [];
    const kept = [...select.options].filter((option) => option.value === "" || option.value === "not_known");
    if (!kept.some((option) => option.value === "not_known")) kept.push(/** @type {HTMLOptionElement} */ (make("option", "I don’t know", { value: "not_known" })));
    select.replaceChildren(...kept, ...teams.map(({ code, words }) => make("option", words, { value: code })));
    select.value = kept[0].value;
    renewSearch(select);
  }
}

/** The lists of agencies do not change while the page is open. @param {import("./definition.js").Field[]} fields */
export function makeAgenciesSearchable(fields) {
  for (const field of fields.filter((each) => each.kind === "agency")) {
    const container = containerOf(field.id);
    const select = container && /** @type {HTMLSelectElement | null} */ (find("select", container));
    if (select) renewSearch(select);
  }
}
