"""Decides an escalation and owes everybody their notice; confirms a raiser; passes a contact over. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.domain.changes import Change, Happened, Inputs, SentNotice, StoredDecision, What
from services.router.domain.decision import Decision, PassedOver, Ruling, decision_bytes
from services.router.domain.escalation import (
    STATE_OF_RULING,
    ConfirmedBy,
    Escalation,
    State,
    move,
    same_address,
)
from services.router.domain.ground import Ground
from services.router.domain.letters.notices import Cause, desk_row, of_decision, to_desk
from services.router.domain.letters.releasing import of_waiting_raiser
from services.router.domain.living.acting import holdings
from services.router.domain.living.clocks import due_of, timed
from services.router.domain.living.present import party_list, present
from services.router.domain.place import Place
from services.router.domain.routing.handing import raised_now
from services.router.handlers.owing import owe_all
from services.router.policy.facts import Facts
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.log import Event, record
from shared.messages import Notice, NoticePerson
from shared.terms import Instant

replace = msgspec.structs.replace

ASKS = frozenset({State.ROUTED, State.REFERRED, State.RECORDED, State.DIVERTED})
"""The states in which a decision may be made anew."""


def place_of(escalation: Escalation, ground: Ground) -> Place:
    """Raises: Permanent(UNKNOWN_PARTNERSHIP)."""
    place = ground.place(escalation.partnership)
    if place is None:
        raise Permanent(Code.UNKNOWN_PARTNERSHIP)
    return place


def facts_of(escalation: Escalation) -> Facts:
    """Raises: Permanent(FACTS_REFUSED) where the submission was parked."""
    if escalation.facts is None:
        raise Permanent(Code.FACTS_REFUSED)
    return escalation.facts


def is_trusted(escalation: Escalation, ground: Ground) -> bool:
    """Whether the raiser's address is in a registered domain, or the duty contact released it."""
    released = {same_address(one) for one in escalation.circumstances.released}
    raised = raised_now(facts_of(escalation), escalation.circumstances)
    return escalation.raiser_address in released or ground.is_registered(raised)


def confirm(escalation: Escalation, *, by: ConfirmedBy, ground: Ground, world: World, at: Instant) -> Change:
    """The raiser is who they say: route, or wait for the duty contact where nobody vouches for the address."""
    confirmed = replace(escalation, confirmed_by=by, confirmed_at=at, wait_until=None)
    line = Happened(ref=escalation.ref, at=at, what=What.CONFIRMED, note=by.value)
    record(Event.ADDRESS_CONFIRMED, ref=escalation.ref)
    goes_on = decide if confirmed.urgent or is_trusted(confirmed, ground) else _wait_for_release
    change = goes_on(confirmed, happened=(line,), ground=ground, world=world, at=at)
    return replace(change, waits_no_more=escalation.ref) if escalation.duty_told else change


def decide(
    escalation: Escalation,
    *,
    ground: Ground,
    world: World,
    at: Instant,
    sent: Sequence[SentNotice] = (),
    happened: Sequence[Happened] = (),
) -> Change:
    """A new stored decision, with a notice to each who is told. sent: the notices of earlier decisions.

    The directory is `ground`'s, which the caller has just read. One that is closed stays closed, and asks nobody.
    """
    place, cause = place_of(escalation, ground), _cause(escalation, ground, at=at)
    decision, number = cause.decision, cause.number
    wording = ground.wording(escalation.partnership, edition=decision.edition)
    closed = escalation.state is State.CLOSED
    counted = _still_counting(sent, escalation)
    owed = () if closed else of_decision(cause, place=place, wording=wording, sent=counted, at=at)
    reasons = () if closed else desk_reasons(decision)
    desk = [to_desk(place, ref=cause.ref, reason=reason, cause=str(number)) for reason in reasons]
    record(Event.ESCALATION_ROUTED, ref=escalation.ref, stage=decision.stage, count=len(owed))
    decided = Happened(ref=escalation.ref, at=at, what=What.DECIDED, note=f"{number} {decision.ruling.value}")
    moved = move(escalation, State.CLOSED if closed else STATE_OF_RULING[decision.ruling])
    decided_now = replace(moved, decisions=number, edition=decision.edition)
    return Change(
        at=at,
        escalation=_held(decided_now, decision, ground=ground, at=at),
        decision=_stored(escalation, decision, number=number),
        parties=party_list(escalation, decision),
        happened=(*happened, decided, *(_told(row) for _, row in owed), *(_desk_told(one, at=at) for one in desk)),
        sent=(*(row for _, row in owed), *(desk_row(notice, at=at) for notice in desk)),
        owed=owe_all((*(notice for notice, _ in owed), *desk), world.notifier),
    )


