// Seals one form as the browser does and sends it: an example for an agency's own system, in Node 20 or later.
//
//   node deploy/examples/send.mjs http://localhost:8700 west-sussex answers.json
//
// answers.json holds {"facts": {field: answer}, "record": {field: answer}}. Keep the body until a receipt has come:
// the same bytes may be sent again and are never taken twice.
import { readFile } from "node:fs/promises";
import { mintSubmission, sealSubmission } from "../../services/intake/web/browser/envelope.js";

const [address, partnershipId, answersFile] = process.argv.slice(2);
if (!answersFile) {
  console.error("usage: node deploy/examples/send.mjs ADDRESS PARTNERSHIP ANSWERS.json");
  process.exit(2);
}
const { facts, record } = JSON.parse(await readFile(answersFile, "utf8"));
const { partnership, form } = await (await fetch(`${address}/api/v1/partnerships/${partnershipId}`)).json();
const [factsKey] = partnership.facts_keys.toSorted((one, other) => other.expires_at.localeCompare(one.expires_at));

const body = JSON.stringify(
  await sealSubmission({
    partnership: partnership.id,
    form: form.id,
    formVersion: form.version,
    submission: mintSubmission(),
    factsKey,
    custodyKey: partnership.custody_key,
    facts,
    record,
  }),
);
const headers = { "content-type": "application/json" };
const response = await fetch(`${address}/api/v1/submissions`, { method: "POST", headers, body });
if (response.status !== 201) {
  console.error(`Not confirmed yet (${response.status}): send the same bytes again.`);
  process.exit(1);
}
const { receipt } = await response.json();
console.log(`Received: ${receipt.reference} at ${receipt.accepted_at}`);
