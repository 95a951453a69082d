// The envelope as the browser makes it: the same bytes as shared/envelope.py, held together by tests/contract.
import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";

export const PROTOCOL = "candour/1";
const SUITE = "647a-0001-0002";
const SIZES = [1, 4, 16, 64, 256].map((kib) => kib * 1024);
const ENC_BYTES = 1120;
const LENGTH_BYTES = 4;
const NONCE_BYTES = 12;
const MOST_FACTS_BYTES = 64 * 1024 - LENGTH_BYTES;

const hpke = new CipherSuite({ kem: new XWing(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const utf8 = new TextEncoder();

/** The one error of every opening that fails. */
export class CannotOpen extends Error {
  constructor() {
    super("envelope.cannot-open");
    this.name = "CannotOpen";
  }
}

/** What was typed does not fit into an envelope. `compartment`: "facts" or "record". */
export class TooLong extends Error {
  constructor(compartment) {
    super("envelope.too-long");
    this.name = "TooLong";
    this.compartment = compartment;
  }
}

/** HPKE's info and the record's AAD: each part is preceded by its length, so that none can run into another. */
export function bindingInfo({ partnership, key, form, formVersion, compartment, submission }) {
  return prefixed(PROTOCOL, SUITE, partnership, key, form, String(formVersion), compartment, submission);
}

/** `enc || ct` for the holder of the raw public key `to`, padded. */
export async function seal(plaintext, { to, binding }) {
  const recipientPublicKey = await hpke.kem.importKey("raw", exact(to), true);
  const { enc, ct } = await hpke.seal({ recipientPublicKey, info: exact(bindingInfo(binding)) }, padded(plaintext));
  return joined(new Uint8Array(enc), new Uint8Array(ct));
}

/** The plaintext of `enc || ct`. Throws CannotOpen, whatever the reason was. */
export async function open(sealed, { recipientKey, binding }) {
  try {
    const enc = exact(sealed.subarray(0, ENC_BYTES));
    const ct = exact(sealed.subarray(ENC_BYTES));
    return unpadded(new Uint8Array(await hpke.open({ recipientKey, enc, info: exact(bindingInfo(binding)) }, ct)));
  } catch {
    throw new CannotOpen();
  }
}

/** A key pair for one answer: `publicKey` raw, `recipientKey` for `open`. */
export async function makeKeyPair() {
  const pair = await hpke.kem.generateKeyPair();
  return { recipientKey: pair, publicKey: new Uint8Array(await hpke.kem.serializePublicKey(pair.publicKey)) };
}

/** `nonce || ct` under a record key that is used once. */
export async function sealRecord(plaintext, { key, binding }) {
  const nonce = randomBytes(NONCE_BYTES);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const options = { name: "AES-GCM", iv: nonce, additionalData: bindingInfo(binding) };
  return joined(nonce, new Uint8Array(await crypto.subtle.encrypt(options, imported, padded(plaintext))));
}

/** The record. Throws CannotOpen. The caller has compared the key's digest with the facts. */
export async function openRecord(sealed, { key, binding }) {
  try {
    const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
    const options = { name: "AES-GCM", iv: sealed.subarray(0, NONCE_BYTES), additionalData: bindingInfo(binding) };
    return unpadded(new Uint8Array(await crypto.subtle.decrypt(options, imported, sealed.subarray(NONCE_BYTES))));
  } catch {
    throw new CannotOpen();
  }
}

/** 128 random bits, 32 lower-case hexadecimal digits. */
export function mintSubmission() {
  return hex(randomBytes(16));
}

/**
 * The body of POST /api/v1/submissions, as an object for JSON.stringify. Keep the string: sent again, it is the same.
 *
 * factsKey, custodyKey: { id, key } of the public book, `key` base64.
 * facts: answers of the classes fact, notice and code; record: the sealed answers, null for a form without sealed fields,
 * which then has neither record nor custody. Throws TooLong.
 * confirmation: { secret (bytes), code } once the raiser typed the code that was mailed, else null.
 * beside: what stands in the facts beside the answers: `about`, a reference; `proof`, { secret (bytes) } of a sign-in.
 */
export async function sealSubmission({
  partnership,
  form,
  formVersion,
  submission,
  factsKey,
  custodyKey,
  facts,
  record,
  confirmation = null,
  beside = {},
}) {
  const bound = (compartment, key) => ({ partnership, key, form, formVersion, compartment, submission });
  const kept = await sealKept(record, { custodyKey, bound });
  const opened = {
    answers: facts,
    ...kept.facts,
    confirmation: confirmation && { secret: toBase64(confirmation.secret), code: confirmation.code },
    session: null,
    ...(beside.proof ? { ...beside, proof: { secret: toBase64(beside.proof.secret) } } : beside),
  };
  const sealedFacts = await seal(encoded(opened, MOST_FACTS_BYTES, "facts"), {
    to: fromBase64(factsKey.key),
    binding: bound("facts", factsKey.id),
  });
  return {
    protocol: PROTOCOL,
    submission,
    partnership,
    form,
    form_version: formVersion,
    facts: { key: factsKey.id, sealed: toBase64(sealedFacts) },
    ...kept.body,
  };
}

/** The record under a key of its own, with that key for the custodian; nothing of either where there is no record. */
async function sealKept(record, { custodyKey, bound }) {
  if (record === null) return { facts: {}, body: {} };
  const key = randomBytes(32);
  const plaintext = encoded({ answers: record }, SIZES.at(-1) - LENGTH_BYTES, "record");
  const sealed = await sealRecord(plaintext, { key, binding: bound("record", "") });
  const custody = await seal(key, { to: fromBase64(custodyKey.key), binding: bound("custody", custodyKey.id) });
  const facts = { record_key: toBase64(key), record_digest: await digestOf(sealed), record_key_digest: await digestOf(key) };
  key.fill(0);
  return { facts, body: { record: toBase64(sealed), custody: { key: custodyKey.id, sealed: toBase64(custody) } } };
}

/** SHA-256, 64 lower-case hexadecimal digits. */
export async function digestOf(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

export function randomBytes(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/** Standard base64 with padding. */
export function toBase64(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(text);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
}

function encoded(value, most, compartment) {
  const bytes = utf8.encode(JSON.stringify(value));
  if (bytes.length > most) throw new TooLong(compartment);
  return bytes;
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function prefixed(...parts) {
  return joined(...parts.flatMap((part) => [lengthOf(utf8.encode(part)), utf8.encode(part)]));
}

function lengthOf(bytes) {
  const prefix = new Uint8Array(LENGTH_BYTES);
  new DataView(prefix.buffer).setUint32(0, bytes.length);
  return prefix;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

function padded(plaintext) {
  const size = SIZES.find((each) => each >= plaintext.length + LENGTH_BYTES);
  if (size === undefined) throw new TooLong("");
  return joined(lengthOf(plaintext), plaintext, new Uint8Array(size - LENGTH_BYTES - plaintext.length));
}

function unpadded(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const end = LENGTH_BYTES + length;
  if (!SIZES.includes(bytes.length) || end > bytes.length || bytes.subarray(end).some((byte) => byte !== 0)) {
    throw new CannotOpen();
  }
  return bytes.slice(LENGTH_BYTES, end);
}

/** A view's own bytes as an ArrayBuffer: @hpke reads the whole buffer beneath a view. */
function exact(bytes) {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
}
