"""Decides an escalation: the policy's step, then the people for it. Routing and replay both use it. Pure."""

from collections.abc import Iterator
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.decision import Circumstances, Decision, Person
from services.router.domain.directory import Directory
from services.router.domain.parties import name_parties
from services.router.domain.partnership import Partnership
from services.router.domain.routing.barring import own_managers
from services.router.domain.routing.by_hand import BY_HAND
from services.router.domain.routing.handing import raised_now
from services.router.domain.routing.people import Parties
from services.router.domain.routing.ringing import ON_CALL_FIRST, ring_now
from services.router.domain.routing.scrutiny import GAP, STANDS_ASIDE
from services.router.policy.engine import answered_by_hand, decide, left_to_a_person
from services.router.policy.facts import Facts, Raiser, Side
from services.router.policy.model import Policy
from services.router.policy.step import Basis, Part, Reason, Ruling, Step
from shared.terms import EscalationRef, Instant
from shared.working_days import Holidays

NOTHING_SINCE = Circumstances()


def decide_escalation(
    ref: EscalationRef,
    facts: Facts,
    *,
    policy: Policy,
    directory: Directory,
    holidays: Holidays,
    now: Instant,
    circumstances: Circumstances = NOTHING_SINCE,
) -> Decision:
    """The whole answer of `policy` for one escalation. The same inputs give the same bytes.

    now: when it is decided; it says who holds a post today. Deadlines count from facts.opened_at.
    holidays: of the partnership's nation. Raises KeyError for a partnership the directory does not know.
    """
    partnership = directory.partnerships[facts.partnership]
    options = directory.options[facts.partnership]
    raised = raised_now(facts, circumstances)
    step = decide(policy, informed(raised, directory), holidays=holidays, options=options)
    day = now.astimezone(_zone(partnership.zone)).date()
    parties = name_parties(step, facts, directory, partnership, day=day, circumstances=circumstances)
    if step.ruling is Ruling.REFERRED and parties.somebody_acts():
        step = answered_by_hand(step, policy, facts, holidays=holidays, options=options)
    elif parties.search.has_gap(GAP) and not parties.somebody_acts():
        step = left_to_a_person(step, STANDS_ASIDE)
    if facts.immediate_harm and ring_now(parties, now.astimezone(_zone(partnership.zone)), holidays=holidays):
        step = msgspec.structs.replace(step, reasons=(*step.reasons, ON_CALL_FIRST))
    return _decision(ref, step, parties, policy=policy, now=now)


def managers_of_raiser(
    facts: Facts, *, policy: Policy, directory: Directory, holidays: Holidays, circumstances: Circumstances
) -> frozenset[str]:
    """The raiser's own managers, who answer for no decision of the agency where both work."""
    raised = raised_now(facts, circumstances)
    options = directory.options[facts.partnership]
    step = decide(policy, informed(raised, directory), holidays=holidays, options=options)
    return own_managers(raised, directory, step.managing)


def informed(facts: Facts, directory: Directory) -> Facts:
    """The facts with what the directory knows: the type of each listed agency, the raiser's own post."""
    raiser = _posted(facts.raiser, facts.raising[0], directory) if facts.raising else facts.raiser
    return msgspec.structs.replace(
        facts,
        raising=tuple([_typed(side, directory) for side in facts.raising]),
        receiving=tuple([_typed(side, directory) for side in facts.receiving]),
        raiser=raiser,
    )


def _typed(side: Side, directory: Directory) -> Side:
    agency = directory.agencies.get(side.agency) if side.agency is not None else None
    return side if agency is None or agency.type is side.type else msgspec.structs.replace(side, type=agency.type)


def _posted(raiser: Raiser, side: Side, directory: Directory) -> Raiser:
    """A raiser whose address is in the directory stands on that post's rung, whatever they typed as their role."""
    placed = directory.own_post(side.agency, raiser.address)
    return raiser if placed is None else msgspec.structs.replace(raiser, role=placed.post.role)


def _decision(ref: EscalationRef, step: Step, parties: Parties, *, policy: Policy, now: Instant) -> Decision:
    search, gaps = parties.search, parties.search.gaps_found()
    desk = (_duty(search.partnership),) if gaps else ()
    return Decision(
        ref=ref,
        partnership=search.partnership.id,
        policy=policy.id,
        edition=policy.edition,
        directory_revision=search.directory.revision,
        decided_at=now,
        ruling=step.ruling,
        stage=step.stage,
        stage_label=step.stage_label,
        route=step.route,
        diversion=step.diversion,
        persons=(*parties.persons, *desk),
        due_at=step.due.at,
        due_on=step.due.on,
        raise_before=step.raise_before,
        late=step.late,
        partnership_told=step.partnership_told,
        form_required=step.form_required,
        warnings=(*step.warnings, *search.away, *_away_before(step, parties)),
        if_unresolved=step.if_unresolved,
        if_unresolved_you=step.if_unresolved_you,
        offered=step.offered,
        excluded=tuple(search.excluded),
        gaps=gaps,
        reasons=(*step.reasons, *_by_hand(parties.circumstances)),
    )


def _away_before(step: Step, parties: Parties) -> Iterator[str]:
    """Those who must act and will be away before it is due."""
    search, due_on = parties.search, step.due.on
    for one in parties.persons if due_on is not None else ():
        post = search.directory.posts[one.post].post if one.must_act and one.post is not None else None
        for absence in post.absences if post is not None else ():
            if due_on is not None and search.day < absence.first <= due_on:
                yield f"{one.role} is away from {absence.first.day} {absence.first:%B %Y}: agree who acts then."


def _duty(partnership: Partnership) -> Person:
    """The duty contact, told of what needs a person."""
    duty = partnership.duty
    return Person(
        part=Part.DUTY,
        name=duty.name,
        role=duty.role,
        agency=partnership.name,
        address=duty.mailbox,
        phone=duty.phone,
        told=True,
        must_act=False,
        may_read=False,
    )


def _by_hand(circumstances: Circumstances) -> tuple[Reason, ...]:
    if circumstances.by_hand is None:
        return ()
    says = "The duty contact chose the post that is to act."
    return (Reason(rule=BY_HAND, says=says, basis=Basis.SETTING, source="the duty contact, by hand"),)


@lru_cache(maxsize=32)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
