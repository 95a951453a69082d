/** The few things every part of the page does with the document. No innerHTML anywhere: text is text. */

/** The element that must be there; a page without it is a bug worth hearing of.
 * @template {Element} [T=HTMLElement]
 * @param {string} selector @param {ParentNode} [within] @returns {T} */
export function need(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`The page lacks ${selector}`);
  return /** @type {T} */ (found);
}

/** @template {Element} [T=HTMLElement] @param {string} selector @param {ParentNode} [within] @returns {T | null} */
export function find(selector, within = document) {
  return /** @type {T | null} */ (within.querySelector(selector));
}

/** @template {Element} [T=HTMLElement] @param {string} selector @param {ParentNode} [within] @returns {T[]} */
export function all(selector, within = document) {
  return /** @type {T[]} */ ([...within.querySelectorAll(selector)]);
}

/** @param {Element | null} element @param {boolean} shown */
export function show(element, shown) {
  if (element) /** @type {HTMLElement} */ (element).hidden = !shown;
}

/** @param {Element | null} element @param {string} text */
export function say(element, text) {
  if (!element) return;
  element.textContent = text;
  show(element, text !== "");
}

/** A new element with text and attributes.
 * @param {string} tag @param {string} [text] @param {Record<string, string>} [attributes] @returns {HTMLElement} */
export function make(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** One filled copy of a `<template>`: `slots` maps selectors to texts.
 * @param {string} id @param {Record<string, string>} [slots] @returns {HTMLElement} */
export function fromTemplate(id, slots = {}) {
  const template = /** @type {HTMLTemplateElement} */ (need(`template#${id}`));
  const copy = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  for (const [selector, text] of Object.entries(slots)) {
    const slot = copy.matches(selector) ? copy : find(selector, copy);
    if (!slot) continue;
    slot.textContent = text;
    show(slot, text !== "");
  }
  return copy;
}

/** The JSON that the server laid into the page. @param {string} id @returns {any} */
export function embedded(id) {
  return JSON.parse(need(`script#${id}`).textContent ?? "null");
}

/** Move the focus to a heading or message that is not itself a control. @param {HTMLElement} element */
export function focusOn(element) {
  if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
  element.focus();
}

/** Give the person a file made in this browser. @param {string} name @param {string} text @param {string} type */
export function giveFile(name, text, type) {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = make("a", "", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
