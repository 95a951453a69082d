"""How accepted envelopes are written: all that wait in one transaction, or one alone when that does not fit. Shell."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from services.intake.adapters.pressing import Head, Press, Pressed, receipt_of
from services.intake.adapters.rows import insert_new
from services.intake.adapters.tables import OWED, SUBMISSIONS
from services.intake.domain.envelope import Conflict, Incoming
from shared.failures import Code, Transient
from shared.receipts import SignedReceipt
from shared.terms import Instant

_MOST_MINTED = 10


class DoesNotFit(Exception):
    """A batch did not insert as many rows as it has: something in it was there before. Nothing of it may stand."""


def write_together(connection: Connection, pressed: Sequence[Pressed]) -> None:
    """Insert every envelope as new. Raises: DoesNotFit, then nothing may be committed."""
    rows = insert_new(connection, SUBMISSIONS, [one.row for one in pressed])
    owed = insert_new(connection, OWED, [one.owed_row for one in pressed])
    if rows + owed != 2 * len(pressed):
        raise DoesNotFit


def write_alone(
    connection: Connection, incoming: Incoming, *, at: Instant, press: Press
) -> tuple[SignedReceipt | Conflict, Head]:
    """Insert one envelope, or find what is stored under its id; a reference that is taken is minted again."""
    last = head_of(connection, press.chain)
    held = connection.execute(
        select(SUBMISSIONS).where(SUBMISSIONS.c.submission == incoming.envelope.submission)
    ).one_or_none()
    if held is not None:
        return (receipt_of(held) if held.envelope_digest == incoming.digest else Conflict()), last
    for _ in range(_MOST_MINTED):
        pressed = press.press(incoming, at=at, after=last)
        if not _is_taken(connection, pressed.signed.receipt.reference):
            write_together(connection, [pressed])
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


def _is_taken(connection: Connection, reference: str) -> bool:
    held = select(SUBMISSIONS.c.number).where(SUBMISSIONS.c.reference == reference)
    return connection.execute(held).first() is not None
