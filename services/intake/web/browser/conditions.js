/** Which fields are asked, and which must be answered, from the answers so far. The same as `shared/forms`. Pure. */

import { isEmpty } from "./definition.js";

/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {import("./definition.js").Field} Field */
/** @typedef {import("./definition.js").Condition} Condition */
/** @typedef {Record<string, unknown>} Given */

/** @param {Condition} condition @param {Map<string, Field>} shown @param {Given} answers */
function holds(condition, shown, answers) {
  const field = shown.get(condition.field);
  if (!field) return false;
  if (condition.same_as) return shown.has(condition.same_as) && sameAgency(answers[field.id], answers[condition.same_as]);
  const value = isEmpty(answers[field.id]) ? field.default : answers[field.id];
  const given = Array.isArray(value) ? value : [value];
  return given.some((item) => condition.one_of?.includes(item));
}

/** @param {unknown} one @param {unknown} other */
const sameAgency = (one, other) => typeof one === "string" && one === other && !isEmpty(one) && one !== "not_listed";

/** The fields that are asked, by id, in the form's order. @param {Definition} definition @param {Given} answers */
export function shownFields(definition, answers) {
  /** @type {Map<string, Field>} */
  const shown = new Map();
  for (const field of definition.fields) {
    if (field.shown_when.every((condition) => holds(condition, shown, answers))) shown.set(field.id, field);
  }
  return shown;
}

/** The fields without whose answer the form is not accepted at `stage`.
 * @param {Definition} definition @param {Given} answers @param {number} stage @returns {Field[]} */
export function requiredFields(definition, answers, stage) {
  const shown = shownFields(definition, answers);
  return [...shown.values()].filter(
    (field) =>
      (field.required_from > 0 && field.required_from <= stage) ||
      (field.required_when.length > 0 && field.required_when.every((condition) => holds(condition, shown, answers))),
  );
}
