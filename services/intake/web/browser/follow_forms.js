/** Acts with text that is sealed: checked, sealed, sent as an envelope, and recorded only once router shows it. */

import { asked, containerOf, readAll } from "./answers.js";
import { choicesOf, codesOf } from "./choices.js";
import { shownFields } from "./conditions.js";
import { startCounts } from "./count.js";
import { all, find, focusOn, make, need, say, show } from "./dom.js";
import { mintSubmission } from "./envelope.js";
import { clearErrors, showErrors } from "./errors.js";
import { setState } from "./follow_asking.js";
import { empty } from "./follow_acts.js";
import { whenLeft } from "./exit.js";
import { choicesIn, isRecorded, issueProblems, skipProblems } from "./recorded.js";
import { compartments, makeSubmission } from "./send.js";
import { localDay, timeframeWarning } from "./timeframe.js";
import { check } from "./validate.js";
import { within } from "./words.js";

/** @typedef {import("./definition.js").Definition} Definition */
/** @typedef {import("./definition.js").Field} Field */

const LOOKS = 6;
const LOOK_EVERY_MS = 1_500;
const NOTHING_SENT = "No answer came, so nothing was sent. What you typed is still here. Try again.";
const NOT_CONFIRMED = "Not confirmed yet. What you typed is still here. Press the button again: it cannot be sent twice.";

/** The page's copies of a definition's fields: their ids begin with the form's. @param {Definition} definition @returns {Definition} */
export function onPage(definition) {
  /** @param {string} id */
  const own = (id) => `${definition.id}-${id}`;
  return { ...definition, fields: definition.fields.map((field) => ({ ...field, id: own(field.id) })) };
}

/** One act's form.
 * @param {{section: HTMLElement, definition: Definition, ref: string, partnership: any,
 *   session: {secret: () => Uint8Array}, look: () => Promise<any>, current: () => any,
 *   repeats: (definition: Definition, answers: Record<string, any>) => {field: string, text: string}[],
 *   whenRecorded: (move: string, seen: any, section: HTMLElement) => unknown,
 *   whenNotShown: (reference: string, look: () => Promise<boolean>, section: HTMLElement) => unknown}} given
 *   look: asks router anew and draws it; null if it did not answer. */
