// Unit tests of the pure parts of an escalation's page. Run by tests/unit/test_follow_parts.py, or: node --test tests/unit/follow_parts.test.mjs
import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.document ??= { addEventListener() {} };
const browser = "../../services/intake/web/browser";
const { dueWords, headlineOf, leftWords, urgency } = await import(`${browser}/standing.js`);
const { offers, openIssues } = await import(`${browser}/moves.js`);
const { choicesIn, isRecorded, issueProblems, latestRef, skipProblems } = await import(`${browser}/recorded.js`);
const { questionOf, wrongIn } = await import(`${browser}/questions.js`);
const { isSaid, timeLeft, warningWords } = await import(`${browser}/timekeeping.js`);
const { trackItems } = await import(`${browser}/track.js`);
const { areOpen, repeatsOf } = await import(`${browser}/follow_check.js`);
const { NotOpened, unseal } = await import(`${browser}/follow_record.js`);
const { askedWords } = await import(`${browser}/seen.js`);
const { issueWords, outcomeTitle } = await import(`${browser}/seen_outcome.js`);
const { aboutWords } = await import(`${browser}/follow_yours.js`);
const { bindingInfo, digestOf, fromBase64, makeKeyPair, mintSubmission, open, sealRecord, sealSubmission, toBase64 } = await import(`${browser}/envelope.js`);

const NOW = new Date("2026-12-21T10:00:00Z");
const clock = (given = {}) => ({ due_at: "2026-12-30T17:00:00Z", due_words: "Wednesday 30 December 2026, 5 pm", working_days_left: 5, calendar_days_left: 9, ...given });

// ── where it stands ──

test("the headline says the stage and what is left", () => {
  assert.equal(headlineOf({ state: "routed", stage_label: "Stage 2: manager to manager", clock: clock() }, NOW), "Stage 2 · 5 working days left");
  assert.equal(headlineOf({ state: "closed", stage_label: "Stage 3", clock: clock() }, NOW), "Stage 3 · closed");
  assert.equal(headlineOf({ state: "parked" }, NOW), "Where it stands");
});

for (const [given, says] of [
  [{ working_days_left: 1, calendar_days_left: 3 }, "1 working day left"],
  [{ working_days_left: 1, calendar_days_left: 1 }, "due tomorrow"],
  [{ working_days_left: 0, calendar_days_left: 2 }, "2 days left"],
  [{ working_days_left: 0, calendar_days_left: 0, due_at: "2026-12-21T17:00:00Z" }, "due today"],
  [{ working_days_left: 0, calendar_days_left: 0, due_at: "2026-12-21T09:00:00Z" }, "the time has passed"],
  [{ working_days_left: -1, calendar_days_left: -2, due_at: "2026-12-19T17:00:00Z" }, "2 days late"],
  [{ working_days_left: -1, calendar_days_left: -1, due_at: "2026-12-20T17:00:00Z" }, "1 day late"],
]) {
  test(`a clock of ${JSON.stringify(given)} says “${says}”`, () => assert.equal(leftWords(clock(given), NOW), says));
}

test("what is due is counted in working days and in calendar days", () => {
  assert.equal(dueWords({ state: "routed", clock: clock() }, NOW), "An answer is due by Wednesday 30 December 2026, 5 pm: 5 working days, 9 calendar days from today.");
  assert.equal(dueWords({ state: "routed", clock: clock({ due_at: "2026-12-20T17:00:00Z", calendar_days_left: -1 }) }, NOW), "An answer was due by Wednesday 30 December 2026, 5 pm.");
  assert.equal(dueWords({ state: "closed", clock: clock() }, NOW), "");
  assert.equal(dueWords({ state: "routed", due_words: "Friday" }, NOW), "An answer is due by Friday.");
});

test("soon and late are told apart", () => {
  assert.equal(urgency(clock(), NOW), "");
  assert.equal(urgency(clock({ working_days_left: 1 }), NOW), "soon");
  assert.equal(urgency(clock({ due_at: "2026-12-21T09:59:00Z" }), NOW), "late");
});

test("who is asked now stands first, and the reader is “you”", () => {
  const people = [{ label: "Asked to act", who: "Jo" }, { label: "Asked to act, for the side that raised it", who: "Sam", you: true }, { label: "Raised it", who: "Rowan" }];
  assert.equal(askedWords({ state: "routed", people }), "Asked to act now: Jo; you.");
  assert.equal(askedWords({ state: "closed", people }), "");
});

// ── the line of stages ──

