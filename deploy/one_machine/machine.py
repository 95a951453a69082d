"""One machine: starts every part in order, watches them, stops them; tests kill and restart single ones. Shell.

async with OneMachine.ephemeral() as machine:
    machine.layout.intake_url
    await machine.kill(Service.ROUTER)
    await machine.start_part(Service.ROUTER)
    letters = await machine.wait_for_letters(5)
"""

import asyncio
import contextlib
import fcntl
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

from deploy import provision
from deploy.nats.server import ServerSettings, server_binary, server_conf
from deploy.one_machine import fetching
from deploy.one_machine.demonstration import directories, partnerships_in
from deploy.one_machine.fetching import NotInTime
from deploy.one_machine.mailbox import Letter, Mailbox
from deploy.one_machine.parts import Echo, Part, PartFailed, Recipe, run_once
from deploy.one_machine.places import BROKER, HOST, INBOX, Layout, Ports, console_environ, environ_of, inbox_environ
from deploy.one_machine.ports import CannotStart, free_ports, refuse_ports_in_use
from shared.clock import DemoClock
from shared.settings import read_secret
from shared.subjects import CONSOLE
from shared.terms import Service

_READY_SECONDS = 60.0
_STOP_ORDER = (Service.INTAKE, CONSOLE, Service.ROUTER, Service.NOTIFIER, INBOX, BROKER)

Settings = Mapping[Service, Mapping[str, str]]


