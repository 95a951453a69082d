/** "Fill in an example", on the demonstration only. Nobody in it exists; the addresses end in .example. */

import { writeField } from "./answers.js";
import { localDay } from "./timeframe.js";

const DAY_MS = 86_400_000;

/** The demonstration's social worker, by agency: with their address they are told as well. */
const SOCIAL_WORKERS = /** @type {Record<string, Record<string, string>>} */ ({
  "ws-social-care": {
    decision_maker_name: "Quinn Quaverley",
    decision_maker_role: "Social worker",
    decision_maker_email: "quinn.quaverley@west-sussex-council.example",
  },
});

/** A school raises with social care that a referral was not accepted. Agencies are found by their type; the
 * demonstration's schools have addresses that end in their own name.
 * @param {any} partnership @param {Date} now @returns {import("./definition.js").Answers} */
export function exampleFor(partnership, now) {
  /** @param {string} type */
  const agencies = (type) => partnership.agencies.filter((/** @type {any} */ each) => each.type === type);
  const school = agencies("education").find((/** @type {any} */ each) => !each.id.endsWith("-education"));
  const [social] = agencies("childrens_social_care");
  const teams = social?.teams ?? [];
  const before = localDay(new Date(now.getTime() - 2 * DAY_MS), partnership.zone);
  return {
    immediate_harm: "no",
    receiving_agency: social?.id,
    receiving_team: (teams.find((/** @type {any} */ team) => /assess/i.test(team.name)) ?? teams[0])?.id,
    ...SOCIAL_WORKERS[social?.id],
    decided_on: before,
    child_status: "in_need",
    area: partnership.policy.areas[0]?.code,
    trigger: partnership.policy.triggers[0]?.code,
    child_name: "Example Child",
    account:
      "An example. We referred because of what we saw over three weeks. The referral was closed without a visit. We think the child’s needs meet the threshold, and waiting makes them worse.",
    stage_one: "yes",
    stage_one_on: before,
    timeframe: { unit: "working_days", amount: 5 },
    desired_actions: partnership.policy.desired_actions.slice(0, 1).map((/** @type {any} */ choice) => choice.code),
    ask_line: "Please look at the referral again this week.",
    raiser_name: "Frankie Nettlebed",
    raiser_role: "Designated safeguarding lead",
    raiser_is: "safeguarding_lead",
    raising_agency: school?.id,
    raiser_phone: "01632 960145",
    raiser_email: `frankie.nettlebed@${school?.id}.example`,
  };
}

/** @param {import("./definition.js").Field[]} fields in the form's order, so that a question is asked before it is answered
 * @param {any} partnership */
export function fillExample(fields, partnership) {
  const example = exampleFor(partnership, new Date());
  for (const field of fields) writeField(field, example[field.id]);
}
