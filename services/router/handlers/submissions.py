"""Takes in a submission: open, check, then route, or wait for the raiser's confirmation; or set it aside. Shell."""

from datetime import timedelta

import msgspec

from services.router.domain.changes import Change, Happened, ParkedMessage, Taken, What
from services.router.domain.decision import Part
from services.router.domain.escalation import (
    ConfirmedBy,
    Escalation,
    State,
    move,
    pattern_of,
    same_address,
    waits_until,
)
from services.router.domain.ground import Ground
from services.router.domain.letters.notices import UNRELEASED
from services.router.domain.letters.waiting import Channel, Waiting, Why
from services.router.domain.sessions import Attempt, Purpose, has_expired, secret_digest, try_code
from services.router.handlers.behalf import entered_by
from services.router.handlers.coding import Wanted, make_code
from services.router.handlers.linking import linked
from services.router.handlers.opening import Confirmation, Opened, open_submission, seems_urgent, submission_in
from services.router.handlers.proving import confirm_if_proved
from services.router.handlers.routing import confirm, facts_of, place_of
from services.router.policy.facts import PATTERN_WITHIN, Facts
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.log import Event, record
from shared.messages import SubmissionReceived
from shared.terms import Digest, Instant, MessageId

replace = msgspec.structs.replace

NO_SESSION = secret_digest(b"")
MOST_OFFERED, OFFERED_WITHIN = 20, timedelta(hours=1)
_UNOPENABLE = frozenset({Code.CANNOT_OPEN, Code.UNKNOWN_KEY, Code.RECORD_MISMATCH})


async def take_submission(submission: SubmissionReceived, *, message: MessageId, world: World) -> None:
    """Everything that a submission causes, in one transaction. The same message again changes nothing.

    Raises: Permanent where it cannot be opened or is not valid; Transient.
    """
    met = await world.escalations.met(message, submission.submission, submission.ref)
    if met.taken:
        await confirm_if_proved(submission.submission, world=world)  # the last time may have ended before this
        return
    if met.known:
        raise Permanent(Code.FACTS_REFUSED)  # another message for the same submission or reference: never again
    change = await _opened(submission, _bare(submission, at=world.clock.now()), known=met.attempts, world=world)
    await world.escalations.commit(replace(change, taken=Taken(message=message)))
    await _confirm_if_crossed(change, world=world)


async def take_again(submission: SubmissionReceived, parked: ParkedMessage, *, world: World) -> None:
    """A submission that was set aside, as if it came now: the key came back, or the directory was mended.

    Raises: Permanent where it still cannot be opened or is not valid, or was never parked; Transient.
    """
    change = await opened_again(submission, parked, world=world)
    await world.escalations.commit(change)
    await _confirm_if_crossed(change, world=world)


async def opened_again(submission: SubmissionReceived, parked: ParkedMessage, *, world: World) -> Change:
    """The same, uncommitted: whoever commits it has the sweep confirm what was proved meanwhile."""
    known = await world.escalations.escalation(submission.ref)
    if known is None or known.state is not State.PARKED or known.submission != submission.submission:
        raise Permanent(Code.FACTS_REFUSED)
    anew = replace(
        _bare(submission, at=world.clock.now()), version=known.version, state=move(known, State.RECEIVED).state
    )
    attempts = await world.sessions.attempts(purpose=Purpose.CONFIRM, subject=submission.submission)
    change = await _opened(submission, anew, known=attempts, world=world)
    return replace(change, settles=parked.message, waits_no_more=submission.ref)


async def _opened(
    submission: SubmissionReceived, bare: Escalation, *, known: tuple[Attempt, ...], world: World
) -> Change:
    """What the opened submission causes, for an escalation that is still bare. known: the codes to confirm it."""
    at, ground = bare.opened_at, await world.grounds.now()
    opened = open_submission(submission, ground=ground, keys=world.facts_keys)
    opened = replace(opened, facts=await linked(await _with_pattern(opened.facts, world=world), world=world))
    escalation = _with_facts(bare, opened, world=world)
    attempts = tuple(attempt for attempt in known if attempt.address == escalation.raiser_address)
    tried = _try_confirmation(attempts, opened.confirmation, at=min(submission.accepted_at, at))
    received = Happened(
        ref=submission.ref,
        at=at,
        what=What.RECEIVED,
        note=f"{submission.form}.{submission.form_version}",
        name=await entered_by(opened, submission, ground=ground, world=world),
    )
    if any(attempt.passed_at is not None for attempt in tried):
        change = confirm(escalation, by=ConfirmedBy.CODE, ground=ground, world=world, at=at)
    else:
        change = await _wait(escalation, tried, ground=ground, world=world, at=at)
    changed = tuple(attempt for attempt in tried if attempt not in attempts)
    return replace(
        change,
        answers=opened.answers,
        happened=(received, *change.happened),
        attempts=(*change.attempts, *changed),
    )


async def _confirm_if_crossed(change: Change, *, world: World) -> None:
    escalation = change.escalation
    if escalation is not None and escalation.state is State.WAITING_CONFIRMATION:
        await confirm_if_proved(escalation.submission, world=world)


async def set_aside(subject: str, body: bytes, *, message: MessageId, frame: bytes, code: Code, world: World) -> None:
    """Park a message with what can be known of it; the duty contact is told, merged, of a submission that waits.

    body: b"" where the signature was wrong: then nobody is told, and health says so.
    """
    at = world.clock.now()
    change = Change(at=at, taken=Taken(message=message, code=code, subject=subject[:255], frame=frame))
    submission = submission_in(body)
    if submission is not None and not await world.escalations.is_known(submission.submission, submission.ref):
        change = await _with_parked(change, submission, code=code, world=world)
    await world.escalations.commit(change)
    record(Event.SUBMISSION_PARKED, ref=submission.ref if submission else None, code=code)


