/** The form at work: steps, conditions, preview, code, check, sending, receipt. */

import { makeAsker } from "./ask.js";
import { all, find, focusOn, need, say, show } from "./dom.js";
import { containerOf } from "./answers.js";
import { makeConfirmation } from "./code.js";
import { copyText, saveCopy } from "./copy.js";
import { startCounts } from "./count.js";
import { drawCheck } from "./check_answers.js";
import { readDefinition } from "./definition.js";
import { mintSubmission } from "./envelope.js";
import { clearErrors, firstControl, showErrors } from "./errors.js";
import { fillExample } from "./example.js";
import { isOwnManagers, makeState } from "./form_state.js";
import { askBeforeLeaving } from "./leaving.js";
import { startBehalf } from "./on_behalf.js";
import { makePreview } from "./preview.js";
import { compartments, currentKey, isExpired, makeSubmission } from "./send.js";
import { makeSending } from "./sending.js";
import { makeSteps } from "./steps.js";
import { makeAgenciesSearchable, renewTeams } from "./teams.js";
import { localDay, timeframeWarning } from "./timeframe.js";
import { whenLeft } from "./exit.js";

const CHECK = "check";
const RECEIPT = "receipt";

/** @param {{form: HTMLFormElement, raw: any, partnership: any}} given */
export function makeFormPage({ form, raw, partnership }) {
  const definition = readDefinition(raw);
  const state = makeState(definition, partnership);
  const submission = mintSubmission();
  const asker = makeAsker({ partnership: partnership.id, factsKey: currentKey(partnership.facts_keys), storage: null });
  const sections = all("[data-step]", form);
  const steps = makeSteps(sections, { numbered: sections.length - 1, whenShown: (name) => name === CHECK && readBack() });
  const preview = makePreview(partnership);
  const sending = makeSending({ partnership, submission: makeSubmission({ partnership, definition, submission }), preview });
  const confirmation = makeConfirmation({ asker, submission, reference: sending.reference, whenConfirmed: () => sending.draw(shownState()) });
  const leaving = askBeforeLeaving(form);
  const behalf = startBehalf(form, partnership);
  startCounts(form);
  makeAgenciesSearchable(definition.fields);

  const shownState = () => ({ immediate: state.read().answers.immediate_harm === "yes", confirmed: confirmation.confirmed() });

  /** Everything on the page that follows from the answers. */
  function follow() {
    const { answers, shown } = state.read();
    for (const field of definition.fields) show(containerOf(field.id), shown.has(field.id));
    renewTeams(definition.fields, state.choices, answers);
    preview.update(answers);
    show(find("[data-own-manager]"), isOwnManagers(answers));
    const today = localDay(new Date(), partnership.zone);
    say(find("[data-timeframe-warning]"), timeframeWarning(/** @type {any} */ (answers.timeframe), today, partnership.holidays));
  }

  /** @param {string} id a field's: its step opens, and the folded part it stands in */
  function reveal(id) {
    const field = definition.fields.find((each) => each.id === id);
    if (field) steps.go(field.section, false);
    const folded = containerOf(id)?.closest("details");
    if (folded) folded.open = true;
  }

  function readBack() {
    const { answers } = state.read();
    show(find("[data-key-expired]"), isExpired(currentKey(partnership.facts_keys), new Date()));
    drawCheck(definition, answers, {
      choices: state.choices,
      change: (id) => {
        reveal(id);
        firstControl(id)?.focus();
      },
    });
  }

  /** @param {(field: string) => boolean} within @returns {boolean} whether all is well there */
  function checked(within) {
    const problems = state.problems().filter(({ field }) => within(field));
    if (problems.length) showErrors(problems, reveal);
    else clearErrors();
    return problems.length === 0;
  }

  function next() {
    const current = steps.current();
    const here = new Set(definition.fields.filter((field) => field.section === current).map((field) => field.id));
    if (checked((field) => here.has(field))) steps.go(steps.names[steps.names.indexOf(current) + 1]);
  }

  function back() {
    clearErrors();
    steps.go(steps.names[Math.max(0, steps.names.indexOf(steps.current()) - 1)]);
  }

  async function send() {
    if (!checked(() => true)) return;
    const { answers } = state.read();
    if (behalf && !sending.reference() && !(await behalf.alive())) return;
    const parts = { ...compartments(definition.fields, answers), confirmation: confirmation.proof(String(answers.raiser_email)), beside: behalf?.beside() };
    const signed = await sending.send(parts, shownState());
    if (!signed) return;
    leaving.done();
    behalf?.done();
    steps.go(RECEIPT);
    if (shownState().immediate) focusOn(need("[data-receipt-ring]"));
  }

  function ownCopy() {
    const { answers } = state.read();
    const reference = sending.reference();
    saveCopy(copyText(definition, answers, { choices: state.choices, partnership, reference, now: new Date() }), reference);
  }

  function addressTyped() {
    const { answers } = state.read();
    const email = String(answers.raiser_email ?? "");
    if (email && !state.problems().some(({ field }) => field === "raiser_email")) confirmation.addressIs(email);
  }

  /** @param {string} selector @param {() => void} act */
  const onClick = (selector, act) => all(selector).forEach((each) => each.addEventListener("click", act));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", follow);
  form.addEventListener("change", follow);
  form.addEventListener("keydown", (event) => keepEnter(event, next));
  containerOf("raiser_email")?.addEventListener("change", addressTyped);
  onClick("[data-next]", next);
  onClick("[data-back]", back);
  onClick("[data-send]", () => void send());
  onClick("[data-save-copy]", ownCopy);
  onClick("[data-print]", () => print());
  onClick("[data-save-receipt]", sending.save);
  onClick("[data-fill-example]", () => fillExample(definition.fields, partnership));
  whenLeft(() => {
    form.reset();
    sending.forget();
  });
  steps.go(steps.names[0], false);
  follow();
}

/** Enter in a single-line answer goes on to the next step, and never posts a form. @param {KeyboardEvent} event @param {() => void} next */
function keepEnter(event, next) {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key !== "Enter" || event.defaultPrevented || target.localName !== "input") return;
  event.preventDefault();
  if (!target.closest("[data-code-box]")) next();
}
