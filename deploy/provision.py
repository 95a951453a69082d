"""Makes every key and credential under one folder: owner-only, kept when present. Shell.

The command is deploy/provisioning.py. A service is given its own folder and `public`, never another's. `custodian` is
taken off the machine: it opens exports. Run again later it adds what is missing: a facts key that ends soon gets a
successor.
"""

import os
import shutil
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import msgspec

from deploy.nats.server import new_identity, public_of
from shared import references
from shared.envelope import OpeningKey, StorageKey
from shared.private import Secret
from shared.receipts import Signer, write_public
from shared.subjects import CONSOLE, PROVISION
from shared.terms import Instant, KeyId, Service

FACTS_KEY_DAYS = 38
"""A month, and a week in which old and new are both published."""
RENEW_DAYS = 7
ADMIN = PROVISION
"""Makes streams and reads them back; no service holds its seed."""


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where each file of a provisioned folder stands."""

    root: Path

    @property
    def public(self) -> Path:
        """Verification keys, custody keys and the notifier's public half: for every service to read."""
        return self.root / "public"

    @property
    def custody(self) -> Path:
        return self.public / "custody"

    @property
    def custodian(self) -> Path:
        return self.root / "custodian"

    @property
    def facts_keys(self) -> Path:
        return self.of(Service.ROUTER) / "facts"

    @property
    def storage_key(self) -> Path:
        return self.of(Service.ROUTER) / "storage.key"

    @property
    def opening_key(self) -> Path:
        return self.of(Service.NOTIFIER) / "opening.key"

    @property
    def notifier_public(self) -> Path:
        return self.public / "notifier-opening.pub"

    @property
    def receipt_key(self) -> Path:
        return self.of(Service.INTAKE) / "receipt.key"

    def of(self, owner: str) -> Path:
        """The folder that `owner` alone may read."""
        return self.root / owner

    def signing_key(self, service: Service) -> Path:
        return self.of(service) / "signing.key"

    def nats_seed(self, owner: str) -> Path:
        return self.of(owner) / "nats.seed"

    def nats_public(self, owner: str) -> Path:
        return self.public / f"{owner}.nkey"


def provision(root: Path, *, partnerships: Iterable[str], now: Instant) -> Places:
    """Make what is missing under `root`; what is there stays as it is."""
    places = Places(root=root)
    owned = [*(places.of(owner) for owner in (*Service, CONSOLE, ADMIN)), places.facts_keys, places.custodian]
    for folder in (root, *owned, places.public, places.custody):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755 if folder in (root, places.public, places.custody) else 0o700)
    _make_signing_keys(places)
    _make_opening_keys(places, partnerships, now)
    for owner in (*Service, CONSOLE, ADMIN):
        _make_nats_seed(places, owner)
    return places


def give_to_users(places: Places) -> None:
    """Each folder to the Unix user `candour-<its owner>`. As root; raises LookupError without such a user."""
    for owner in (*Service, CONSOLE):
        for path in (places.of(owner), *places.of(owner).rglob("*")):
            shutil.chown(path, f"candour-{owner}", f"candour-{owner}")


def nats_public_keys(places: Places) -> dict[Service, str]:
    """Each service's public nkey, for the server's permission file."""
    return {service: places.nats_public(service).read_text().strip() for service in Service}


def admin_public_key(places: Places) -> str:
    """The public nkey of the one who makes streams."""
    return places.nats_public(ADMIN).read_text().strip()


def console_public_key(places: Places) -> str:
    """The public nkey of the admins' console, which may do nothing."""
    return places.nats_public(CONSOLE).read_text().strip()


def _make_signing_keys(places: Places) -> None:
    for path, public in (
        *((places.signing_key(service), places.public / f"{service}.pub") for service in Service),
        (places.receipt_key, places.public / "receipts.pub"),
    ):
        if not path.exists():
            Signer.generate().save(path)
        if not public.exists():
            write_public(public, [Signer.from_file(path).public])


def _make_opening_keys(places: Places, partnerships: Iterable[str], now: Instant) -> None:
    if not places.storage_key.exists():
        StorageKey.generate().save(places.storage_key)
    _make_pair(places.opening_key, places.notifier_public, key_id="notifier")
    for partnership in partnerships:
        public = places.custody / f"{partnership}.pub"
        if not public.exists():  # the private half is taken offline, so its absence means nothing
            _make_pair(places.custodian / f"{partnership}.key", public, key_id=f"custody-{partnership}")
    _make_facts_key(places.facts_keys, now)


def _make_pair(path: Path, public: Path, *, key_id: str) -> None:
    if not path.exists():
        OpeningKey.generate(key_id=KeyId(key_id)).save(path)
    if not public.exists():
        OpeningKey.from_file(path).half().save(public)


def _make_facts_key(folder: Path, now: Instant) -> None:
    """One more facts key unless one is good for a week. Old ones stay: destroying them is RUNBOOK's, by a person."""
    ends = [OpeningKey.from_file(path).expires_at for path in folder.glob("*.key")]
    if any(end is None or end > now + timedelta(days=RENEW_DAYS) for end in ends):
        return
    key_id = KeyId(f"facts-{now:%Y%m%d}-{references.mint_sign_in_code().lower()}")
    key = OpeningKey.generate(key_id=key_id, expires_at=now + timedelta(days=FACTS_KEY_DAYS))
    key.save(folder / f"{key_id}.key")


def _make_nats_seed(places: Places, owner: str) -> None:
    path = places.nats_seed(owner)
    if not path.exists():
        seed, _ = new_identity()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(seed.reveal())
    if not places.nats_public(owner).exists():
        places.nats_public(owner).write_text(public_of(Secret(path.read_bytes())) + "\n")
