"""The envelope: HPKE to a service's key, AES-256-GCM for records. One suite, no options, one error for every failure.
Shell.

The browser's half is services/intake/web/browser/envelope.js; tests/contract holds the two to the same bytes.
"""

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Self, TypeVar

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from shared.failures import Code, Permanent
from shared.private import Secret
from shared.terms import Digest, EscalationRef, Instant, KeyId

PROTOCOL = "candour/1"
SUITE = "647a-0001-0002"
"""KEM X-Wing (ML-KEM-768 + X25519), HKDF-SHA256, AES-256-GCM, by their numbers. Source: RFC 9180 section 7."""
SIZES = tuple(kib * 1024 for kib in (1, 4, 16, 64, 256))
PUBLIC_BYTES = 1216
RECORD_KEY_BYTES = 32
NONCE_BYTES = 12
_MLKEM_PUBLIC_BYTES = 1184
_MLKEM_SEED_BYTES = 64
_LENGTH_BYTES = 4
_Held = TypeVar("_Held")
_HPKE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class Binding(msgspec.Struct, frozen=True, kw_only=True):
    """What a ciphertext is bound to: with any part other than at sealing, it does not open.

    compartment: facts, record, custody, question, answer or notice.
    key: the id of the key sealed to; "" for a record and for an answer.
    submission: of a notice, its id; "" for a question and an answer, whose form is "question", version 1.
    """

    partnership: str
    key: str
    form: str
    form_version: int
    compartment: str
    submission: str

    def info(self) -> bytes:
        """HPKE's info and the record's AAD: each part is preceded by its length, so that none can run into another."""
        version = str(self.form_version)
        parts = (PROTOCOL, SUITE, self.partnership, self.key, self.form, version, self.compartment, self.submission)
        return _prefixed(*parts)


class PublicHalf(msgspec.Struct, frozen=True, kw_only=True):
    """The public half of an opening key, as its file holds it. expires_at: None where it does not."""

    id: KeyId
    key: bytes
    expires_at: Instant | None = None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The public half that `save` wrote. Raises Permanent when the file is none."""
        return _decode(path, cls)

    def save(self, path: Path) -> None:
        """Write the half once, for anybody to read. Raises FileExistsError rather than replace a key."""
        _write_once(path, msgspec.json.encode(self), mode=0o644)


class _OpeningFile(msgspec.Struct, frozen=True, kw_only=True):
    id: KeyId
    secret: bytes
    expires_at: Instant | None = None


class OpeningKey:
    """The private half of a key that others seal to. Its secret leaves it only into its file."""

    __slots__ = ("_key", "_secret", "expires_at", "id", "public")

    def __init__(self, secret: bytes, *, key_id: KeyId | None = None, expires_at: Instant | None = None) -> None:
        """secret: ML-KEM seed (64 bytes), then X25519 key (32). key_id: taken from the public half where not given."""
        kem = MLKEM768PrivateKey.from_seed_bytes(secret[:_MLKEM_SEED_BYTES])
        curve = X25519PrivateKey.from_private_bytes(secret[_MLKEM_SEED_BYTES:])
        self._secret = Secret(secret)
        self._key = MLKEM768X25519PrivateKey(kem, curve)
        self.public = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        self.id = key_id if key_id is not None else KeyId(digest_of(self.public)[:16])
        self.expires_at = expires_at

    @classmethod
    def generate(cls, *, key_id: KeyId | None = None, expires_at: Instant | None = None) -> Self:
        """A fresh key."""
        return cls(os.urandom(_MLKEM_SEED_BYTES + 32), key_id=key_id, expires_at=expires_at)

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key that `save` wrote. Raises Permanent when the file is none."""
        held = _decode(path, _OpeningFile)
        if len(held.secret) != _MLKEM_SEED_BYTES + 32:
            raise Permanent(Code.SETTINGS)
        return cls(held.secret, key_id=held.id, expires_at=held.expires_at)

    def save(self, path: Path) -> None:
        """Write the key once, for its owner alone to read. Raises FileExistsError rather than replace a key."""
        held = _OpeningFile(id=self.id, secret=self._secret.reveal(), expires_at=self.expires_at)
        _write_once(path, msgspec.json.encode(held), mode=0o600)

    def half(self) -> PublicHalf:
        """The public half, with its id and expiry."""
        return PublicHalf(id=self.id, key=self.public, expires_at=self.expires_at)

    def open(self, sealed: bytes, binding: Binding) -> bytes:
        """The plaintext of `enc || ct`. Raises Permanent(CANNOT_OPEN), whatever the reason was."""
        try:
            return _unpadded(_HPKE.decrypt(sealed, self._key, info=binding.info()))
        except (InvalidTag, ValueError, TypeError):
            raise Permanent(Code.CANNOT_OPEN) from None


