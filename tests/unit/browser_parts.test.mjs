// Unit tests of the page's pure parts. Run by tests/unit/test_browser_parts.py, or: node --test tests/unit/browser_parts.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";

const browser = "../../services/intake/web/browser";
const { repeatsIn } = await import(`${browser}/notice_check.js`);
const { calendarDays, dueOn, localDay, timeframeWarning } = await import(`${browser}/timeframe.js`);
const { routeQuestion } = await import(`${browser}/route_question.js`);
const { countWords } = await import(`${browser}/count.js`);
const { compartments, currentKey, isExpired, outcomeOf, wholeReceipt } = await import(`${browser}/send.js`);
const { timeline } = await import(`${browser}/receipt.js`);
const { partWords, stateWords } = await import(`${browser}/standing.js`);
const { answerWords, dayWords, momentWords, within } = await import(`${browser}/words.js`);
const { copyText } = await import(`${browser}/copy.js`);

const FIELDS = [
  { id: "ask_line", class: "notice", kind: "long_text" },
  { id: "child_name", class: "sealed", kind: "text" },
  { id: "child_dob", class: "sealed", kind: "date" },
  { id: "child_address", class: "sealed", kind: "long_text" },
  { id: "child_numbers", class: "sealed", kind: "text" },
  { id: "siblings", class: "sealed", kind: "long_text" },
  { id: "account", class: "sealed", kind: "long_text" },
];
const SEALED = {
  child_name: "Zebedee Quillfeather-Marsh",
  child_dob: "2016-04-14",
  child_address: "12 Elm Road, Crawley, RH10 1AB",
  child_numbers: "NHS 943 476 5919, UPN H801200001001",
  siblings: "Poppy and Will Marsh, lives with gran",
  account: "In 2016 I rang 01293 555 010 twice",
};
const repeats = (line, allowed) => repeatsIn(FIELDS, { ...SEALED, ask_line: line }, allowed).map(({ what, field }) => [what, field]);

for (const [line, what, field] of [
  ["Zebedee is at risk", "a name", "child_name"],
  ["about quillfeather’s plan", "a name", "child_name"],
  ["See POPPY too", "a name", "siblings"],
  ["and Will said so", "a name", "siblings"],
  ["ZQM needs a plan", "initials", "child_name"],
  ["for Z.M. today", "initials", "child_name"],
  ["Z Q is not safe", "initials", "child_name"],
  ["born 14/04/2016", "a date of birth", "child_dob"],
  ["born 14.4.16", "a date of birth", "child_dob"],
  ["born 14th of April 2016", "a date of birth", "child_dob"],
  ["born Apr 14, 2016", "a date of birth", "child_dob"],
  ["born 2016-04-14", "a date of birth", "child_dob"],
  ["the flat at elm  road", "an address", "child_address"],
  ["in RH101AB", "an address", "child_address"],
  ["NHS 9434765919", "a number", "child_numbers"],
  ["UPN h801200001001", "a number", "child_numbers"],
  ["ring 01293-555010", "a number", "account"],
]) {
  test(`a line that will be emailed may not say “${line}”`, () => {
    assert.deepEqual(repeats(line)[0], [what, field]);
  });
}

for (const line of [
  "Please allocate the work this week",
  "will you look again",
  "The Crawley team closed it",
  "The 2016 guidance says so",
  "Her brother and mother are safe",
  "Due 14 April",
]) {
  test(`a line that will be emailed may say “${line}”`, () => assert.deepEqual(repeats(line), []));
}

test("names of agencies and areas may stand in an emailed line", () => {
  const answers = { ask_line: "Please ring West Sussex", child_address: "1 High Street, West Sussex" };
  assert.equal(repeatsIn(FIELDS, answers).length, 1);
  assert.deepEqual(repeatsIn(FIELDS, answers, ["West Sussex"]), []);
});

