// Sealed questions: how the page talks to router through intake, which can read neither question nor answer.
import { fromBase64, makeKeyPair, open, randomBytes, seal, toBase64 } from "./envelope.js";

const KEPT_AS = "candour.session";
const ADDRESS = "/api/v1/questions";
const utf8 = new TextEncoder();

/** The question did not reach router, or its answer did not come back. Asking again is harmless. */
export class NoAnswer extends Error {
  constructor() {
    super("question.no-answer");
    this.name = "NoAnswer";
  }
}

/**
 * One session of this tab: its secret and its counter live in `storage` (sessionStorage) until `forget`.
 *
 * factsKey: { id, key } of the public book. address: where intake takes questions. storage: null keeps it in memory.
 */
export function makeAsker({ partnership, factsKey, address = ADDRESS, storage = tabStorage(), post = postJson }) {
  let session = read(storage) ?? { secret: toBase64(randomBytes(32)), counter: 0 };
  keep(storage, session);

  /** The answer to `question` (shared/questions.py, as an object with its `type`). Throws NoAnswer or CannotOpen. */
  async function ask(question) {
    session = { ...session, counter: session.counter + 1 };
    keep(storage, session);
    const pair = await makeKeyPair();
    const asked = {
      question,
      answer_key: toBase64(pair.publicKey),
      secret: session.secret,
      counter: session.counter,
    };
    const sealed = await seal(utf8.encode(JSON.stringify(asked)), {
      to: fromBase64(factsKey.key),
      binding: bound(partnership, "question", factsKey.id),
    });
    const body = { partnership, question: { key: factsKey.id, sealed: toBase64(sealed) } };
    const answer = await post(address, body);
    const opened = await open(fromBase64(answer.sealed), {
      recipientKey: pair.recipientKey,
      binding: bound(partnership, "answer", ""),
    });
    return JSON.parse(new TextDecoder().decode(opened));
  }

  return {
    ask,
    /** The session's secret, which travels inside the facts as proof that this page asked for the code. */
    secret: () => fromBase64(session.secret),
    forget: () => forgetSession(storage),
  };
}

/** Leave nothing of the session in this tab. */
export function forgetSession(storage = tabStorage()) {
  storage?.removeItem(KEPT_AS);
}

function bound(partnership, compartment, key) {
  return { partnership, key, form: "question", formVersion: 1, compartment, submission: "" };
}

function tabStorage() {
  return globalThis.sessionStorage ?? null;
}

function read(storage) {
  try {
    const kept = JSON.parse(storage?.getItem(KEPT_AS) ?? "null");
    return typeof kept?.secret === "string" && Number.isInteger(kept.counter) ? kept : null;
  } catch {
    return null;
  }
}

function keep(storage, session) {
  storage?.setItem(KEPT_AS, JSON.stringify(session));
}

async function postJson(address, body) {
  let response;
  try {
    response = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
    });
  } catch {
    throw new NoAnswer();
  }
  if (!response.ok) throw new NoAnswer();
  return response.json();
}
