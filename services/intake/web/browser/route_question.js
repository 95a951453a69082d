/** The coarse codes that a preview of the route may know: nothing typed freely, nobody named. Pure. */

/** @typedef {import("./definition.js").Answers} Answers */
/** @typedef {{code: string, words: string}[]} Roles the names of the policy's roles */

/** @param {Answers} answers @param {string} side "raising" or "receiving" */
function agency(answers, side) {
  const chosen = answers[`${side}_agency`] ?? "";
  if (chosen !== "not_listed") return { [`${side}_agency`]: chosen, [`${side}_agency_type`]: "" };
  return { [`${side}_agency`]: "", [`${side}_agency_type`]: answers[`${side}_agency_other_type`] ?? "" };
}

/** A whole number that the form's own limits allow, else the default. @param {unknown} amount */
const amountOr5 = (amount) => (Number.isInteger(amount) && Number(amount) > 0 && Number(amount) <= 1440 ? amount : 5);

/** A role of the policy by the name that was typed, or "": what was typed itself never goes.
 * @param {Answers} answers @param {Roles} roles */
function roleCode(answers, roles) {
  const typed = String(answers.raiser_role ?? "").trim().toLowerCase();
  return roles.find(({ words }) => words === typed)?.code ?? "";
}

/** The team that was chosen, null where none is known. @param {Answers} answers @param {string} side */
function team(answers, side) {
  const chosen = answers[`${side}_team`] ?? "";
  return chosen && chosen !== "not_known" ? chosen : null;
}

const HOUR_MS = 3_600_000;
const MOST_HOURS = 999;

/** What clocks in the zone show at an instant, as milliseconds. @param {number} at @param {string} zone */
function wall(at, zone) {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }).format(at);
  return Date.parse(`${shown.replace(" ", "T")}Z`);
}

/** Whole hours since a local time, begun ones counted, so that "late" is never said too late; null where it is unknown
 * or still to come. The moment itself never goes. @param {unknown} local "2026-12-23T15:30" @param {{zone: string, now: Date}} here */
function hoursSince(local, { zone, now }) {
  const shown = typeof local === "string" && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(local) ? Date.parse(`${local}:00Z`) : NaN;
  if (Number.isNaN(shown)) return null;
  const about = shown - (wall(shown, zone) - shown);
  const hours = Math.ceil((now.getTime() - (shown - (wall(about, zone) - about))) / HOUR_MS);
  return hours < 0 ? null : Math.min(hours, MOST_HOURS);
}

/** The body of POST /api/v1/route (RouteQuestion), or null while too little is known.
 * @param {Answers} answers only those asked @param {{id: string, zone: string, policy: {roles: Roles}}} partnership
 * @param {Date} [now] */
export function routeQuestion(answers, partnership, now = new Date()) {
  const receiving = agency(answers, "receiving");
  if (!receiving.receiving_agency && !receiving.receiving_agency_type) return null;
  const timeframe = /** @type {import("./definition.js").Timeframe} */ (answers.timeframe ?? { unit: "working_days", amount: 5 });
  return {
    type: "route.question",
    partnership: partnership.id,
    stage: answers.stage ? Number(answers.stage) : null,
    entry: answers.entry ?? [],
    child_status: answers.child_status ?? "",
    subject: answers.subject ?? "",
    route: answers.route ?? "",
    dissent: answers.dissent ?? "",
    conference_hours: hoursSince(answers.conference_ended_at, { zone: partnership.zone, now }),
    lead_backs: answers.lead_backs === "yes",
    decision_area: answers.decision_area ?? "",
    child_area: answers.child_area ?? "",
    area: answers.area ?? "",
    immediate_harm: answers.immediate_harm === "yes",
    own_manager: answers.own_manager === "yes",
    raiser_is: answers.raiser_is ?? "",
    raiser_role_code: roleCode(answers, partnership.policy.roles),
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