const STAGES = [1, 2, 3, 4].map((number) => ({ number, label: `Stage ${number}` }));
const reached = (label, ended) => ({ ref: `R-${label}`, label, who: "Jo", began_at: "2026-12-01T10:00:00Z", ended_at: ended ? "2026-12-09T10:00:00Z" : null, how: ended ? "not agreed" : "" });
const states = (items) => items.map(({ label, state }) => `${label}=${state}`);

test("the line shows the policy’s stages, those before, and the present one", () => {
  assert.deepEqual(states(trackItems(STAGES, "Stage 3: heads of service", [reached("Stage 2", true), reached("Stage 3", false)])), ["Stage 1=done", "Stage 2=done", "Stage 3, now=now", "Stage 4="]);
  assert.deepEqual(states(trackItems(STAGES, "Stage 2")), ["Stage 1=done", "Stage 2, now=now", "Stage 3=", "Stage 4="]);
});

test("a stage that has ended is not “now”", () => {
  assert.deepEqual(states(trackItems(STAGES, "Stage 2", [reached("Stage 2", true)])).slice(1, 2), ["Stage 2=done"]);
});

test("a way outside the policy’s stages has its own place, and stage 1 is not stage 10", () => {
  assert.deepEqual(states(trackItems(STAGES, "Conference", [reached("Conference", false)])), ["Conference, now=now"]);
  assert.deepEqual(states(trackItems(STAGES, "Stage 2", [reached("Stage 2", true), reached("Panel", false)])).at(-1), "Panel, now=now");
  assert.deepEqual(trackItems(STAGES, "Stage 10"), []);
});

// ── what may be done ──

const named = (list) => list.map(({ move }) => move);

test("what is asked of somebody is the first button, the rest is quieter", () => {
  const seen = { moves: ["outcome", "not-mine", "acknowledge", "action", "debrief"], people: [{ you: true }] };
  const { first, next, others } = offers(seen);
  assert.equal(first.move, "acknowledge");
  assert.deepEqual(named(next), ["outcome", "action"]);
  assert.deepEqual(named(others), ["not-mine", "debrief"]);
});

test("only moves that router gave are offered, and codes of next year are none", () => {
  assert.deepEqual(offers({ moves: [] }), { first: null, next: [], others: [] });
  assert.deepEqual(offers({ moves: ["panel.convene", "of-next-year"] }).first, null);
});

test("nothing may be done before a shared mailbox has said who it is", () => {
  assert.equal(offers({ moves: ["acknowledge"], needs_name: true }).first, null);
});

test("what was done already is not asked for again", () => {
  assert.equal(offers({ moves: ["acknowledge", "action"], people: [{ you: true, acknowledged: "10:00" }] }).first.move, "action");
  assert.equal(offers({ moves: ["outcome.answer", "action"], outcome: { final: true } }).first.move, "action");
  assert.equal(offers({ moves: ["outcome.answer", "action"], outcome: { final: false } }).first.move, "outcome.answer");
});

test("who is offered a seat is asked for an answer; who sits may stand down, and is not asked to", () => {
  const moves = ["outcome", "panel.answer", "debrief"];
  assert.equal(offers({ moves }).first.words, "Answer about your seat on the panel");
  const { first, others } = offers({ moves, sits: true });
  assert.equal(first.move, "outcome");
  assert.deepEqual(others.map(({ move, words }) => [move, words])[0], ["panel.answer", "Stand down from the panel"]);
});

test("what needs somebody or something to choose is offered only with it", () => {
  for (const move of ["hand-over", "date.answer", "issue", "duty.hand-to", "area.offer"]) assert.equal(offers({ moves: [move] }).first, null, move);
  assert.equal(offers({ moves: ["issue"], issues: [{ state: "open" }] }).first.move, "issue");
});

test("where nothing is asked nothing is hidden under “something else”", () => {
  assert.deepEqual(named(offers({ moves: ["link", "area.offer"], partnerships: [{}] }).next), ["link", "area.offer"]);
});

test("the next stage is named, and opening again uses the same form", () => {
  assert.equal(offers({ moves: ["next-stage"], next_stages: [{ code: "3", words: "Stage 3: Heads of service" }] }).first.words, "Take it to Stage 3");
  assert.equal(offers({ moves: ["reopen"] }).first.section, "next-stage");
});

