"""Router's keys, each a file: read at start, and the directory of facts keys again when it changes. Shell."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from shared.clock import Clock
from shared.envelope import Binding, OpeningKey, PublicHalf, StorageKey, seal
from shared.failures import Code, Permanent, Transient
from shared.messages import Sealed
from shared.public_book import PublicKey
from shared.receipts import Signer
from shared.releases import ReleaseTicket, SignedTicket, ticket_bytes
from shared.terms import EscalationRef, Instant, KeyId, PartnershipId

KEY_FILES = ".key"
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class FactsKeyFiles:
    """The facts keys in `folder`, several by id: a new one does not break submissions in flight."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._held = {name: OpeningKey.from_file(folder / name) for name in self._names()}
        self._keys = {key.id: key for key in self._held.values()}
        self._unread = 0

    def open(self, sealed: Sealed, binding: Binding) -> bytes:
        self._refresh()
        key = self._keys.get(sealed.key)
        if key is None:
            raise Transient(Code.UNKNOWN_KEY) if self._unread else Permanent(Code.UNKNOWN_KEY)
        return key.open(sealed.sealed, binding)

    def public(self) -> tuple[PublicKey, ...]:
        """The keys not yet expired, the freshest first; where all have expired, the last to expire alone."""
        self._refresh()
        halves = sorted((public_key(key.half()) for key in self._keys.values()), key=_expiry, reverse=True)
        fresh = tuple(key for key in halves if key.expires_at > self._clock.now())
        return fresh or tuple(halves[:1])

    def expiry(self) -> Sequence[Instant]:
        return [key.expires_at for key in self.public()]

    def unread(self) -> int:
        """How many files are not readable: half written, or not yet given to router's user."""
        self._refresh()
        return self._unread

    def ended(self, before: Instant) -> tuple[KeyId, ...]:
        self._refresh()
        ends = {key.id: key.expires_at or NEVER for key in self._keys.values()}
        last = max(ends, key=lambda key: ends[key], default=None)
        return tuple(key for key, end in ends.items() if end < before and key != last)

    def destroy(self, key: KeyId) -> bool:
        """Overwritten where it stands, then removed; backups of it end by themselves."""
        name = next((name for name, held in self._held.items() if held.id == key), None)
        if name is None:
            return True
        try:
            with (self._folder / name).open("r+b") as file:
                file.write(os.urandom(file.seek(0, os.SEEK_END)))
                file.flush()
                os.fsync(file.fileno())
            (self._folder / name).unlink()
        except OSError:
            return False
        self._refresh()
        return True

    def _refresh(self) -> None:
        """Read what is new, forget what is gone. A file that cannot be read yet takes no other key away."""
        names = self._names()
        if not self._unread and names == list(self._held):
            return
        found = {name: self._held.get(name) or _key_in(self._folder / name) for name in names}
        self._held = {name: key for name, key in found.items() if key is not None}
        self._keys = {key.id: key for key in self._held.values()}
        self._unread = len(found) - len(self._held)

    def _names(self) -> list[str]:
        return sorted(name for name in os.listdir(self._folder) if name.endswith(KEY_FILES))


class StorageKeyFile:
    """Wraps record keys under the storage key in `path`."""

    def __init__(self, path: Path) -> None:
        self._key = StorageKey.from_file(path)

    def wrap(self, record_key: bytes, ref: EscalationRef) -> bytes:
        return self._key.wrap(record_key, ref)

    def unwrap(self, wrapped: bytes, ref: EscalationRef) -> bytes:
        return self._key.unwrap(wrapped, ref)


class TicketSigner:
    """Signs release tickets with router's own signing key, whose public half intake has."""

    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def sign(self, ticket: ReleaseTicket) -> SignedTicket:
        signature = self._signer.sign(ticket_bytes(ticket))
        return SignedTicket(ticket=ticket, key=self._signer.key_id, signature=signature)


class NotifierKeyFile:
    """Notifier's public key in `path`: what router seals notices to."""

    def __init__(self, path: Path) -> None:
        self._half = PublicHalf.from_file(path)

    @property
    def id(self) -> KeyId:
        return self._half.id

    def seal(self, plaintext: bytes, binding: Binding) -> bytes:
        return seal(plaintext, to=self._half.key, binding=binding)


class CustodyKeyFiles:
    """The custodians' public keys: `<partnership>.pub` in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, partnership: PartnershipId) -> PublicKey | None:
        path = self._folder / f"{partnership}.pub"
        return public_key(PublicHalf.from_file(path)) if path.exists() else None


def public_key(half: PublicHalf) -> PublicKey:
    """The half as the public book carries it; a custodian's key that has no end ends with the calendar."""
    return PublicKey(id=half.id, key=half.key, expires_at=half.expires_at or NEVER)


def _key_in(path: Path) -> OpeningKey | None:
    try:
        return OpeningKey.from_file(path)
    except (OSError, ValueError, Permanent):
        return None


def _expiry(key: PublicKey) -> Instant:
    return key.expires_at
