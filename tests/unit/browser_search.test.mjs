// Unit tests of how a long list is searched. Run by tests/unit/test_browser_parts.py, or: node --test tests/unit/browser_search.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";

const { countSaid, matching, named } = await import("../../services/intake/web/browser/matching.js");

const entry = (words, also = "", always = false) => ({ value: words, words, also, always });
const LIST = [
  entry("Sussex Police", "Police"),
  entry("Brighton & Hove early help", "Early help"),
  entry("Downland Nursery", "Schools, colleges and early years"),
  entry("St Zoë’s School", "Schools, colleges and early years"),
  entry("West Sussex children's social care", "Children’s social care"),
  entry("Not listed", "", true),
];
const found = (typed) => matching(LIST, typed).map(({ words }) => words);

test("nothing typed offers everything", () => assert.equal(found(" ").length, LIST.length));

for (const [typed, first] of [
  ["pol", "Sussex Police"],
  ["brighton and", "Brighton & Hove early help"],
  ["hove & bright", "Brighton & Hove early help"],
  ["st zoes", "St Zoë’s School"],
  ["St. Zoe's", "St Zoë’s School"],
  ["children’s social", "West Sussex children's social care"],
  ["wscsc", "West Sussex children's social care"],
  ["early", "Brighton & Hove early help"],
]) {
  test(`“${typed}” finds ${first} first`, () => assert.equal(found(typed)[0], first));
}

test("a kind of agency finds those whose name does not say it, after those whose name does", () => {
  assert.deepEqual(found("early"), ["Brighton & Hove early help", "Downland Nursery", "St Zoë’s School", "Not listed"]);
});

test("“Not listed” is offered whatever was typed", () => assert.deepEqual(found("of rock"), ["Not listed"]));

test("the middle of a word finds nothing: it would find too much", () => assert.deepEqual(found("ussex"), ["Not listed"]));

test("only the whole name stands for a choice without being chosen", () => {
  assert.equal(named(LIST, "sussex police")?.words, "Sussex Police");
  assert.equal(named(LIST, "sussex")?.words, undefined);
  assert.equal(named(LIST, "")?.words, undefined);
});

test("how many fit is said, one and none too", () => {
  assert.equal(countSaid(matching(LIST, "police")), "1 fits. “Not listed” is the last one");
  assert.equal(countSaid(matching(LIST, "of rock")), "Nothing in the list has that name. “Not listed” is the last one");
});
