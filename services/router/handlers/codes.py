"""Codes by mail: a raiser confirms an address, a party signs in. Said to everybody alike. Shell."""

import re
from collections.abc import Iterable
from functools import partial

import msgspec

from services.router.domain.changes import Change
from services.router.domain.escalation import ConfirmedBy, Escalation, State
from services.router.domain.ground import Ground
from services.router.domain.sessions import Attempt, Purpose, Verdict, passed_with, signed_in, try_code
from services.router.handlers.coding import Wanted, make_code
from services.router.handlers.proving import confirm_if_proved
from services.router.handlers.replying import Asker, Reply, find, is_duty, is_in_it, plain_line
from services.router.handlers.routing import confirm
from services.router.ports import World
from shared.following import GiveName
from shared.questions import (
    CodeSent,
    ConfirmAddress,
    Confirmed,
    Done,
    Refused,
    SendConfirmationCode,
    SendSignInCode,
    SignedIn,
    SignIn,
    SignOut,
)
from shared.references import parse_reference
from shared.terms import EscalationRef, Instant, SubmissionId

replace = msgspec.structs.replace

MOST_ATTEMPTS = 20
_SUBMISSION = re.compile(r"[0-9a-f]{32}")


async def send_confirmation_code(
    question: SendConfirmationCode, *, asker: Asker, ground: Ground, world: World
) -> Reply:
    """Mail six digits to the address; the answer never says whether it was mailed."""
    bound = _SUBMISSION.fullmatch(question.submission) is not None
    wanted = Wanted(
        purpose=Purpose.CONFIRM,
        partnership=asker.partnership,
        subject=question.submission if bound else "",
        address=question.address,
        ref=EscalationRef(""),
        cause=(asker.session.secret, str(asker.counter)),
        eligible=bound,
    )
    change = await make_code(wanted, secret=asker.session.secret, ground=ground, world=world, at=asker.at)
    return Reply(CodeSent(), change)


async def confirm_address(question: ConfirmAddress, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Try the code that arrived; the escalation goes on where it is the raiser's. Late confirmation still confirms."""
    escalation = await find(question.ref, world=world) if question.ref else None
    if escalation is None and _SUBMISSION.fullmatch(question.submission):
        escalation = await world.escalations.of_submission(SubmissionId(question.submission))
    subject = escalation.submission if escalation is not None else question.submission
    attempts = await world.sessions.attempts(purpose=Purpose.CONFIRM, subject=subject)
    if escalation is not None:
        attempts = tuple(one for one in attempts if one.address == escalation.raiser_address)
    after = partial(confirm_if_proved, SubmissionId(subject), world=world)  # the form may arrive at this moment
    if any(passed_with(one, question.code, at=asker.at) for one in attempts):
        return Reply(Confirmed(), after=after)  # typed twice: it is confirmed, or will be when the form arrives
    tried, verdict = try_each(attempts, question.code, at=asker.at)
    if verdict is not Verdict.RIGHT:
        return Reply(Refused(why=verdict.value), Change(at=asker.at, attempts=tried))
    change = Change(at=asker.at)
    if escalation is not None and escalation.state is State.WAITING_CONFIRMATION:
        change = confirm(escalation, by=ConfirmedBy.CODE, ground=ground, world=world, at=asker.at)
    return Reply(Confirmed(), replace(change, attempts=tried), after=after)


async def send_sign_in_code(question: SendSignInCode, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Mail eight characters, if this address is a party. Strangers and wrong references cause the same work."""
    escalation = await find(question.ref, world=world)
    address = question.address.strip().lower()
    duty = escalation is not None and is_duty(address, escalation, ground=ground)
    eligible = escalation is not None and (duty or await is_in_it(address, escalation, ground=ground, world=world))
    ref = parse_reference(question.ref)
    wanted = Wanted(
        purpose=Purpose.SIGN_IN,
        partnership=escalation.partnership if escalation is not None else asker.partnership,
        subject=ref or "",
        address=address,
        ref=ref or EscalationRef(""),
        cause=(asker.session.secret, str(asker.counter)),
        eligible=eligible,
        party=duty,
        kept=escalation is not None and escalation.confirmed,
    )
    change = await make_code(wanted, secret=asker.session.secret, ground=ground, world=world, at=asker.at)
    return Reply(CodeSent(), replace(change, happened=()))


async def sign_in(question: SignIn, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Try the code that this session asked for. A raiser who signs in has proved the address, which confirms it."""
    ref = parse_reference(question.ref) or ""
    attempts = await world.sessions.attempts_of(asker.session.secret, purpose=Purpose.SIGN_IN)
    tried, verdict = try_each((one for one in attempts if one.subject == ref), question.code, at=asker.at)
    passed = next((one for one in tried if one.passed_at is not None), None)
    if verdict is not Verdict.RIGHT or passed is None:
        return Reply(Refused(why=verdict.value), Change(at=asker.at, attempts=tried))
    escalation = await find(ref, world=world)
    change = Change(at=asker.at)
    if escalation is not None and _confirms(escalation, passed):
        change = confirm(escalation, by=ConfirmedBy.SIGN_IN, ground=ground, world=world, at=asker.at)
    session = signed_in(asker.session, passed.address, at=asker.at)
    duty = escalation is not None and is_duty(passed.address, escalation, ground=ground)
    answer = SignedIn(until=session.until or asker.at, duty=duty, shared=ground.is_mailbox(passed.address))
    return Reply(answer, replace(change, attempts=tried), session)


async def give_name(question: GiveName, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Keep who is signed in at a shared mailbox, as they say; nothing where the address is one person's own."""
    name, role = plain_line(question.name), plain_line(question.role)
    if not asker.address:
        return Reply(Refused(why="not-signed-in"))
    if not name or not role or not ground.is_mailbox(asker.address):
        return Reply(Refused(why="not-allowed"))
    return Reply(Done(), None, replace(asker.session, name=name, role=role))


async def sign_out(question: SignOut, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """End the session: its secret opens nothing from now on."""
    return Reply(Done(), None, replace(asker.session, address="", until=None, name="", role=""))


def _confirms(escalation: Escalation, passed: Attempt) -> bool:
    return escalation.state is State.WAITING_CONFIRMATION and passed.address == escalation.raiser_address


def try_each(attempts: Iterable[Attempt], code: str, *, at: Instant) -> tuple[tuple[Attempt, ...], Verdict]:
    """The attempts that changed, newest first, and what the code was: right for any, else as the newest says."""
    changed: list[Attempt] = []
    verdicts: list[Verdict] = []
    for attempt in tuple(attempts)[:MOST_ATTEMPTS]:
        after, verdict = try_code(attempt, code, at=at)
        verdicts.append(verdict)
        if after is not attempt:
            changed.append(after)
        if verdict is Verdict.RIGHT:
            return tuple(changed), verdict
    return tuple(changed), verdicts[0] if verdicts else Verdict.WRONG
