/** Errors as GOV.UK Frontend shows them: in the title, in a summary that takes the focus, and beside each field. */

import { containerOf } from "./answers.js";
import { all, find, focusOn, make, need, show } from "./dom.js";

const PREFIX = "Error: ";
/** @typedef {{field: string, text: string}} Shown */

/** The control to which an error leads. @param {string} id @returns {HTMLElement | null} */
export function firstControl(id) {
  const container = containerOf(id);
  return container && (all("input, select, textarea", container).find((each) => !each.hidden && !each.closest(".search[hidden]")) ?? null);
}

/** @param {HTMLElement} container */
function clear(container) {
  container.classList.remove("govuk-form-group--error");
  for (const message of all("[data-error]", container)) show(message, false);
  for (const control of all("input, select, textarea", container)) {
    control.removeAttribute("aria-invalid");
    control.classList.remove(`govuk-${control.localName === "input" ? "input" : control.localName}--error`);
  }
}

/** @param {HTMLElement} container @param {string} text */
function mark(container, text) {
  container.classList.add("govuk-form-group--error");
  const message = find("[data-error]", container);
  if (message) {
    (find("[data-error-text]", message) ?? message).textContent = text;
    show(message, true);
  }
  for (const control of all("input, select, textarea", container)) {
    if (control.type !== "radio" && control.type !== "checkbox") {
      control.setAttribute("aria-invalid", "true");
      control.classList.add(`govuk-${control.localName}--error`);
    }
  }
}

export function clearErrors() {
  show(find("#error-summary"), false);
  if (document.title.startsWith(PREFIX)) document.title = document.title.slice(PREFIX.length);
  for (const container of all("[data-field], [data-code-box]")) clear(container);
}

/** Show every problem at once and move the focus to the summary. Answers stay as they were typed.
 * @param {Shown[]} problems @param {(field: string) => void} reveal makes a field visible before the focus moves to it */
export function showErrors(problems, reveal) {
  clearErrors();
  if (!problems.length) return;
  const summary = need("#error-summary");
  const list = need("[data-errors]", summary);
  list.replaceChildren(
    ...problems.map(({ field, text }) => {
      const item = make("li");
      const control = firstControl(field);
      const link = make("a", text, { href: control?.id ? `#${control.id}` : "#form" });
      link.addEventListener("click", (event) => {
        event.preventDefault();
        reveal(field);
        control?.focus();
      });
      item.append(link);
      return item;
    }),
  );
  for (const { field, text } of problems) {
    const container = containerOf(field);
    if (container) mark(container, text);
  }
  document.title = PREFIX + document.title;
  show(summary, true);
  focusOn(summary);
  summary.scrollIntoView({ block: "start" });
}

/** One message beside one control that is no field of the form, such as the box for the code.
 * @param {HTMLElement} container @param {string} text "" takes it away */
export function markAlone(container, text) {
  if (text) mark(container, text);
  else clear(container);
}
