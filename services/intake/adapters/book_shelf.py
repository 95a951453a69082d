"""The kept public book, one row of intake's own store. Shell."""

from sqlalchemy import Connection, delete, insert, select

from services.intake.adapters.tables import PUBLIC_BOOK
from shared.store import Database
from shared.terms import Instant


class SqlShelf:
    """A Shelf over a Database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, signed: bytes, *, revision: int, at: Instant) -> None:
        """Keep this book in the place of the one before. Raises: Transient."""
        row = {"place": 1, "revision": revision, "frame": signed, "taken_at": at}

        def replace(connection: Connection) -> None:
            connection.execute(delete(PUBLIC_BOOK))
            connection.execute(insert(PUBLIC_BOOK).values(**row))

        await self._database.write(replace)

    async def kept(self) -> bytes | None:
        """The book that was kept last. Raises: Transient."""
        query = select(PUBLIC_BOOK.c.frame).where(PUBLIC_BOOK.c.place == 1)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one_or_none())
