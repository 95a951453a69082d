"""Real machines for the tests: a nats-server, a PostgreSQL, an SMTP sink; and everybody's keys. Shell."""

import asyncio
import json
import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from aiosmtpd.smtp import SMTP

from deploy.nats.server import ServerSettings, TlsFiles, new_identity, server_binary, server_conf
from deploy.nats.streams import provision_streams, read_back
from shared.clock import Clock, SystemClock
from shared.jetstream import Broker, BrokerSettings
from shared.private import Secret
from shared.receipts import Signer, Verifier, key_id_of
from shared.terms import Service

_START_SECONDS = 20.0
SPARE = "spare_"
"""How the name of a database begins that was made empty and is empty still: it becomes the next one that is asked for.
"""


class Identities:
    """Every service's broker identity and signing key, and the administrator's."""

    def __init__(self) -> None:
        made = {service: new_identity() for service in Service}
        self.seeds: Mapping[Service, Secret] = {service: seed for service, (seed, _) in made.items()}
        self.publics: Mapping[Service, str] = {service: public for service, (_, public) in made.items()}
        self.provision_seed, self.provision_public = new_identity()
        self.console_seed, self.console_public = new_identity()
        self.signers = {service: Signer.generate() for service in Service}
        self.verifier = Verifier(
            {service: {key_id_of(signer.public): signer.public} for service, signer in self.signers.items()}
        )


class NatsServer:
    """A real nats-server on free ports with its own store. After `stop` or `kill`, `start` uses the same ports."""

    def __init__(self, home: Path, identities: Identities, *, tls: TlsFiles | None = None) -> None:
        self.home = home
        self._tls = tls
        self.identities = identities
        self.store = home / "store"
        self.url = ""
        self.monitor_url = ""
        self._ports = (-1, -1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, change: Callable[[str], str] = str) -> None:
        """change: of the configuration, for a server that is not as it must be."""
        conf = self.home / "nats.conf"
        conf.write_text(
            change(
                server_conf(
                    ServerSettings(
                        users=self.identities.publics,
                        provision=self.identities.provision_public,
                        console=self.identities.console_public,
                        store_dir=self.store,
                        port=self._ports[0],
                        monitor_port=self._ports[1],
                        ports_dir=self.home,
                        tls=self._tls,
                    )
                )
            )
        )
        command = [str(server_binary()), "-c", str(conf), "-l", str(self.home / "nats.log")]
        self._process = subprocess.Popen(command)
        ports = self._await_ports(self._process.pid)
        self.url, self.monitor_url = ports["nats"][0], ports["monitoring"][0]
        self._ports = (int(self.url.rsplit(":", 1)[1]), int(self.monitor_url.rsplit(":", 1)[1]))

    def _await_ports(self, pid: int) -> dict[str, Any]:
        file = self.home / f"nats-server_{pid}.ports"
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if file.exists() and (text := file.read_text()):
                return dict(json.loads(text))
            time.sleep(0.02)
        raise TimeoutError((self.home / "nats.log").read_text())

    def stop(self) -> None:
        self._end("terminate")

    def kill(self) -> None:
        """SIGKILL, as in a power cut."""
        self._end("kill")

    def _end(self, how: str) -> None:
        if self._process is not None:
            getattr(self._process, how)()
            self._process.wait(_START_SECONDS)
            self._process = None

    def delete_store(self) -> None:
        """All that the broker ever stored is gone. Stop it before, and `provision` after the next start."""
        shutil.rmtree(self.store)

    async def provision(self) -> None:
        seed = self.identities.provision_seed
        await provision_streams(self.url, seed=seed)
        await read_back(self.url, seed=seed, monitor_url=self.monitor_url)

    def settings(self, service: Service, **changes: Any) -> BrokerSettings:
        settings = BrokerSettings(url=self.url, seed=self.identities.seeds[service], retry_seconds=0.2)
        return msgspec.structs.replace(settings, **changes)

    async def broker(self, service: Service, *, clock: Clock | None = None, **changes: Any) -> Broker:
        """A connected broker of `service`. Close it."""
        return await Broker.connect(
            self.settings(service, **changes),
            service=service,
            signer=self.identities.signers[service],
            verifier=self.identities.verifier,
            clock=clock or SystemClock(),
        )


