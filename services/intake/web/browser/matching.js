/** Which choices of a long list fit what was typed. Pure. */

/** @typedef {{value: string, words: string, also: string, always: boolean}} Entry
 *   also: other words by which it is looked for. always: offered whatever was typed, such as "Not listed" */

/** As people type it: no accents, no apostrophes, "and" for "&". @param {string} text */
export const plain = (text) =>
  text.normalize("NFD").replace(/[\p{M}'’]/gu, "").toLowerCase().replaceAll("&", " and ").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** @param {string} words "childrens social care" @returns {string} "csc" */
const initials = (words) => words.split(" ").map((word) => word.slice(0, 1)).join("");

/** Every word that was typed begins a word of the text; or it is part of its initials.
 * @param {string} text plain @param {string} sought plain */
function fits(text, sought) {
  if (sought.split(" ").every((part) => ` ${text}`.includes(` ${part}`))) return true;
  return sought.length > 1 && !sought.includes(" ") && initials(text).includes(sought);
}

/** Those whose name fits, then those that only are of such a kind, each in the list's own order; everything where
 * nothing was typed. @param {Entry[]} entries @param {string} typed @returns {Entry[]} */
export function matching(entries, typed) {
  const sought = plain(typed);
  if (!sought) return entries;
  const usual = entries.filter((entry) => !entry.always);
  const byName = usual.filter(({ words }) => fits(plain(words), sought));
  const byKind = usual.filter((entry) => !byName.includes(entry) && fits(plain(`${entry.words} ${entry.also}`), sought));
  return [...byName, ...byKind, ...entries.filter((entry) => entry.always)];
}

/** The choice that the typed words name for certain. @param {Entry[]} entries @param {string} typed @returns {Entry | undefined} */
export function named(entries, typed) {
  const sought = plain(typed);
  return sought ? entries.find(({ words }) => plain(words) === sought) : undefined;
}

/** What is said aloud of the list. @param {Entry[]} shown */
export function countSaid(shown) {
  const found = shown.filter((entry) => !entry.always).length;
  const always = shown.filter((entry) => entry.always).map(({ words }) => `“${words}”`).join(" and ");
  const last = always ? `. ${always} is the last one` : "";
  if (found === 0) return `Nothing in the list has that name${last}`;
  return `${found} ${found === 1 ? "fits" : "fit"}${last}`;
}
