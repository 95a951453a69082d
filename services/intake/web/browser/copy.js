/** The raiser's own copy, made in this browser and handed to them as a file. It goes nowhere else. */

import { giveFile } from "./dom.js";
import { answerWords, momentWords } from "./words.js";

const STATEMENT = `This file was made in your browser. Nobody else has it in this form.
It holds every answer you typed, including what identifies the child. Treat it as part of the child's record:
keep it in your agency's own record system, do not email it, and delete it from this device afterwards.`;

/** @param {import("./definition.js").Definition} definition @param {import("./definition.js").Answers} answers
 * @param {{choices: import("./words.js").ChoiceWords, partnership: {name: string, zone: string}, reference: string, now: Date}} given */
export function copyText(definition, answers, { choices, partnership, reference, now }) {
  const parts = definition.sections.flatMap((section) => {
    const rows = section.fields
      .filter((field) => answers[field.id] !== undefined)
      .map((field) => `${field.label}\n    ${answerWords(field, answers[field.id], choices, answers).replaceAll("\n", "\n    ")}\n`);
    return rows.length ? [`${section.title.toUpperCase()}\n`, ...rows] : [];
  });
  const state = reference ? `Received under the reference ${reference}.` : "Not sent yet when this copy was made.";
  return [definition.title, partnership.name, momentWords(now, partnership.zone), state, "", STATEMENT, "", ...parts].join("\n");
}

/** @param {string} text @param {string} reference */
export function saveCopy(text, reference) {
  giveFile(`escalation-own-copy${reference ? `-${reference}` : ""}.txt`, text, "text/plain;charset=utf-8");
}
