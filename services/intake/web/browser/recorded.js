/** What an act must still say, and whether the page that router shows now holds it. Pure. */

/** @typedef {{field: string, text: string}} Shown */
/** @typedef {Record<string, any>} Answers */

const ISSUES = [1, 2, 3];
const SKIPS = /skips a stage/;

/** The codes that the fields of an act take, from what this person is shown.
 * @param {any} seen @param {Record<string, string[]>} codes of the partnership */
export function choicesIn(seen, codes) {
  /** @param {{code: string}[] | undefined} list */
  const of = (list) => (list ?? []).map(({ code }) => code);
  return { ...codes, stages: seen.next_stages?.length ? of(seen.next_stages) : codes.stages };
}

/** What is wrong beyond the form's own rules: an outstanding issue needs somebody who pursues it, and a date.
 * @param {Answers} answers of the outcome's form @param {{today: string}} given today: local ISO date @returns {Shown[]} */
export function issueProblems(answers, { today }) {
  return ISSUES.flatMap((number) => {
    const [text, owner, by] = ["text", "owner", "by"].map((part) => answers[`issue_${number}_${part}`]);
    if (!text && !owner && !by) return [];
    /** @type {[string, unknown, string][]} */
    const parts = [
      ["text", text, "Enter what is still open, or take out who pursues it and the date"],
      ["owner", owner, "Choose who pursues the issue"],
      ["by", by && by >= today, by ? "Enter a date that has not passed" : "Enter the date by which the issue is settled"],
    ];
    return parts.filter(([, given]) => !given).map(([part, , says]) => ({ field: `issue_${number}_${part}`, text: says }));
  });
}

/** To skip a stage takes more than that the one before did not settle it: the policy asks why.
 * @param {Answers} answers of the form for a further stage @param {any} seen @returns {Shown[]} */
export function skipProblems(answers, seen) {
  const next = seen.next_stages?.[0];
  const skips = next && answers.stage && (answers.stage !== next.code || SKIPS.test(next.words));
  const reasons = [answers.entry ?? []].flat().filter((reason) => reason !== "unresolved");
  return skips && !reasons.length ? [{ field: "entry", text: "Choose why it skips a stage, beside that it was not settled" }] : [];
}

/** Whether router shows that what was sent under `submission` counts.
 * @param {{move: string, submission: string, before: any, after: any}} given two SeenEscalations */
export function isRecorded({ move, submission, before, after }) {
  if ((after.added ?? []).some((/** @type {any} */ added) => added.submission === submission)) return true;
  if (move === "acknowledge") return !ownMark(before) && ownMark(after);
  if (move === "outcome") return (after.outcome?.version ?? 0) > (before.outcome?.version ?? 0);
  if (move === "next-stage") return before.state !== "moved-on" && after.state === "moved-on";
  if (move === "reopen") return (after.stages ?? []).length > (before.stages ?? []).length;
  return false;
}

/** @param {any} seen */
const ownMark = (seen) => (seen.people ?? []).some((/** @type {any} */ person) => person.you && person.acknowledged);

/** The stage that this matter is at after it went on, "" where the page does not show one. @param {any} seen */
export const latestRef = (seen) => (seen.stages ?? []).filter((/** @type {any} */ stage) => stage.ref !== seen.ref && !stage.ended_at).at(-1)?.ref ?? "";
