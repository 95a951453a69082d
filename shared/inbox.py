"""The inbox: which messages have had their effect here, or were parked. One row commits with the effects. Shell.

Rows are kept for good: a sender that was away for a month may still ask, and must not be told "never seen".
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, Text, bindparam, select

from shared.failures import Code, Permanent, decoded
from shared.questions import TallyAnswer, TallyQuestion
from shared.store import Database, Prepared, UtcDateTime, insert_once
from shared.terms import Instant, MessageId, Service

_MOST_IDS = 1000
_DECODE_TALLY = msgspec.json.Decoder(TallyQuestion)


def inbox_table(metadata: MetaData) -> Table:
    """The table, in a service's own metadata. `code` is null for what was handled; a parked row keeps its frame."""
    return Table(
        "inbox",
        metadata,
        Column("message", String(64), primary_key=True),
        Column("at", UtcDateTime, nullable=False),
        Column("code", String(64)),
        Column("subject", Text, nullable=False),
        Column("frame", LargeBinary, nullable=False),
    )


def already_in(connection: Connection, inbox: Table, message: MessageId) -> bool:
    """Whether the message was handled or parked before: then there is nothing to do but to say done."""
    return bool(_known(inbox).rows(connection, {"known": message}))


@lru_cache(maxsize=16)
def _known(inbox: Table) -> Prepared:
    return Prepared(select(inbox.c.message).where(inbox.c.message == bindparam("known")))


def take_in(
    connection: Connection,
    inbox: Table,
    *,
    message: MessageId,
    at: Instant,
    code: Code | None = None,
    subject: str = "",
    frame: bytes = b"",
) -> None:
    """Write that the message had its effect (or, with `code`, was parked). Commit it with the effects.

    A second taking of a handled message fails as a conflict, so that two deliveries at once have one effect;
    a second parking changes nothing.
    """
    row = {
        "message": message,
        "at": at,
        "code": None if code is None else code.value,
        "subject": subject,
        "frame": frame,
    }
    if code is None:
        connection.execute(inbox.insert(), row)
    else:
        insert_once(connection, inbox, row)


def take_in_once(connection: Connection, inbox: Table, *, message: MessageId, at: Instant) -> bool:
    """Write that the message had its effect. False where it was handled or parked before."""
    row = {"message": message, "at": at, "code": None, "subject": "", "frame": b""}
    return insert_once(connection, inbox, row)


def settled_among(connection: Connection, inbox: Table, ids: Sequence[MessageId]) -> tuple[MessageId, ...]:
    """Those of `ids` that were handled or parked here."""
    found = connection.execute(select(inbox.c.message).where(inbox.c.message.in_(ids))).scalars()
    return tuple(MessageId(one) for one in found)


def tally(database: Database, inbox: Table) -> Callable[[bytes, Service], Awaitable[bytes]]:
    """What a service answers to `ask.tally`: hand it to `Broker.answer`."""

    async def answer(body: bytes, _: Service) -> bytes:
        question = decoded(body, _DECODE_TALLY)
        if len(question.owed) > _MOST_IDS:
            raise Permanent(Code.UNREADABLE)
        settled = await database.read(lambda connection: settled_among(connection, inbox, question.owed))
        return msgspec.json.encode(TallyAnswer(settled=settled))

    return answer
