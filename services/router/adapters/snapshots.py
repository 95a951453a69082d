"""What several rows say together, read on one snapshot: what a message, a code or the sweep is met by. Shell."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from services.router.adapters.queries import (
    A_PARTY,
    ATTEMPT,
    ATTEMPTS_ABOUT,
    CHANNEL_ROWS,
    CODES_TO,
    CODES_TO_CONFIRM,
    KNOWN,
    NOTICE,
    WAITING_ROWS,
    first,
    read_all,
)
from services.router.adapters.tables import INBOX
from services.router.domain.changes import SentNotice
from services.router.domain.letters.waiting import Channel, ChannelState, Waiting
from services.router.domain.sessions import Attempt, Purpose
from services.router.ports import Mailed, Met, Reported
from shared.inbox import already_in
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId, SubmissionId


def met(connection: Connection, message: MessageId, submission: SubmissionId, ref: EscalationRef) -> Met:
    if already_in(connection, INBOX, message):
        return Met(taken=True)
    if KNOWN.rows(connection, {"submission": submission, "ref": ref}):
        return Met(known=True)
    about = {"purpose": Purpose.CONFIRM.value, "subject": submission}
    return Met(attempts=read_all(ATTEMPTS_ABOUT.scalars(connection, about), Attempt))


def mailed(connection: Connection, address: str, today: Instant, this_hour: Instant) -> Mailed:
    return Mailed(
        today=CODES_TO.scalars(connection, {"address": address, "since": today})[0],
        to_confirm_this_hour=CODES_TO_CONFIRM.scalars(connection, {"since": this_hour})[0],
        party=bool(A_PARTY.rows(connection, {"address": address})),
    )


def reported(connection: Connection, message: MessageId, notice: NoticeId) -> Reported:
    if already_in(connection, INBOX, message):
        return Reported(True)
    attempt = first(ATTEMPT.scalars(connection, {"id": notice}), Attempt)
    if attempt is not None:
        return Reported(False, attempt)
    return Reported(False, None, first(NOTICE.scalars(connection, {"id": notice}), SentNotice))


def channels(connection: Connection) -> tuple[ChannelState, ...]:
    waiting: dict[tuple[str, str, bool], list[Waiting]] = {}
    for *key, body in WAITING_ROWS.rows(connection, {}):
        waiting.setdefault((key[0], key[1], key[2]), []).extend(read_all([body], Waiting))
    if not waiting:
        return ()
    known = {row[:3]: row[3:] for row in CHANNEL_ROWS.rows(connection, {})}
    return tuple(_channel(key, tuple(items), known.get(key, (None, 0, 0))) for key, items in waiting.items())


def _channel(key: tuple[str, str, bool], waiting: tuple[Waiting, ...], row: Sequence[Any]) -> ChannelState:
    partnership, address, urgent = key
    told_at, mails, version = row
    return ChannelState(
        channel=Channel(partnership=PartnershipId(partnership), address=address, urgent=urgent),
        waiting=waiting,
        told_at=told_at,
        mails=mails,
        version=version,
    )