test("the next stage is named also where others may be chosen", () => {
  const next_stages = [{ code: "3", words: "Stage 3: Heads" }, { code: "4", words: "Stage 4: Leads (skips a stage: you are asked why)" }];
  assert.equal(offers({ moves: ["next-stage"], next_stages }).first.words, "Take it to Stage 3");
  assert.equal(offers({ moves: ["next-stage"], next_stages: next_stages.slice(1) }).first.words, "Take it to Stage 4");
});

test("what is disputed or late goes on rather than back", () => {
  const moves = ["outcome", "next-stage"];
  assert.equal(offers({ moves, clock: clock() }).first.move, "outcome");
  assert.equal(offers({ moves, clock: clock({ calendar_days_left: -1 }) }).first.move, "next-stage");
  assert.equal(offers({ moves, outcome: { answers: [{ answer: "confirms" }, { answer: "disputes" }] } }).first.move, "next-stage");
});

test("open issues wait, and those brought back", () => {
  const issues = ["done", "open", "back"].map((state, index) => ({ number: index + 1, state }));
  assert.deepEqual(openIssues({ issues }).map(({ number }) => number), [2, 3]);
});

// ── acts that are one question ──

const part = (name, value, more = {}) => ({ part: name, kind: "text", value, missing: "", type: "textarea", ...more });

test("an act asks with the reference, and with yes and no as such", () => {
  assert.deepEqual(questionOf("outcome.answer", [part("agrees", "no", { kind: "yes_no" }), part("reason", "no date")], { ref: "R", digest: "d" }), {
    type: "outcome.answer", ref: "R", digest: "d", agrees: false, reason: "no date",
  });
  assert.deepEqual(questionOf("issue", [part("issue", "2"), part("done", "yes", { kind: "yes_no" })], { ref: "R" }), { type: "issue", ref: "R", issue: 2, done: true });
  assert.equal(questionOf("link", [part("other", "ws 7k3 qm9 px8")], { ref: "R" }).other, "WS-7K3-QM9-PX8");
});

test("what is missing says what to enter", () => {
  assert.deepEqual(wrongIn("not-mine", [part("why", "", { missing: "Enter why" })], "2026-12-21"), [{ part: "why", text: "Enter why" }]);
  assert.deepEqual(wrongIn("panel.answer", [part("interest", "")], "2026-12-21"), []);
});

test("to dispute, or to bring an issue back, takes a reason", () => {
  const dispute = [part("agrees", "no", { kind: "yes_no" }), part("reason", "")];
  assert.deepEqual(wrongIn("outcome.answer", dispute, "2026-12-21").map(({ part: where }) => where), ["reason"]);
  assert.deepEqual(wrongIn("outcome.answer", [{ ...dispute[0], value: "yes" }, dispute[1]], "2026-12-21"), []);
  assert.deepEqual(wrongIn("issue", [part("done", "no", { kind: "yes_no" }), part("how", "")], "2026-12-21").length, 1);
});

for (const [value, says] of [["2026-02-30", /real date/], ["2026-12-21", /still to come/], ["0026-1x-01", /real date/]]) {
  test(`a date of ${value} is not taken`, () => assert.match(wrongIn("date.propose", [part("until", value, { kind: "date" })], "2026-12-21")[0].text, says));
}

test("an address and a reference have a form", () => {
  assert.match(wrongIn("raiser.replace", [part("address", "nobody", { type: "email" })], "")[0].text, /email address/);
  assert.match(wrongIn("link", [part("other", "WS-7K3-QM9-PX9")], "")[0].text, /as it stands/);
});

// ── acts that are an envelope ──

test("an outstanding issue needs somebody who pursues it and a date to come", () => {
  assert.deepEqual(issueProblems({}, { today: "2026-12-21" }), []);
  assert.deepEqual(issueProblems({ issue_1_text: "Visits" }, { today: "2026-12-21" }).map(({ field }) => field), ["issue_1_owner", "issue_1_by"]);
  assert.deepEqual(issueProblems({ issue_2_owner: "o1", issue_2_by: "2026-12-20" }, { today: "2026-12-21" }).map(({ field }) => field), ["issue_2_text", "issue_2_by"]);
  assert.deepEqual(issueProblems({ issue_1_text: "Visits", issue_1_owner: "o1", issue_1_by: "2026-12-21" }, { today: "2026-12-21" }), []);
});

test("only the stages that it may go to are choices", () => {
  assert.deepEqual(choicesIn({ next_stages: [{ code: "3", words: "" }] }, { stages: ["2", "3"], areas: ["a"] }), { stages: ["3"], areas: ["a"] });
  assert.deepEqual(choicesIn({}, { stages: ["2"] }).stages, ["2"]);
});

