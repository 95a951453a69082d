"""The console on a store of its own, with two partnerships and whoever a test lets in. Shell."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec

from services.router.adapters.console_store import SqlAdmins
from services.router.adapters.grounds import read_rules
from services.router.adapters.store import SqlDirectories
from services.router.adapters.tables import MIGRATIONS
from services.router.console.entering import new_link, new_session
from services.router.console.settings import ConsoleSettings
from services.router.console.static_files import BUILT
from services.router.console_app import BuiltConsole, build
from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.entering import Entry, Way
from services.router.domain.directory import Entries, entries_bytes
from services.router.domain.keeping.directory_file import read_directory
from shared.clock import FixedClock, SystemClock
from shared.envelope import OpeningKey, PublicHalf
from shared.references import mint_secret
from shared.store import Database
from shared.terms import KeyId, PartnershipId
from tests.migrated import migrated

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "deploy/demo/sussex.toml"
HERE, NEIGHBOUR = PartnershipId("west-sussex"), PartnershipId("east-sussex")
ORIGIN = "http://localhost:8707"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@cache
def demo_entries(*, real: bool) -> Entries:
    """The demonstration's Sussex; real: as if nobody in it was made up."""
    entries = read_directory({DEMO.name: DEMO.read_text()}, policies=read_rules().newest)
    assert isinstance(entries, Entries)
    if not real:
        return entries
    partnerships = tuple(msgspec.structs.replace(one, demonstration=False) for one in entries.partnerships)
    return msgspec.structs.replace(entries, partnerships=partnerships)


class ConsoleWorld:
    """A built console and its store. An async context manager."""

    def __init__(
        self, folder: Path, *, database: str = "", real: bool = True, built: Path = BUILT, **changes: Any
    ) -> None:
        self.url = database or f"sqlite:///{folder / 'router.db'}"
        self.clock = FixedClock(SystemClock().now())
        self._real = real
        self.notifier_key = OpeningKey.generate(key_id=KeyId("notifier"))
        self._half = folder / "notifier.pub"
        self._built = built
        given: dict[str, Any] = {
            "database": self.url,
            "nats_url": "nats://127.0.0.1:1",
            "notifier_key_file": self._half,
            "http_port": 0,
            "public_url": ORIGIN,
            "escalations_url": "http://localhost:8700",
            "one_machine": True,
        }
        self.settings = ConsoleSettings(**{**given, **changes})

    async def __aenter__(self) -> Self:
        migrated(self.url, scripts=MIGRATIONS)
        if not self._half.exists():
            PublicHalf(id=self.notifier_key.id, key=self.notifier_key.public).save(self._half)
        self.database = Database(self.url)
        self.admins = SqlAdmins(self.database)
        await self.import_directory(demo_entries(real=self._real))
        self.built: BuiltConsole = build(self.settings, clock=self.clock, built=self._built)
        self.built.console.orders.wait_seconds = 0.0
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.built.close()
        await self.database.close()

    async def import_directory(self, entries: Entries) -> None:
        await SqlDirectories(self.database).add(entries_bytes(entries), at=self.clock.now())

    async def admin(self, name: str, **roles: Role) -> Admin:
        """An admin; `west_sussex=Role.MANAGER` gives a role."""
        held = {PartnershipId(place.replace("_", "-")): role for place, role in roles.items()}
        address = f"{name.casefold().replace(' ', '.')}@partnership.example"
        made = Admin(id=AdminId(mint_secret().hex()[:32]), address=address, name=name, roles=held)
        assert await self.admins.commit(Entry(admin=made))
        return made

    async def invited(self, admin: Admin) -> str:
        """The path of a one-time link for `admin`."""
        new = new_link(admin.id, at=self.clock.now())
        assert await self.admins.commit(Entry(link=new.link))
        return f"/join/{new.secret}"

    async def cookie(self, admin: Admin, *, way: Way = Way.PASSKEY) -> str:
        """The cookie of a session that begins now."""
        new = new_session(admin.id, way, at=self.clock.now())
        assert await self.admins.commit(Entry(session=new.session))
        return new.secret

    def browser(self, cookie: str = "") -> "Browsing":
        return Browsing(self, cookie)

    async def signed_in(self, admin: Admin, *, way: Way = Way.PASSKEY) -> "Browsing":
        return self.browser(await self.cookie(admin, way=way))


class Browsing:
    """A browser without scripts: it keeps cookies, says where a form comes from, and sends its token along."""

    def __init__(self, world: ConsoleWorld, cookie: str) -> None:
        self._world = world
        transport = httpx.ASGITransport(app=world.built.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=world.settings.origin)
        if cookie:
            self.client.cookies.set(world.built.console.gate.cookie, cookie)
        self.token = ""

    async def get(self, path: str) -> httpx.Response:
        answer = await self.client.get(path)
        found = CSRF.search(answer.text)
        self.token = found[1] if found else self.token
        return answer

    async def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """The form `fields`, from a page of the console that was looked at before."""
        sent = {"csrf": self.token, **fields}
        return await self.client.post(path, data=sent, headers=headers or {"origin": self._world.settings.origin})
