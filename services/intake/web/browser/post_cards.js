/** The cards of one's own posts: what the directory says, and the three answers. What was typed stays while they are drawn anew. */

import { all, find, focusOn, fromTemplate, make, need, say, show } from "./dom.js";
import { markAlone } from "./errors.js";
import { absenceIn, changeIn } from "./post_said.js";
import { localDay } from "./timeframe.js";

const REFUSED = {
  dates: "Those days cannot be set: they have passed, run backwards, are more than a year away, or overlap another absence",
  same: "Nothing is different from what the directory says. Enter what has changed",
  "nobody-left": "On those days an escalation would reach nobody. Choose who stands in, or ring the duty contact",
  "too-many": "This post was changed too often today. Ring the duty contact",
  "not-allowed": "That could not be taken. Look at what you entered, or ring the duty contact",
  "name-needed": "Say first who is signed in, at the top of this page",
  changed: "What this page showed has changed since. It is shown anew: look again before you answer",
};
const RIGHT = "Thank you. It is kept that this is still right, from today.";
const CHANGED = "Thank you. The partnership’s admin looks at what you said. Until then the directory stays as it is.";
const AWAY = "The days are set. On these days an escalation goes to whoever stands in for you.";
const BACK = "The absence is taken out.";

/** @typedef {{ask: import("./follow_asking.js").Ask, whenDone: (words: string) => unknown, zone: string}} Given */

/** @type {Map<string, {card: HTMLElement, draw: (post: any, deputies: any[]) => void}>} */
const cards = new Map();

/** @param {any} seen a PostsSeen @param {Given} given */
export function drawPosts(seen, given) {
  const place = need("[data-posts]");
  if (!place.childElementCount) cards.clear();
  for (const post of seen.posts) {
    if (!cards.has(post.post)) cards.set(post.post, makeCard(cards.size, given));
    const { card, draw } = /** @type {any} */ (cards.get(post.post));
    draw(post, seen.deputies ?? []);
    if (!card.isConnected) place.append(card);
  }
  for (const [id, { card }] of cards) {
    if (seen.posts.some((/** @type {any} */ post) => post.post === id)) continue;
    card.remove();
    cards.delete(id);
  }
}

