"""Decides what a policy requires of one escalation: by role, with every rule's source. Pure.

The order of the tests: diversion, own agency, special route, stage, deadline, who is told.
Total: what the policy does not say is referred to a person, never guessed.
"""

from datetime import timedelta

from services.router.policy import wording
from services.router.policy.deadline import deadline
from services.router.policy.facts import Entry, Facts
from services.router.policy.matching import holds, same_agency
from services.router.policy.model import Options, Policy, Special, Stage
from services.router.policy.seating import Table, seat_all
from services.router.policy.step import Asked, Reason, Ruling, Step
from shared.terms import Instant
from shared.working_days import Holidays

CODED = "coded"
STAGES = "stages"
BESIDE = "beside"
SPECIAL_STAGE = 2


def decide(policy: Policy, facts: Facts, *, holidays: Holidays, options: Options) -> Step:
    """The one Step that `policy` requires. A due time passing in silence prompts people; it never moves a stage.

    facts.opened_at is when the form was received: deadlines count from it, whenever the decision is made.
    """
    for diversion in policy.diversions:
        if diversion.when is not None and holds(diversion.when, facts):
            return _diverted(diversion.text.code, diversion.reason)
    if not policy.own_agency and same_agency(facts):
        return _diverted("own_agency", policy.own_agency_reason)
    special = next((route for route in policy.routes if holds(route.when, facts)), None)
    if special is not None and special.ruling is Ruling.RECORDED:
        return _recorded(policy, facts, special)
    stage = policy.stages.get(facts.stage)
    if stage is not None and not stage.can_start:
        stage = None
    if special is None:
        return _by_stage(policy, facts, stage, holidays=holidays, options=options)
    return _by_route(policy, facts, special, stage=stage, holidays=holidays, options=options)


def _diverted(code: str, reason: Reason) -> Step:
    return Step(ruling=Ruling.DIVERTED, diversion=code, form_required=False, reasons=(reason,))


def _recorded(policy: Policy, facts: Facts, special: Special) -> Step:
    return Step(
        ruling=Ruling.RECORDED,
        route=special.id,
        stage_label=special.text.title,
        seats=seat_all(special.seats, Table(policy=policy, facts=facts, stage=1)),
        form_required=False,
        if_unresolved=special.if_unresolved,
        offered=_offered(special, late=False),
        reasons=(special.reason, policy.raiser_reason),
    )


def _referred(policy: Policy, facts: Facts) -> Step:
    """To a person: the raiser is told, nobody else is asked to act."""
    known = policy.stages.get(facts.stage)
    word = policy.stage_word.lower()
    why = f"The policy has no {word} {facts.stage}." if known is None else f"No raiser can ask for it. {known.gate}"
    return Step(
        ruling=Ruling.REFERRED,
        seats=seat_all((), Table(policy=policy, facts=facts, stage=1)),
        form_required=False,
        needs=(("stage-not-in-policy", why),),
        reasons=(policy.raiser_reason,) if known is None else (known.reason, policy.raiser_reason),
    )


def _by_stage(policy: Policy, facts: Facts, stage: Stage | None, *, holidays: Holidays, options: Options) -> Step:
    if stage is None:
        return _referred(policy, facts)
    due = deadline(facts.timeframe, facts.opened_at, zone=options.zone, holidays=holidays, warn_days=policy.warn_days)
    told = wording.told_at(policy, stage.number, options)
    table = Table(policy=policy, facts=facts, stage=stage.number)
    following = wording.next_stage(policy, stage.number)
    telling = told_reason(policy, options) if told else None
    seats = seat_all(stage.seats, table, partnership=telling)
    return Step(
        ruling=Ruling.ROUTED,
        stage=stage.number,
        stage_label=stage.label,
        seats=seats,
        due=due,
        partnership_told=CODED if told else "no",
        form_required=stage.form,
        recuse=stage.recuse,
        warnings=wording.warnings(facts, due, late=False),
        if_unresolved=wording.if_unresolved(policy, facts, options),
        next_stage=following.number if following is not None else None,
        offered=_pattern(policy, facts),
        needs=wording.needs(facts, due, options, routed=facts.route == STAGES),
        reasons=_reasons(policy, facts, (stage.reason, telling) if telling else (stage.reason,), seats=seats),
    )


