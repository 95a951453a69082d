"""What the console's pages need of the world, as Protocols. Pure."""

from typing import Protocol

from services.router.domain.admins import Admin, AdminId
from services.router.domain.directory import Directory
from services.router.domain.entering import AdminSession, Entry, Link, Passkey, Signed
from shared.failures import Code
from shared.terms import Digest, Instant


class Admins(Protocol):
    """Everybody who may sign in, and how."""

    async def commit(self, entry: Entry) -> bool: ...

    async def touch(self, session: AdminSession) -> None: ...

    async def forget(self, *, before: Instant) -> None: ...

    async def everybody(self) -> tuple[Admin, ...]: ...

    async def admin(self, admin: AdminId) -> Admin | None: ...

    async def at_address(self, address: str) -> Admin | None: ...

    async def of_council(self, subject: str) -> Admin | None: ...

    async def signed(self, secret: Digest) -> Signed | None: ...

    async def sessions(self, admin: AdminId) -> tuple[AdminSession, ...]: ...

    async def link(self, secret: Digest) -> Link | None: ...

    async def passkeys(self, admin: AdminId) -> tuple[Passkey, ...]: ...

    async def passkey(self, passkey: str) -> Passkey | None: ...


class DirectoryNow(Protocol):
    """The newest revision of the directory, prepared for look-ups; an empty one before the first import."""

    async def now(self) -> Directory: ...


class BrokerLink(Protocol):
    """Whether the broker can be reached."""

    def problem(self) -> Code | None: ...
