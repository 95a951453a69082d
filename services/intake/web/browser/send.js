/** Seals once, keeps the exact bytes, and sends them until intake says with a receipt that they are stored.
 *
 * Anything short of a 201 with a whole receipt is "not confirmed yet": the same bytes go again, which is harmless.
 */

import { digestOf, sealSubmission } from "./envelope.js";

const ADDRESS = "/api/v1/submissions";
const PATIENCE_MS = 30_000;
const REFERENCE = /^[A-Z]{1,4}(?:-[0-9A-HJKMNP-TV-Z]{3}){3}$/;
const SIGNATURE_BYTES = 64;
const PLAIN_REFUSALS = new Set([400, 409, 413]);
const PROBLEM = "application/problem+json";

/** @typedef {{receipt: {reference: string, accepted_at: string, envelope_digest: string}, key: string, signature: string}} SignedReceipt */
/** @typedef {{state: "received", signed: SignedReceipt} | {state: "unconfirmed", after: number} | {state: "refused", status: number}} Outcome
 *  after: seconds to wait before the same bytes go again, 0 if nothing was said. */

/** @param {unknown} body @returns {SignedReceipt | null} only if it is whole */
export function wholeReceipt(body) {
  const signed = /** @type {any} */ (body);
  const receipt = signed?.receipt;
  const whole =
    typeof receipt?.reference === "string" &&
    REFERENCE.test(receipt.reference) &&
    !Number.isNaN(Date.parse(receipt.accepted_at)) &&
    /^[0-9a-f]{64}$/.test(receipt.envelope_digest) &&
    typeof signed.key === "string" &&
    typeof signed.signature === "string" &&
    decodedLength(signed.signature) === SIGNATURE_BYTES;
  return whole ? signed : null;
}

/** @param {string} base64 */
function decodedLength(base64) {
  try {
    return atob(base64).length;
  } catch {
    return 0;
  }
}

/** What an answer says, short of a receipt. Only intake's own plain refusal is one: a problem document, of a status that it
 * gives to a body it has read. Busy, broken, unknown, or said by something between here and intake: "not confirmed yet".
 * @param {number} status @param {{get: (name: string) => string | null}} headers @returns {Outcome} */
export function outcomeOf(status, headers) {
  const ours = (headers.get("content-type") ?? "").split(";")[0].trim().toLowerCase() === PROBLEM;
  if (ours && PLAIN_REFUSALS.has(status)) return { state: "refused", status };
  return { state: "unconfirmed", after: Number.parseInt(headers.get("retry-after") ?? "0", 10) || 0 };
}

/** A receipt counts only for the very bytes that were sent. @param {string} bytes @returns {Promise<Outcome>} */
async function post(bytes) {
  try {
    const response = await fetch(ADDRESS, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: bytes,
      credentials: "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status !== 201) return outcomeOf(response.status, response.headers);
    const signed = wholeReceipt(await response.json());
    const ours = signed?.receipt.envelope_digest === (await digestOf(new TextEncoder().encode(bytes)));
    return signed && ours ? { state: "received", signed } : { state: "unconfirmed", after: 0 };
  } catch {
    return { state: "unconfirmed", after: 0 };
  }
}

/** One submission. @param {{partnership: any, definition: {id: string, version: number}, submission: string}} given */
export function makeSubmission({ partnership, definition, submission }) {
  /** @type {string | null} */
  let bytes = null;

  /** Seal the answers; from then on these bytes are what is sent.
   * @param {{facts: object, record: object | null, confirmation: {secret: Uint8Array, code: string} | null, beside?: object}} parts */
  async function seal({ facts, record, confirmation, beside = {} }) {
    if (bytes !== null) return;
    const body = await sealSubmission({
      partnership: partnership.id,
      form: definition.id,
      formVersion: definition.version,
      submission,
      factsKey: currentKey(partnership.facts_keys),
      custodyKey: partnership.custody_key,
      facts,
      record,
      confirmation,
      beside,
    });
    bytes = JSON.stringify(body);
  }

  return {
    seal,
    sealed: () => bytes !== null,
    /** @returns {Promise<Outcome>} */
    send: () => (bytes === null ? Promise.resolve({ state: "refused", status: 0 }) : post(bytes)),
    forget: () => {
      bytes = null;
    },
  };
}

/** @typedef {{id: string, key: string, expires_at: string}} Key */

/** The key that lasts longest; one past its date is used all the same, and the page says so. @param {Key[]} keys */
export function currentKey(keys) {
  return [...keys].sort((one, other) => Date.parse(other.expires_at) - Date.parse(one.expires_at))[0];
}

/** @param {Key} key @param {Date} now */
export const isExpired = (key, now) => Date.parse(key.expires_at) <= now.getTime();

/** The answers by compartment: sealed ones go into the record, all others into the facts.
 * @param {import("./definition.js").Field[]} fields @param {import("./definition.js").Answers} answers */
export function compartments(fields, answers) {
  /** @param {boolean} sealed */
  const of = (sealed) =>
    Object.fromEntries(
      fields.filter((field) => (field.class === "sealed") === sealed && answers[field.id] !== undefined).map((field) => [field.id, answers[field.id]]),
    );
  return { facts: of(false), record: of(true) };
}
