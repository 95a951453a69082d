/** Reading a sealed record: fetched with router's ticket, compared, opened and drawn in memory; nothing of it is kept. */

import { all, find, focusOn, fromTemplate, make, need, say, show } from "./dom.js";
import { digestOf, fromBase64, openRecord } from "./envelope.js";
import { complain, setState } from "./follow_asking.js";
import { whenLeft } from "./exit.js";
import { answerWords, momentWords, within } from "./words.js";

const ADDRESS = "/api/v1/records";
const TOO_MANY = "urn:candour:problem:too-many-records";
const PATIENCE_MS = 30_000;

/** @typedef {{submission: string, form: string, definition: import("./definition.js").Definition | null, answers: Record<string, any>}} Opened */

/** The record could not be fetched, or is not the one that router vouches for. */
export class NotOpened extends Error {
  /** @param {"too-many" | "unreachable" | "does-not-open"} why */
  constructor(why) {
    super(`record.${why}`);
    this.name = "NotOpened";
    this.why = why;
  }
}

/** @param {object} ticket @returns {Promise<Uint8Array>} the ciphertext */
async function fetchRecord(ticket) {
  let response;
  try {
    response = await fetch(ADDRESS, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(ticket),
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new NotOpened("unreachable");
  }
  const problem = await response.json().catch(() => null);
  throw new NotOpened(problem?.type === TOO_MANY ? "too-many" : "unreachable");
}

/** Its answers. One error whatever is wrong: AES-GCM does not commit to its key, so both digests are compared first.
 * @param {any} opened a RecordOpened @param {Uint8Array} sealed @returns {Promise<Record<string, any>>} */
export async function unseal(opened, sealed) {
  const key = fromBase64(opened.key);
  try {
    const same = (await digestOf(sealed)) === opened.record_digest && (await digestOf(key)) === opened.key_digest;
    if (!same) throw new NotOpened("does-not-open");
    const { partnership, form, form_version: formVersion, submission } = opened;
    const binding = { partnership, key: "", form, formVersion, compartment: "record", submission };
    return JSON.parse(new TextDecoder().decode(await openRecord(sealed, { key, binding }))).answers ?? {};
  } catch {
    throw new NotOpened("does-not-open");
  } finally {
    key.fill(0);
  }
}

/** @param {{ref: string, partnership: any, ask: import("./follow_asking.js").Ask, choices: import("./words.js").ChoiceWords,
 *   definitionOf: (form: string, version: number) => import("./definition.js").Definition | null, whenRead: () => unknown}} given */
export function makeRecords({ ref, partnership, ask, choices, definitionOf, whenRead }) {
  const place = need("[data-record]");
  /** @type {Map<string, Opened>} by submission; gone when the page is left, the session ends or the person says so */
  const held = new Map();
  /** @type {HTMLElement | null} */
  let cameFrom = null;

  const ring = `Ring ${within(partnership.duty.label)}: ${partnership.duty.number}.`;
  const SAYS = {
    "too-many": `Too many records of this partnership were read this hour, so no more are given out. ${ring}`,
    unreachable: "The record did not come. Nothing was changed. Try again in a minute",
    "does-not-open": `This record does not open: it is not the one that was sealed. ${ring}`,
  };

  /** @param {any} added an AddedSeen @param {HTMLElement} box where trouble is said @returns {Promise<Opened | null>} */
  async function open(added, box) {
    const known = held.get(added.submission);
    if (known) return known;
    const answer = await ask(box, { type: "read", ref, submission: added.submission });
    if (!answer) return null;
    setState(box, "Fetching and opening it…");
    try {
      const answers = await unseal(answer, await fetchRecord(answer.ticket));
      const opened = { submission: added.submission, form: answer.form, definition: definitionOf(answer.form, answer.form_version), answers };
      held.set(added.submission, opened);
      return opened;
    } catch (failure) {
      complain(box, SAYS[failure instanceof NotOpened ? failure.why : "does-not-open"]);
      return null;
    } finally {
      setState(box, "");
    }
  }

  /** @param {any} added @param {HTMLElement} box @param {HTMLElement} button */
  async function read(added, box, button) {
    close(false);
    const opened = await open(added, box);
    if (!opened) return;
    cameFrom = button;
    draw(added, opened);
    void whenRead();
  }

  /** @param {any} added @param {Opened} opened */
  function draw(added, { definition, answers }) {
    say(need("[data-record-title]"), added.words);
    say(need("[data-record-about]"), `${ref}. ${added.by}, ${momentWords(new Date(added.at), partnership.zone)}.`);
    const sections = (definition?.sections ?? []).map((section) => {
      const rows = section.fields.filter(({ id }) => answers[id] !== undefined).map((field) => row(field.label, answerWords(field, answers[field.id], choices, answers)));
      return rows.length ? drawSection(section.title, rows) : null;
    });
    const named = new Set(definition?.fields.map(({ id }) => id));
    const rest = Object.keys(answers).filter((id) => !named.has(id)).map((id) => row(id.replaceAll("_", " "), String(answers[id])));
    const parts = [...sections.filter((section) => section !== null), ...(rest.length ? [drawSection("Also", rest)] : [])];
    need("[data-record-body]").replaceChildren(...(parts.length ? parts : [make("p", "Nothing was written here.")]));
    show(place, true);
    focusOn(need("[data-record-title]"));
    place.scrollIntoView({ block: "start" });
  }

  function close(focus = true) {
    need("[data-record-body]").replaceChildren();
    for (const part of ["title", "about"]) say(need(`[data-record-${part}]`), "");
    show(place, false);
    if (focus) (cameFrom?.isConnected ? cameFrom : find("[data-read]"))?.focus();
    cameFrom = null;
  }

  function forget() {
    held.clear();
    close(false);
  }

  need("[data-record-close]").addEventListener("click", () => {
    forget();
    find("[data-read]")?.focus();
  });
  need("[data-record-print]").addEventListener("click", () => printAlone(place));
  addEventListener("pagehide", forget);
  whenLeft(forget);
  return { open, read, forget, held: () => [...held.values()] };
}

/** @param {string} label @param {string} text */
const row = (label, text) => fromTemplate("record-answer", { "[data-label]": label, "[data-text]": text });

/** @param {string} title @param {HTMLElement[]} rows */
function drawSection(title, rows) {
  const drawn = fromTemplate("record-section", { "[data-title]": title });
  need("dl", drawn).append(...rows);
  return drawn;
}

/** Print one part of the page and nothing else of it. @param {HTMLElement} part */
export function printAlone(part) {
  part.dataset.printed = "alone";
  const over = () => all("[data-printed]").forEach((each) => delete each.dataset.printed);
  addEventListener("afterprint", over, { once: true });
  print();
}
