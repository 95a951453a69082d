"""Settings of router, read from CANDOUR_ROUTER_*. Shell."""

from pathlib import Path
from urllib.parse import urlsplit

import msgspec

PREFIX = "CANDOUR_ROUTER_"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class RouterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each field is explained in services/router/.env.example."""

    database: str
    nats_url: str
    nats_seed_file: Path | None = None
    nats_ca_file: Path | None = None
    signing_key_file: Path
    verify_keys: Path
    facts_keys: Path
    storage_key_file: Path
    notifier_key_file: Path
    custody_keys: Path
    http_host: str
    http_port: int
    port_file: Path | None = None
    public_url: str
    one_machine: bool = False
    clock_file: Path | None = None
    sweep_seconds: float = 2.0
    answer_seconds: float = 0.4

    def __post_init__(self) -> None:
        problems = []
        url = urlsplit(self.public_url)
        plain = self.one_machine and url.scheme == "http" and url.hostname in _LOOPBACK
        if not plain and not (url.scheme == "https" and url.hostname):
            problems.append(f"{PREFIX}PUBLIC_URL: must begin with https://")
        if self.clock_file is not None and not self.one_machine:
            problems.append(f"{PREFIX}CLOCK_FILE: only with ONE_MACHINE")
        if not 0 <= self.http_port <= 65535:
            problems.append(f"{PREFIX}HTTP_PORT: must be a port")
        if self.sweep_seconds <= 0:
            problems.append(f"{PREFIX}SWEEP_SECONDS: must be more than 0")
        if self.answer_seconds < 0:
            problems.append(f"{PREFIX}ANSWER_SECONDS: must be 0 or more")
        if problems:
            raise ValueError("; ".join(problems))