class OneMachine:
    """Everything on one machine, under one folder. An async context manager: inside, every service is ready."""

    def __init__(
        self,
        var: Path,
        *,
        ports: Ports,
        echo: Echo = lambda line: None,
        settings: Settings | None = None,
        demo: Sequence[Path] | None = None,
    ) -> None:
        """settings: overrides for single services, by name without the prefix. demo: directory files to import."""
        self.layout = Layout(var=var.resolve(), ports=ports)
        self._mailbox = Mailbox(self.layout.mail, clock=DemoClock(self.layout.clock_file))
        self._echo = echo
        self._settings = settings or {}
        self._demo = directories() if demo is None else demo
        self._parts: dict[str, Part] = {}
        self._watchers: set[asyncio.Future[None]] = set()
        self._failed: asyncio.Future[PartFailed] | None = None
        self._lock = contextlib.ExitStack()

    @classmethod
    @contextlib.asynccontextmanager
    async def ephemeral(
        cls, *, echo: Echo = lambda line: None, settings: Settings | None = None
    ) -> AsyncIterator[Self]:
        """A machine of its own on free ports in a temporary folder, gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="candour-", ignore_cleanup_errors=True) as folder:
            async with cls(Path(folder), ports=free_ports(), echo=echo, settings=settings) as machine:
                yield machine

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop()

    async def failure(self) -> PartFailed:
        """Wait until a part ends that nobody stopped."""
        assert self._failed is not None
        return await asyncio.shield(self._failed)

    async def kill(self, name: str) -> None:
        """SIGKILL: as a power cut would."""
        await self._parts[name].kill()

    async def stop_part(self, name: str) -> None:
        """Stop one part cleanly."""
        await self._parts[name].stop()

    async def start_part(self, name: str, *, ready: bool = True) -> None:
        """Start a part, again or for the first time. ready: wait until it is."""
        await self._begin(self._recipe(name), ready=ready)

    def pid(self, name: str) -> int:
        """The process id of a running part."""
        return self._parts[name].pid

    def count_letters(self) -> int:
        """How many emails came, without reading them."""
        return self._mailbox.look()

    def letters(self) -> list[Letter]:
        """Every email in the local inbox, newest first."""
        self._mailbox.look()
        return self._mailbox.newest_first()

    async def wait_for_letters(
        self, count: int, *, such: Callable[[Letter], bool] = lambda letter: True, seconds: float = 20
    ) -> list[Letter]:
        """Wait until `count` letters like `such` are there; those letters, newest first. Raises NotInTime."""

        async def enough() -> bool:
            return len([letter for letter in self.letters() if such(letter)]) >= count

        await fetching.until(f"{count} emails", enough, seconds=seconds)
        return [letter for letter in self.letters() if such(letter)]

    async def command(self, service: Service, *arguments: str) -> str:
        """What a command of a service prints, for instance `command(Service.ROUTER, "explain", ref)`."""
        recipe = self._command(service, *arguments)
        if service is Service.ROUTER:  # `admin …` is the console's
            database = recipe.environ["CANDOUR_ROUTER_DATABASE"]
            environ = {**recipe.environ, **console_environ(self.layout, database=database)}
            recipe = msgspec.structs.replace(recipe, environ=environ)
        return await run_once(recipe, echo=self._echo)

    async def _start(self) -> None:
        layout = self.layout
        layout.var.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        refuse_ports_in_use(layout.ports)
        self._failed = asyncio.get_running_loop().create_future()
        now = DemoClock(layout.clock_file).now()
        provision.provision(layout.keys.root, partnerships=partnerships_in(self._demo), now=now)
        for folder in (layout.logs, layout.mail, layout.broker, *map(layout.folder, (*Service, CONSOLE))):
            folder.mkdir(parents=True, exist_ok=True)
        layout.var.chmod(0o700)
        async with asyncio.TaskGroup() as group:  # what the form needs goes first
            router = group.create_task(self._begin(self._first(Service.ROUTER, *self._demo)))
            group.create_task(self.start_broker())
            await self._begin(self._first(Service.INTAKE))
            group.create_task(self.start_part(INBOX))
            group.create_task(self._begin(self._first(Service.NOTIFIER)))
            await router  # the console stands on its store
            await self.start_part(CONSOLE)

    async def start_broker(self) -> None:
        """Start the broker, make what streams are missing, and read everything back."""
        layout = self.layout
        settings = ServerSettings(
            users=provision.nats_public_keys(layout.keys),
            provision=provision.admin_public_key(layout.keys),
            console=provision.console_public_key(layout.keys),
            store_dir=layout.broker,
            port=layout.ports.broker,
            monitor_port=layout.ports.monitor,
        )
        (layout.broker / "server.conf").write_text(server_conf(settings))
        await self.start_part(BROKER)
        from deploy.nats.streams import provision_streams, read_back  # imported while the services begin

        seed = read_secret(layout.admin_seed)
        await provision_streams(layout.broker_url, seed=seed)
        await read_back(layout.broker_url, seed=seed, monitor_url=layout.monitor_url)

    async def _begin(self, recipe: Recipe, *, ready: bool = True) -> None:
        part = Part(recipe, echo=self._echo)
        self._parts[recipe.name] = part
        await part.start()
        self._watch(part)
        if ready:
            await self._until_ready(part)

    async def _stop(self) -> None:
        for name in _STOP_ORDER:
            if name in self._parts:
                await self._parts[name].stop()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        self._lock.close()

    def _recipe(self, name: str) -> Recipe:
        log = self.layout.logs / f"{name}.log"
        if name == BROKER:
            command = [str(server_binary()), "-c", str(self.layout.broker / "server.conf")]
            return Recipe(name=name, command=command, log=log, shown=(b"[WRN]", b"[ERR]", b"[FTL]", b"Server is ready"))
        if name == INBOX:
            command = [sys.executable, "-m", "deploy.one_machine.inbox"]
            return Recipe(name=name, command=command, environ=inbox_environ(self.layout), log=log)
        if name == CONSOLE:
            command = [sys.executable, "-m", "services.router", "console"]
            database = self._environ(Service.ROUTER)["CANDOUR_ROUTER_DATABASE"]
            environ = console_environ(self.layout, database=database)
            return Recipe(name=name, command=command, environ=environ, log=log)
        return msgspec.structs.replace(self._command(Service(name)), log=log)

    def _first(self, service: Service, *directory: Path) -> Recipe:
        """A service's first start here: it migrates its store, and takes in the directory, before it serves."""
        serving = [sys.executable, "-m", "deploy.one_machine.serving", f"services.{service}", *map(str, directory)]
        return msgspec.structs.replace(self._recipe(service), command=serving)

    def _command(self, service: Service, *arguments: str) -> Recipe:
        command = [sys.executable, "-m", f"services.{service}", *arguments]
        return Recipe(name=service, command=command, environ=self._environ(service))

    def _environ(self, service: Service) -> dict[str, str]:
        return environ_of(service, self.layout, self._settings.get(service, {}))

    async def _until_ready(self, part: Part) -> None:
        name = part.recipe.name

        async def ready() -> bool:
            if not part.running:
                raise PartFailed(name, f"ended with {await part.ended()} before it was ready")
            if name == BROKER:
                return await fetching.answers_on(HOST, self.layout.ports.broker)
            if name == INBOX:
                return await fetching.answers_on(HOST, self.layout.ports.inbox)
            return (await fetching.status_of(self.layout.health_url(name)))[0] == 200

        try:
            await fetching.until(name, ready, seconds=_READY_SECONDS)
        except NotInTime:
            asked = name not in (BROKER, INBOX)
            _, says = await fetching.status_of(self.layout.health_url(name)) if asked else (0, "")
            raise PartFailed(name, f"did not become ready: {says or 'no answer'}") from None

    def _watch(self, part: Part) -> None:
        async def watch() -> None:
            code = await part.ended()
            if part.wanted and self._failed is not None and not self._failed.done():
                self._failed.set_result(PartFailed(part.recipe.name, f"ended by itself with {code}"))

        watcher = asyncio.ensure_future(watch())
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)

    def _take_lock(self) -> None:
        file = self._lock.enter_context((self.layout.var / "lock").open("a"))
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CannotStart(f"Candour runs already in {self.layout.var}. Stop that one first (Ctrl-C).") from None
