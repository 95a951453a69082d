/** The page on which everything is read once more before it is sealed, with a way back to each answer. */

import { fromTemplate, make, find, need } from "./dom.js";
import { answerWords } from "./words.js";

/** @typedef {import("./definition.js").Definition} Definition */

/** Draw what was answered, by section.
 * @param {Definition} definition @param {import("./definition.js").Answers} answers
 * @param {{choices: import("./words.js").ChoiceWords, change: (field: string) => void}} given */
export function drawCheck(definition, answers, { choices, change }) {
  const sections = definition.sections.map((section) => {
    const rows = section.fields
      .filter((field) => answers[field.id] !== undefined)
      .map((field) => row(field, answerWords(field, answers[field.id], choices, answers), change));
    if (!rows.length) return null;
    const drawn = fromTemplate("check-section", { "[data-title]": section.title });
    need("dl", drawn).append(...rows);
    return drawn;
  });
  need("#check-answers").replaceChildren(...sections.filter((section) => section !== null));
}

/** @param {import("./definition.js").Field} field @param {string} words @param {(field: string) => void} change */
function row(field, words, change) {
  const drawn = fromTemplate("check-row", { "[data-label]": field.label });
  const value = need("[data-value]", drawn);
  value.append(...words.split("\n").flatMap((line, index) => (index ? [make("br"), line] : [line])));
  const readers = find("[data-readers]", drawn);
  if (readers) readers.textContent = { sealed: "Sealed", notice: "Will be emailed" }[field.class] ?? "";
  const link = need("a", drawn);
  link.setAttribute("href", `#field-${field.id}`);
  (find(".govuk-visually-hidden", link) ?? link).append(` ${field.label}`);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    change(field.id);
  });
  return drawn;
}