test("to skip a stage takes a reason that the policy knows", () => {
  const seen = { next_stages: [{ code: "3", words: "Stage 3" }, { code: "4", words: "Stage 4 (skips a stage: you are asked why)" }] };
  assert.deepEqual(skipProblems({ stage: "3", entry: ["unresolved"] }, seen), []);
  assert.deepEqual(skipProblems({ stage: "4", entry: ["unresolved"] }, seen).map(({ field }) => field), ["entry"]);
  assert.deepEqual(skipProblems({ stage: "4", entry: ["unresolved", "urgent"] }, seen), []);
});

const recorded = (move, before, after) => isRecorded({ move, submission: "s1", before, after });

test("an act counts only once router shows it", () => {
  assert.equal(recorded("action", {}, { added: [{ submission: "s2" }] }), false);
  assert.equal(recorded("action", {}, { added: [{ submission: "s1" }] }), true);
  assert.equal(recorded("acknowledge", { people: [{ you: true }] }, { people: [{ you: true, acknowledged: "10:00" }] }), true);
  assert.equal(recorded("acknowledge", { people: [{ you: true }] }, { people: [{ acknowledged: "10:00" }] }), false);
  assert.equal(recorded("outcome", { outcome: { version: 1 } }, { outcome: { version: 1 } }), false);
  assert.equal(recorded("outcome", {}, { outcome: { version: 1 } }), true);
  assert.equal(recorded("next-stage", { state: "routed" }, { state: "moved-on" }), true);
  assert.equal(recorded("reopen", { stages: [1] }, { stages: [1, 2] }), true);
  assert.equal(recorded("process", {}, { history: [1] }), false);
});

test("after it went on the page leads to the stage that is open", () => {
  assert.equal(latestRef({ ref: "A", stages: [{ ref: "A", ended_at: "x" }, { ref: "B", ended_at: null }] }), "B");
  assert.equal(latestRef({ ref: "A", stages: [{ ref: "A", ended_at: null }] }), "");
});

// ── what will be emailed ──

const OUTCOME = { fields: [{ id: "agreed_outcome", class: "notice", kind: "long_text", label: "What is agreed" }, { id: "details", class: "sealed", kind: "long_text", label: "Details" }] };
const FORM = { fields: [{ id: "child_name", class: "sealed", kind: "text", label: "The child’s name" }] };

test("a line that will be emailed is compared with the opened record and with what is sealed beside it", () => {
  const answers = { agreed_outcome: "A visit to Zebedee, ring 01293 555010", details: "His uncle is on 01293 555010" };
  const records = [{ form: "monitoring-form", definition: FORM, answers: { child_name: "Zebedee Quill" } }];
  const texts = repeatsOf(OUTCOME, answers, records, []).map(({ text }) => text);
  assert.equal(texts.length, 2);
  assert.match(texts[0], /take out “01293 555010”.*from “Details”/);
  assert.match(texts[1], /take out “Zebedee”.*from “The child’s name”/);
  assert.deepEqual(repeatsOf(OUTCOME, { agreed_outcome: "A visit" }, records, []), []);
});

// ── reading ──

async function laid(over = {}) {
  const [key, submission] = [new Uint8Array(32).fill(7), mintSubmission()];
  const bound = { partnership: "west-sussex", key: "", form: "action", formVersion: 1, compartment: "record", submission };
  const sealed = await sealRecord(new TextEncoder().encode(JSON.stringify({ answers: { text: "We rang" } })), { key: Uint8Array.from(key), binding: bound });
  const opened = { key: toBase64(key), key_digest: await digestOf(key), record_digest: await digestOf(sealed), partnership: "west-sussex", form: "action", form_version: 1, submission, ...over };
  return { opened, sealed };
}

test("a record opens with what router gave", async () => {
  const { opened, sealed } = await laid();
  assert.deepEqual(await unseal(opened, sealed), { text: "We rang" });
});

for (const over of [{ key_digest: "0".repeat(64) }, { record_digest: "0".repeat(64) }, { form: "outcome" }, { submission: "f".repeat(32) }, { partnership: "kent" }, { form_version: 2 }, { key: toBase64(new Uint8Array(32)) }]) {
  test(`a record with another ${Object.keys(over)[0]} does not open, with the one error there is`, async () => {
    const { opened, sealed } = await laid(over);
    await assert.rejects(unseal(opened, sealed), (failure) => failure instanceof NotOpened && failure.why === "does-not-open");
  });
}