def seal(plaintext: bytes, *, to: bytes, binding: Binding, least: int = 0) -> bytes:
    """`enc || ct`, padded. to: a raw public key, ML-KEM then X25519.

    least: pad at least to this many bytes, so that a short answer and a long one look alike.
    Raises Permanent(UNKNOWN_KEY) when `to` is no public key, ValueError when the plaintext is too long.
    """
    if len(to) != PUBLIC_BYTES:
        raise Permanent(Code.UNKNOWN_KEY)
    padded = _padded(plaintext, least=least)
    try:
        return _HPKE.encrypt(padded, _public_key(to), info=binding.info())
    except ValueError:  # a low-order X25519 point or a malformed ML-KEM key
        raise Permanent(Code.UNKNOWN_KEY) from None


@lru_cache(maxsize=16)
def _public_key(raw: bytes) -> MLKEM768X25519PublicKey:
    """Kept for the next notice to the same service: making it ready is a quarter of a sealing."""
    kem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES])
    return MLKEM768X25519PublicKey(kem, X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]))


def seal_record(plaintext: bytes, *, key: bytes, binding: Binding) -> bytes:
    """`nonce || ct` under a record key that is used once. AES-GCM does not commit to its key: keep its digest too."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, _padded(plaintext), binding.info())


def open_record(sealed: bytes, *, key: bytes, binding: Binding) -> bytes:
    """The record. The caller has compared `digest_of(key)` with the facts. Raises Permanent(CANNOT_OPEN)."""
    try:
        return _unpadded(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding.info()))
    except (InvalidTag, ValueError):
        raise Permanent(Code.CANNOT_OPEN) from None


def fresh_record_key() -> bytes:
    """256 random bits."""
    return os.urandom(RECORD_KEY_BYTES)


def digest_of(data: bytes) -> Digest:
    """SHA-256."""
    return Digest(hashlib.sha256(data).hexdigest())


class StorageKey:
    """Wraps record keys at rest: a file, never in the database or its backup."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        self._secret = Secret(secret)

    @classmethod
    def generate(cls) -> Self:
        """A fresh key."""
        return cls(os.urandom(RECORD_KEY_BYTES))

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """The key that `save` wrote. Raises Permanent when the file is none."""
        secret = _decode(path, _OpeningFile).secret
        if len(secret) != RECORD_KEY_BYTES:
            raise Permanent(Code.SETTINGS)
        return cls(secret)

    def save(self, path: Path) -> None:
        """Write the key once, for its owner alone to read. Raises FileExistsError rather than replace a key."""
        _write_once(
            path, msgspec.json.encode(_OpeningFile(id=KeyId("storage"), secret=self._secret.reveal())), mode=0o600
        )

    def wrap(self, record_key: bytes, ref: EscalationRef) -> bytes:
        """`record_key`, wrapped for `ref` alone."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._secret.reveal()).encrypt(nonce, record_key, _prefixed(PROTOCOL, "wrapped", ref))

    def unwrap(self, wrapped: bytes, ref: EscalationRef) -> bytes:
        """The record key. Raises Permanent(CANNOT_OPEN)."""
        try:
            aad = _prefixed(PROTOCOL, "wrapped", ref)
            return AESGCM(self._secret.reveal()).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], aad)
        except (InvalidTag, ValueError):
            raise Permanent(Code.CANNOT_OPEN) from None


def _prefixed(*parts: str) -> bytes:
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in encoded)


def _padded(plaintext: bytes, *, least: int = 0) -> bytes:
    needed = max(len(plaintext) + _LENGTH_BYTES, least)
    size = next((size for size in SIZES if size >= needed), None)
    if size is None:
        raise ValueError("too long for an envelope")
    return (len(plaintext).to_bytes(_LENGTH_BYTES, "big") + plaintext).ljust(size, b"\0")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    plaintext = padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
    if len(padded) not in SIZES or len(plaintext) != length or any(padded[_LENGTH_BYTES + length :]):
        raise ValueError("not padded as it should be")
    return plaintext


def _decode(path: Path, kind: type[_Held]) -> _Held:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise Permanent(Code.SETTINGS) from None


def _write_once(path: Path, data: bytes, *, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
