"""What arrives sealed: a form that raises something, or what somebody in it adds; or it is set aside. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, ParkedMessage, Taken, What
from services.router.domain.letters.waiting import Channel, Waiting, Why
from services.router.handlers.acts import ACTS, take_act
from services.router.handlers.opening import about_in, seems_urgent, submission_in
from services.router.handlers.submissions import set_aside, take_again, take_submission
from services.router.ports import World
from shared.failures import Code
from shared.log import Event, record
from shared.messages import SubmissionReceived
from shared.references import parse_reference
from shared.terms import MessageId

replace = msgspec.structs.replace

MOST_LINES = 20
"""Anybody may send junk under a reference that they know: its history does not grow without end."""


async def take(submission: SubmissionReceived, *, message: MessageId, world: World) -> None:
    """Everything that it causes, in one transaction. Raises: Permanent where it cannot be taken; Transient."""
    if submission.form in ACTS:
        await take_act(submission, message=message, world=world)
    else:
        await take_submission(submission, message=message, world=world)


async def take_parked(submission: SubmissionReceived, parked: ParkedMessage, *, world: World) -> None:
    """The same for what was set aside and is tried again. Raises: Permanent where it still cannot be; Transient."""
    if submission.form in ACTS:
        await take_act(submission, message=parked.message, world=world, settles=parked.message)
    else:
        await take_again(submission, parked, world=world)


async def park(subject: str, body: bytes, *, message: MessageId, frame: bytes, code: Code, world: World) -> None:
    """Set a message aside with what can be known of it, and tell the duty contact.

    body: b"" where the signature was wrong: then nobody is told, and health says so.
    """
    submission = submission_in(body)
    if submission is None or submission.form not in ACTS:
        await set_aside(subject, body, message=message, frame=frame, code=code, world=world)
        return
    taken = Taken(message=message, code=code, subject=subject[:255], frame=frame)
    await world.escalations.commit(await _told(submission, taken, world=world))
    record(Event.SUBMISSION_PARKED, ref=submission.ref, code=code)


async def _told(submission: SubmissionReceived, taken: Taken, *, world: World) -> Change:
    """The escalation that it was to be added to says so, and the duty contact is told: it is not taken in yet."""
    change = Change(at=world.clock.now(), taken=taken)
    about = parse_reference(about_in(submission, keys=world.facts_keys))
    escalation = await world.escalations.escalation(about) if about is not None else None
    partnership = escalation.partnership if escalation is not None else submission.partnership
    place = (await world.grounds.now()).place(partnership)
    if place is None:
        return change
    urgent = seems_urgent(submission, keys=world.facts_keys)  # a next stage may say that harm is immediate
    channel = Channel(partnership=partnership, address=place.duty_address, urgent=urgent)
    ref = escalation.ref if escalation is not None else submission.ref
    change = replace(change, waiting=((channel, Waiting(ref=ref, why=Why.ACT, urgent=urgent, since=change.at)),))
    if escalation is None:
        return change
    lines = await world.escalations.history(ref)
    if sum(line.what is What.ACT_SET_ASIDE for line in lines) >= MOST_LINES:
        return change
    line = Happened(ref=ref, at=change.at, what=What.ACT_SET_ASIDE, note=submission.form)
    return replace(change, happened=(line,))
