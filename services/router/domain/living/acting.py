"""The moves of those who are asked to act: take it on, pass it on, propose another date. Pure.

Each gives the escalation as it is afterwards. Whether a move is legal is asked of `escalation.MOVES` before.
"""

from collections.abc import Iterable
from datetime import date

import msgspec

from services.router.domain.decision import HandedOver, PassedOver
from services.router.domain.escalation import Escalation, Standing
from services.router.domain.life import Holding, Proposal
from services.router.domain.living.confirming import ON_CALL
from services.router.domain.living.present import DEPUTY, Present, those
from shared.terms import Instant

replace = msgspec.structs.replace

AGREED, DECLINED = "agreed", "declined"


def holdings(escalation: Escalation, everybody: Iterable[Present], *, at: Instant) -> tuple[Holding, ...]:
    """One for each who is asked to act now. Who said already that they have it has it still.

    A deputy who was called because a contact is silent has none: their word counts for the one they stand in for.
    """
    known = {one.address: one for one in escalation.life.holdings}
    asked = [one for one in those(everybody, Standing.HOLDER) if one.why != DEPUTY]
    return tuple(
        known.get(one.address) or Holding(address=one.address, asked_at=at, on_call=one.person.because == (ON_CALL,))
        for one in asked
    )


def acknowledge(escalation: Escalation, address: str, *, who: str, at: Instant) -> Escalation:
    """The one at this address has it, and will act; so has whom they stand in for. The first word stands."""
    theirs = {address} | {silent for deputy, silent in _stand_ins(escalation) if deputy == address}
    held = tuple(
        replace(one, acknowledged_at=at, acknowledged_by=who)
        if one.address in theirs and one.acknowledged_at is None
        else one
        for one in escalation.life.holdings
    )
    return _with_life(escalation, holdings=held)


def has_acknowledged(escalation: Escalation, address: str) -> bool:
    """Whether nothing is left for them to say: they, or whom they stand in for, have it."""
    theirs = {address} | {silent for deputy, silent in _stand_ins(escalation) if deputy == address}
    held = [one for one in escalation.life.holdings if one.address in theirs]
    return bool(held) and all(one.acknowledged_at is not None for one in held)


def pass_on(escalation: Escalation, address: str, *, why: str) -> Escalation:
    """Not theirs: the policy is applied again without them. Whom they were handed it by is asked again."""
    passed = PassedOver(address=address, why=why)
    circumstances = escalation.circumstances
    return replace(
        _left(escalation, address),
        circumstances=replace(circumstances, passed_over=(*circumstances.passed_over, passed)),
    )


def hand_over(escalation: Escalation, address: str, *, to: str, why: str) -> Escalation:
    """Theirs goes to whom they named. A deputy who was called hands over for the silent contact."""
    circumstances = escalation.circumstances
    by = next((silent for deputy, silent in _stand_ins(escalation) if deputy == address), address)
    handed = HandedOver(by=by, to=to, why=why)
    return replace(
        _left(escalation, address),
        circumstances=replace(circumstances, handed=(*circumstances.handed, handed)),
    )


def propose_date(escalation: Escalation, proposal: Proposal) -> Escalation:
    """Another date is proposed. The stated one stands."""
    return _with_life(escalation, proposal=proposal)


def answer_date(escalation: Escalation, *, agrees: bool) -> Escalation:
    """The raiser's answer. Agreed, the date is the one that was proposed; declined, the stated one stands as before."""
    proposal = escalation.life.proposal
    if proposal is None:
        return escalation
    answered = replace(proposal, answer=AGREED if agrees else DECLINED)
    if not agrees:
        return _with_life(escalation, proposal=answered)
    return _with_life(escalation, proposal=answered, agreed_until=proposal.due_at, agreed_on=proposal.until)


def date_waits(escalation: Escalation) -> bool:
    """Whether a date is proposed that the raiser has not answered."""
    proposal = escalation.life.proposal
    return proposal is not None and not proposal.answer


def may_propose(escalation: Escalation, until: date, *, today: date, due_on: date | None) -> bool:
    """Whether another date may be proposed: never with immediate harm, nor one that is past, or no later than now's."""
    if escalation.urgent or until < today:
        return False
    return due_on is None or until > due_on


def _stand_ins(escalation: Escalation) -> list[tuple[str, str]]:
    """(deputy, the silent contact they stand in for)."""
    return [(one.person.address.strip().lower(), one.instead_of) for one in escalation.life.joined if one.instead_of]


def _left(escalation: Escalation, address: str) -> Escalation:
    """A deputy who passes on what they were called for is in it no more, nor does a date that they proposed wait."""
    kept = tuple(
        one for one in escalation.life.joined if not (one.instead_of and one.person.address.strip().lower() == address)
    )
    proposal = escalation.life.proposal
    theirs = proposal is not None and not proposal.answer and proposal.by == address
    return _with_life(escalation, joined=kept, proposal=None if theirs else proposal)


def _with_life(escalation: Escalation, **changes: object) -> Escalation:
    return replace(escalation, life=replace(escalation.life, **changes))
