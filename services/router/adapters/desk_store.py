"""The desk's list, and what was set aside from it with its trace. Shell."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, select

from services.router.adapters.auditing import audit
from services.router.adapters.listing_tables import CONCERNS, DESK_SET_ASIDE, LISTED
from services.router.adapters.order_tables import ORDERS
from services.router.adapters.orders import read_endings
from services.router.adapters.tables import INBOX, MAIL, NOTICES
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.endings import needs_somebody
from services.router.domain.admin.listing import Concern, ConcernKind
from services.router.domain.admin.on_desk import (
    AMISS,
    LATE_AFTER,
    UNDONE_AFTER,
    Everywhere,
    OnDesk,
    SetAside,
    in_order,
    of_ending,
    of_late,
    of_notice,
    of_order,
    of_parked,
    of_silence,
)
from services.router.domain.admin.orders import Order, OrderState
from services.router.domain.changes import Mail, ParkedMessage, SentNotice
from shared.clock import Clock
from shared.failures import Code
from shared.store import Database, insert_once
from shared.terms import EscalationRef, Instant, MessageId, PartnershipId


class SqlDesk:
    """Kept in `database`. What is on it follows the list's refresh, and the notices as they are now."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def waiting(self, partnership: PartnershipId) -> list[OnDesk]:
        """Everything that needs somebody and was not set aside."""
        return await self._database.read(lambda connection: _waiting(connection, partnership, self._clock.now()))

    async def set_aside(self, aside: SetAside, audited: Audited) -> bool:
        """Take it off, with its trace; False where it is not on the desk any more."""

        def work(connection: Connection) -> bool:
            on_desk = {one.concern.key for one in _waiting(connection, aside.partnership, aside.at)}
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


def _waiting(connection: Connection, partnership: PartnershipId, at: Instant) -> list[OnDesk]:
    mine = DESK_SET_ASIDE.c.partnership == partnership
    gone = set(connection.execute(select(DESK_SET_ASIDE.c.key).where(mine)).scalars())
    here = select(CONCERNS.c.body).where(CONCERNS.c.partnership == partnership)
    concerns = [_concern(body) for body in connection.execute(here).scalars()]
    silent = {one.ref: one for one in concerns if one.kind is ConcernKind.SILENT}
    found = [OnDesk(one) for one in concerns if one.kind is not ConcernKind.SILENT]
    found += _silent(connection, silent)
    notices = [one for one in _notices(connection, partnership, at) if not one.sent_again]
    found += [of_notice(one) for one in notices if one.state is not None]
    found += of_late([one for one in notices if one.state is None])
    found += _parked(connection, partnership)
    found += [of_ending(one) for one in read_endings(connection) if needs_somebody(one, at=at)]
    found += _undone(connection, partnership, at)
    return in_order(one for one in found if one.concern.key not in gone)


def _notices(connection: Connection, partnership: PartnershipId, at: Instant) -> list[SentNotice]:
    """Those of open escalations, also where another was asked instead: the address is still to be mended.

    Late ones only while mail is up: while it is down all of them wait, and the page says so.
    """
    body = connection.execute(select(MAIL.c.body)).scalar()
    is_up = body is None or msgspec.json.decode(body, type=Mail).down_since is None
    states = [*(state.value for state in sorted(AMISS)), *([""] if is_up else [])]
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
    found = [msgspec.json.decode(body, type=SentNotice) for body in bodies]
    return [one for one in found if one.state is not None or one.at < at - LATE_AFTER]


def _silent(connection: Connection, silent: Mapping[EscalationRef, Concern]) -> list[OnDesk]:
    """Each with the notices to those who are asked in it."""
    asked = select(NOTICES.c.body).where(
        NOTICES.c.ref.in_(list(silent)), NOTICES.c.must_act.is_(True), NOTICES.c.replaced.is_(False)
    )
    bodies = connection.execute(asked).scalars().all() if silent else []
    notices = [msgspec.json.decode(body, type=SentNotice) for body in bodies]
    newest = {ref: max((one.decision for one in notices if one.ref == ref), default=0) for ref in silent}
    return [
        of_silence(concern, [one for one in notices if one.ref == ref and one.decision == newest[ref]])
        for ref, concern in silent.items()
    ]


def _parked(connection: Connection, partnership: PartnershipId) -> list[OnDesk]:
    """What came for this partnership and could not be taken in; not what nobody knows from whom it came."""
    mine = INBOX.c.subject.startswith(f"submissions.{partnership}.", autoescape=True)
    columns = (INBOX.c.message, INBOX.c.at, INBOX.c.code, INBOX.c.subject)
    query = select(*columns).where(INBOX.c.code.is_not(None), INBOX.c.code != Code.BAD_SIGNATURE.value, mine)
    rows = connection.execute(query).all()
    refs = [EscalationRef(row.subject.rpartition(".")[2]) for row in rows]
    known = set(connection.execute(select(LISTED.c.ref).where(LISTED.c.ref.in_(refs))).scalars()) if refs else set()
    return [
        of_parked(
            ParkedMessage(message=MessageId(row.message), at=row.at, code=row.code, subject=row.subject, frame=b""),
            ref,
            linked=ref in known,
        )
        for row, ref in zip(rows, refs, strict=True)
    ]


def _undone(connection: Connection, partnership: PartnershipId, at: Instant) -> list[OnDesk]:
    waiting = (ORDERS.c.state == OrderState.WAITING.value, ORDERS.c.partnership == partnership)
    late = (*waiting, ORDERS.c.at < at - UNDONE_AFTER)
    query = select(ORDERS.c.body, LISTED.c.ref).join(LISTED, LISTED.c.ref == ORDERS.c.ref, isouter=True).where(*late)
    rows = connection.execute(query).all()
    return [of_order(msgspec.json.decode(row.body, type=Order), linked=row.ref is not None) for row in rows]


_concern = msgspec.json.Decoder(Concern).decode