test("a bank holiday moves the due date", () => {
  const holidays = ["2026-12-25", "2026-12-28", "2027-01-01"];
  assert.equal(dueOn({ unit: "working_days", amount: 5 }, "2026-12-21", holidays), "2026-12-30");
  assert.equal(calendarDays({ unit: "working_days", amount: 5 }, "2026-12-21", holidays), 9);
  assert.match(timeframeWarning({ unit: "working_days", amount: 5 }, "2026-12-21", holidays), /9 calendar days/);
  assert.equal(timeframeWarning({ unit: "working_days", amount: 5 }, "2027-01-11", holidays), "");
});

test("hours and dates are warned about past seven calendar days", () => {
  assert.equal(timeframeWarning({ unit: "hours", amount: 168 }, "2026-12-21", []), "");
  assert.match(timeframeWarning({ unit: "hours", amount: 169 }, "2026-12-21", []), /8 calendar days/);
  assert.match(timeframeWarning({ unit: "until", until: "2026-12-01" }, "2026-12-21", []), /has passed/);
  assert.equal(timeframeWarning({ unit: "until", until: "2026-99-99" }, "2026-12-21", []), "");
  assert.equal(timeframeWarning(undefined, "2026-12-21", []), "");
});

test("the local day is the partnership's, not the device's", () => {
  assert.equal(localDay(new Date("2026-06-30T23:30:00Z"), "Europe/London"), "2026-07-01");
});

const placeOf = (roles = []) => ({ id: "west-sussex", zone: "Europe/London", policy: { roles } });

test("a preview asks with codes only", () => {
  const answers = {
    receiving_agency: "ws-csc", receiving_team: "not_known", raising_agency: "not_listed", raising_agency_other_type: "education",
    raising_agency_other_name: "Marked Nursery", raiser_name: "Marked Person", account: "Marked account", ask_line: "Marked line",
    area: "thresholds", immediate_harm: "yes", stage: "3", timeframe: { unit: "hours", amount: 12 },
  };
  const question = routeQuestion(answers, placeOf());
  assert.ok(!JSON.stringify(question).includes("Marked"));
  assert.deepEqual(
    [question.raising_agency, question.raising_agency_type, question.receiving_team, question.stage, question.timeframe_amount],
    ["", "education", null, 3, 12],
  );
  assert.equal(routeQuestion({ area: "thresholds" }, placeOf()), null);
});

test("a preview knows the raiser's place and that somebody is named, and no more", () => {
  const roles = [{ code: "safeguarding_lead", words: "designated safeguarding lead" }];
  const answers = {
    receiving_agency: "ws-csc", raiser_role: " Designated Safeguarding Lead ", raiser_is: "safeguarding_lead",
    decision_maker_email: "marked@ws-csc.example", own_manager: "yes",
  };
  const question = routeQuestion(answers, placeOf(roles));
  assert.ok(!JSON.stringify(question).includes("arked"));
  assert.deepEqual(
    [question.raiser_is, question.raiser_role_code, question.decision_maker_named, question.own_manager],
    ["safeguarding_lead", "safeguarding_lead", true, true],
  );
  const other = routeQuestion({ receiving_agency: "ws-csc", raiser_role: "Marked role" }, placeOf(roles));
  assert.deepEqual([other.raiser_role_code, other.decision_maker_named, other.own_manager], ["", false, false]);
});

test("a preview knows for how many hours a conference is over, and not when it was", () => {
  const hours = (/** @type {string} */ ended, /** @type {string} */ now) =>
    routeQuestion({ receiving_agency: "ws-csc", conference_ended_at: ended }, placeOf(), new Date(now))?.conference_hours;
  assert.equal(hours("2026-12-20T10:00", "2026-12-23T10:00:00Z"), 72);
  assert.equal(hours("2026-12-20T10:00", "2026-12-23T10:00:01Z"), 73); // late already
  assert.equal(hours("2026-10-24T10:00", "2026-10-25T10:00:00Z"), 25); // the clocks went back between
  assert.equal(hours("2026-03-28T10:00", "2026-03-29T10:00:00Z"), 24);
  assert.equal(hours("2024-12-20T10:00", "2026-12-23T10:00:00Z"), 999);
  assert.equal(hours("2026-12-24T10:00", "2026-12-23T10:00:00Z"), null);
  assert.equal(hours("2026-12-2", "2026-12-23T10:00:00Z"), null);
  assert.equal(hours("2026-02-31T10:99", "2026-12-23T10:00:00Z"), null);
  const question = routeQuestion({ receiving_agency: "ws-csc", conference_ended_at: "2026-12-20T10:00" }, placeOf());
  assert.ok(!JSON.stringify(question).includes("2026-12-20"));
});