class Postgres:
    """Debian's PostgreSQL on a socket of its own, run as `postgres` where we are root, for it refuses root."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self._home = Path(tempfile.mkdtemp(prefix="candour-pg-"))
        self._user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        if os.geteuid() == 0:
            account = pwd.getpwnam(self._user)
            os.chown(self._home, account.pw_uid, account.pw_gid)

    @staticmethod
    def find() -> Path | None:
        """Where Debian keeps the newest server's programs."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        return found[-1].parent if found else None

    def start(self) -> None:
        self._run("initdb", "-D", str(self._home / "data"), "-A", "trust", "-U", "candour", "-E", "UTF8", "--no-sync")
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._home),
            "fsync": "off",
            "max_connections": "200",
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._home / "data"), *settings]
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._home, **self._as_user()
        )
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self._home), "-U", "candour"]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.05)
        raise TimeoutError("PostgreSQL did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_START_SECONDS)
        shutil.rmtree(self._home, ignore_errors=True)

    def new_database(self) -> str:
        """The URL of an empty database."""
        self._made += 1
        name = f"test_{self._made}"
        with psycopg.connect(host=str(self._home), user="candour", dbname="postgres", autocommit=True) as server:
            spare = server.execute(f"SELECT datname FROM pg_database WHERE datname LIKE '{SPARE}%' LIMIT 1").fetchone()
            server.execute(f'ALTER DATABASE "{spare[0]}" RENAME TO "{name}"' if spare else f'CREATE DATABASE "{name}"')
        return f"postgresql+psycopg://candour@/{name}?host={self._home}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._home, **self._as_user())

    def _as_user(self) -> dict[str, Any]:
        return {"user": self._user, "group": self._user, "extra_groups": []} if os.geteuid() == 0 else {}


class Mail(msgspec.Struct, frozen=True):
    """One message as the sink took it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class SmtpSink:
    """A mail relay that keeps what it gets and can be told to misbehave, by address or by domain.

    refuse: 550 for ever. later: 451. slow: takes these seconds over DATA. break_after_data: keeps the message and
    hangs up without an answer. `down()` closes the port, `up()` opens the same one again.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.mails: list[Mail] = []
        self.refuse: set[str] = set()
        self.later: set[str] = set()
        self.slow: dict[str, float] = {}
        self.break_after_data: set[str] = set()
        self.connections = 0
        self.host = "127.0.0.1"
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._sessions: set[SMTP] = set()

    async def up(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        if self._server is not None:
            self._server.close()
            for session in self._sessions:
                if session.transport is not None:
                    session.transport.abort()
            self._sessions.clear()
            await self._server.wait_closed()
            self._server = None

    def to(self, address: str) -> list[Mail]:
        """What was taken for `address`."""
        return [mail for mail in self.mails if address in mail.recipients]

    def _session(self) -> SMTP:
        self.connections += 1
        session = SMTP(self, hostname="sink.example", tls_context=self._tls, require_starttls=self._tls is not None)
        self._sessions.add(session)
        return session

    async def handle_RCPT(self, _: SMTP, __: Any, envelope: Any, address: str, ___: list[str]) -> str:
        names = {address, address.rsplit("@", 1)[-1]}
        if names & self.refuse:
            return "550 5.1.1 no such mailbox"
        if names & self.later:
            return "451 4.2.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Any, envelope: Any) -> str:
        names = {part for address in envelope.rcpt_tos for part in (address, address.rsplit("@", 1)[-1])}
        await asyncio.sleep(max((self.slow.get(name, 0.0) for name in names), default=0.0))
        self.mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        if names & self.break_after_data and server.transport is not None:
            server.transport.abort()
        return "250 OK"
