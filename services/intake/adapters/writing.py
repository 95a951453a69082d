"""How accepted envelopes are written: all that wait in one transaction, or one alone when that does not fit. Shell."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from services.intake.adapters.pressing import Head, Press, Pressed, receipt_of
from services.intake.adapters.tables import OUTBOX, SUBMISSIONS
from services.intake.domain.envelope import Conflict, Incoming
from shared.failures import Code, Transient
from shared.receipts import SignedReceipt
from shared.terms import Instant

Waiting = tuple[Incoming, Instant]
_MOST_MINTED = 10


class DoesNotFit(Exception):
    """A batch did not insert as many rows as it has: something in it was there before. Nothing of it may stand."""


def write_together(
    connection: Connection, waiting: Sequence[Waiting], *, press: Press, head: Head | None
) -> tuple[list[SignedReceipt], Head]:
    """Insert every envelope as new, receipts in the order given. Raises: DoesNotFit, then nothing may be committed."""
    last = head_of(connection, press.chain) if head is None else head
    pressed: list[Pressed] = []
    for incoming, at in waiting:
        one = press.press(incoming, at=at, after=last)
        pressed.append(one)
        last = one.head
    _insert(connection, pressed)
    return [one.signed for one in pressed], last


def write_alone(
    connection: Connection, waiting: Waiting, *, press: Press, head: Head | None
) -> tuple[SignedReceipt | Conflict, Head]:
    """Insert one envelope, or find what is stored under its id; a reference that is taken is minted again."""
    incoming, at = waiting
    last = head_of(connection, press.chain) if head is None else head
    held = connection.execute(
        select(SUBMISSIONS).where(SUBMISSIONS.c.submission == incoming.envelope.submission)
    ).one_or_none()
    if held is not None:
        return (receipt_of(held) if held.envelope_digest == incoming.digest else Conflict()), last
    for _ in range(_MOST_MINTED):
        pressed = press.press(incoming, at=at, after=last)
        if not _is_taken(connection, pressed.signed.receipt.reference):
            _insert(connection, [pressed])
            return pressed.signed, pressed.head
    raise Transient(Code.STORE_CONFLICT)


def head_of(connection: Connection, chain: str) -> Head:
    """The head of the chain as it is committed."""
    row = connection.execute(
        select(SUBMISSIONS).where(SUBMISSIONS.c.chain == chain).order_by(SUBMISSIONS.c.number.desc()).limit(1)
    ).one_or_none()
    if row is None:
        return Head()
    return Head(row.number, receipt_of(row).receipt.digest())


def _insert(connection: Connection, pressed: Sequence[Pressed]) -> None:
    rows = [one.row for one in pressed]
    owed = [one.owed_row for one in pressed]
    if _inserted(connection, SUBMISSIONS, rows) + _inserted(connection, OUTBOX, owed) != 2 * len(pressed):
        raise DoesNotFit


def _inserted(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return connection.execute(insert(table).on_conflict_do_nothing(), list(rows)).rowcount


def _is_taken(connection: Connection, reference: str) -> bool:
    held = select(SUBMISSIONS.c.number).where(SUBMISSIONS.c.reference == reference)
    return connection.execute(held).first() is not None
