"""What time alone does to letters: they expire, are delayed, lose their sender, or are forgotten. Shell."""

import msgspec
from sqlalchemy import ColumnElement, Connection, bindparam, func, literal, or_, select

from services.notifier.adapters.tables import ATTEMPTS, CONTENTS, LETTERS
from services.notifier.adapters.telling import tell_notice
from services.notifier.domain.life import DELAY, SETTLED, WAITING, Happening, State, after, is_delayed
from services.notifier.domain.outcome import report_of
from shared.messages import NoticeState
from shared.statements import Prepared
from shared.terms import EscalationRef, Instant, NoticeId, PartnershipId

_MOST = 500


def expire(connection: Connection, *, at: Instant) -> None:
    """Letters past their time are not sent any more, and reported."""
    for row in _letters(connection, _TOO_OLD, at=at):
        _move(connection, row, Happening.TOO_OLD, at=at)


def how_many_wait(connection: Connection) -> int:
    """Letters that are not settled yet."""
    return int(_UNSETTLED.scalars(connection, {})[0])


def find_lost(connection: Connection, *, holder: str | None, at: Instant) -> int:
    """Letters on their way whose sender is gone: held by `holder` (at its own start), or past their lease."""
    rows = _letters(connection, _LOST, at=at) if holder is None else _letters(connection, _HELD, at=at, by=holder)
    for row in rows:
        _move(connection, row, Happening.FOUND, at=at)
        attempt = {"letter": row.id, "number": row.attempts, "began_at": at, "ended_at": at, "code": ""}
        connection.execute(ATTEMPTS.insert().values(**attempt, happening=Happening.FOUND.value))
    return len(rows)


def report_delayed(connection: Connection, *, at: Instant) -> None:
    """Report, once, each letter that its recipient's own mail system has held up for a quarter of an hour."""
    columns = LETTERS.c
    for row in _letters(connection, _LATE, at=at, since=at - DELAY):
        others = select(func.max(columns.settled_at)).where(
            columns.state == State.ACCEPTED, columns.domain != row.domain
        )
        accepted_at: Instant | None = connection.execute(others).scalar_one()
        since = row.deferred_since or at  # the query leaves out those without
        if is_delayed(deferred_since=since, others_accepted_at=accepted_at, now=at):
            connection.execute(LETTERS.update().where(columns.id == row.id).values(delayed_at=at))
            tell_notice(connection, row, state=NoticeState.DELAYED, attempt=row.attempts, at=at)


def forget(connection: Connection, *, before: Instant) -> int:
    """Delete the bytes of letters settled before then: what it said goes, that it went stays."""
    settled = (LETTERS.c.state.in_(SETTLED), LETTERS.c.settled_at < before)
    old = select(CONTENTS.c.letter).join(LETTERS, LETTERS.c.id == CONTENTS.c.letter).where(*settled).limit(_MOST)
    letters = connection.execute(old).scalars().all()
    if letters:
        connection.execute(CONTENTS.delete().where(CONTENTS.c.letter.in_(letters)))
    return len(letters)


class _Row(msgspec.Struct, frozen=True):
    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    domain: str
    state: str
    attempts: int
    deferred_since: Instant | None


def _which(*where: ColumnElement[bool]) -> Prepared:
    of = LETTERS.c
    columns = (of.id, of.ref, of.partnership, of.domain, of.state, of.attempts, of.deferred_since)
    return Prepared(select(*columns).where(*where).limit(_MOST).with_for_update(skip_locked=True))


_IS_WAITING = LETTERS.c.state.in_([literal(state) for state in WAITING])
_PAST_LEASE = LETTERS.c.next_at <= bindparam("at")
_IS_SENDING = LETTERS.c.state == State.SENDING
_TOO_OLD = _which(_IS_WAITING, LETTERS.c.expires_at <= bindparam("at"))
_LOST = _which(_IS_SENDING, _PAST_LEASE)
_HELD = _which(_IS_SENDING, or_(_PAST_LEASE, LETTERS.c.holder == bindparam("by")))
_LATE = _which(
    LETTERS.c.state == State.TEMPORARY, LETTERS.c.delayed_at.is_(None), LETTERS.c.deferred_since <= bindparam("since")
)


_UNSETTLED = Prepared(
    select(func.count()).where(LETTERS.c.state.in_([literal(state) for state in (*WAITING, State.SENDING)]))
)


def _letters(connection: Connection, which: Prepared, **given: object) -> list[_Row]:
    return [_Row(*row) for row in which.rows(connection, given)]


def _move(connection: Connection, row: _Row, happening: Happening, *, at: Instant) -> None:
    state = after(State(row.state), happening)
    values = {
        "state": state.value,
        "next_at": at,
        "holder": None,
        "settled_at": at if state is State.EXPIRED else None,
    }
    connection.execute(LETTERS.update().where(LETTERS.c.id == row.id).values(values))
    report = report_of(state)
    if report is not None:
        tell_notice(connection, row, state=report, attempt=row.attempts, at=at)
