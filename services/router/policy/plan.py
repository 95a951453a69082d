"""What a policy asks of every escalation of one kind: seats, reasons and words, worked out once and kept. Pure.

Kinds are made of codes, so that there are few of them and what is kept names nobody.
"""

from functools import lru_cache
from typing import NamedTuple

from services.router.policy import wording
from services.router.policy.facts import Entry, Route
from services.router.policy.matching import Kind, holds
from services.router.policy.model import Options, Policy, Special, Stage
from services.router.policy.seating import MANAGER_RUNG, Table, raiser_rung, rungs_from, seat_all
from services.router.policy.step import Asked, Reason, Ruling
from shared.terms import StageNumber

BESIDE = "beside"
SPECIAL_RUNG = 2
OWN_AGENCY = "own_agency"
NO_ROUTE = ("route-not-in-policy", "The policy has no such route: the ordinary stages are used.")


class Plan(NamedTuple):
    """What holds for every escalation of one kind."""

    ruling: Ruling
    reasons: tuple[Reason, ...]
    stage: StageNumber | None = None
    label: str = ""
    route: str = wording.STAGES
    diversion: str = ""
    seats: tuple[Asked, ...] = ()
    told: bool = False
    form: bool = False
    recuse: bool = False
    if_unresolved: str = ""
    if_unresolved_you: str = ""
    managing: frozenset[str] = frozenset()
    next_stage: StageNumber | None = None
    offered: tuple[str, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    raise_within_hours: int | None = None


@lru_cache(maxsize=8192)
def plan(policy: Policy, options: Options, kind: Kind) -> Plan:
    """The plan for escalations of that kind: diversions first, then special routes, then the stages."""
    for diversion in policy.diversions:
        if diversion.when is not None and holds(diversion.when, kind):
            return Plan(Ruling.DIVERTED, (diversion.reason,), diversion=diversion.text.code)
    if kind.own_agency and not policy.general.own_agency:
        return Plan(Ruling.DIVERTED, (policy.general.own_agency_reason,), diversion=OWN_AGENCY)
    routes = () if kind.ladder else policy.routes
    special = next((route for route in routes if holds(route.when, kind)), None)
    if special is not None:
        return (
            _recorded(policy, kind, special)
            if special.ruling is Ruling.RECORDED
            else _by_route(policy, options, kind, special)
        )
    stage = policy.stages.get(kind.stage)
    if stage is None or not stage.can_start:
        return _referred(policy, kind, stage)
    return _by_stage(policy, options, kind, stage)


def _recorded(policy: Policy, kind: Kind, special: Special) -> Plan:
    return Plan(
        Ruling.RECORDED,
        (special.reason, policy.general.raiser_reason),
        label=special.text.title,
        route=special.id,
        seats=seat_all(special.seats, _table(policy, kind, 1)),
        if_unresolved=wording.to_others(special.if_unresolved),
        if_unresolved_you=wording.to_the_raiser(special.if_unresolved),
        managing=_managing(policy, kind),
    )


def _by_stage(policy: Policy, options: Options, kind: Kind, stage: Stage) -> Plan:
    telling = told_reason(policy, options) if wording.told_at(policy, stage.number, options) else None
    seats = seat_all(stage.seats, _table(policy, kind, stage.number), partnership=telling)
    following = wording.next_stage(policy, stage.number)
    open_still = wording.if_unresolved(policy, _table(policy, kind, stage.number), options)
    return Plan(
        Ruling.ROUTED,
        _reasons(policy, kind, (stage.reason, telling) if telling is not None else (stage.reason,), seats),
        stage=stage.number,
        label=stage.heading,
        seats=seats,
        told=telling is not None,
        form=stage.form,
        recuse=stage.recuse,
        if_unresolved=wording.to_others(open_still),
        if_unresolved_you=wording.to_the_raiser(open_still),
        managing=_managing(policy, kind),
        next_stage=following.number if following is not None else None,
        offered=_pattern(policy, kind),
        needs=() if kind.route is Route.STAGES else (NO_ROUTE,),
    )


def _by_route(policy: Policy, options: Options, kind: Kind, special: Special) -> Plan:
    asked = policy.stages.get(kind.stage) if special.ladder == BESIDE else None
    beside = asked if asked is not None and asked.can_start else None
    telling = told_reason(policy, options) if beside and wording.told_at(policy, beside.number, options) else None
    table = _table(policy, kind, beside.number if beside is not None else SPECIAL_RUNG)
    seats = seat_all(special.seats + (beside.seats if beside is not None else ()), table, partnership=telling)
    used = tuple(one for one in (special.reason, beside.reason if beside else None, telling) if one is not None)
    return Plan(
        Ruling.ROUTED,
        _reasons(policy, kind, used, seats),
        stage=beside.number if beside is not None else None,
        label=special.text.title,
        route=special.id,
        seats=seats,
        told=telling is not None,
        form=beside.form if beside is not None else policy.general.form_from is not None,
        if_unresolved=wording.to_others(special.if_unresolved),
        if_unresolved_you=wording.to_the_raiser(special.if_unresolved),
        managing=_managing(policy, kind),
        offered=(wording.STAGES,) if special.ladder == "offered" else (),
        raise_within_hours=special.raise_within_hours,
    )


def _referred(policy: Policy, kind: Kind, known: Stage | None) -> Plan:
    """To a person: the raiser is told, nobody else is asked to act."""
    word = policy.stage_word.lower()
    why = (
        f"The policy has no {word} {kind.stage}."
        if known is None
        else f"{known.label} cannot be asked for here. {known.gate}"
    )
    return Plan(
        Ruling.REFERRED,
        (policy.general.raiser_reason,) if known is None else (known.reason, policy.general.raiser_reason),
        seats=seat_all((), _table(policy, kind, 1)),
        managing=_managing(policy, kind),
        needs=(("stage-not-in-policy", why),),
    )


def _managing(policy: Policy, kind: Kind) -> frozenset[str]:
    """The roles that manage a team of the raiser's own agency, whatever stage is asked for."""
    return frozenset(
        role.code
        for agency_type in kind.raising[:1]
        for rung in rungs_from(policy, agency_type, MANAGER_RUNG)
        for role in rung.roles
    )


def _table(policy: Policy, kind: Kind, stage: int) -> Table:
    return Table(
        policy=policy,
        kind=kind,
        stage=stage,
        raising=kind.raising,
        receiving=kind.receiving,
        own_rung=raiser_rung(policy, kind),
    )


def told_reason(policy: Policy, options: Options) -> Reason:
    """The rule by which the partnership is told: its own setting where it has one, else the policy's."""
    return options.told_reason if options.told_reason is not None else policy.general.told_reason


def _pattern(policy: Policy, kind: Kind) -> tuple[str, ...]:
    """The stage that similar escalations open, offered for a person to confirm. Counts only, no child data."""
    stage = policy.general.pattern_stage
    return (f"stage-{stage}",) if kind.pattern and stage is not None and kind.stage < stage else ()


def _reasons(policy: Policy, kind: Kind, used: tuple[Reason, ...], seats: tuple[Asked, ...]) -> tuple[Reason, ...]:
    """Every rule that is applied, once, in the order of the tests."""
    entries = tuple(policy.entries[one].reason for one in kind.entry if one in policy.entries)
    urgent = (policy.general.urgent_reason,) if kind.urgent and Entry.URGENT not in kind.entry else ()
    pattern = (policy.general.pattern_reason,) if kind.pattern else ()
    own = (policy.general.own_agency_reason,) if kind.own_agency else ()
    general = (policy.general.default_days_reason, policy.general.form_reason, policy.general.raiser_reason)
    found = {one.rule: one for one in (*used, *entries, *urgent, *pattern, *own, *general)}
    for rule in (rule for seat in seats for rule in seat.rules):
        if rule not in found and rule in policy.rules:
            found[rule] = policy.rules[rule]
    return tuple(found.values())
