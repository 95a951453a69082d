/** The coarse codes that a preview of the route may know: nothing typed freely, nobody named. Pure. */

/** @typedef {import("./definition.js").Answers} Answers */

/** @param {Answers} answers @param {string} side "raising" or "receiving" */
function agency(answers, side) {
  const chosen = answers[`${side}_agency`] ?? "";
  if (chosen !== "not_listed") return { [`${side}_agency`]: chosen, [`${side}_agency_type`]: "" };
  return { [`${side}_agency`]: "", [`${side}_agency_type`]: answers[`${side}_agency_other_type`] ?? "" };
}

/** A whole number that the form's own limits allow, else the default. @param {unknown} amount */
const amountOr5 = (amount) => (Number.isInteger(amount) && Number(amount) > 0 && Number(amount) <= 1440 ? amount : 5);

/** A role of the policy by the name that was typed, or "": what was typed itself never goes.
 * @param {Answers} answers @param {{code: string, words: string}[]} roles */
function roleCode(answers, roles) {
  const typed = String(answers.raiser_role ?? "").trim().toLowerCase();
  return roles.find(({ words }) => words === typed)?.code ?? "";
}

/** The team that was chosen, null where none is known. @param {Answers} answers @param {string} side */
function team(answers, side) {
  const chosen = answers[`${side}_team`] ?? "";
  return chosen && chosen !== "not_known" ? chosen : null;
}

/** The body of POST /api/v1/route (RouteQuestion), or null while too little is known.
 * @param {Answers} answers only those asked @param {string} partnership
 * @param {{code: string, words: string}[]} [roles] the names of the policy's roles */
export function routeQuestion(answers, partnership, roles = []) {
  const receiving = agency(answers, "receiving");
  if (!receiving.receiving_agency && !receiving.receiving_agency_type) return null;
  const timeframe = /** @type {import("./definition.js").Timeframe} */ (answers.timeframe ?? { unit: "working_days", amount: 5 });
  return {
    type: "route.question",
    partnership,
    stage: answers.stage ? Number(answers.stage) : null,
    entry: answers.entry ?? [],
    child_status: answers.child_status ?? "",
    subject: answers.subject ?? "",
    route: answers.route ?? "",
    dissent: answers.dissent ?? "",
    lead_backs: answers.lead_backs === "yes",
    decision_area: answers.decision_area ?? "",
    child_area: answers.child_area ?? "",
    area: answers.area ?? "",
    immediate_harm: answers.immediate_harm === "yes",
    own_manager: answers.own_manager === "yes",
    raiser_is: answers.raiser_is ?? "",
    raiser_role_code: roleCode(answers, roles),
    decision_maker_named: Boolean(answers.decision_maker_name || answers.decision_maker_email),
    ...agency(answers, "raising"),
    ...receiving,
    raising_team: team(answers, "raising"),
    receiving_team: team(answers, "receiving"),
    more_raising: answers.more_raising ?? [],
    more_agencies: answers.more_agencies ?? [],
    timeframe_unit: timeframe.unit,
    timeframe_amount: amountOr5(timeframe.amount),
    timeframe_until: /^\d{4}-\d{2}-\d{2}$/.test(timeframe.until ?? "") ? timeframe.until : "",
  };
}
