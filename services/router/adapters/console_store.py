"""Admins, and how they get in, kept in router's database by the console. Shell."""

from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table, delete, insert, select, update

from services.router.adapters.auditing import audit
from services.router.adapters.console_tables import ADMIN_SESSIONS, ADMINS, LINKS, PASSKEYS, USED_CHALLENGES
from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.entering import AdminSession, Entry, Link, Passkey, Signed, Vouched
from shared.store import Database, insert_once
from shared.terms import Digest, Instant

T = TypeVar("T")


class SqlAdmins:
    """Everybody who may sign in, kept in `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def commit(self, entry: Entry) -> bool:
        """All of `entry`. False, and nothing done, where what it may use once was used before."""
        return await self._database.write(lambda connection: _write(connection, entry))

    async def touch(self, session: AdminSession) -> None:
        """Keep when the session was last seen. One that was ended meanwhile stays ended."""
        known = ADMIN_SESSIONS.c.secret == session.secret
        values = {"seen_at": session.seen_at, "body": msgspec.json.encode(session)}
        query = update(ADMIN_SESSIONS).where(known).values(**values)
        await self._database.write(lambda connection: connection.execute(query))

    async def forget(self, *, before: Instant) -> None:
        """Drop what has ended: sessions not seen since, links and challenges past their time."""

        def work(connection: Connection) -> None:
            connection.execute(delete(ADMIN_SESSIONS).where(ADMIN_SESSIONS.c.seen_at < before))
            connection.execute(delete(LINKS).where(LINKS.c.ends_at < before))
            connection.execute(delete(USED_CHALLENGES).where(USED_CHALLENGES.c.ends_at < before))

        await self._database.write(work)

    async def everybody(self) -> tuple[Admin, ...]:
        """By address."""
        return _read_all(await self._bodies(ADMINS, ADMINS.c.id.is_not(None), order=ADMINS.c.address), Admin)

    async def admin(self, admin: AdminId) -> Admin | None:
        return _first(await self._bodies(ADMINS, ADMINS.c.id == admin), Admin)

    async def at_address(self, address: str) -> Admin | None:
        return _first(await self._bodies(ADMINS, ADMINS.c.address == address.strip().casefold()), Admin)

    async def of_council(self, subject: str) -> Admin | None:
        """subject: `issuer subject` of the council's own sign-in."""
        return _first(await self._bodies(ADMINS, ADMINS.c.council == subject), Admin)

    async def signed(self, secret: Digest) -> Signed | None:
        """The session of this secret and whose it is, whether it has ended or not."""

        def work(connection: Connection) -> Signed | None:
            joined = ADMIN_SESSIONS.join(ADMINS, ADMINS.c.id == ADMIN_SESSIONS.c.admin)
            query = select(ADMINS.c.body, ADMIN_SESSIONS.c.body).select_from(joined)
            row = connection.execute(query.where(ADMIN_SESSIONS.c.secret == secret)).first()
            if row is None:
                return None
            return Signed(admin=_read(row[0], Admin), session=_read(row[1], AdminSession))

        return await self._database.read(work)

    async def sessions(self, admin: AdminId) -> tuple[AdminSession, ...]:
        """The last seen first."""
        mine = ADMIN_SESSIONS.c.admin == admin
        return _read_all(await self._bodies(ADMIN_SESSIONS, mine, order=ADMIN_SESSIONS.c.seen_at.desc()), AdminSession)

    async def link(self, secret: Digest) -> Link | None:
        return _first(await self._bodies(LINKS, LINKS.c.secret == secret), Link)

    async def passkeys(self, admin: AdminId) -> tuple[Passkey, ...]:
        found = _read_all(await self._bodies(PASSKEYS, PASSKEYS.c.admin == admin), Passkey)
        return tuple(sorted(found, key=lambda one: one.added_at))

    async def passkey(self, passkey: str) -> Passkey | None:
        return _first(await self._bodies(PASSKEYS, PASSKEYS.c.id == passkey), Passkey)

    async def _bodies(self, table: Table, where: Any, *, order: Any = None) -> list[bytes]:
        query = select(table.c.body).where(where).order_by(order)
        return await self._database.read(lambda connection: list(connection.execute(query).scalars()))


