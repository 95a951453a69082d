/** What the form knows at this moment: its answers, which questions are asked, and what is wrong with them. */

import { asked, readAll } from "./answers.js";
import { choicesOf, codesOf } from "./choices.js";
import { shownFields } from "./conditions.js";
import { repeatsIn } from "./notice_check.js";
import { check } from "./validate.js";

/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {import("./definition.js").Answers} Answers */

const USUAL_STAGE = 2;

/** @param {Definition} definition @param {any} partnership */
export function makeState(definition, partnership) {
  const choices = choicesOf(partnership);
  const codes = codesOf(choices);
  const allowedNames = [...partnership.areas, ...partnership.agencies].map((each) => each.name);
  const labels = new Map(definition.fields.map((field) => [field.id, field.label]));

  /** @returns {{answers: Answers, shown: Map<string, import("./definition.js").Field>}} answers: to asked questions only */
  function read() {
    const everything = readAll(definition.fields);
    const shown = shownFields(definition, everything);
    return { answers: asked(everything, shown), shown };
  }

  /** Problems by field, lines to be emailed that repeat what is sealed among them. @returns {{field: string, text: string}[]} */
  function problems() {
    const { answers } = read();
    const found = check(definition, answers, { choices: codes, stage: Number(answers.stage ?? USUAL_STAGE) });
    const repeats = repeatsIn(definition.fields, answers, allowedNames).map(({ line, field, found: words, what }) => ({
      field: line,
      text: `${labels.get(line)}: take out “${words}”. This line will be emailed, and that is ${what} from “${labels.get(field)}”`,
    }));
    return [...found, ...repeats];
  }

  return { read, problems, choices };
}
