// The browser's half of the envelope, in Node: one JSON command a line on stdin, one JSON answer a line on stdout.
import { createInterface } from "node:readline";
import * as envelope from "../../services/intake/web/browser/envelope.js";
import { makeAsker } from "../../services/intake/web/browser/ask.js";
import { parseReference } from "../../services/intake/web/browser/references.js";

const pairs = [];
let posted = null;
let answer = null;
let asker = null;
let asked = null;

const commands = {
  info: ({ binding }) => envelope.toBase64(envelope.bindingInfo(binding)),
  seal: async ({ plaintext, to, binding }) =>
    envelope.toBase64(await envelope.seal(envelope.fromBase64(plaintext), { to: envelope.fromBase64(to), binding })),
  makeKeyPair: async () => {
    pairs.push(await envelope.makeKeyPair());
    return envelope.toBase64(pairs.at(-1).publicKey);
  },
  open: async ({ sealed, binding }) =>
    envelope.toBase64(
      await envelope.open(envelope.fromBase64(sealed), { recipientKey: pairs.at(-1).recipientKey, binding }),
    ),
  sealRecord: async ({ plaintext, key, binding }) =>
    envelope.toBase64(
      await envelope.sealRecord(envelope.fromBase64(plaintext), { key: envelope.fromBase64(key), binding }),
    ),
  openRecord: async ({ sealed, key, binding }) =>
    envelope.toBase64(
      await envelope.openRecord(envelope.fromBase64(sealed), { key: envelope.fromBase64(key), binding }),
    ),
  sealSubmission: async (parts) => envelope.sealSubmission(parts),
  mintSubmission: () => envelope.mintSubmission(),
  parseReference: ({ text }) => parseReference(text),
  startAsking: ({ partnership, factsKey, question }) => {
    asker ??= makeAsker({
      partnership,
      factsKey,
      storage: null,
      post: (_, body) => {
        posted(body);
        return new Promise((resolve) => (answer = resolve));
      },
    });
    const sent = new Promise((resolve) => (posted = resolve));
    asked = asker.ask(question);
    asked.catch(() => null);
    return sent;
  },
  finishAsking: ({ sealed }) => {
    answer({ sealed });
    return asked;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { command, ...given } = JSON.parse(line);
  try {
    process.stdout.write(`${JSON.stringify({ answer: (await commands[command](given)) ?? null })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: `${error.name} ${error.message}` })}\n`);
  }
}