def _write(connection: Connection, entry: Entry) -> bool:
    if entry.uses_link is not None:
        used = connection.execute(delete(LINKS).where(LINKS.c.secret == entry.uses_link))
        if used.rowcount != 1:
            return False
    if entry.answered is not None:
        row = {"challenge": entry.answered.challenge, "ends_at": entry.answered.ends_at}
        if not insert_once(connection, USED_CHALLENGES, row):
            return False
    if not _are_there_still(connection, entry):
        return False
    _take_away(connection, entry)
    _put(connection, entry)
    for audited in entry.audited:
        audit(connection, audited)
    return True


def _are_there_still(connection: Connection, entry: Entry) -> bool:
    """Whether nobody has ended meanwhile what this goes on with. Each row is held until it is committed."""
    if entry.answered is not None and entry.answered.known:
        mine = PASSKEYS.c.id == entry.answered.passkey.id
        if connection.execute(update(PASSKEYS).where(mine).values(admin=entry.answered.passkey.admin)).rowcount != 1:
            return False
    if entry.vouched is not None and not _is_as_found(connection, entry.vouched):
        return False
    if entry.renews is None:
        return True
    renewed = update(ADMIN_SESSIONS).where(ADMIN_SESSIONS.c.secret == entry.renews)
    return connection.execute(renewed.values(secret=entry.renews)).rowcount == 1


def _is_as_found(connection: Connection, vouched: Vouched) -> bool:
    """Whether the admin is there still, at the address and the council where they were found."""
    found = vouched.admin
    mine = (ADMINS.c.id == found.id, ADMINS.c.address == found.address)
    there = ADMINS.c.council == found.council if found.council else ADMINS.c.council.is_(None)
    return connection.execute(update(ADMINS).where(*mine, there).values(id=found.id)).rowcount == 1


def _take_away(connection: Connection, entry: Entry) -> None:
    if entry.ends is not None:
        for table in (ADMIN_SESSIONS, LINKS, PASSKEYS):
            connection.execute(delete(table).where(table.c.admin == entry.ends))
    if entry.removes is not None:
        connection.execute(delete(ADMINS).where(ADMINS.c.id == entry.removes))
    if entry.passkey_gone is not None:
        connection.execute(delete(PASSKEYS).where(PASSKEYS.c.id == entry.passkey_gone))
    if entry.sessions_gone:
        connection.execute(delete(ADMIN_SESSIONS).where(ADMIN_SESSIONS.c.secret.in_(entry.sessions_gone)))


def _put(connection: Connection, entry: Entry) -> None:
    if entry.vouched is not None and entry.vouched.subject:
        _tie(connection, entry.vouched)
    if (admin := entry.admin) is not None:
        row: dict[str, Any] = {"id": admin.id, "address": admin.address, "council": admin.council or None}
        _upsert(connection, ADMINS, row, whole=admin)
    if (link := entry.link) is not None:
        row = {"secret": link.secret, "admin": link.admin, "ends_at": link.ends_at}
        _upsert(connection, LINKS, row, whole=link)
    if entry.answered is not None:
        passkey = entry.answered.passkey
        _upsert(connection, PASSKEYS, {"id": passkey.id, "admin": passkey.admin}, whole=passkey)
    if (session := entry.session) is not None:
        row = {"secret": session.secret, "admin": session.admin, "seen_at": session.seen_at}
        _upsert(connection, ADMIN_SESSIONS, row, whole=session)


def _tie(connection: Connection, vouched: Vouched) -> None:
    """The subject alone: whatever else was changed since the admin was found stays changed."""
    mine = ADMINS.c.id == vouched.admin.id
    now = _read(connection.execute(select(ADMINS.c.body).where(mine)).scalar_one(), Admin)
    body = msgspec.json.encode(msgspec.structs.replace(now, council=vouched.subject))
    connection.execute(update(ADMINS).where(mine).values(council=vouched.subject, body=body))


def _upsert(connection: Connection, table: Table, row: dict[str, Any], *, whole: Any) -> None:
    """Insert or overwrite the one row of this key, which `row` names first."""
    name = next(iter(row))
    row = {**row, "body": msgspec.json.encode(whole)}
    if connection.execute(update(table).where(table.c[name] == row[name]).values(**row)).rowcount == 0:
        connection.execute(insert(table).values(**row))


def _read(body: bytes, kind: type[T]) -> T:
    return msgspec.json.decode(body, type=kind)


def _read_all(bodies: list[bytes], kind: type[T]) -> tuple[T, ...]:
    return tuple(_read(body, kind) for body in bodies)


def _first(bodies: list[bytes], kind: type[T]) -> T | None:
    return _read(bodies[0], kind) if bodies else None