test("the binding of a record names no key", () => {
  const bound = (key) => bindingInfo({ partnership: "p", key, form: "f", formVersion: 1, compartment: "record", submission: "s" });
  assert.notDeepEqual(bound(""), bound("facts-1"));
});

test("an act carries what it is about and the proof of the sign-in beside its answers", async () => {
  const { publicKey, recipientKey } = await makeKeyPair();
  const custody = { id: "c", key: toBase64(publicKey) };
  const sent = await sealSubmission({
    partnership: "p", form: "action", formVersion: 1, submission: "1".repeat(32), factsKey: { id: "k", key: toBase64(publicKey) }, custodyKey: custody,
    facts: { what: "action" }, record: {}, beside: { about: "WS-7K3-QM9-PX8", proof: { secret: new Uint8Array(32).fill(1) } },
  });
  const binding = { partnership: "p", key: "k", form: "action", formVersion: 1, compartment: "facts", submission: "1".repeat(32) };
  const facts = JSON.parse(new TextDecoder().decode(await open(fromBase64(sent.facts.sealed), { recipientKey, binding })));
  assert.equal(facts.about, "WS-7K3-QM9-PX8");
  assert.deepEqual(facts.proof, { secret: toBase64(new Uint8Array(32).fill(1)) });
  assert.deepEqual(facts.answers, { what: "action" });
});

test("a form without sealed fields has neither record nor custody", async () => {
  const { publicKey, recipientKey } = await makeKeyPair();
  const key = { id: "k", key: toBase64(publicKey) };
  const sent = await sealSubmission({ partnership: "p", form: "process", formVersion: 1, submission: "1".repeat(32), factsKey: key, custodyKey: key, facts: { process: "We meet" }, record: null });
  assert.ok(!("record" in sent) && !("custody" in sent));
  const binding = { partnership: "p", key: "k", form: "process", formVersion: 1, compartment: "facts", submission: "1".repeat(32) };
  const facts = JSON.parse(new TextDecoder().decode(await open(fromBase64(sent.facts.sealed), { recipientKey, binding })));
  assert.ok(!("record_key" in facts));
});

// ── the sign-in’s end ──

const MINUTE = 60_000;
const held = (until, asked) => ({ until: until * MINUTE, asked: asked * MINUTE });

test("a sign-in ends half an hour after the last question, or with the working day", () => {
  assert.deepEqual(timeLeft(held(600, 0), 10 * MINUTE), { minutes: 20, byDay: false });
  assert.deepEqual(timeLeft(held(600, 595), 598 * MINUTE), { minutes: 2, byDay: true });
  assert.equal(timeLeft(held(600, 0), 30 * MINUTE).minutes, 0);
});

test("the last five minutes are warned of, and said aloud at their beginning and end", () => {
  assert.equal(warningWords(held(600, 0), 20 * MINUTE), "");
  assert.match(warningWords(held(600, 0), 25 * MINUTE), /signed out in 5 minutes\. What you typed stays/);
  assert.match(warningWords(held(600, 0), 29.5 * MINUTE), /in 1 minute\./);
  assert.match(warningWords(held(600, 598), 599 * MINUTE), /working day of this sign-in ends/);
  assert.deepEqual([25, 26, 29].map((minute) => isSaid(held(600, 0), minute * MINUTE)), [true, false, true]);
});

// ── words ──

test("an outcome is a proposal until every party confirmed it", () => {
  assert.equal(outcomeTitle({ code: "partly", final: false }), "Outcome proposed: agreed in part");
  assert.equal(outcomeTitle({ code: "agreed", final: true }), "Written confirmation: agreed");
  assert.equal(issueWords({ owner: "Jo", by_words: "Friday", state: "back" }, true), "Brought back: not settled. Jo pursues it, by Friday.");
});

test("a line of “yours” says the stage and the date, or where it stands", () => {
  assert.equal(aboutWords({ stage_label: "Stage 2", state: "routed", due_words: "Friday" }), "Stage 2. By Friday.");
  assert.match(aboutWords({ stage_label: "", state: "closed", due_words: "" }), /^Closed/);
});

test("what will be emailed waits for the record that names the child, whatever else is open", () => {
  const [form, action] = [{ submission: "f" }, { submission: "a" }];
  assert.equal(areOpen([form], []), false);
  assert.equal(areOpen([form], [action]), false);
  assert.equal(areOpen([form], [action, form]), true);
  assert.equal(areOpen([], []), true);
});