export function makeActForm({ section, definition, ref, partnership, session, look, current, repeats, whenRecorded, whenNotShown }) {
  const form = /** @type {HTMLFormElement} */ (need("form", section));
  const fields = onPage(definition).fields;
  const codes = codesOf(choicesOf(partnership));
  const prefix = `${definition.id}-`;
  const today = () => localDay(new Date(), partnership.zone);
  let submission = mintSubmission();
  let sealed = makeSubmission({ partnership, definition, submission });
  let busy = false;
  /** @type {any} */
  let before = null;

  function read() {
    const everything = Object.fromEntries(Object.entries(readAll(fields)).map(([id, value]) => [id.slice(prefix.length), value]));
    const shown = shownFields(definition, everything);
    return { answers: asked(everything, shown), shown };
  }

  function follow() {
    const { answers, shown } = read();
    for (const field of definition.fields) show(containerOf(prefix + field.id), shown.has(field.id) && isReached(field.id, answers));
    say(find("[data-timeframe-warning]", form), timeframeWarning(/** @type {any} */ (answers.timeframe), today(), partnership.holidays));
  }

  /** @returns {{field: string, text: string}[]} */
  function problems() {
    const { answers } = read();
    const choices = choicesIn(current(), codes);
    const found = check(definition, answers, { choices, stage: 1 });
    const more = [
      ...(definition.id === "outcome" ? issueProblems(answers, { today: today() }) : []),
      ...(definition.id === "next-stage" ? skipProblems(answers, current()) : []),
    ];
    return [...found, ...more, ...repeats(definition, answers)].map(({ field, text }) => ({ field: prefix + field, text }));
  }

  /** @param {string} id */
  function reveal(id) {
    const folded = containerOf(id)?.closest("details");
    if (folded) folded.open = true;
  }

  /** @param {boolean} locked sealed answers are not changed any more */
  const lock = (locked) => {
    /** @type {HTMLFieldSetElement} */ (need("[data-act-fields]", form)).disabled = locked;
  };

  /** @param {string} text */
  function tell(text) {
    const place = need("[data-act-trouble]", form);
    setState(form, "");
    say(find("p", place), text);
    show(place, text !== "");
    if (text) focusOn(place);
  }

  const ring = `Ring ${within(partnership.duty.label)}: ${partnership.duty.number}.`;

  /** @param {number} status */
  function refused(status) {
    if (status === 409) return tell(`This was already received with other words, and those are safe. Look at this page again before you send more. ${ring}`);
    sealed.forget();
    lock(false);
    return tell(status === 413 ? "What you typed is too long to send at once. Shorten it and send it again." : `This was not taken, and nothing of it was kept. ${ring}`);
  }

  async function seal() {
    const { answers } = read();
    const secret = session.secret();
    const parts = compartments(definition.fields, answers);
    const record = definition.fields.some((field) => field.class === "sealed") ? parts.record : null;
    await sealed.seal({ facts: parts.facts, record, confirmation: null, beside: { about: ref, proof: { secret } } });
    lock(true);
  }

  /** The next one is another act, under another id. */
  function renew() {
    sealed.forget();
    submission = mintSubmission();
    sealed = makeSubmission({ partnership, definition, submission });
    lock(false);
    empty(section);
    follow();
  }

  /** @param {string} move @param {string} sent @returns {Promise<boolean>} whether it counts, as router shows it now */
  async function counts(move, sent) {
    const after = await look();
    const recorded = after !== null && isRecorded({ move, submission: sent, before, after });
    if (recorded) await whenRecorded(move, after, section);
    return recorded;
  }

  /** @param {string} reference of the receipt */
  async function untilShown(reference) {
    const [move, sent] = [section.dataset.move ?? section.dataset.act ?? "", submission];
    renew();
    setState(form, "Received. Waiting until it is shown here…");
    for (let times = 0; times < LOOKS; times += 1) {
      await new Promise((resolve) => setTimeout(resolve, times ? LOOK_EVERY_MS : 0));
      if (await counts(move, sent)) return setState(form, "");
    }
    setState(form, "");
    return whenNotShown(reference, () => counts(move, sent), section);
  }

  async function attempt() {
    tell("");
    if (!sealed.sealed()) {
      const found = problems();
      if (found.length) return showErrors(found, reveal);
      clearErrors();
      setState(form, "Sealing and sending…");
      before = await look();
      if (before === null) return tell(NOTHING_SENT);
      if (!(before.moves ?? []).includes(section.dataset.move)) return tell("This has changed since: you cannot do it any more. What you typed is still here.");
      try {
        await seal();
      } catch {
        return tell(`This browser could not seal it, so nothing was sent. Shorten it, or ring. ${ring}`);
      }
    }
    setState(form, "Sealing and sending…");
    const outcome = await sealed.send();
    if (outcome.state === "received") return untilShown(outcome.signed.receipt.reference);
    if (outcome.state === "refused") return refused(outcome.status);
    return tell(outcome.after ? `${NOT_CONFIRMED} Wait ${outcome.after} seconds first.` : NOT_CONFIRMED);
  }

  async function send() {
    if (busy) return;
    busy = true;
    const button = need("[data-act-send]", form);
    button.setAttribute("aria-disabled", "true");
    try {
      await attempt();
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
  need("[data-act-send]", form).addEventListener("click", () => void send());
  whenLeft(() => {
    form.reset();
    sealed.forget();
  });
  startCounts(form);
  follow();
  return { follow, renew };
}

/** A second and third outstanding issue is asked for once there is one before it. @param {string} id @param {Record<string, any>} answers */
function isReached(id, answers) {
  const number = Number(/^issue_(\d)_/.exec(id)?.[1] ?? 1);
  return number === 1 || Boolean(answers[`issue_${number - 1}_text`] || answers[`issue_${number}_text`]);
}
