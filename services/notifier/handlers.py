"""Notifier's use cases: take a notice in, set a message aside, carry a letter to the relay. Shell."""

import msgspec

from services.notifier.domain.life import Happening, expires_at
from services.notifier.domain.mail import domain_of, write
from services.notifier.domain.outcome import Attempt, Outcome
from services.notifier.domain.returned import Kind, read_back
from services.notifier.domain.wording import CODES, compose
from services.notifier.domain.wording_common import Unsayable
from services.notifier.ports import Ledger, Mailer, NewLetter, Opener
from shared.clock import Clock
from shared.failures import Code, Permanent, decoded
from shared.log import Event, record
from shared.messages import Notice, NoticeDue, NoticeKind
from shared.references import mint_secret
from shared.terms import Instant, MessageId

_DECODE = msgspec.json.Decoder(Notice)
_SECRET_DIGITS = 32
_FIRST = (*CODES, NoticeKind.WAITING_URGENT)


async def take_notice(
    due: NoticeDue, *, message: MessageId, sent_at: Instant, sender: str, opener: Opener, ledger: Ledger, clock: Clock
) -> None:
    """Write the letter for `due` into the ledger, once. sent_at: when router first sent it; sender: our From address.

    Raises: Permanent when it does not open to the notice it says it is; Transient when it was not written.
    """
    notice = read_notice(due, opener.open(due))
    now, secret = clock.now(), mint_secret().hex()[:_SECRET_DIGITS]
    try:
        letter = letter_of(notice, secret=secret, made_at=min(sent_at, now), at=now, sender=sender)
    except Unsayable:
        record(Event.DELIVERY_PARKED, ref=due.ref, code=Code.NOTICE_UNRENDERABLE)
        await ledger.cannot_say(due, message=message, at=now)
        return
    if await ledger.put(letter, message=message, at=now):
        record(Event.NOTICE_RENDERED, ref=due.ref, code=due.kind)


async def take_back(content: bytes, *, sender: str, ledger: Ledger, clock: Clock) -> Kind:
    """Report what came back to our From address. What nobody need look at is told to nobody.

    Raises: Transient when it was not written.
    """
    back = read_back(content, domain=domain_of(sender))
    if back.kind is Kind.NOTHING or await ledger.returned(back, at=clock.now()):
        return back.kind
    return Kind.STRANGE


def read_notice(due: NoticeDue, plain: bytes) -> Notice:
    """The notice that `due` announces. Raises: Permanent(UNREADABLE) when what was sealed is another."""
    notice = decoded(plain, _DECODE)
    if (notice.id, notice.kind, notice.ref, notice.partnership) != (due.id, due.kind, due.ref, due.partnership):
        raise Permanent(Code.UNREADABLE)
    return notice


def letter_of(notice: Notice, *, secret: str, made_at: Instant, at: Instant, sender: str) -> NewLetter:
    """The letter with its bytes. secret: random, of this letter alone. Raises: Unsayable."""
    mail = write(
        compose(notice),
        id=notice.id,
        secret=secret,
        to=notice.address,
        sender=sender,
        reply_to=notice.duty_mailbox,
        at=at,
    )
    urgent = notice.route is not None and notice.route.immediate_harm
    return NewLetter(
        id=notice.id,
        ref=notice.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        to=mail.to,
        domain=domain_of(mail.to),
        message_id=mail.message_id,
        content=mail.content,
        first=urgent or notice.kind in _FIRST,
        made_at=made_at,
        expires_at=expires_at(made_at, code=notice.kind in CODES),
    )


async def carry(attempt: Attempt, *, mailer: Mailer) -> Outcome:
    """One attempt, whatever happens. A bug in between may have come after DATA: it counts as a break."""
    try:
        return await mailer.send(attempt)
    except Exception as failure:  # noqa: BLE001 - one letter's bug must not stop the others
        record(Event.DELIVERY_FAILED, ref=attempt.ref, attempt=attempt.number, failure=failure)
        return Outcome(happening=Happening.BROKEN, code=Code.BUG.value, answered=False)
