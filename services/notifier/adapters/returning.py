"""Letters that go out once more, and what came back about one: from the ledger's rows. Shell."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from services.notifier.adapters.tables import CONTENTS, INBOX, LETTERS
from services.notifier.adapters.telling import tell_answered, tell_notice
from services.notifier.domain.life import LETTER_LIFE, State
from services.notifier.domain.returned import Back, Kind
from shared.inbox import take_in_once
from shared.messages import NoticeAgain, NoticeState
from shared.private import Private
from shared.statements import insert_once
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId

_KEPT = ("ref", "partnership", "kind", "domain", "address", "message_id")
_TAKEN_BACK_WITHIN = timedelta(days=35)


class _About(Private, frozen=True, kw_only=True):
    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId


def put_again(connection: Connection, duty: NoticeAgain, *, message: MessageId, at: Instant) -> None:
    """A letter of its own with the bytes of the earlier one. Its Message-ID stays: who had it sees it once."""
    if not take_in_once(connection, INBOX, message=message, at=at):
        return
    first = select(LETTERS, CONTENTS.c.content).join_from(LETTERS, CONTENTS, CONTENTS.c.letter == LETTERS.c.id)
    mine = (LETTERS.c.id == duty.of, LETTERS.c.ref == duty.ref, LETTERS.c.partnership == duty.partnership)
    row = connection.execute(first.where(*mine)).first()
    if row is None:
        tell_notice(connection, duty, state=NoticeState.UNRENDERABLE, attempt=0, at=at)
    elif insert_once(connection, LETTERS, _anew(row, duty, at=at)):
        connection.execute(CONTENTS.insert().values(letter=duty.id, content=row.content))


def _anew(row: Row[Any], duty: NoticeAgain, *, at: Instant) -> dict[str, object]:
    return {
        **{name: getattr(row, name) for name in _KEPT},
        "id": duty.id,
        "state": State.DUE.value,
        "later": False,
        "attempts": 0,
        "setbacks": 0,
        "made_at": at,
        "next_at": at,
        "expires_at": at + LETTER_LIFE,
    }


def report_back(connection: Connection, back: Back, *, at: Instant) -> bool:
    """Tell router which letter came back or was answered, once. False where it is about none of ours.

    A return counts only for what a mail system had accepted, and soon after: nothing else can come back.
    """
    row = _letter(connection, back)
    if row is None or (back.kind is Kind.REPLIED and not row.ref):
        return False  # of no escalation: nobody's desk has a place for it
    about = _About(id=row.id, ref=row.ref, partnership=row.partnership)
    if back.kind is Kind.REPLIED:
        tell_answered(connection, about, at=at)
    elif row.state == State.ACCEPTED and at - row.settled_at < _TAKEN_BACK_WITHIN:
        tell_notice(connection, about, state=NoticeState.BOUNCED, attempt=row.attempts, at=at)
    return True


def _letter(connection: Connection, back: Back) -> Row[Any] | None:
    """The letter it names, and of those with the same Message-ID the last; for a reply, else one of its reference.

    It names one only by the whole Message-ID, which nobody has who has not had the letter.
    """
    for named in back.letters:
        notice = named.partition(".")[0]
        first = connection.execute(select(LETTERS).where(LETTERS.c.id == notice)).first()
        if first is not None and first.message_id.startswith(f"<{named}@"):
            same = (LETTERS.c.ref == first.ref, LETTERS.c.message_id == first.message_id)
            newest = (LETTERS.c.made_at.desc(), LETTERS.c.id == notice)
            return connection.execute(select(LETTERS).where(*same).order_by(*newest)).first()
    if back.ref is None:
        return None
    return connection.execute(select(LETTERS).where(LETTERS.c.ref == back.ref).order_by(LETTERS.c.made_at)).first()
