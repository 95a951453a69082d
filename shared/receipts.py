"""Signatures and the chain of receipts: Ed25519, keys laid down in files by provision, never learned on the way. Shell.

A receipt file is checked with the public half alone: `signed_bytes` of the receipt, Ed25519.
"""

import hashlib
import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Self

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.failures import Code, Permanent
from shared.private import Secret
from shared.terms import Digest, EscalationRef, Instant, KeyId, Service

NOTHING_BEFORE = Digest("0" * 64)
"""`previous` of the first receipt of a chain."""
SEED_BYTES = 32


class _SigningFile(msgspec.Struct, frozen=True, kw_only=True):
    seed: bytes


class Signer:
    """A private signing key. Its seed leaves it only into its file."""

    __slots__ = ("_key", "_seed", "key_id", "public")

    def __init__(self, seed: bytes) -> None:
        self._seed = Secret(seed)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public)

    @classmethod
    def generate(cls) -> Self:
        """A fresh key."""
        return cls(os.urandom(SEED_BYTES))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key that `save` wrote. Raises Permanent when the file is none."""
        try:
            return cls(msgspec.json.decode(path.read_bytes(), type=_SigningFile).seed)
        except (msgspec.ValidationError, msgspec.DecodeError, ValueError):
            raise Permanent(Code.SETTINGS) from None

    def save(self, path: Path) -> None:
        """Write the key once, for its owner alone to read. Raises FileExistsError rather than replace a key."""
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(_SigningFile(seed=self._seed.reveal())))
            file.flush()
            os.fsync(handle)

    def sign(self, data: bytes) -> bytes:
        """64 bytes, Ed25519."""
        return self._key.sign(data)


def key_id_of(public: bytes) -> KeyId:
    """The id of a public signing key: the first 16 hexadecimal digits of its SHA-256."""
    return KeyId(hashlib.sha256(public).hexdigest()[:16])


def write_public(path: Path, publics: Iterable[bytes]) -> None:
    """Write public keys for anybody to read: a service has two while it changes from one to the next."""
    path.write_bytes(msgspec.json.encode(list(publics)))


def read_public(path: Path) -> dict[KeyId, bytes]:
    """The public keys of one file by id. Raises Permanent when the file is none."""
    try:
        return {key_id_of(public): public for public in msgspec.json.decode(path.read_bytes(), type=list[bytes])}
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise Permanent(Code.SETTINGS) from None


class Verifier:
    """Whose signature counts: the public keys of each service."""

    def __init__(self, keys: Mapping[Service, Mapping[KeyId, bytes]]) -> None:
        self._keys = {
            (service, key_id): Ed25519PublicKey.from_public_bytes(public)
            for service, held in keys.items()
            for key_id, public in held.items()
        }

    @classmethod
    def from_dir(cls, path: Path) -> Self:
        """The keys in `<service>.pub`. A service without a file is believed nothing."""
        files = {service: path / f"{service}.pub" for service in Service}
        return cls({service: read_public(file) for service, file in files.items() if file.exists()})

    def verify(self, service: Service, key: KeyId, data: bytes, signature: bytes) -> None:
        """Raises Permanent(BAD_SIGNATURE) unless `service` signed `data` with its key `key`."""
        public = self._keys.get((service, key))
        if public is None:
            raise Permanent(Code.BAD_SIGNATURE)
        try:
            public.verify(signature, data)
        except InvalidSignature:
            raise Permanent(Code.BAD_SIGNATURE) from None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """That a submission is stored. Receipts of one chain, one writer's, number from 1 and each names the one before.

    previous: `digest` of the receipt before. envelope_digest: SHA-256 of the body as it was posted.
    """

    chain: str
    number: int
    previous: Digest
    reference: EscalationRef
    envelope_digest: Digest
    accepted_at: Instant

    def signed_bytes(self) -> bytes:
        """What is signed: each part preceded by its length; the time as it stands in the JSON."""
        at = msgspec.to_builtins(self.accepted_at)
        parts = ("candour/1 receipt", self.chain, str(self.number), self.previous, self.reference)
        encoded = [part.encode() for part in (*parts, self.envelope_digest, at)]
        return b"".join(len(part).to_bytes(8, "big") + part for part in encoded)

    def digest(self) -> Digest:
        """What the next receipt of the chain names as `previous`."""
        return Digest(hashlib.sha256(self.signed_bytes()).hexdigest())


class SignedReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt as the raiser keeps it."""

    receipt: Receipt
    key: KeyId
    signature: bytes


class Damage(StrEnum):
    """What can be wrong with a chain."""

    SIGNATURE = "signature"
    ORDER = "order"
    BROKEN = "broken"


class ChainDamage(msgspec.Struct, frozen=True, kw_only=True):
    """The first receipt of a chain that does not hold, by the number expected there."""

    number: int
    damage: Damage


def sign_receipt(receipt: Receipt, signer: Signer) -> SignedReceipt:
    """The receipt with its signature."""
    return SignedReceipt(receipt=receipt, key=signer.key_id, signature=signer.sign(receipt.signed_bytes()))


def is_genuine(signed: SignedReceipt, keys: Mapping[KeyId, bytes]) -> bool:
    """Whether one of `keys` signed this receipt."""
    public = keys.get(signed.key)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.receipt.signed_bytes())
    except InvalidSignature:
        return False
    return True


def verify_chain(chain: Iterable[SignedReceipt], keys: Mapping[KeyId, bytes]) -> ChainDamage | None:
    """The first damage of a whole chain, or None. An end cut off shows only against a receipt somebody kept."""
    previous = NOTHING_BEFORE
    for number, signed in enumerate(chain, start=1):
        if signed.receipt.number != number:
            return ChainDamage(number=number, damage=Damage.ORDER)
        if signed.receipt.previous != previous:
            return ChainDamage(number=number, damage=Damage.BROKEN)
        if not is_genuine(signed, keys):
            return ChainDamage(number=number, damage=Damage.SIGNATURE)
        previous = signed.receipt.digest()
    return None
