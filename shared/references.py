"""References that people read out, and every other random or derived id. Shell."""

import hashlib
import secrets

from shared.terms import EscalationRef, SubmissionId

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which are misread or misheard."""

_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_RANDOM_SYMBOLS = 8
_GROUP = 3
_MOST_PREFIX = 4


def mint_reference(prefix: str) -> EscalationRef:
    """A new reference, `WS-7K3-QM9-PX8`: the partnership's prefix, 40 random bits, a check symbol. Not yet unique."""
    return _written(prefix, _random_symbols(_RANDOM_SYMBOLS))


def parse_reference(text: str) -> EscalationRef | None:
    """The reference that `text` means, None where its check symbol does not fit. Forgives case, spaces, O for 0."""
    bare = "".join(symbol for symbol in text.upper() if symbol.isalnum())
    body_length = _RANDOM_SYMBOLS + 1
    prefix, body = bare[:-body_length], bare[-body_length:].translate(_READ_AS)
    if not (0 < len(prefix) <= _MOST_PREFIX and prefix.isascii() and prefix.isalpha() and len(body) == body_length):
        return None
    if any(symbol not in ALPHABET for symbol in body):
        return None
    reference = _written(prefix, body[:_RANDOM_SYMBOLS])
    return reference if reference.endswith(body[-1]) else None


def mint_submission_id() -> SubmissionId:
    """128 random bits as a browser mints them."""
    return SubmissionId(secrets.token_hex(16))


def mint_code(digits: int = 6) -> str:
    """Digits that confirm an address."""
    return "".join(secrets.choice("0123456789") for _ in range(digits))


def mint_sign_in_code() -> str:
    """Eight symbols of the reference alphabet."""
    return _random_symbols(8)


def mint_secret() -> bytes:
    """256 random bits."""
    return secrets.token_bytes(32)


def derive_id(*parts: str) -> str:
    """32 hexadecimal digits that follow from `parts` alone: the same cause has the same id."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()[:32]


def _random_symbols(count: int) -> str:
    bits = secrets.randbits(5 * count)  # once: intake mints in its accept path
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in range(count))


def _written(prefix: str, body: str) -> EscalationRef:
    whole = body + _check_symbol(prefix + body)
    groups = (whole[start : start + _GROUP] for start in range(0, len(whole), _GROUP))
    return EscalationRef("-".join((prefix, *groups)))


def _check_symbol(text: str) -> str:
    """A symbol that finds every single wrong symbol and every swap of two neighbours.

    Each step doubles in the field of 32 elements (x^5 + x^2 + 1), so that a symbol's weight is its place.
    """
    total = 0
    for symbol in text:
        value = ALPHABET.index(symbol) if symbol in ALPHABET else ord(symbol) % 32
        total = _double(total) ^ value
    return ALPHABET[_double(total)]


def _double(value: int) -> int:
    doubled = value << 1
    return (doubled ^ 0b100101) if doubled & 32 else doubled