/** @param {number} number @param {Given} given */
function makeCard(number, { ask, whenDone, zone }) {
  const card = fromTemplate("post-card");
  numberIds(card, number);
  /** @type {any} */
  let post = null;
  const about = () => ({ post: post.post, seen: post.seen });
  const today = () => localDay(new Date(), zone);

  /** @param {HTMLElement} box @param {object} question @param {string} words */
  async function send(box, question, words) {
    const answer = await ask(box, question, { refusals: REFUSED });
    if (!answer) return false;
    await whenDone(words);
    return true;
  }

  /** @param {string} name @param {boolean} open */
  function open(name, open) {
    for (const form of all("[data-form]", card)) show(form, open && form.dataset.form === name);
    for (const button of all("[data-open]", card)) button.setAttribute("aria-expanded", String(open && button.dataset.open === name));
    if (open) focusOn(need(`[data-form="${name}"] [data-form-title]`, card));
    else find(`[data-open="${name}"]`, card)?.focus();
  }

  /** @param {HTMLElement} form @param {(given: any) => {wrong: {field: string, text: string}[], said: object}} read @param {string} type @param {string} words */
  async function sendForm(form, read, type, words) {
    const { wrong, said } = read(valuesIn(form));
    for (const group of all("[data-group]", form)) markAlone(group, wrong.find(({ field }) => field === group.dataset.group)?.text ?? "");
    if (wrong.length) return find("input, select", need(`[data-group="${wrong[0].field}"]`, form))?.focus();
    if (!(await send(need("[data-say]", form), { type, ...about(), ...said }, words))) return;
    empty(form);
    show(form, false);
    for (const button of all("[data-open]", card)) button.setAttribute("aria-expanded", "false");
  }

  need("[data-right]", card).addEventListener("click", () => void send(need("[data-right-say]", card), { type: "post.right", ...about() }, RIGHT));
  for (const button of all("[data-open]", card)) {
    button.addEventListener("click", () => open(button.dataset.open ?? "", button.getAttribute("aria-expanded") !== "true"));
  }
  const [changed, absent] = [need('[data-form="changed"]', card), need('[data-form="absent"]', card)];
  need("[data-send]", changed).addEventListener("click", () => void sendForm(changed, (values) => changeIn(values, post), "post.changed", CHANGED));
  need("[data-send]", absent).addEventListener("click", () => void sendForm(absent, (values) => absenceIn(values, today()), "post.away", AWAY));
  for (const form of [changed, absent]) {
    const name = form.dataset.form ?? "";
    need("[data-close]", form).addEventListener("click", () => open(name, false));
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") open(name, false);
    });
  }

  /** @param {any} now a PostSeen @param {any[]} deputies */
  function draw(now, deputies) {
    post = now;
    need("[data-title]", card).textContent = `${now.title}, ${now.agency}`;
    show(find("[data-asked]", card), now.asked && !now.waits);
    show(find("[data-waits]", card), now.waits);
    need("[data-lines]", card).replaceChildren(...linesOf(now).map(([label, text]) => fromTemplate("post-line", { "[data-label]": label, "[data-text]": text })));
    show(find("[data-own]", card), !now.shared);
    show(find("[data-away]", card), now.away.length > 0);
    need("[data-away-list]", card).replaceChildren(...now.away.map((/** @type {any} */ away) => awayItem(away)));
    const select = /** @type {HTMLSelectElement} */ (find('[data-value="deputy"]', card));
    const own = now.deputy ? `As usual: ${now.deputy}` : "Choose";
    const mine = deputies.filter(({ code }) => now.deputies.includes(code));
    const kept = select.value;
    select.replaceChildren(...[{ code: "", words: own }, ...mine].map(({ code, words }) => make("option", words, { value: code })));
    select.value = mine.some(({ code }) => code === kept) ? kept : "";
  }

  /** @param {any} away */
  function awayItem(away) {
    const item = fromTemplate("post-away", { "[data-words]": away.words });
    say(find("[data-back-what]", item), `: away ${away.words}`);
    need("[data-back]", item).addEventListener("click", () => void send(need("[data-right-say]", card), { type: "post.back", ...about(), first: away.first }, BACK));
    return item;
  }

  return { card, draw };
}

/** @param {any} post @returns {[string, string][]} */
function linesOf(post) {
  return /** @type {[string, string][]} */ ([
    [post.shared ? "Read by" : "Name", post.name || "Nobody is named"],
    [post.shared ? "Shared mailbox" : "Work email address", post.address],
    ["Telephone", post.phone || "None is given"],
    ["Stands in as usual", post.deputy || "Nobody is named"],
    ["Last confirmed", post.confirmed_words || "Never"],
  ]);
}

/** @param {HTMLElement} form @returns {Record<string, string>} */
function valuesIn(form) {
  const values = Object.fromEntries(all("[data-value]", form).map((each) => [each.dataset.value ?? "", /** @type {HTMLInputElement} */ (each).value.trim()]));
  for (const day of all("[data-day]", form)) {
    const part = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (find(`[data-part="${name}"]`, day)).value.trim();
    const [year, month, date] = [part("year"), part("month"), part("day")];
    values[day.dataset.day ?? ""] = year || month || date ? `${year.padStart(4, "0")}-${month.padStart(2, "0")}-${date.padStart(2, "0")}` : "";
  }
  return { ...values, stays: /** @type {HTMLInputElement | null} */ (find("input[type=radio]:checked", form))?.value ?? "" };
}

/** @param {HTMLElement} form */
function empty(form) {
  for (const each of all("input, select", form)) {
    if (each.type === "radio") each.checked = false;
    else each.value = "";
  }
}

/** Each copy's ids are its own. @param {HTMLElement} card @param {number} number */
function numberIds(card, number) {
  const own = (/** @type {string} */ id) => `${id}-${number}`;
  for (const name of ["id", "for", "name", "aria-controls", "aria-labelledby", "aria-describedby"]) {
    for (const each of [card, ...all(`[${name}]`, card)]) {
      const value = each.getAttribute(name);
      if (value) each.setAttribute(name, value.split(" ").map(own).join(" "));
    }
  }
}
