"""The sentences of a step: what happens if nothing happens, what to mind, what a person must look at. Pure."""

from services.router.policy.facts import Facts, TimeframeUnit
from services.router.policy.model import Options, Policy, Stage
from services.router.policy.seating import HIGHEST_RUNG, Table, rungs_from
from services.router.policy.step import Due

STAGES = "stages"
LATE = "Raised after the policy's limit: accepted and marked late. The ordinary stages are offered beside it."
URGENT = "Immediate harm is ticked: ring as well. An email may not be read now."
URGENT_DAYS = "Immediate harm is ticked and the limit is in days: ask whether hours are needed."
NOTHING_MOVES = "Nothing moves on by itself: the raiser decides, and everyone is reminded."


def next_stage(policy: Policy, number: int) -> Stage | None:
    """The stage after `number` that a raiser may ask for; None where the policy leaves that to somebody else."""
    following = policy.stages.get(number + 1)
    return following if following is not None and following.can_start else None


def told_at(policy: Policy, number: int, options: Options) -> bool:
    """Whether the partnership is told at stage `number`: its own setting, else the policy's."""
    told_from = options.told_from if options.told_from is not None else policy.general.told_from
    return told_from is not None and number >= told_from


def if_unresolved(policy: Policy, table: Table, options: Options) -> str:
    """What can be done when the time has passed without agreement. Silence never moves a stage."""
    following = next_stage(policy, table.stage)
    if following is None:
        last = policy.stages.get(table.stage + 1)
        gate = f" {last.gate}" if last is not None and last.gate else ""
        return f"There is no further {policy.stage_word.lower()} that a raiser can ask for.{gate} {NOTHING_MOVES}"
    told = told_at(policy, following.number, options) and not told_at(policy, table.stage, options)
    now_told = " The partnership is then told." if told else ""
    return f"{following.label} can be asked for: {_who(policy, table, following)}.{now_told} {NOTHING_MOVES}"


def _who(policy: Policy, table: Table, stage: Stage) -> str:
    """The rungs of the next stage on both sides. A rung that the raiser's side has used already is not used again."""
    theirs = next(rungs_from(policy, table.receiving[0], stage.number), None) if table.receiving else None
    if stage.number > HIGHEST_RUNG or theirs is None:
        return stage.who.rstrip(".")
    own = table.own_rung + 1
    ours = next(rungs_from(policy, table.raising[0], max(stage.number, own)), None) if table.raising else None
    if ours is None:
        return theirs.words
    if own < stage.number:
        return f"{ours.words}, with {theirs.words}"
    others = " or ".join(policy.role_words[role.code] for role in ours.roles[1:]) or "the safeguarding lead"
    return f"{ours.words} is asked already, so {others}, with {theirs.words}"


def warnings(facts: Facts, due: Due, *, late: bool) -> tuple[str, ...]:
    """What everybody should mind about this deadline."""
    if not (late or facts.immediate_harm):
        return due.warnings
    found = list(due.warnings)
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
