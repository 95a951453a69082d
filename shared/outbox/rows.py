"""What is owed, as rows of a service's own store. Shell."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text, select

from shared.store import UtcDateTime, insert_each_once
from shared.terms import Instant, MessageId

Place = Any
"""By what a store finds a row again."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is to be published now."""

    place: Place
    message: MessageId
    subject: str
    body: bytes

    def __repr__(self) -> str:
        return f"<Due {self.message}>"


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A message that was published, `times` times, and that its reader has not settled yet."""

    place: Place
    message: MessageId
    subject: str
    published_at: Instant
    times: int


class OwedRows(Protocol):
    """What the relay needs of a store. A row is owed as long as it is there."""

    def due(self, connection: Connection, most: int) -> Sequence[Due]:
        """What was not published yet, or is to be again: the oldest first, `most` at one time."""
        ...

    def oldest(self, connection: Connection) -> Instant | None:
        """Since when the oldest row is owed, None where nothing is."""
        ...

    def published(self, connection: Connection, places: Sequence[Place], *, at: Instant) -> None: ...

    def owed(self, connection: Connection, *, before: Instant) -> Sequence[Owed]:
        """What was published, and is owed since `before` or longer."""
        ...

    def forget(self, connection: Connection, places: Sequence[Place]) -> None:
        """Their readers have settled these."""
        ...

    def owe_again(self, connection: Connection, places: Sequence[Place]) -> None:
        """Make these due once more."""
        ...


def outbox_table(metadata: MetaData) -> Table:
    """The table, in a service's own metadata. A row is owed as long as it is there; `published_at` null: at once."""
    return Table(
        "outbox",
        metadata,
        Column("message", String(64), primary_key=True),
        Column("subject", Text, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("owed_at", UtcDateTime, nullable=False),
        Column("published_at", UtcDateTime, index=True),
        Column("times", Integer, nullable=False, default=0),
    )


def owe(connection: Connection, outbox: Table, *, message: MessageId, subject: str, body: bytes, at: Instant) -> None:
    """Owe a message from this commit on. The same id again is the same message: one row."""
    owe_each(connection, outbox, [(message, subject, body)], at=at)


def owe_each(
    connection: Connection, outbox: Table, owed: Sequence[tuple[MessageId, str, bytes]], *, at: Instant
) -> None:
    """Owe several messages, each (id, subject, body), in one statement."""
    rows = [
        {"message": message, "subject": subject, "body": body, "owed_at": at, "published_at": None, "times": 0}
        for message, subject, body in owed
    ]
    insert_each_once(connection, outbox, rows)


class TableRows:
    """The rows of an `outbox_table`, each found by its message."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def due(self, connection: Connection, most: int) -> Sequence[Due]:
        table = self._table.c
        query = select(table.message, table.subject, table.body).where(table.published_at.is_(None))
        found = connection.execute(query.order_by(table.owed_at).limit(most))
        return [Due(place=message, message=message, subject=subject, body=body) for message, subject, body in found]

    def oldest(self, connection: Connection) -> Instant | None:
        owed_at = self._table.c.owed_at
        return connection.execute(select(owed_at).order_by(owed_at).limit(1)).scalar()

    def published(self, connection: Connection, places: Sequence[Place], *, at: Instant) -> None:
        these = self._table.update().where(self._table.c.message.in_(places))
        connection.execute(these.values(published_at=at, times=self._table.c.times + 1))

    def owed(self, connection: Connection, *, before: Instant) -> Sequence[Owed]:
        table = self._table.c
        query = select(table.message, table.subject, table.published_at, table.times)
        query = query.where(table.published_at.is_not(None), table.owed_at <= before)
        return [
            Owed(place=message, message=message, subject=subject, published_at=published_at, times=times)
            for message, subject, published_at, times in connection.execute(query)
        ]

    def forget(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(self._table.delete().where(self._table.c.message.in_(places)))

    def owe_again(self, connection: Connection, places: Sequence[Place]) -> None:
        connection.execute(self._table.update().where(self._table.c.message.in_(places)).values(published_at=None))
