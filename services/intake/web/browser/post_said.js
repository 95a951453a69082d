/** What somebody says of their post, from what its controls hold, and what is wrong with it. Pure. */

/** @typedef {{field: string, text: string}} Wrong */

const ADDRESS = /^\S+@\S+\.\S+$/;

/** @param {string} iso */
function isDay(iso) {
  const made = new Date(`${iso}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(iso) && !Number.isNaN(made.getTime()) && made.toISOString().startsWith(iso);
}

/** @param {Record<string, string>} values @param {any} post a PostSeen @returns {{wrong: Wrong[], said: object}} */
export function changeIn({ stays, name, address, phone, why }, post) {
  /** @type {Wrong[]} */
  const wrong = [];
  if (!stays) wrong.push({ field: "stays", text: "Choose if this post is still yours" });
  if (address && !ADDRESS.test(address)) wrong.push({ field: "address", text: "Enter an email address in the right form, for example name@agency.org.uk" });
  if (stays === "yes" && !name && !address && !phone) wrong.push({ field: post.shared ? "address" : "name", text: "Enter what has changed" });
  if (stays === "no" && !post.shared && name && !address) wrong.push({ field: "address", text: "Enter the address of whoever has it now, or leave the name empty too" });
  if (stays === "no" && !post.shared && address && !name) wrong.push({ field: "name", text: "Enter the name of whoever has it now, or leave the address empty too" });
  if (stays === "no" && post.shared && !address && !phone) wrong.push({ field: "address", text: "Enter the mailbox that stands for this post now, or ring the duty contact" });
  return { wrong, said: { stays: stays === "yes", name: post.shared ? "" : name, address, phone, why } };
}

/** @param {Record<string, string>} values @param {string} today local ISO date @returns {{wrong: Wrong[], said: object}} */
export function absenceIn({ first, last, deputy }, today) {
  /** @type {Wrong[]} */
  const wrong = [];
  if (!isDay(first)) wrong.push({ field: "first", text: "Enter the first day, for example 14 12 2026" });
  else if (first < today) wrong.push({ field: "first", text: "Enter a first day that has not passed" });
  if (!isDay(last)) wrong.push({ field: "last", text: "Enter the last day, for example 18 12 2026" });
  else if (isDay(first) && last < first) wrong.push({ field: "last", text: "Enter a last day that is not before the first" });
  return { wrong, said: { first, last, deputy } };
}
