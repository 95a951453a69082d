/** A line that will be emailed is compared with the record, which only the browser of a reader can open. */

import { all, find, need, say, show } from "./dom.js";
import { repeatsIn } from "./notice_check.js";

const ASK = "Open the record first. This browser then checks that nothing that will be emailed names the child.";
const CHECKED = "The record is open in this browser. What will be emailed is compared with it before it goes.";
const UNREADABLE = "You cannot read the record, so this cannot be checked against it. Take care: name and describe no child.";
const FIRST = "Open the record first, with the button above: what will be emailed is checked against it";

/** @typedef {import("./follow_record.js").Opened} Opened */
/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {{field: string, text: string}} Shown */

/** What a form's emailed lines repeat from its own sealed answers and from each opened record. Pure.
 * @param {Definition} definition @param {Record<string, any>} answers @param {Opened[]} records @param {string[]} allowed @returns {Shown[]} */
export function repeatsOf(definition, answers, records, allowed) {
  const lines = definition.fields.filter((field) => field.class === "notice");
  const labels = new Map(lines.map(({ id, label }) => [id, label]));
  const typed = Object.fromEntries(lines.map(({ id }) => [id, answers[id]]));
  const found = [{ definition, answers }, ...records].flatMap(({ definition: written, answers: held }) => {
    const sealed = (written?.fields ?? []).filter((field) => field.class === "sealed");
    const named = new Map(sealed.map(({ id, label }) => [id, label]));
    return repeatsIn([...lines, ...sealed], { ...held, ...typed }, allowed).map(({ line, field, found: words, what }) => ({
      field: line,
      text: `${labels.get(line)}: take out “${words}”. This will be emailed, and that is ${what} from “${named.get(field)}”`,
    }));
  });
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

/** The records that tell what names the child: the forms of the stages. @param {any} seen @returns {any[]} */
const telling = (seen) => {
  const readable = (seen?.added ?? []).filter((/** @type {any} */ added) => added.readable);
  return readable.slice(0, 1);
};

/** Whether what names the child is open here; another record of it says nothing of that. Pure.
 * @param {{submission: string}[]} wanted @param {{submission: string}[]} held */
export const areOpen = (wanted, held) => wanted.every(({ submission }) => held.some((one) => one.submission === submission));

/** @param {{partnership: any, current: () => any, open: (added: any, box: HTMLElement) => Promise<Opened | null>, held: () => Opened[]}} given
 *   open: a record, fetched and opened without being drawn. */
export function makeCheck({ partnership, current, open, held }) {
  const allowed = [...partnership.areas, ...partnership.agencies].map((/** @type {any} */ each) => each.name);

  const told = () => areOpen(telling(current()), held());

  /** @param {HTMLElement} section */
  function draw(section) {
    const note = find("[data-check-record]", section);
    if (!note) return;
    const any = telling(current()).length > 0;
    const opened = any && told();
    say(find("[data-check-words]", note), opened ? CHECKED : any ? ASK : UNREADABLE);
    show(find("[data-check-open]", note), any && !opened);
    note.classList.toggle("note--amber", !opened);
  }

  for (const section of all("[data-form]")) {
    const note = find("[data-check-record]", section);
    if (!note) continue;
    section.addEventListener("act-opened", () => draw(section));
    need("[data-check-open]", note).addEventListener("click", async () => {
      for (const added of telling(current())) await open(added, need("[data-check-say]", note));
      draw(section);
      find("textarea, input", section)?.focus();
    });
  }

  /** @param {Definition} definition @param {Record<string, any>} answers @returns {Shown[]} */
  return (definition, answers) => {
    const lines = definition.fields.filter((field) => field.class === "notice" && answers[field.id]);
    if (lines.length && !told()) return [{ field: lines[0].id, text: FIRST }];
    return repeatsOf(definition, answers, held(), allowed);
  };
}