def _by_route(
    policy: Policy, facts: Facts, special: Special, *, stage: Stage | None, holidays: Holidays, options: Options
) -> Step:
    due = deadline(facts.timeframe, facts.opened_at, zone=options.zone, holidays=holidays, warn_days=policy.warn_days)
    raise_before = _raise_before(special, facts)
    late = raise_before is not None and facts.opened_at > raise_before
    beside = stage if special.ladder == BESIDE else None
    told = beside is not None and wording.told_at(policy, beside.number, options)
    telling = told_reason(policy, options) if told else None
    table = Table(policy=policy, facts=facts, stage=beside.number if beside is not None else SPECIAL_STAGE)
    laid = special.seats + (beside.seats if beside is not None else ())
    seats = seat_all(laid, table, partnership=telling)
    used = tuple(one for one in (special.reason, beside.reason if beside is not None else None, telling) if one)
    return Step(
        ruling=Ruling.ROUTED,
        stage=beside.number if beside is not None else None,
        stage_label=special.text.title,
        route=special.id,
        seats=seats,
        due=due,
        raise_before=raise_before,
        late=late,
        partnership_told=CODED if told else "no",
        form_required=beside.form if beside is not None else policy.form_from is not None,
        warnings=wording.warnings(facts, due, late=late),
        if_unresolved=special.if_unresolved,
        offered=_offered(special, late=late),
        needs=wording.needs(facts, due, options),
        reasons=_reasons(policy, facts, used, seats=seats),
    )


def told_reason(policy: Policy, options: Options) -> Reason:
    """The rule by which the partnership is told: its own setting where it has one, else the policy's."""
    return options.told_reason if options.told_reason is not None else policy.told_reason


def _raise_before(special: Special, facts: Facts) -> Instant | None:
    if special.raise_within_hours is None or facts.conference_ended_at is None:
        return None
    return facts.conference_ended_at + timedelta(hours=special.raise_within_hours)


def _offered(special: Special, *, late: bool) -> tuple[str, ...]:
    """The ordinary stages, where the route leaves them open or the route's own limit has passed."""
    return (STAGES,) if late or special.ladder == "offered" else ()


def _pattern(policy: Policy, facts: Facts) -> tuple[str, ...]:
    """The stage that similar escalations open, offered for a person to confirm. Counts only, no child data."""
    if policy.pattern_at is None or policy.pattern_stage is None or facts.pattern_count < policy.pattern_at:
        return ()
    return (f"stage-{policy.pattern_stage}",) if facts.stage < policy.pattern_stage else ()


def _reasons(
    policy: Policy, facts: Facts, used: tuple[Reason, ...], *, seats: tuple[Asked, ...] = ()
) -> tuple[Reason, ...]:
    """Every rule that was applied, once, in the order of the tests."""
    entries = tuple(policy.entries[one].reason for one in facts.entry if one in policy.entries)
    urgent = (policy.urgent_reason,) if facts.immediate_harm and Entry.URGENT not in facts.entry else ()
    pattern = (policy.pattern_reason,) if _pattern(policy, facts) else ()
    own = (policy.own_agency_reason,) if same_agency(facts) else ()
    general = (policy.default_days_reason, policy.form_reason, policy.raiser_reason)
    found = {one.rule: one for one in (*used, *entries, *urgent, *pattern, *own, *general)}
    for seat in seats:
        for rule in seat.rules:
            if rule not in found and rule in policy.rules:
                found[rule] = policy.rules[rule]
    return tuple(found.values())
