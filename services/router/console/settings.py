"""Settings of the console, read from CANDOUR_CONSOLE_*. Shell."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from services.router.domain.admin.entering import Limits

PREFIX = "CANDOUR_CONSOLE_"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class ConsoleSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each field is explained in services/router/console/.env.example."""

    database: str
    nats_url: str
    nats_seed_file: Path | None = None
    nats_ca_file: Path | None = None
    notifier_key_file: Path
    http_host: str = "127.0.0.1"
    http_port: int
    port_file: Path | None = None
    public_url: str
    escalations_url: str
    idle_minutes: float = 30
    session_hours: float = 10
    again_minutes: float = 10
    council_issuer: str | None = None
    council_client_id: str | None = None
    council_secret_file: Path | None = None
    council_name: str = "your council"
    council_trusts_email: bool = False
    one_machine: bool = False
    clock_file: Path | None = None
    demo_link_file: Path | None = None

    def __post_init__(self) -> None:
        problems = [*_demonstration_problems(self), *_council_problems(self)]
        if not _is_safe(self.public_url, one_machine=self.one_machine):
            problems.append(f"{PREFIX}PUBLIC_URL: must begin with https://")
        if urlsplit(self.public_url).path not in ("", "/"):
            problems.append(f"{PREFIX}PUBLIC_URL: must be a name of its own, without a path")
        if not 0 <= self.http_port <= 65535:
            problems.append(f"{PREFIX}HTTP_PORT: must be a port")
        for name, value in (("IDLE_MINUTES", self.idle_minutes), ("SESSION_HOURS", self.session_hours)):
            if value <= 0:
                problems.append(f"{PREFIX}{name}: must be more than 0")
        if self.again_minutes <= 0:
            problems.append(f"{PREFIX}AGAIN_MINUTES: must be more than 0")
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def origin(self) -> str:
        """Where its pages are, as a browser names it."""
        return self.public_url.rstrip("/")

    @property
    def host(self) -> str:
        """The name that passkeys are bound to."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def behind_tls(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def limits(self) -> Limits:
        return Limits(
            idle=timedelta(minutes=self.idle_minutes),
            whole=timedelta(hours=self.session_hours),
            fresh=timedelta(minutes=self.again_minutes),
        )


def is_loopback(host: str | None) -> bool:
    """Whether nobody but this machine reaches `host`."""
    return host in _LOOPBACK


def _is_safe(url: str, *, one_machine: bool) -> bool:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return one_machine and parts.scheme == "http" and is_loopback(parts.hostname)


def _demonstration_problems(settings: ConsoleSettings) -> list[str]:
    """The one link that signs in without a passkey is for one machine that nobody else reaches."""
    problems = []
    if settings.clock_file is not None and not settings.one_machine:
        problems.append(f"{PREFIX}CLOCK_FILE: only with ONE_MACHINE")
    if settings.demo_link_file is not None:
        if not settings.one_machine:
            problems.append(f"{PREFIX}DEMO_LINK_FILE: only with ONE_MACHINE")
        if not (is_loopback(settings.http_host) and is_loopback(urlsplit(settings.public_url).hostname)):
            problems.append(f"{PREFIX}DEMO_LINK_FILE: only where HTTP_HOST and PUBLIC_URL are this machine's loopback")
    return problems


def _council_problems(settings: ConsoleSettings) -> list[str]:
    if settings.council_issuer is None:
        given = settings.council_client_id or settings.council_secret_file
        return [f"{PREFIX}COUNCIL_ISSUER: must be set with COUNCIL_CLIENT_ID"] if given else []
    problems = []
    if not settings.council_client_id:
        problems.append(f"{PREFIX}COUNCIL_CLIENT_ID: must be set with COUNCIL_ISSUER")
    if not _is_safe(settings.council_issuer, one_machine=settings.one_machine):
        problems.append(f"{PREFIX}COUNCIL_ISSUER: must begin with https://")
    return problems
