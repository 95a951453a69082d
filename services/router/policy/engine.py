"""Decides what a policy requires of one escalation: by role, with every rule's source. Pure.

The order of the tests: diversion, own agency, special route, stage (see plan), deadline, who is told.
Total: what the policy does not say is referred to a person, never guessed.
"""

from datetime import timedelta

import msgspec

from services.router.policy import wording
from services.router.policy.deadline import deadline
from services.router.policy.facts import Facts
from services.router.policy.matching import kind_of
from services.router.policy.model import Options, Policy
from services.router.policy.plan import Plan, plan
from services.router.policy.step import Due, Reason, Ruling, Step
from shared.terms import Instant
from shared.working_days import Holidays

CODED = "coded"


def decide(policy: Policy, facts: Facts, *, holidays: Holidays, options: Options) -> Step:
    """The one Step that `policy` requires. A due time passing in silence prompts people; it never moves a stage.

    facts.opened_at is when the form was received: deadlines count from it, whenever the decision is made.
    holidays: of the partnership's nation.
    """
    found = plan(policy, options, kind_of(policy, facts))
    if found.ruling is Ruling.ROUTED:
        return _routed(policy, facts, found, holidays=holidays, options=options)
    return Step(
        ruling=found.ruling,
        stage_label=found.label,
        route=found.route,
        diversion=found.diversion,
        seats=found.seats,
        form_required=False,
        if_unresolved=found.if_unresolved,
        if_unresolved_you=found.if_unresolved_you,
        managing=found.managing,
        needs=found.needs,
        reasons=found.reasons,
    )


def _routed(policy: Policy, facts: Facts, found: Plan, *, holidays: Holidays, options: Options) -> Step:
    warn_days = policy.general.warn_days
    due = deadline(facts.timeframe, facts.opened_at, zone=options.zone, holidays=holidays, warn_days=warn_days)
    raise_before = _raise_before(found, facts)
    late = raise_before is not None and facts.opened_at > raise_before
    return Step(
        ruling=Ruling.ROUTED,
        stage=found.stage,
        stage_label=found.label,
        route=found.route,
        seats=found.seats,
        due=due,
        raise_before=raise_before,
        late=late,
        partnership_told=CODED if found.told else "no",
        form_required=found.form,
        recuse=found.recuse,
        warnings=wording.warnings(facts, due, late=late),
        if_unresolved=found.if_unresolved,
        if_unresolved_you=found.if_unresolved_you,
        managing=found.managing,
        next_stage=found.next_stage,
        offered=(wording.STAGES,) if late else found.offered,
        needs=found.needs + wording.needs(facts, due, options),
        reasons=found.reasons,
    )


def answered_by_hand(step: Step, policy: Policy, facts: Facts, *, holidays: Holidays, options: Options) -> Step:
    """What was referred, once a person has said who is to act: routed, and due as the raiser states."""
    warn_days = policy.general.warn_days
    due = deadline(facts.timeframe, facts.opened_at, zone=options.zone, holidays=holidays, warn_days=warn_days)
    return msgspec.structs.replace(
        step, ruling=Ruling.ROUTED, due=due, warnings=wording.warnings(facts, due, late=False)
    )


def left_to_a_person(step: Step, because: Reason) -> Step:
    """What nobody whom the policy names may decide: referred, and due once a person has said who acts."""
    return msgspec.structs.replace(
        step, ruling=Ruling.REFERRED, due=Due(), warnings=(), reasons=(*step.reasons, because)
    )


def _raise_before(found: Plan, facts: Facts) -> Instant | None:
    """The raiser's own limit, in elapsed hours from the end of the conference."""
    if found.raise_within_hours is None or facts.conference_ended_at is None:
        return None
    return facts.conference_ended_at + timedelta(hours=found.raise_within_hours)