async def pass_over(notice: SentNotice, *, world: World, at: Instant) -> None:
    """Decide anew without the contact whose mail system refuses them. Nobody is replaced while the relay is down."""
    if (await world.escalations.mail()).down_since is not None:
        return
    escalation = await world.escalations.escalation(notice.ref)
    if escalation is None:
        return
    if escalation.state not in ASKS:  # it has ended, or nobody is asked any more: nobody is asked instead either
        await world.escalations.commit(Change(at=at, sent=(replace(notice, replaced=True),)))
        return
    ground = await world.grounds.now()
    gone = PassedOver(address=notice.address, why=f"Their mail system does not take the notice ({notice.state}).")
    circumstances = replace(escalation.circumstances, passed_over=(*escalation.circumstances.passed_over, gone))
    line = Happened(ref=notice.ref, at=at, what=What.CONTACT_PASSED_OVER, who=notice.post, note=str(notice.state))
    change = decide(
        replace(escalation, circumstances=circumstances),
        ground=ground,
        world=world,
        at=at,
        sent=await world.escalations.notices(notice.ref),
        happened=(line,),
    )
    await world.escalations.commit(replace(change, sent=(*change.sent, replace(notice, replaced=True))))


def desk_reasons(decision: Decision) -> tuple[str, ...]:
    """Why the duty contact must look at this decision: one mail a decision, for the first of what is so."""
    codes = {gap.code for gap in decision.gaps}
    found = (
        ("referred", decision.ruling in (Ruling.REFERRED, Ruling.DIVERTED)),
        ("unregistered", "raiser-unreleased" in codes),
        ("release", any(code.endswith("unreleased") for code in codes)),
        ("not-listed", any(code.endswith("not-listed") for code in codes)),
        ("gap", bool(codes)),
    )
    return tuple(reason for reason, holds in found if holds)[:1]


def _cause(escalation: Escalation, ground: Ground, *, at: Instant) -> Cause:
    """What the policy's frozen edition decides now, on the directory as it is now."""
    facts, edition = facts_of(escalation), escalation.edition or None
    raised = raised_now(facts, escalation.circumstances)
    decision = ground.decide(escalation.ref, facts, circumstances=escalation.circumstances, at=at, edition=edition)
    return Cause(
        ref=escalation.ref,
        number=escalation.decisions + 1,
        facts=raised,
        decision=decision,
        trusted=is_trusted(escalation, ground),
        leads=_leads(decision, ground, at=at),
        agreed_until=escalation.life.agreed_until,
        agreed_on=escalation.life.agreed_on,
    )


def _wait_for_release(
    escalation: Escalation, *, happened: tuple[Happened, ...], ground: Ground, world: World, at: Instant
) -> Change:
    """The raiser is told at once that it waits, by roles and offices; beside them the duty contact alone."""
    place, cause = place_of(escalation, ground), _cause(escalation, ground, at=at)
    wording = ground.wording(escalation.partnership, edition=cause.decision.edition)
    raised, row = of_waiting_raiser(cause, place=place, wording=wording, at=at)
    desk = to_desk(place, ref=escalation.ref, reason="unregistered", cause="raiser")
    waits = Happened(ref=escalation.ref, at=at, what=What.WAITS_FOR_RELEASE)
    waiting = move(escalation, State.WAITING_RELEASE)
    return Change(
        at=at,
        escalation=timed(waiting, None, ground.calendar(escalation.partnership)),
        parties=(escalation.raiser_address,),
        happened=(*happened, waits, _told(row), _desk_told(desk, at=at)),
        sent=(row, desk_row(desk, at=at)),
        owed=owe_all((raised, desk), world.notifier),
    )


def _stored(escalation: Escalation, decision: Decision, *, number: int) -> StoredDecision:
    return StoredDecision(
        ref=escalation.ref,
        number=number,
        directory_revision=decision.directory_revision,
        policy=decision.policy,
        edition=decision.edition,
        decided_at=decision.decided_at,
        inputs=Inputs(facts=facts_of(escalation), circumstances=escalation.circumstances),
        body=decision_bytes(decision),
    )


def _held(escalation: Escalation, decision: Decision, *, ground: Ground, at: Instant) -> Escalation:
    """With a holding for each who is asked to act, and the time at which the clock next asks for something."""
    held = holdings(escalation, present(escalation, decision), at=at)
    after = replace(escalation, life=replace(escalation.life, holdings=held))
    return timed(after, due_of(after, decision.due_at), ground.calendar(escalation.partnership))


def _still_counting(sent: Sequence[SentNotice], escalation: Escalation) -> tuple[SentNotice, ...]:
    """Without the notices to those who were asked once and are not at this moment: they would be asked anew."""
    held = {one.address for one in escalation.life.holdings}
    return tuple(one for one in sent if not one.must_act or one.address in held)


def _leads(decision: Decision, ground: Ground, *, at: Instant) -> dict[str, NoticePerson]:
    found = {agency: ground.leads(agency, at=at) for agency in {person.agency for person in decision.persons}}
    return {agency: lead for agency, lead in found.items() if lead is not None}


def _told(row: SentNotice) -> Happened:
    return Happened(ref=row.ref, at=row.at, what=What.NOTICE_OWED, who=row.part, note=row.kind.value)


def _desk_told(notice: Notice, *, at: Instant) -> Happened:
    return Happened(ref=notice.ref, at=at, what=What.DESK_TOLD, note=notice.waiting.reason if notice.waiting else "")
