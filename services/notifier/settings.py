"""Settings of notifier, read from CANDOUR_NOTIFIER_*. Shell."""

import ipaddress
from pathlib import Path

import msgspec

from services.notifier.domain.mail import is_address

PREFIX = "CANDOUR_NOTIFIER_"
SECURITIES = ("starttls", "tls", "plain")


class NotifierSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Each field is explained in services/notifier/.env.example."""

    database: str
    nats_url: str
    nats_seed_file: Path | None = None
    nats_ca_file: Path | None = None
    signing_key_file: Path
    verify_keys: Path
    opening_key_file: Path
    http_host: str
    http_port: int
    port_file: Path | None = None
    smtp_host: str
    smtp_port: int
    smtp_security: str = "starttls"
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None
    smtp_connections: int = 8
    from_address: str
    instance: str = "one"
    keep_days: int = 35
    returned_mail: Path | None = None
    one_machine: bool = False
    clock_file: Path | None = None

    def __post_init__(self) -> None:
        problems = (
            (self.smtp_security not in SECURITIES, "SMTP_SECURITY: must be one of starttls, tls, plain"),
            (
                self.smtp_security == "plain" and not (self.one_machine and is_loopback(self.smtp_host)),
                "SMTP_SECURITY: plain only with ONE_MACHINE and a loopback SMTP_HOST",
            ),
            ((self.smtp_user is None) != (self.smtp_password_file is None), "SMTP_USER: goes with SMTP_PASSWORD_FILE"),
            (self.smtp_connections < 1, "SMTP_CONNECTIONS: must be 1 or more"),
            (self.keep_days < 1, "KEEP_DAYS: must be 1 or more"),
            (not is_address(self.from_address), "FROM_ADDRESS: must be one bare mailbox"),
            (self.clock_file is not None and not self.one_machine, "CLOCK_FILE: only with ONE_MACHINE"),
        )
        wrong = [f"{PREFIX}{says}" for is_wrong, says in problems if is_wrong]
        if wrong:
            raise ValueError("; ".join(wrong))


def is_loopback(host: str) -> bool:
    """Whether `host` can be this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
