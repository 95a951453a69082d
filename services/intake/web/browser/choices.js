/** The partnership's own choices, by source: the same as `form_choices` in `shared/public_book.py`. Pure. */

/** @param {any} partnership @returns {Record<string, {code: string, words: string}[]>} */
export function choicesOf(partnership) {
  const { policy, areas, agencies } = partnership;
  /** @param {{id: string, name: string}[]} things */
  const named = (things) => things.map(({ id, name }) => ({ code: id, words: name }));
  return {
    policy_areas: policy.areas,
    triggers: policy.triggers.length > 1 ? policy.triggers : [],
    desired_actions: policy.desired_actions,
    stages: policy.stages
      .filter((/** @type {any} */ stage) => stage.can_start_here)
      .map((/** @type {any} */ stage) => ({ code: String(stage.number), words: stage.label })),
    council_areas: named(areas),
    agencies: named(agencies),
    ...Object.fromEntries(agencies.map((/** @type {any} */ agency) => [`teams:${agency.id}`, named(agency.teams ?? [])])),
  };
}

/** Only the codes, as the check takes them. @param {Record<string, {code: string}[]>} choices */
export function codesOf(choices) {
  return Object.fromEntries(Object.entries(choices).map(([source, list]) => [source, list.map(({ code }) => code)]));
}