test("what is left of a line is counted in characters as people count them", () => {
  assert.equal(countWords(500, ""), "You can use up to 500 characters");
  assert.equal(countWords(5, "éé😀"), "You have 2 characters remaining");
  assert.equal(countWords(2, "abc"), "You have 1 character too many");
});

test("sealed answers go into the record and nowhere else", () => {
  const { facts, record } = compartments(FIELDS, { ...SEALED, ask_line: "Please" });
  assert.deepEqual(facts, { ask_line: "Please" });
  assert.deepEqual(Object.keys(record), Object.keys(SEALED));
});

const WHOLE = {
  receipt: { reference: "WS-7K3-QM9-PXC", accepted_at: "2026-12-21T14:32:00Z", envelope_digest: "a".repeat(64) },
  key: "k",
  signature: Buffer.alloc(64).toString("base64"),
};

test("only a whole receipt counts as received", () => {
  assert.equal(wholeReceipt(WHOLE), WHOLE);
  for (const broken of [
    null,
    {},
    { ...WHOLE, signature: "" },
    { ...WHOLE, signature: "%%%" },
    { ...WHOLE, key: undefined },
    { ...WHOLE, receipt: { ...WHOLE.receipt, reference: "<b>" } },
    { ...WHOLE, receipt: { ...WHOLE.receipt, accepted_at: "soon" } },
    { ...WHOLE, receipt: { ...WHOLE.receipt, envelope_digest: "" } },
  ]) {
    assert.equal(wholeReceipt(broken), null);
  }
});

test("only intake's own plain refusal is one: everything else is not confirmed yet", () => {
  const problem = new Headers({ "content-type": "application/problem+json; charset=utf-8" });
  for (const status of [200, 202, 302, 401, 403, 404, 407, 408, 422, 425, 429, 500, 502, 503, 504]) {
    assert.equal(outcomeOf(status, problem).state, "unconfirmed");
  }
  for (const status of [400, 409, 413]) {
    assert.deepEqual(outcomeOf(status, problem), { state: "refused", status });
    for (const type of ["text/html", "application/json", ""]) {
      assert.equal(outcomeOf(status, new Headers({ "content-type": type })).state, "unconfirmed");
    }
    assert.equal(outcomeOf(status, new Headers()).state, "unconfirmed");
  }
  assert.equal(outcomeOf(503, new Headers({ "retry-after": "7" })).after, 7);
});

const ROUTE = {
  stage_label: "Stage 2",
  parts: [
    { role: "you", agency: "", part: "raiser" },
    { role: "Team manager", agency: "Social care", part: "act", by: "Wednesday 30 December 2026, 5 pm" },
    { role: "Head teacher", agency: "Oakfield", part: "told" },
    { role: "safeguarding partnership", agency: "", part: "coded" },
  ],
  due_words: "Wednesday 30 December 2026, 5 pm", warnings: [], diversion: "", referred: false, example_rules: [],
};
const said = (given) => timeline({ confirmed: false, immediate: false, route: ROUTE, ...given }).map(({ when, what }) => `${when}: ${what}`).join("\n");

test("the receipt promises no answer, and says what to do if none comes", () => {
  assert.match(said({}), /By Wednesday 30 December 2026, 5 pm: An answer is due\. If none comes.*take it to the next stage, on the page of this escalation/);
  assert.doesNotMatch(said({}), /You get an answer/);
  assert.doesNotMatch(said({ confirmed: true }), /are told now|You get an email/);
  assert.match(said({ confirmed: true }), /not in the directory, the duty contact checks it first/);
});

