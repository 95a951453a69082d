"""Turns notices into messages owed: sealed to notifier, one per recipient. Shell."""

from collections.abc import Iterable

import msgspec

from services.router.domain.letters.owed import Owed
from services.router.ports import NotifierKey
from shared.envelope import Binding
from shared.messages import Notice, NoticeDue, Sealed
from shared.subjects import NONE, notices
from shared.terms import EscalationRef, MessageId


def owe(notice: Notice, notifier: NotifierKey) -> Owed:
    """The message that `notice` is owed by. Its id is the notice's, so that owing it twice owes it once."""
    binding = Binding(
        partnership=notice.partnership,
        key=notifier.id,
        form="notice",
        form_version=1,
        compartment="notice",
        submission=notice.id,
    )
    due = NoticeDue(
        id=notice.id,
        ref=notice.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        notice=Sealed(key=notifier.id, sealed=notifier.seal(msgspec.json.encode(notice), binding)),
    )
    subject = notices(notice.partnership, notice.ref or EscalationRef(NONE))
    return Owed(message=MessageId(notice.id), subject=subject, body=msgspec.json.encode(due))


def owe_all(owed: Iterable[Notice], notifier: NotifierKey) -> tuple[Owed, ...]:
    return tuple(owe(notice, notifier) for notice in owed)
