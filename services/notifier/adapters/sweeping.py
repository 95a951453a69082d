"""What time alone does to letters: they expire, are delayed, lose their sender, or are forgotten. Shell."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from services.notifier.adapters.tables import ATTEMPTS, CONTENTS, LETTERS
from services.notifier.adapters.telling import tell_notice
from services.notifier.domain.life import DELAY, SETTLED, WAITING, Happening, State, after, is_delayed
from services.notifier.domain.outcome import report_of
from shared.messages import NoticeState
from shared.terms import Instant

_MOST = 500


def expire(connection: Connection, *, at: Instant) -> None:
    """Letters past their time are not sent any more, and reported."""
    for row in _letters(connection, LETTERS.c.state.in_(WAITING), LETTERS.c.expires_at <= at):
        _move(connection, row, Happening.TOO_OLD, at=at)


def find_lost(connection: Connection, *, holder: str | None, at: Instant) -> int:
    """Letters on their way whose sender is gone: held by `holder` (at its own start), or past their lease."""
    lost = [LETTERS.c.next_at <= at]
    if holder is not None:
        lost.append(LETTERS.c.holder == holder)
    rows = _letters(connection, LETTERS.c.state == State.SENDING, or_(*lost))
    for row in rows:
        _move(connection, row, Happening.FOUND, at=at)
        attempt = {"letter": row.id, "number": row.attempts, "began_at": at, "ended_at": at, "code": ""}
        connection.execute(ATTEMPTS.insert().values(**attempt, happening=Happening.FOUND.value))
    return len(rows)


def report_delayed(connection: Connection, *, at: Instant) -> None:
    """Report, once, each letter that its recipient's own mail system has held up for a quarter of an hour."""
    columns = LETTERS.c
    late = (columns.state == State.TEMPORARY, columns.delayed_at.is_(None), columns.deferred_since <= at - DELAY)
    for row in _letters(connection, *late):
        others = select(func.max(columns.settled_at)).where(
            columns.state == State.ACCEPTED, columns.domain != row.domain
        )
        accepted_at: Instant | None = connection.execute(others).scalar_one()
        if is_delayed(deferred_since=row.deferred_since, others_accepted_at=accepted_at, now=at):
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


def _letters(connection: Connection, *where: ColumnElement[bool]) -> list[Row[Any]]:
    return list(connection.execute(select(LETTERS).where(*where).limit(_MOST).with_for_update(skip_locked=True)))


def _move(connection: Connection, row: Row[Any], happening: Happening, *, at: Instant) -> None:
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
