/** Between the page's controls and the form's answers. Nothing is kept anywhere else than in the controls. */

import { all, find } from "./dom.js";

/** @typedef {import("./definition.js").Field} Field */
/** @typedef {import("./definition.js").Answer} Answer */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */

/** @param {string} id @returns {HTMLElement | null} */
export function containerOf(id) {
  return find(`[data-field="${id}"]`);
}

/** @param {HTMLElement} container @param {string} part @returns {string} */
function part(container, part) {
  return find(`[data-part="${part}"]`, container)?.value?.trim() ?? "";
}

/** @param {HTMLElement} container @returns {string} an ISO date; what was typed otherwise stays wrong, for the check to find */
function dateIn(container) {
  const [day, month, year] = ["day", "month", "year"].map((name) => part(container, name));
  if (!day && !month && !year) return "";
  return `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** @param {HTMLElement} container @returns {Answer} */
function timeframeIn(container) {
  const unit = /** @type {HTMLInputElement | null} */ (find('[data-part="unit"]:checked', container))?.value ?? "";
  if (!unit) return undefined;
  if (unit === "until") return { unit, until: dateIn(container) };
  const amount = part(container, `amount-${unit}`) || part(container, "amount");
  return { unit, amount: /^\d{1,4}$/.test(amount) ? Number(amount) : 0 };
}

/** What holds the answer: of a searchable list the list, not the box that is typed into.
 * @param {HTMLElement} container @returns {Control[]} */
const controlsIn = (container) => all('input:not([role="combobox"]), select, textarea', container);

/** What a single-line control may hold after pasting. @param {string} text */
const oneLine = (text) => text.replace(/[\t\r\n]+/g, " ");

/** The answer that stands in a field's controls; undefined for none. @param {Field} field @returns {Answer} */
export function readField(field) {
  const container = containerOf(field.id);
  if (!container) return undefined;
  const controls = controlsIn(container);
  const checked = controls.filter((each) => /** @type {HTMLInputElement} */ (each).checked).map((each) => each.value);
  switch (field.kind) {
    case "choices":
      return checked.length ? checked : undefined;
    case "date":
      return dateIn(container) || undefined;
    case "datetime": {
      const [day, time] = [dateIn(container), part(container, "time").replace(".", ":").padStart(5, "0")];
      return day || part(container, "time") ? `${day}T${time}` : undefined;
    }
    case "timeframe":
      return timeframeIn(container);
    case "long_text":
      return controls[0]?.value || undefined;
    default:
      if (controls[0]?.type === "radio") return checked[0];
      return oneLine(controls[0]?.value ?? "").trim() || undefined;
  }
}

/** Every answer in the controls, asked or not. @param {Field[]} fields @returns {import("./definition.js").Answers} */
export function readAll(fields) {
  return Object.fromEntries(fields.map((field) => [field.id, readField(field)]).filter(([, value]) => value !== undefined));
}

/** @param {HTMLElement} container @param {string} name @param {string} value */
function setPart(container, name, value) {
  const control = /** @type {Control | null} */ (find(`[data-part="${name}"]`, container));
  if (control) control.value = value;
}

/** @param {HTMLElement} container @param {string} iso */
function setDate(container, iso) {
  const [year, month, day] = iso.split("-");
  setPart(container, "year", year);
  setPart(container, "month", String(Number(month)));
  setPart(container, "day", String(Number(day)));
}

/** Put an answer into a field's controls, as if it had been typed. @param {Field} field @param {Answer} value */
export function writeField(field, value) {
  const container = containerOf(field.id);
  if (!container || value === undefined) return;
  const controls = controlsIn(container);
  if (field.kind === "date" && typeof value === "string") setDate(container, value);
  else if (field.kind === "datetime" && typeof value === "string") {
    setDate(container, value.slice(0, 10));
    setPart(container, "time", value.slice(11));
  } else if (typeof value === "object" && !Array.isArray(value)) {
    for (const radio of all('[data-part="unit"]', container)) radio.checked = radio.value === value.unit;
    if (value.until) setDate(container, value.until);
    setPart(container, `amount-${value.unit}`, String(value.amount ?? ""));
    setPart(container, "amount", String(value.amount ?? ""));
  } else if (controls.some((each) => each.type === "radio" || each.type === "checkbox")) {
    for (const each of controls) /** @type {HTMLInputElement} */ (each).checked = [value].flat().includes(each.value);
  } else if (controls[0]) controls[0].value = String(value);
  controls[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  controls[0]?.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Only the answers to fields that are asked: what was typed into a question since hidden does not go.
 * @param {import("./definition.js").Answers} answers @param {Map<string, Field>} shown */
export function asked(answers, shown) {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => shown.has(id)));
}
