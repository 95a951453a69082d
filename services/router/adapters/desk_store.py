"""The desk's list, and what was set aside from it with its trace. Shell."""

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select

from services.router.adapters.auditing import audit
from services.router.adapters.listing_tables import CONCERNS, DESK_SET_ASIDE, LISTED
from services.router.adapters.tables import INBOX, MAIL, NOTICES
from services.router.domain.auditing import Audited
from services.router.domain.changes import Mail, SentNotice
from services.router.domain.listing import Concern
from services.router.domain.on_desk import AMISS, Everywhere, OnDesk, SetAside, in_order, of_notice
from shared.store import Database, insert_once
from shared.terms import PartnershipId


class SqlDesk:
    """Kept in `database`. What is on it follows the list's refresh, and the notices as they are now."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, partnership: PartnershipId) -> list[OnDesk]:
        """Everything that needs somebody and was not set aside."""
        return await self._database.read(lambda connection: _waiting(connection, partnership))

    async def set_aside(self, aside: SetAside, audited: Audited) -> bool:
        """Take it off, with its trace; False where it is not on the desk any more."""

        def work(connection: Connection) -> bool:
            on_desk = {one.concern.key for one in _waiting(connection, aside.partnership)}
            row = {
                "key": aside.concern.key,
                "partnership": aside.partnership,
                "at": aside.at,
                "body": msgspec.json.encode(aside),
            }
            if aside.concern.key not in on_desk or not insert_once(connection, DESK_SET_ASIDE, row):
                return False
            audit(connection, audited)
            return True

        return await self._database.write(work)

    async def put_back(self, key: str, partnership: PartnershipId, audited: Audited) -> bool:
        """On the desk again; False where it was not set aside here."""

        def work(connection: Connection) -> bool:
            mine = (DESK_SET_ASIDE.c.key == key, DESK_SET_ASIDE.c.partnership == partnership)
            if connection.execute(delete(DESK_SET_ASIDE).where(*mine)).rowcount != 1:
                return False
            audit(connection, audited)
            return True

        return await self._database.write(work)

    async def aside(self, partnership: PartnershipId, *, most: int) -> tuple[SetAside, ...]:
        """What was set aside, the newest first."""
        mine = select(DESK_SET_ASIDE.c.body).where(DESK_SET_ASIDE.c.partnership == partnership)
        query = mine.order_by(DESK_SET_ASIDE.c.at.desc()).limit(most)
        bodies = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return tuple(msgspec.json.decode(body, type=SetAside) for body in bodies)

    async def everywhere(self) -> Everywhere:
        """Mail, and parked messages that are of no escalation: those of one are on its partnership's desk."""

        def work(connection: Connection) -> Everywhere:
            body = connection.execute(select(MAIL.c.body)).scalar()
            codes = select(INBOX.c.code, func.count()).where(INBOX.c.code.is_not(None)).group_by(INBOX.c.code)
            parked = {row[0]: int(row[1]) for row in connection.execute(codes)}
            return Everywhere(msgspec.json.decode(body, type=Mail) if body else Mail(), parked)

        return await self._database.read(work)


def _waiting(connection: Connection, partnership: PartnershipId) -> list[OnDesk]:
    mine = DESK_SET_ASIDE.c.partnership == partnership
    gone = set(connection.execute(select(DESK_SET_ASIDE.c.key).where(mine)).scalars())
    here = select(CONCERNS.c.body).where(CONCERNS.c.partnership == partnership)
    found = [OnDesk(_concern(body)) for body in connection.execute(here).scalars()]
    found += [of_notice(one) for one in _notices(connection, partnership)]
    return in_order(one for one in found if one.concern.key not in gone)


def _notices(connection: Connection, partnership: PartnershipId) -> list[SentNotice]:
    """Those of open escalations, also where another was asked instead: the address is still to be mended."""
    states = [state.value for state in sorted(AMISS)]
    query = (
        select(NOTICES.c.body)
        .join(LISTED, LISTED.c.ref == NOTICES.c.ref)
        .where(
            NOTICES.c.state.in_(states),
            LISTED.c.partnership == partnership,
            LISTED.c.open.is_(True),
        )
    )
    bodies: Any = connection.execute(query).scalars()
    return [msgspec.json.decode(body, type=SentNotice) for body in bodies]


_concern = msgspec.json.Decoder(Concern).decode
