/** The form definition as `shared/forms/definition.py` writes it; what stands at its default is not written. Pure. */

/** @typedef {{code: string, words: string, hint?: string}} Choice */
/** @typedef {{field: string, one_of?: string[], same_as?: string}} Condition */
/** @typedef {{unit: string, amount?: number, until?: string | null}} Timeframe */
/** @typedef {string | string[] | Timeframe | undefined} Answer */
/** @typedef {Record<string, Answer>} Answers */
/** @typedef {Object} Field
 * @property {string} id
 * @property {"sealed" | "fact" | "notice" | "code"} class
 * @property {string} kind
 * @property {string} label
 * @property {string} error
 * @property {string} hint
 * @property {number} required_from
 * @property {Condition[]} required_when
 * @property {Condition[]} shown_when
 * @property {boolean} folded
 * @property {number} limit
 * @property {Choice[]} choices
 * @property {string | null} choices_from
 * @property {string} of
 * @property {Answer} default
 * @property {string} section
 */
/** @typedef {{id: string, title: string, short: string, fields: Field[]}} Section */
/** @typedef {Object} Definition
 * @property {string} id
 * @property {number} version
 * @property {string} title
 * @property {Record<string, string>} texts
 * @property {Record<string, string>} patterns
 * @property {Section[]} sections
 * @property {Field[]} fields every section's, in order
 */

const DEFAULTS = {
  error: "", hint: "", required_from: 0, required_when: [], shown_when: [], folded: false, limit: 200, choices: [],
  choices_from: null, of: "",
};

/** @param {any} raw @returns {Definition} */
export function readDefinition(raw) {
  const sections = raw.sections.map((/** @type {any} */ section) => ({
    ...section,
    fields: section.fields.map((/** @type {any} */ field) => ({
      ...DEFAULTS,
      ...field,
      section: section.id,
      default: field.kind === "timeframe" && field.default ? { unit: "working_days", amount: 5, ...field.default } : field.default,
    })),
  }));
  return { ...raw, sections, fields: sections.flatMap((/** @type {Section} */ section) => section.fields) };
}

/** The space that Python's `str.strip` strips, so that both sides call the same answers empty. */
const BLANK = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/u;

/** Nothing was answered: no value, blank text, or no choice. @param {unknown} value */
export function isEmpty(value) {
  if (value === undefined || value === null) return true;
  if (typeof value === "string") return BLANK.test(value);
  return Array.isArray(value) && value.length === 0;
}
