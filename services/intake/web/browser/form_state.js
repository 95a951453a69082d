/** What the form knows at this moment: its answers, which questions are asked, and what is wrong with them. */

import { asked, containerOf, readAll } from "./answers.js";
import { choicesOf, codesOf } from "./choices.js";
import { shownFields } from "./conditions.js";
import { repeatsIn } from "./notice_check.js";
import { isAstray } from "./search.js";
import { check } from "./validate.js";

/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {import("./definition.js").Answers} Answers */

const USUAL_STAGE = 2;
const OWN_MANAGER = "Choose no if it was not your own manager. If it was, this form is not sent: use the way shown here";

/** Such a disagreement is never sent to that manager: the policy leads elsewhere. @param {Answers} answers */
export const isOwnManagers = (answers) => answers.own_manager === "yes";

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

  /** Problems by field: also a line to be emailed that repeats what is sealed, and a matter that another way is for. @returns {{field: string, text: string}[]} */
  function problems() {
    const { answers, shown } = read();
    const found = check(definition, answers, { choices: codes, stage: Number(answers.stage ?? USUAL_STAGE) });
    const repeats = repeatsIn(definition.fields, answers, allowedNames).map(({ line, field, found: words, what }) => ({
      field: line,
      text: `${labels.get(line)}: take out “${words}”. This line will be emailed, and that is ${what} from “${labels.get(field)}”`,
    }));
    const diverted = isOwnManagers(answers) ? [{ field: "own_manager", text: OWN_MANAGER }] : [];
    const astray = [...shown.values()]
      .filter(({ id }) => isAstray(containerOf(id)) && !found.some(({ field }) => field === id))
      .map(({ id, label }) => ({ field: id, text: definition.texts.not_a_choice.replace("{label}", label) }));
    return [...found, ...astray, ...diverted, ...repeats];
  }

  return { read, problems, choices };
}