async def _with_pattern(facts: Facts, *, world: World) -> Facts:
    """The facts with how many similar escalations there were within a year. Counts only."""
    count = await world.escalations.similar(pattern_of(facts), since=facts.opened_at - PATTERN_WITHIN)
    return replace(facts, pattern_count=count)


def _with_facts(bare: Escalation, opened: Opened, *, world: World) -> Escalation:
    wrapped = world.record_keys.wrap(opened.record_key, bare.ref) if opened.record_key else b""
    return replace(
        bare,
        facts=opened.facts,
        wrapped_key=wrapped,
        record_key_digest=Digest(opened.record_key_digest) if wrapped else None,
    )


def _bare(submission: SubmissionReceived, *, at: Instant) -> Escalation:
    return Escalation(
        ref=submission.ref,
        partnership=submission.partnership,
        submission=submission.submission,
        form=submission.form,
        form_version=submission.form_version,
        accepted_at=submission.accepted_at,
        opened_at=at,
        record_digest=submission.record_digest,
    )


def _try_confirmation(
    attempts: tuple[Attempt, ...], confirmation: Confirmation | None, *, at: Instant
) -> tuple[Attempt, ...]:
    """The attempts after the code that travelled with the form: it counts for the page that asked for it alone."""
    if confirmation is None:
        return attempts
    secret = secret_digest(confirmation.secret)
    return tuple(
        try_code(attempt, confirmation.code, at=at)[0]
        if attempt.secret == secret and attempt.passed_at is None
        else attempt
        for attempt in attempts
    )


async def _wait(
    escalation: Escalation, attempts: tuple[Attempt, ...], *, ground: Ground, world: World, at: Instant
) -> Change:
    """Nobody has confirmed yet: no mail carries a byte the visitor typed. An urgent one is told at once."""
    live = tuple(attempt for attempt in attempts if not attempt.decoy and not has_expired(attempt, at=at))
    change = Change(at=at)
    if not live and await _may_offer_code(escalation, world=world, at=at):
        wanted = Wanted(
            purpose=Purpose.CONFIRM,
            partnership=escalation.partnership,
            subject=escalation.submission,
            address=facts_of(escalation).raiser.address,
            ref=escalation.ref,
            cause=("opened", escalation.ref),
        )
        change = await make_code(wanted, secret=NO_SESSION, ground=ground, world=world, at=at)
    accepted = [attempt.accepted_at for attempt in live if attempt.accepted_at is not None]
    waiting = replace(
        move(escalation, State.WAITING_CONFIRMATION),
        wait_until=waits_until(at, code_accepted_at=max(accepted, default=None)),
    )
    record(Event.ESCALATION_WAITS, ref=escalation.ref)
    if not waiting.urgent:
        return replace(change, escalation=waiting)
    told = _urgent_addresses(waiting, ground, at=at)
    return replace(
        change,
        escalation=replace(waiting, wait_until=None, duty_told=True),
        parties=told,  # so that who is told can sign in; the page shows them fixed text until it is confirmed
        waiting=tuple(_urgent(waiting, address, at=at) for address in told),
        happened=(*change.happened, Happened(ref=waiting.ref, at=at, what=What.URGENT_TOLD)),
    )


async def _may_offer_code(escalation: Escalation, *, world: World, at: Instant) -> bool:
    """Nobody asked for a code: router offers one, but junk must not make it a sender of mail to strangers."""
    offered = await world.sessions.attempts_of(NO_SESSION, purpose=Purpose.CONFIRM)
    here = (one for one in offered if one.partnership == escalation.partnership)
    return sum(one.asked_at > at - OFFERED_WITHIN for one in here) < MOST_OFFERED


def _urgent_addresses(escalation: Escalation, ground: Ground, *, at: Instant) -> tuple[str, ...]:
    """The duty mailbox, and those whom the stage would ask to act, as far as the directory itself gives them."""
    decision = ground.decide(escalation.ref, facts_of(escalation), circumstances=escalation.circumstances, at=at)
    contacts = (
        same_address(person.address)
        for person in decision.persons
        if person.part is Part.CONTACT and person.address and person.address_from not in (UNRELEASED, "typed")
    )
    return tuple(dict.fromkeys((place_of(escalation, ground).duty_address, *contacts)))


def _urgent(escalation: Escalation, address: str, *, at: Instant) -> tuple[Channel, Waiting]:
    channel = Channel(partnership=escalation.partnership, address=address, urgent=True)
    return channel, Waiting(ref=escalation.ref, why=Why.UNCONFIRMED, urgent=True, since=at)


async def _with_parked(change: Change, submission: SubmissionReceived, *, code: Code, world: World) -> Change:
    at, place = change.at, (await world.grounds.now()).place(submission.partnership)
    if place is None:
        return change
    urgent = seems_urgent(submission, keys=world.facts_keys)
    channel = Channel(partnership=submission.partnership, address=place.duty_address, urgent=urgent)
    why = Why.UNOPENABLE if code in _UNOPENABLE else Why.INVALID
    return replace(
        change,
        escalation=move(_bare(submission, at=at), State.PARKED),
        happened=(Happened(ref=submission.ref, at=at, what=What.PARKED, note=code.value),),
        waiting=((channel, Waiting(ref=submission.ref, why=why, urgent=urgent, since=at)),),
    )
