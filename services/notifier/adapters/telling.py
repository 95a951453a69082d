"""What router is told, written into the outbox with its cause. Shell."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from sqlalchemy import Connection

from services.notifier.adapters.tables import OUTBOX
from services.notifier.domain.outcome import Change
from services.notifier.ports import Aside
from shared.messages import MailState, NoticeAnswered, NoticeReported, NoticeState, Parked
from shared.outbox import owe, owe_each
from shared.references import derive_id
from shared.subjects import NONE, ref_of, reports
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId, Service


class Told(Protocol):
    """Anything that names a notice."""

    @property
    def id(self) -> NoticeId: ...

    @property
    def ref(self) -> EscalationRef: ...

    @property
    def partnership(self) -> PartnershipId: ...


def tell_notice(connection: Connection, notice: Told, *, state: NoticeState, attempt: int, at: Instant) -> None:
    """Owe router a report of what became of a notice. The same state of the same attempt is one message."""
    owe_each(connection, OUTBOX, [_report(notice, state=state, attempt=attempt, at=at)], at=at)


def tell_changes(connection: Connection, changes: Sequence[Change], *, at: Instant) -> None:
    """Owe router every report that `changes` make, in one statement."""
    told = ((change, change.report) for change in changes if change.report is not None)
    owed = [_report(change, state=state, attempt=change.number, at=change.at) for change, state in told]
    if owed:
        owe_each(connection, OUTBOX, owed, at=at)


def _report(notice: Told, *, state: NoticeState, attempt: int, at: Instant) -> tuple[MessageId, str, bytes]:
    said = NoticeReported(
        id=notice.id, ref=notice.ref, partnership=notice.partnership, state=state, at=at, attempt=attempt
    )
    message = MessageId(derive_id("notice.reported", notice.id, state.value, str(attempt)))
    return message, reports(Service.NOTIFIER, notice.partnership, notice.ref), msgspec.json.encode(said)


def tell_answered(connection: Connection, notice: Told, *, at: Instant) -> None:
    """Owe router word that somebody wrote back, once a letter: it needs a person then, however often they write."""
    said = NoticeAnswered(id=notice.id, ref=notice.ref, partnership=notice.partnership, at=at)
    owe(
        connection,
        OUTBOX,
        message=MessageId(derive_id("notice.answered", notice.id)),
        subject=reports(Service.NOTIFIER, notice.partnership, notice.ref),
        body=msgspec.json.encode(said),
        at=at,
    )


def tell_mail_state(connection: Connection, since: Instant | None, *, instance: str, at: Instant) -> None:
    """Owe router word that mail is down since `since`, or up again (None)."""
    cause = ("down", since.isoformat()) if since is not None else ("up", at.isoformat())
    owe(
        connection,
        OUTBOX,
        message=MessageId(derive_id("mail.state", instance, *cause)),
        subject=reports(Service.NOTIFIER, None, None),
        body=msgspec.json.encode(MailState(since=since, at=at)),
        at=at,
    )


def tell_parked(connection: Connection, aside: Aside, *, at: Instant) -> None:
    """Owe router word that a message was set aside here."""
    tokens = aside.subject.split(".")
    partnership = PartnershipId(tokens[1]) if len(tokens) > 2 and tokens[1] != NONE else None
    ref = ref_of(aside.subject)
    said = Parked(
        message=aside.message,
        by=Service.NOTIFIER,
        code=aside.code.value,
        at=at,
        ref=ref,
        partnership=partnership,
    )
    owe(
        connection,
        OUTBOX,
        message=MessageId(derive_id("parked", Service.NOTIFIER, aside.message)),
        subject=reports(Service.NOTIFIER, partnership, ref),
        body=msgspec.json.encode(said),
        at=at,
    )
