/** Finds what a line that will be emailed repeats from the sealed answers. Only the browser holds both. Pure. */

/** @typedef {{line: string, field: string, found: string, what: string}} Repeat
 *  line: the notice field; field: the sealed field it repeats; found: the words as they stand in the line. */
/** @typedef {{words: string, pattern: RegExp, what: string}} Needle */

const NAMES = new Set(["child_name", "siblings", "parents", "child_school"]);
const ADDRESSES = new Set(["child_address", "placement_address"]);
const NUMBERS = new Set(["child_numbers"]);
const BIRTHS = new Set(["child_dob"]);
/** Words that stand in many names of people and places and give nobody away. */
const ORDINARY = new Set(
  ("a an the and or of at in on to for with not known unknown mr mrs miss ms dr mother father mum dad parent parents carer carers " +
    "guardian brother sister sibling siblings half step twin baby unborn child children boy girl aged age years year old lives " +
    "living he she they his her their one two three school primary secondary infant infants junior college academy nursery " +
    "centre church saint st high grammar community road street avenue lane close north south east west").split(" "),
);
/** Names that are also everyday words count only when written as a name. */
const EVERYDAY = new Set("will may grace hope faith joy mark bill rose summer dawn april june august rich art chance drew frank guy jack pat sky".split(" "));
const MONTHS = "january february march april may june july august september october november december".split(" ");

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** @param {string} body @param {string} [flags] */
const wholeWord = (body, flags = "iu") => new RegExp(`(?<![\\p{L}\\p{N}])(?:${body})(?![\\p{L}\\p{N}])`, flags);
/** @param {string} word */
const letters = (word) => word.normalize("NFC").replace(/[’']s$/u, "");
/** @param {string} text */
const wordsOf = (text) => text.match(/[\p{L}][\p{L}’'-]*/gu)?.map(letters) ?? [];
/** @param {string} word */
const capital = (word) => /^\p{Lu}/u.test(word);

/** @param {string} text @param {boolean} everyWord a name field of one person: lower case is a name too. @returns {Needle[]} */
function names(text, everyWord) {
  const words = wordsOf(text).filter((word) => !ORDINARY.has(word.toLowerCase()) && [...word].length > 1);
  return words
    .filter((word) => everyWord || capital(word))
    .flatMap((word) => [word, ...word.split("-").filter((part) => part !== word && part.length > 2)])
    .map((word) => ({
      words: word,
      what: "a name",
      pattern: EVERYDAY.has(word.toLowerCase())
        ? wholeWord(escaped(word[0].toUpperCase() + word.slice(1).toLowerCase()), "u")
        : wholeWord(escaped(word)),
    }));
}

/** Initials of each run of two or more capitalised words: "JS", "J.S.", "J S". @param {string} text @returns {Needle[]} */
function initials(text) {
  const runs = text.match(/\p{Lu}[\p{L}’'-]*(?:[ ]+\p{Lu}[\p{L}’'-]*)+/gu) ?? [];
  return runs
    .map((run) => wordsOf(run).flatMap((word) => word.split("-")))
    .map((words) => words.filter((word) => word && !ORDINARY.has(word.toLowerCase())).map((word) => word[0].toUpperCase()))
    .filter((firsts) => firsts.length > 1)
    .flatMap((firsts) => [firsts, firsts.slice(0, 2), [firsts[0], /** @type {string} */ (firsts.at(-1))]])
    .map((firsts) => ({
      words: firsts.join(""),
      what: "initials",
      pattern: wholeWord(firsts.map(escaped).join("[. ]{0,2}"), "u"),
    }));
}

/** @param {string} iso @returns {Needle[]} */
function birth(iso) {
  const [year, month, day] = iso.split("-");
  if (!day) return [];
  const name = MONTHS[Number(month) - 1];
  if (!name) return [];
  const [d, m] = [`0?${Number(day)}`, `0?${Number(month)}`];
  const y = `(?:${year}|[’']?${year.slice(2)})`;
  const gap = "[\\s./,-]+";
  const word = `(?:${name}|${name.slice(0, 3)}|${name.slice(0, 4)})`;
  const forms = [
    `${d}${gap}${m}${gap}${y}`,
    `${year}${gap}${m}${gap}${d}`,
    `${d}(?:st|nd|rd|th)?${gap}(?:of\\s+)?${word}${gap}${y}`,
    `${word}${gap}${d}(?:st|nd|rd|th)?${gap}${y}`,
  ];
  return [{ words: iso, what: "a date of birth", pattern: wholeWord(forms.join("|")) }];
}

/** Postcodes, and any two words that follow each other in one line of an address. @param {string} text @returns {Needle[]} */
function address(text) {
  const postcodes = text.match(/\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b/g) ?? [];
  const pairs = text.split(/[,\n;]+/).flatMap((part) => {
    const words = part.match(/[\p{L}\p{N}’'-]+/gu) ?? [];
    return words.slice(1).map((word, index) => `${words[index]} ${word}`);
  });
  return [
    ...postcodes.map((code) => code.replace(/\s/g, "")).map((code) => ({
      words: code,
      what: "an address",
      pattern: wholeWord(`${code.slice(0, -3)}\\s*${code.slice(-3)}`),
    })),
    ...pairs.map((pair) => ({ words: pair, what: "an address", pattern: wholeWord(escaped(pair).replace(" ", "[\\s,]+")) })),
  ];
}

/** Numbers however they are spaced, and codes that mix letters with digits. Four digits alone may be a year, so outside
 * a field for numbers it takes five. @param {string} text @param {number} fewest digits @returns {Needle[]} */
function numbers(text, fewest) {
  const spaced = text.match(/(?<![\p{L}\p{N}])\d(?:[\s-]?\d)+(?![\p{L}\p{N}])/gu) ?? [];
  const mixed = text.match(/[\p{L}\d]*\d[\p{L}\d]*/gu) ?? [];
  return [...spaced, ...mixed]
    .map((run) => run.replace(/[\s-]/g, ""))
    .filter((run) => run.replace(/\D/g, "").length >= fewest)
    .map((run) => ({ words: run, what: "a number", pattern: wholeWord([...run].join("[\\s-]?")) }));
}

/** @param {string} field @param {string} kind @param {string} text @returns {Needle[]} */
function needles(field, kind, text) {
  if (kind === "date") return BIRTHS.has(field) ? birth(text) : [];
  return [
    ...(NAMES.has(field) ? [...names(text, field === "child_name"), ...initials(text)] : []),
    ...(ADDRESSES.has(field) ? address(text) : []),
    ...numbers(text, NUMBERS.has(field) ? 4 : 5),
  ];
}

/** Every repeat, at most one for each line, sealed field and kind of thing.
 * @param {{id: string, class: string, kind: string}[]} fields
 * @param {Record<string, unknown>} answers
 * @param {string[]} [allowed] names of agencies and areas, which may stand in a line
 * @returns {Repeat[]} */
export function repeatsIn(fields, answers, allowed = []) {
  /** @type {Repeat[]} */
  const repeats = [];
  const may = new Set(allowed.map((name) => name.toLowerCase()));
  for (const line of fields.filter((field) => field.class === "notice")) {
    const text = answers[line.id];
    if (typeof text !== "string" || !text) continue;
    for (const sealed of fields.filter((field) => field.class === "sealed")) {
      const value = answers[sealed.id];
      if (typeof value !== "string" || !value) continue;
      const seen = new Set();
      for (const needle of needles(sealed.id, sealed.kind, value)) {
        const found = text.match(needle.pattern)?.[0];
        if (!found || may.has(needle.words.toLowerCase()) || seen.has(needle.what)) continue;
        seen.add(needle.what);
        repeats.push({ line: line.id, field: sealed.id, found, what: needle.what });
      }
    }
  }
  return repeats;
}
