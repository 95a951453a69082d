/** What a person may do next: the buttons, the section that one opens, and the acts that are one sealed question. */

import { all, find, focusOn, fromTemplate, make, need, show } from "./dom.js";
import { clearErrors, showErrors } from "./errors.js";
import { setState } from "./follow_asking.js";
import { offers } from "./moves.js";
import { questionOf, wrongIn } from "./questions.js";
import { localDay } from "./timeframe.js";

/** @typedef {import("./questions.js").Part} Part */

const CHANGED = "What this page showed has changed since. It is shown anew: look again before you go on";
const DONE = /** @type {Record<string, string>} */ ({
  "outcome.answer": "Your answer to the outcome is recorded.",
  "panel.answer": "Your answer is recorded.",
  "date.answer": "Your answer is recorded.",
  "date.propose": "The date is proposed. The stated one stands unless the person who raised it agrees.",
  "not-mine": "It goes to the next contact.",
  conflict: "It goes to the next contact.",
  "hand-over": "It is handed over.",
  issue: "It is recorded.",
  debrief: "It is recorded.",
  "raiser.replace": "This person is named. They sign in with a code to their own address.",
  link: "They are linked.",
  "duty.hand-to": "It is handed over.",
  "area.offer": "It is offered. It stays here until it is taken over.",
  "area.accept": "It is taken over.",
});

/** The value that a control or group of controls holds. @param {HTMLElement} control @returns {string} */
function valueIn(control) {
  const part = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (find(`[data-part="${name}"]`, control))?.value.trim() ?? "";
  switch (control.dataset.askKind) {
    case "date": {
      const [day, month, year] = ["day", "month", "year"].map(part);
      return day || month || year ? `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}` : "";
    }
    case "yes_no":
    case "choice":
      return /** @type {HTMLInputElement | null} */ (find("input:checked", control))?.value ?? "";
    default:
      return /** @type {HTMLInputElement} */ (control).value.trim();
  }
}

/** @param {HTMLElement} section @returns {Part[]} */
export function partsIn(section) {
  return all("[data-ask-part]", section).map((control) => ({
    part: control.dataset.askPart ?? "",
    kind: /** @type {Part["kind"]} */ (control.dataset.askKind ?? "text"),
    value: valueIn(control),
    missing: control.dataset.missing ?? "",
    type: /** @type {HTMLInputElement} */ (control).type ?? "",
  }));
}

/** @param {{ref: string, zone: string, ask: import("./follow_asking.js").Ask, current: () => any, whenDone: (words: string) => unknown}} given
 *   current: the SeenEscalation that is drawn. */
export function makeActs({ ref, zone, ask, current, whenDone }) {
  const summary = need("#error-summary");
  /** @type {{section: HTMLElement, button: HTMLElement | null} | null} */
  let opened = null;

  /** @param {import("./moves.js").Offer} offer @param {HTMLElement} button */
  function toggle({ section: name, words, move }, button) {
    const section = need(`[data-act="${name}"]`);
    if (opened?.section === section) return close();
    close(false);
    const title = need("[data-act-title]", section);
    title.textContent = words;
    section.dataset.move = move;
    section.prepend(summary);
    show(section, true);
    button.setAttribute("aria-expanded", "true");
    opened = { section, button };
    section.dispatchEvent(new Event("act-opened"));
    focusOn(title);
    section.scrollIntoView({ block: "start" });
  }

  /** What was typed stays. @param {boolean} [focus] @param {HTMLElement | null} [only] where another is open, that stays open */
  function close(focus = true, only = null) {
    if (!opened || (only && opened.section !== only)) return;
    const { section, button } = opened;
    opened = null;
    clearErrors();
    show(section, false);
    for (const each of all('[aria-controls][aria-expanded="true"]')) each.setAttribute("aria-expanded", "false");
    if (focus) (button?.isConnected ? button : find("[data-may] button"))?.focus();
  }

  /** @param {import("./moves.js").Offer} offer @param {HTMLElement} button */
  function wire(offer, button) {
    const section = need(`[data-act="${offer.section}"]`);
    button.setAttribute("aria-controls", section.id);
    button.setAttribute("aria-expanded", String(opened?.section === section));
    if (opened?.section === section) opened.button = button;
    button.addEventListener("click", () => toggle(offer, button));
    return button;
  }

  /** @param {import("./moves.js").Offer[]} list */
  const links = (list) =>
    list.map((offer) => {
      const item = fromTemplate("may-item");
      const button = need("button", item);
      button.textContent = offer.words;
      wire(offer, button);
      return item;
    });

  /** @param {any} seen */
  function draw(seen) {
    const { first, next, others } = offers(seen);
    const primary = first && wire(first, make("button", first.words, { type: "button", class: "govuk-button" }));
    need("[data-may-first]").replaceChildren(...(primary ? [primary] : []));
    need("[data-may-next]").replaceChildren(...links(next));
    need("[data-may-others]").replaceChildren(...links(others));
    show(need("[data-may-rare]"), others.length > 0);
    show(need("[data-may]"), Boolean(first || next.length));
    const offered = new Set([first, ...next, ...others].map((offer) => offer?.section));
    if (opened && !offered.has(opened.section.dataset.act)) close(false);
  }

  /** @param {HTMLElement} section */
  async function send(section) {
    const act = section.dataset.ask ?? "";
    const parts = partsIn(section);
    const wrong = wrongIn(act, parts, localDay(new Date(), zone));
    section.prepend(summary);
    if (wrong.length) return showErrors(wrong.map(({ part, text }) => ({ field: `${act}-${part}`, text })), () => undefined);
    clearErrors();
    const beside = act === "name" ? {} : act === "outcome.answer" ? { ref, digest: section.dataset.digest } : { ref };
    const answer = await ask(need("[data-act-say]", section), questionOf(act, parts, beside), { refusals: { changed: CHANGED } });
    if (!answer) return;
    empty(section);
    close(false, section);
    await whenDone(DONE[act] ?? "");
  }

  for (const section of all("[data-ask]")) find("[data-act-send]", section)?.addEventListener("click", () => void send(section));
  for (const button of all("[data-act-close]")) button.addEventListener("click", () => close());
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && opened?.section.contains(document.activeElement)) close();
  });

  return {
    draw,
    close,
    /** The act that is open, with what was typed into it. */
    opened: () => opened?.section ?? null,
    forget() {
      close(false);
      for (const section of all("[data-act], [data-ask]")) empty(section);
    },
    typed: () => all("[data-act], [data-ask]").some(holdsText),
  };
}

/** @param {HTMLElement} section */
function holdsText(section) {
  return all("textarea, input", section).some((each) => (each.type === "radio" || each.type === "checkbox" ? each.checked && !each.defaultChecked : each.value !== each.defaultValue));
}

/** Forget what was typed: it is where it belongs. @param {HTMLElement} section */
export function empty(section) {
  for (const form of all("form", section)) /** @type {HTMLFormElement} */ (form).reset();
  for (const each of all("textarea, input, select", section)) {
    if (each.type === "radio" || each.type === "checkbox") each.checked = each.defaultChecked;
    else if (each.localName !== "select") each.value = each.defaultValue;
  }
  setState(section, "");
}
