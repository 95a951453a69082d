"""Where everything of one machine stands: ports, addresses, files, and each service's own environment. Pure."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.provision import ADMIN, Places
from shared.subjects import CONSOLE
from shared.terms import Service

HOST = "127.0.0.1"
INBOX = "inbox"
BROKER = "broker"


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """A port for each listener. All are on the loopback address."""

    intake: int = 8700
    inbox: int = 8701
    router: int = 8702
    notifier: int = 8703
    smtp: int = 8704
    broker: int = 8705
    monitor: int = 8706
    console: int = 8707


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """One machine's folder and ports."""

    var: Path
    ports: Ports

    @property
    def keys(self) -> Places:
        return Places(root=self.var / "keys")

    @property
    def clock_file(self) -> Path:
        return self.var / "clock"

    @property
    def mail(self) -> Path:
        return self.var / "inbox"

    @property
    def broker(self) -> Path:
        return self.var / "broker"

    @property
    def logs(self) -> Path:
        return self.var / "logs"

    @property
    def intake_url(self) -> str:
        return f"http://localhost:{self.ports.intake}"

    @property
    def inbox_url(self) -> str:
        return f"http://localhost:{self.ports.inbox}"

    @property
    def broker_url(self) -> str:
        return f"nats://{HOST}:{self.ports.broker}"

    @property
    def monitor_url(self) -> str:
        return f"http://{HOST}:{self.ports.monitor}"

    @property
    def console_url(self) -> str:
        return f"http://localhost:{self.ports.console}"

    @property
    def demo_link(self) -> Path:
        """Where the console writes the link that signs in the demonstration's admin."""
        return self.folder(CONSOLE) / "link"

    def health_url(self, part: str) -> str:
        """Where a service, or the console, says whether it is ready."""
        return f"http://{HOST}:{getattr(self.ports, part)}/health/ready"

    def database(self, service: Service) -> str:
        return f"sqlite:///{self.folder(service) / service.value}.db"

    def folder(self, part: str) -> Path:
        """What a service, or the console, itself writes."""
        return self.var / part

    @property
    def admin_seed(self) -> Path:
        return self.keys.nats_seed(ADMIN)


def environ_of(service: Service, layout: Layout, overrides: Mapping[str, str]) -> dict[str, str]:
    """The settings of one service and nothing of another's. overrides: settings by name without the prefix."""
    settings = {**_common(service, layout), **_own(service, layout), **overrides}
    return {f"CANDOUR_{service.upper()}_{name}": value for name, value in settings.items()}


def console_environ(layout: Layout, *, database: str) -> dict[str, str]:
    """The settings of the console: router's store, wherever that is, and no key of router's."""
    settings = {
        "DATABASE": database,
        "NATS_URL": layout.broker_url,
        "NATS_SEED_FILE": str(layout.keys.nats_seed(CONSOLE)),
        "NOTIFIER_KEY_FILE": str(layout.keys.notifier_public),
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(layout.ports.console),
        "PUBLIC_URL": layout.console_url,
        "ESCALATIONS_URL": layout.intake_url,
        "ONE_MACHINE": "yes",
        "CLOCK_FILE": str(layout.clock_file),
        "DEMO_LINK_FILE": str(layout.demo_link),
    }
    return {f"CANDOUR_CONSOLE_{name}": value for name, value in settings.items()}


def inbox_environ(layout: Layout) -> dict[str, str]:
    """The settings of the local inbox."""
    settings = {
        "HTTP_PORT": str(layout.ports.inbox),
        "SMTP_PORT": str(layout.ports.smtp),
        "PORT_FILE": str(layout.var / "inbox.port"),
        "FOLDER": str(layout.mail),
        "CLOCK_FILE": str(layout.clock_file),
        "INTAKE_URL": layout.intake_url,
    }
    return {f"CANDOUR_INBOX_{name}": value for name, value in settings.items()}


def _common(service: Service, layout: Layout) -> dict[str, str]:
    return {
        "DATABASE": layout.database(service),
        "NATS_URL": layout.broker_url,
        "NATS_SEED_FILE": str(layout.keys.nats_seed(service)),
        "SIGNING_KEY_FILE": str(layout.keys.signing_key(service)),
        "VERIFY_KEYS": str(layout.keys.public),
        "HTTP_HOST": HOST,
        "HTTP_PORT": str(getattr(layout.ports, service.value)),
        "ONE_MACHINE": "yes",
        "CLOCK_FILE": str(layout.clock_file),
    }


def _own(service: Service, layout: Layout) -> dict[str, str]:
    keys = layout.keys
    match service:
        case Service.INTAKE:
            return {"RECEIPT_KEY_FILE": str(keys.receipt_key), "PUBLIC_URL": layout.intake_url}
        case Service.ROUTER:
            return {
                "FACTS_KEYS": str(keys.facts_keys),
                "STORAGE_KEY_FILE": str(keys.storage_key),
                "NOTIFIER_KEY_FILE": str(keys.notifier_public),
                "CUSTODY_KEYS": str(keys.custody),
                "PUBLIC_URL": layout.intake_url,
            }
        case Service.NOTIFIER:
            return {
                "OPENING_KEY_FILE": str(keys.opening_key),
                "SMTP_HOST": HOST,
                "SMTP_PORT": str(layout.ports.smtp),
                "SMTP_SECURITY": "plain",
                "FROM_ADDRESS": "escalations@candour.example",
            }
