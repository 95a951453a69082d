"""The sentences of a step: what happens if nothing happens, what to mind, what a person must look at. Pure."""

from services.router.policy.facts import Facts, Route, TimeframeUnit
from services.router.policy.model import Options, Policy, Stage
from services.router.policy.seating import HIGHEST_RUNG, Table, rungs_from
from services.router.policy.step import Due

STAGES = "stages"
LATE = "Raised after the policy's limit: accepted and marked late. The ordinary stages are offered beside it."
URGENT = "A child may be at risk of immediate harm: ring as well. An email may not be read now."
URGENT_DAYS = "A child may be at risk of immediate harm and the limit is in days: ask whether hours are needed."
BACKED = "The raiser's safeguarding lead backs it: whoever does not agree says why in writing."
NOTHING_MOVES = "Nothing moves on by itself: the person who raised it decides."
YOU_DECIDE = "Nothing moves on by itself: you decide."
RAISER = "{raiser}"
BACKABLE = frozenset((Route.NEED_FOR_CONFERENCE, Route.CONFERENCE_DISSENT))


def to_others(text: str) -> str:
    """What happens if nothing is resolved, as it is said to anybody but the raiser."""
    return f"{text.replace(RAISER, 'The person who raised it')} {NOTHING_MOVES}" if text else ""


def to_the_raiser(text: str) -> str:
    """The same as it is said to the raiser."""
    return f"{text.replace(RAISER, 'You')} {YOU_DECIDE}" if text else ""


def next_stage(policy: Policy, number: int) -> Stage | None:
    """The stage after `number` that a raiser may ask for; None where the policy leaves that to somebody else."""
    following = policy.stages.get(number + 1)
    return following if following is not None and following.can_start else None


def told_at(policy: Policy, number: int, options: Options) -> bool:
    """Whether the partnership is told at stage `number`: its own setting, else the policy's."""
    told_from = options.told_from if options.told_from is not None else policy.general.told_from
    return told_from is not None and number >= told_from


def if_unresolved(policy: Policy, table: Table, options: Options) -> str:
    """What can be done when the time has passed without agreement; `{raiser}` stands for the raiser."""
    following = next_stage(policy, table.stage)
    if following is None:
        last = policy.stages.get(table.stage + 1)
        gate = f" {last.gate}" if last is not None and last.gate else ""
        return f"There is no further {policy.stage_word.lower()} that a raiser can ask for.{gate}"
    told = told_at(policy, following.number, options) and not told_at(policy, table.stage, options)
    now_told = " The partnership is then told." if told else ""
    return f"{RAISER} may take it to {_called(policy, following)}: {_who(policy, table, following)}.{now_told}"


def _called(policy: Policy, stage: Stage) -> str:
    """The stage's label within a sentence: `stage 3`, `the Resolution Panel`."""
    numbered = stage.label.startswith(policy.stage_word)
    return f"{stage.label[:1].lower()}{stage.label[1:]}" if numbered else f"the {stage.label}"


def _who(policy: Policy, table: Table, stage: Stage) -> str:
    """The rungs of the next stage on both sides. A rung that the raiser's side has used already is not used again."""
    theirs = next(rungs_from(policy, table.receiving[0], stage.number), None) if table.receiving else None
    if stage.number > HIGHEST_RUNG or theirs is None:
        return f"{stage.who[:1].lower()}{stage.who[1:]}".rstrip(".")
    own = table.own_rung + 1
    ours = next(rungs_from(policy, table.raising[0], max(stage.number, own)), None) if table.raising else None
    if ours is None:
        return f"the {theirs.words}"
    if own < stage.number:
        return f"the {ours.words}, with the {theirs.words}"
    others = " or ".join(f"the {policy.role_words[role.code]}" for role in ours.roles[1:]) or "the safeguarding lead"
    return f"the {ours.words} is asked already at this stage, so it would be {others}, with the {theirs.words}"


def warnings(facts: Facts, due: Due, *, late: bool) -> tuple[str, ...]:
    """What everybody should mind about this deadline."""
    backed = facts.lead_backs and facts.route in BACKABLE
    if not (late or facts.immediate_harm or backed):
        return due.warnings
    found = list(due.warnings)
    if backed:
        found.append(BACKED)
    if late:
        found.append(LATE)
    if facts.immediate_harm:
        found.append(URGENT)
        if facts.timeframe.unit is TimeframeUnit.WORKING_DAYS:
            found.append(URGENT_DAYS)
    return tuple(found)


def needs(facts: Facts, due: Due, options: Options) -> tuple[tuple[str, str], ...]:
    """(code, sentence) of what the duty contact must look at."""
    found = []
    if due.referred:
        found.append(("deadline-needs-a-person", due.referred))
    if _elsewhere(facts.decision_area, options):
        found.append(("decision-elsewhere", "The decision was made in another area: that area's policy applies."))
    if _elsewhere(facts.child_area, options):
        found.append(("child-elsewhere", "The child lives in another area: tell that area's children's social care."))
    if not facts.receiving:
        found.append(("no-receiving-agency", "No agency is named whose decision is challenged."))
    return tuple(found)


def _elsewhere(area: str, options: Options) -> bool:
    return bool(options.areas) and area not in ("", "not_known") and area not in options.areas
