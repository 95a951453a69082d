"""Settings of intake, read from CANDOUR_INTAKE_*. Shell."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec

PREFIX = "CANDOUR_INTAKE_"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class IntakeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each field is explained in services/intake/.env.example."""

    database: str
    nats_url: str
    nats_seed_file: Path | None = None
    nats_ca_file: Path | None = None
    signing_key_file: Path
    verify_keys: Path
    receipt_key_file: Path
    http_host: str
    http_port: int
    port_file: Path | None = None
    public_url: str
    behind_tls: bool = False
    proxies: int = 0
    one_machine: bool = False
    clock_file: Path | None = None
    chain: str = "intake-1"
    submissions_a_minute: int = 600
    submissions_a_minute_per_source: int = 60
    questions_a_minute: int = 3000
    questions_a_minute_per_source: int = 120
    records_an_hour: int = 30
    peer_seconds: float = 5.0
    accept_seconds: float = 20.0
    answer_step_seconds: float = 0.25
    book_seconds: float = 30.0

    def __post_init__(self) -> None:
        problems = [
            *_tls_problems(self),
            *(f"{PREFIX}{name}: must be more than 0" for name in _not_above_zero(self)),
        ]
        if self.proxies < 0:
            problems.append(f"{PREFIX}PROXIES: must be 0 or more")
        if not 0 <= self.http_port <= 65535:
            problems.append(f"{PREFIX}HTTP_PORT: must be a port")
        if self.clock_file is not None and not self.one_machine:
            problems.append(f"{PREFIX}CLOCK_FILE: only with ONE_MACHINE")
        if problems:
            raise ValueError("; ".join(problems))


def _not_above_zero(settings: IntakeSettings) -> list[str]:
    fields = msgspec.structs.fields(IntakeSettings)
    numbers = [
        field.name for field in fields if field.name.endswith(("_seconds", "_a_minute", "_an_hour", "_per_source"))
    ]
    return [name.upper() for name in numbers if getattr(settings, name) <= 0]


def _tls_problems(settings: IntakeSettings) -> list[str]:
    """Browsers have WebCrypto in a secure context only: https, or this very machine."""
    url = urlsplit(settings.public_url)
    if url.scheme == "https" and url.hostname:
        return []
    if not settings.one_machine:
        return [f"{PREFIX}PUBLIC_URL: must begin with https://"]
    if url.scheme != "http" or url.hostname not in _LOOPBACK:
        return [f"{PREFIX}PUBLIC_URL: without https only http://localhost works"]
    if settings.http_host not in _LOOPBACK:
        return [f"{PREFIX}HTTP_HOST: without https only a loopback address is served"]
    return []
