"""Revisions of the directory as they are stored: packed, for each is whole and most are like the one before. Shell."""

import zlib

_PACKED = b"\x78"
"""A packed body begins so; one that an earlier release stored begins with a brace."""
_QUICK = 1


def packed(body: bytes) -> bytes:
    """The body as it is stored: a tenth of its size."""
    return zlib.compress(body, _QUICK)


def unpacked(stored: bytes) -> bytes:
    """What `packed` was given; a body that was stored as it is comes back as it is."""
    return zlib.decompress(stored) if stored.startswith(_PACKED) else stored