test("once the address is confirmed the receipt says what is done, who is told next and by when, and that one check may come before", () => {
  assert.match(said({ confirmed: true }), /^Done: Your work address is confirmed\.\nPerhaps first: .*\nNext: Team manager, Social care: asked to act by Wednesday 30 December 2026, 5 pm\.\nYour part: /);
  assert.match(said({ confirmed: true }), /By Wednesday 30 December 2026, 5 pm: An answer is due/);
  assert.doesNotMatch(said({ confirmed: true }), /Type the code|Now:/);
  assert.match(said({ confirmed: true, route: null }), /Next: The people whom the policy names are told by email/);
  assert.doesNotMatch(said({ confirmed: true, immediate: true }), /checks it first/);
});

test("the receipt says that the raiser tells which child it is", () => {
  assert.match(said({}), /Your part: Ring the person who is asked to act\. Tell them which child it is/);
});

test("the receipt names the coded part as it is", () => {
  assert.match(said({}), /safeguarding partnership: told in codes only, without names/);
  assert.doesNotMatch(said({}), /Told by email:.*partnership/);
});

test("of immediate harm the receipt says to ring, and who is told at once", () => {
  assert.match(said({ immediate: true }), /^Now: Ring.*goes at once to the duty contact/);
  assert.doesNotMatch(said({ immediate: true }), /If it stays unconfirmed/);
});

test("where the policy names nobody the receipt names nobody", () => {
  const nobody = { ...ROUTE, parts: ROUTE.parts.slice(0, 1), due_words: "", referred: true };
  assert.match(said({ route: nobody }), /Then: The policy does not say from this who acts/);
  assert.doesNotMatch(said({ route: nobody }), /Ring the person|told by email/);
  assert.match(said({ route: null }), /You are always one of them/);
});

test("where it stands is said in words, and an unknown state is no code", () => {
  for (const state of ["received", "waiting-confirmation", "waiting-release", "routed", "referred", "diverted", "recorded", "parked", "closed", "moved-on", "of-next-year"]) {
    assert.ok(!stateWords(state).includes(state), state);
    assert.match(stateWords(state), /^[A-Z].*\.$/);
  }
  assert.doesNotMatch(stateWords("routed"), /told/);
  for (const part of ["raiser", "raisers-manager", "contact", "raising-contact", "decision-maker", "informed", "lead", "partnership", "duty"]) {
    assert.match(partWords(part), /^You /);
  }
  assert.equal(partWords("of-next-year"), "");
});

test("a label in the middle of a sentence begins small", () => {
  assert.equal(within("Duty contact"), "the duty contact");
  assert.equal(within("MASH desk"), "the MASH desk");
  assert.equal(within("The duty desk"), "the duty desk");
});

test("the key that lasts longest is used, and an expired one still is", () => {
  const keys = [
    { id: "old", key: "", expires_at: "2020-01-01T00:00:00Z" },
    { id: "new", key: "", expires_at: "2021-01-01T00:00:00Z" },
  ];
  assert.equal(currentKey(keys).id, "new");
  assert.ok(isExpired(currentKey(keys), new Date("2021-01-01T00:00:00Z")));
  assert.ok(!isExpired(currentKey(keys), new Date("2020-12-31T23:59:59Z")));
});

test("dates and times are said in full", () => {
  assert.equal(dayWords("2026-12-30"), "Wednesday 30 December 2026");
  assert.equal(momentWords(new Date("2026-06-21T13:32:00Z"), "Europe/London"), "14:32, Sunday 21 June 2026");
  const field = { id: "timeframe", kind: "timeframe", choices: [], choices_from: null, of: "" };
  assert.equal(answerWords(field, { unit: "working_days", amount: 1 }, {}, {}), "1 working day");
  assert.equal(answerWords(field, { unit: "until", until: "2026-12-30" }, {}, {}), "By Wednesday 30 December 2026");
});

test("the own copy says what it holds", () => {
  const definition = { title: "A form", sections: [{ title: "The child", fields: [{ id: "child_name", kind: "text", label: "Name", choices: [] }] }] };
  const given = { choices: {}, partnership: { name: "P", zone: "Europe/London" }, reference: "", now: new Date(0) };
  const text = copyText(definition, { child_name: "Zebedee" }, given);
  assert.match(text, /identifies the child/);
  assert.match(text, /Not sent yet/);
  assert.match(text, /Zebedee/);
});
