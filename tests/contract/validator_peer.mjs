// Reads {definition, choices, cases: [{answers, stage, classes}]} and writes what the browser's validator finds in each.
import { readFileSync } from "node:fs";
import { readDefinition } from "../../services/intake/web/browser/definition.js";
import { check } from "../../services/intake/web/browser/validate.js";

const { definition, choices, cases } = JSON.parse(readFileSync(0, "utf8"));
const read = readDefinition(definition);
const found = cases.map(({ answers, stage, classes }) => check(read, answers, { choices, stage, classes }));
process.stdout.write(JSON.stringify(found));
