"""Challenges for passkeys that nobody stores until they are used: each says when it ends and what it is for. Pure."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from shared.terms import Digest, Instant

LASTS = timedelta(minutes=5)
_NONCE, _TIME = 16, 8


class Challenges:
    """key: this process's own, random; nonce: 16 random bytes of each challenge."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def mint(self, *, purpose: str, bound: str, nonce: bytes, at: Instant) -> bytes:
        """A challenge for `purpose`, bound to a session or a link by its digest; "" to nothing."""
        ends = int((at + LASTS).timestamp()).to_bytes(_TIME, "big")
        return nonce[:_NONCE] + ends + self._mac(purpose, bound, nonce[:_NONCE] + ends)

    def ends_at(self, challenge: bytes, *, purpose: str, bound: str, at: Instant) -> Instant | None:
        """When it ends; None where it is not ours, for something else, or over."""
        said, mac = challenge[: _NONCE + _TIME], challenge[_NONCE + _TIME :]
        if not hmac.compare_digest(mac, self._mac(purpose, bound, said)):
            return None
        ends = datetime.fromtimestamp(int.from_bytes(said[_NONCE:], "big"), UTC)
        return ends if at < ends else None

    def _mac(self, purpose: str, bound: str, said: bytes) -> bytes:
        return hmac.digest(self._key, b"\0".join((purpose.encode(), bound.encode(), said)), "sha256")


def digest_of_challenge(challenge: bytes) -> Digest:
    """Under which a challenge is kept once it was used."""
    return Digest(hashlib.sha256(challenge).hexdigest())
