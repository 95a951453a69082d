"""What somebody in it adds, sealed: their word that they have it, an action, a view, an outcome, the next stage. Shell.

It comes as the first form came. Whose word it is says the session whose secret lies inside; that it was signed in when
intake took it, and that they may do this now, is asked here. What cannot be applied is set aside for a person.
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import msgspec

from services.router.domain.changes import Change, Taken, What
from services.router.domain.escalation import Escalation, Move, State
from services.router.domain.ground import Ground
from services.router.domain.life import Added
from services.router.domain.living.acting import acknowledge, has_acknowledged
from services.router.domain.sessions import secret_digest, was_signed_in
from services.router.handlers.moving import both, decided_today, others
from services.router.handlers.onwards import NewRecord, go_on
from services.router.handlers.opening import OpenedAct, open_act
from services.router.handlers.outcomes import propose
from services.router.handlers.panels import determine
from services.router.handlers.presence import Here, stand
from services.router.handlers.saying import change_of, line_of, tell_them
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.log import Event, record
from shared.messages import NoticeKind, SubmissionReceived
from shared.references import parse_reference
from shared.terms import Digest, Instant, MessageId

replace = msgspec.structs.replace

NEXT_STAGE = "next-stage"
ACTS = {
    "acknowledgement": Move.ACKNOWLEDGE,
    "action": Move.RECORD_ACTION,
    "representation": Move.REPRESENT,
    "outcome": Move.PROPOSE_OUTCOME,
    NEXT_STAGE: Move.GO_ON,
    "process": Move.DETERMINE_PROCESS,
}
"""The forms by which somebody adds to an escalation, and the move that each makes."""


class Given(NamedTuple):
    """An act whose proof holds: who stands where, what they add, and as what it came."""

    at: Here
    act: OpenedAct
    submission: SubmissionReceived
    world: World

    @property
    def accepted_at(self) -> Instant:
        """When intake took it, never later than now: one clock may be ahead of the other."""
        return min(self.submission.accepted_at, self.at.at)


async def take_act(
    submission: SubmissionReceived, *, message: MessageId, world: World, settles: MessageId | None = None
) -> None:
    """All that an act causes, in one transaction. The same message again changes nothing.

    settles: the parked message that is tried again. Raises: Permanent where it cannot be applied; Transient.
    """
    if settles is None and await world.escalations.taken(message):
        return
    change = await applied(submission, world=world)
    if settles is not None:
        await world.escalations.commit(replace(change, settles=settles))
    else:
        await world.escalations.commit(replace(change, taken=Taken(message=message)))


async def applied(submission: SubmissionReceived, *, world: World) -> Change:
    """What the act causes, uncommitted. Raises: Permanent where it cannot be applied; Transient."""
    known = await world.escalations.is_known(submission.submission, submission.ref)
    if known or await world.escalations.added_as(submission.submission) is not None:
        raise Permanent(Code.ACT_REFUSED)  # another message for the same submission or reference: never again
    ground = await world.grounds.now()
    act = open_act(submission, ground=ground, keys=world.facts_keys)
    at = await _proved(act, submission, ground=ground, world=world)
    again = submission.form == NEXT_STAGE and at.escalation.state is State.CLOSED
    given = Given(at, act, submission, world)
    allowed = at.may(Move.REOPEN if again else ACTS[submission.form])
    change = await _HANDLERS[submission.form](given) if allowed else None
    if change is None:
        raise Permanent(Code.ACT_REFUSED)
    record(Event.ACT_TAKEN, ref=at.escalation.ref)
    return change if submission.form == NEXT_STAGE else replace(change, added=(_added(given),))


async def _proved(act: OpenedAct, submission: SubmissionReceived, *, ground: Ground, world: World) -> Here:
    """Where the one who is signed in stands in it now. Raises: Permanent(ACT_REFUSED) for whoever may add nothing."""
    now, ref = world.clock.now(), parse_reference(act.about)
    session = await world.sessions.session(secret_digest(act.secret))
    escalation = await world.escalations.escalation(ref) if ref is not None else None
    if session is None or not was_signed_in(session, accepted_at=submission.accepted_at, now=now):
        raise Permanent(Code.ACT_REFUSED)
    if escalation is None or not escalation.decisions:
        raise Permanent(Code.ACT_REFUSED)
    if submission.partnership not in (escalation.partnership, escalation.sealed_for):
        raise Permanent(Code.ACT_REFUSED)
    at = stand(escalation, session.address, ground=ground, at=now, claimed=session.claimed)
    if ground.is_mailbox(session.address) and not at.claimed:
        raise Permanent(Code.ACT_REFUSED)
    return at


async def _acknowledge(given: Given) -> Change:
    """They have it, and will act. Whoever acts today and was not asked yet is asked first, by a stored decision."""
    at = given.at
    asked = await decided_today(at, world=given.world)
    held = asked.escalation if asked is not None and asked.escalation is not None else at.escalation
    after = acknowledge(held, at.address, who=at.voice().who, at=given.accepted_at)
    again = asked is None and has_acknowledged(at.escalation, at.address)
    change = _said(given, What.ACKNOWLEDGED, after=after, tells=not again)
    return both(change, asked) if asked is not None else change


async def _action(given: Given) -> Change:
    note = given.act.answers.get("what")
    return _said(given, What.ACTION, note=note if isinstance(note, str) else "")


async def _represent(given: Given) -> Change:
    return _said(given, What.REPRESENTATION)


async def _outcome(given: Given) -> Change | None:
    change = propose(given.at, given.act.answers, submission=given.submission.submission, world=given.world)
    return change if isinstance(change, Change) else None


async def _process(given: Given) -> Change | None:
    return await determine(given.at, given.act.answers, cause=given.submission.submission, world=given.world)


async def _next_stage(given: Given) -> Change | None:
    """The record of a next stage belongs to the escalation that it opens."""
    new = NewRecord(key=given.act.record_key, key_digest=given.act.record_key_digest)
    change = await go_on(given.at, given.submission, given.act.answers, record=new, world=given.world)
    return change if isinstance(change, Change) else None


_HANDLERS: dict[str, Callable[[Given], Awaitable[Change | None]]] = {
    "acknowledgement": _acknowledge,
    "action": _action,
    "representation": _represent,
    "outcome": _outcome,
    NEXT_STAGE: _next_stage,
    "process": _process,
}


def _said(given: Given, what: What, *, note: str = "", after: Escalation | None = None, tells: bool = True) -> Change:
    """The line of it, and everybody else told that there is one: what it says stays sealed."""
    at = given.at
    told = tell_them(at, NoticeKind.NEWS, what, others(at) if tells else (), cause=given.submission.submission)
    return change_of(at, (line_of(at, what, note=note),), told, world=given.world, after=after or at.escalation)


def _added(given: Given) -> Added:
    at, act, submission = given.at, given.act, given.submission
    return Added(
        ref=at.escalation.ref,
        submission=submission.submission,
        came_as=submission.ref,
        form=submission.form,
        form_version=submission.form_version,
        partnership=submission.partnership,
        by=at.address,
        who=at.voice().who,
        at=given.accepted_at,
        answers=act.answers,
        wrapped_key=given.world.record_keys.wrap(act.record_key, at.escalation.ref) if act.record_key else b"",
        record_digest=submission.record_digest if act.record_key else None,
        record_key_digest=Digest(act.record_key_digest) if act.record_key else None,
    )
