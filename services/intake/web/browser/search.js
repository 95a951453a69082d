/** A long list that can be typed into: an editable combobox over the page's own `<select>`, which keeps the answer.
 *
 * The pattern is the ARIA Authoring Practices' "editable combobox with list autocomplete": the focus stays in the box,
 * arrows move through the list, Enter or Tab takes, Escape gives back what was chosen. A short list stays a `<select>`.
 */

import { find, make, show } from "./dom.js";
import { countSaid, matching, named } from "./matching.js";

/** @typedef {import("./matching.js").Entry} Entry */

const MANY = 7;
const PAUSE_MS = 600;
const ASTRAY = "astray";
const ALWAYS = new Set(["not_listed", "not_known"]);
const HOW = "Type part of the name, or open the list with the arrow keys.";

/** @type {WeakMap<HTMLSelectElement, {renew: () => void}>} */
const made = new WeakMap();

/** Make `select` searchable if it is long, and a plain select again if it is not. Call it again when its options change.
 * @param {HTMLSelectElement} select */
export function renewSearch(select) {
  if (!made.has(select) && isLong(select)) made.set(select, makeSearch(select));
  made.get(select)?.renew();
}

/** @param {HTMLSelectElement} select */
const isLong = (select) => select.options.length > MANY;

/** Whether what stands in a field's box is none of its choices. @param {HTMLElement | null} container */
export const isAstray = (container) => container !== null && find(`[data-search="${ASTRAY}"]`, container) !== null;

/** @param {HTMLOptionElement | undefined} option the invitation to choose counts as nothing */
const wordsOf = (option) => (option?.value ? option.text : "");

/** @param {HTMLSelectElement} select @returns {Entry[]} what can be chosen; the invitation to choose is not */
const entriesOf = (select) =>
  [...select.options]
    .filter((option) => option.value !== "")
    .map((option) => ({ value: option.value, words: option.text, also: option.dataset.also ?? "", always: ALWAYS.has(option.value) }));

/** @param {HTMLSelectElement} select */
function makeSearch(select) {
  const id = select.id;
  const label = find(`label[for="${id}"]`);
  const box = /** @type {HTMLInputElement} */ (make("input", "", boxAttributes(select)));
  const list = make("ul", "", { id: `${id}-list`, class: "search__list", role: "listbox", "aria-label": label?.textContent?.trim() ?? "" });
  const said = make("p", "", { class: "govuk-visually-hidden", role: "status" });
  const outer = make("div", "", { class: "search" });
  const how = make("span", HOW, { class: "hint", id: `${id}-how` });
  find(".govuk-hint", /** @type {HTMLElement} */ (select.parentElement))?.prepend(how);
  outer.append(box, list, said);
  select.before(outer);
  list.hidden = true;
  let active = -1;
  let ours = false;
  /** @type {Entry[]} */
  let shown = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;

  const chosenWords = () => wordsOf(select.selectedOptions[0]);

  /** @param {string} typed "" for the whole list */
  function open(typed) {
    shown = matching(entriesOf(select), typed);
    list.replaceChildren(...shown.map((entry, index) => make("li", entry.words, optionAttributes(entry, `${id}-option-${index}`, select.value))));
    list.hidden = false;
    box.setAttribute("aria-expanded", "true");
    point(-1);
    list.scrollIntoView({ block: "nearest" });
    clearTimeout(pause);
    pause = setTimeout(() => {
      said.textContent = list.hidden ? "" : countSaid(shown);
    }, PAUSE_MS);
  }

  function close() {
    clearTimeout(pause);
    said.textContent = "";
    list.hidden = true;
    box.setAttribute("aria-expanded", "false");
    point(-1);
  }

  /** @param {number} index of the choice the arrows stand on; -1 for none */
  function point(index) {
    active = index;
    for (const [each, item] of [...list.children].entries()) item.toggleAttribute("data-active", each === index);
    const item = list.children[index];
    if (!item) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} value a choice, "" for none @param {string} words what stands in the box */
  function take(value, words) {
    close();
    box.value = words;
    box.dataset.search = value === "" && words.trim() ? ASTRAY : "";
    const before = select.value;
    select.value = value;
    if (select.value === before) return;
    ours = true;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    ours = false;
  }

  /** Take what the arrows stand on, or what was typed in full. @param {boolean} only whether the only choice left is taken too */
  function settle(only) {
    const real = shown.filter((entry) => !entry.always);
    const sole = only && box.value.trim() && real.length === 1 ? real[0] : undefined;
    const found = shown[active] ?? named(entriesOf(select), box.value) ?? sole;
    if (found) take(found.value, found.words);
    else if (box.value.trim()) take("", box.value);
    else take(select.options[0].value, wordsOf(select.options[0]));
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    const opened = !list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!opened) open(box.value === chosenWords() ? "" : box.value);
      const from = opened ? active : -1;
      const down = event.key === "ArrowDown";
      point(down ? (from + 1) % shown.length : (from < 0 ? shown.length : from) - 1);
    } else if (event.key === "Enter" && opened) {
      event.preventDefault();
      settle(true);
    } else if (event.key === "Escape" && (opened || box.dataset.search)) {
      event.preventDefault();
      box.value = chosenWords();
      box.dataset.search = "";
      close();
    }
  }

  box.addEventListener("keydown", key);
  box.addEventListener("input", () => open(box.value));
  box.addEventListener("click", () => {
    if (list.hidden) open("");
    if (box.value === chosenWords()) box.select();
  });
  box.addEventListener("blur", () => {
    if (!list.hidden || box.value !== chosenWords()) settle(false);
  });
  // Pressing on a choice must not first take the focus, and so the list, away.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(/** @type {Element} */ (event.target));
    if (index < 0) return;
    take(shown[index].value, shown[index].words);
  });

  /** The box shows what the select holds, or steps back where the list is short. */
  function renew() {
    const long = isLong(select);
    show(outer, long);
    show(how, long);
    show(select, !long);
    box.id = long ? id : `${id}-search`;
    select.id = long ? `${id}-select` : id;
    close();
    box.value = chosenWords();
    box.dataset.search = "";
  }

  select.addEventListener("change", () => {
    if (!ours) renew();
  });
  select.form?.addEventListener("reset", () => queueMicrotask(renew));
  return { renew };
}

/** @param {HTMLSelectElement} select @returns {Record<string, string>} */
const boxAttributes = (select) => ({
  type: "text",
  class: "govuk-input search__box",
  role: "combobox",
  autocomplete: "off",
  spellcheck: "false",
  "aria-autocomplete": "list",
  "aria-expanded": "false",
  "aria-controls": `${select.id}-list`,
  "aria-describedby": select.getAttribute("aria-describedby") ?? "",
});

/** @param {Entry} entry @param {string} id @param {string} chosen @returns {Record<string, string>} */
const optionAttributes = ({ value, always }, id, chosen) => ({
  id,
  class: always ? "search__option search__option--always" : "search__option",
  role: "option",
  "aria-selected": String(value === chosen),
});
