"""A strict reader of our own emails: what it cannot read at first sight it does not read at all. Pure.

It knows two header lines' worth of RFC 5322 and one of RFC 2046, and no leniency: what it takes, every reader takes
alike. A test holds it to the standard library's parser.
"""

import quopri
import re

from shared.private import Private

Headers = list[tuple[str, str]]
Parts = list[tuple[Headers, bytes]]

_HEADER = re.compile(r"([A-Za-z][A-Za-z-]*): ([!-~](?:[ -~]*[!-~])?)")
_BOUNDARY = re.compile(r'multipart/alternative; boundary="([A-Za-z0-9=_-]{1,80})"')

_ENCODING = ("Content-Transfer-Encoding", "quoted-printable")


class ReadMail(Private, frozen=True, kw_only=True):
    """What a reader finds. parts: (headers, decoded body) of each."""

    headers: Headers
    parts: Parts


def read(content: bytes) -> ReadMail | None:
    """What stands in `content`, None where it is not one of ours: then it is not sent."""
    ends = content.count(b"\r\n")
    if not content.isascii() or not ends == content.count(b"\r") == content.count(b"\n"):
        return None
    head, _, rest = content.partition(b"\r\n\r\n")
    headers = _headers(head)
    boundary = _BOUNDARY.fullmatch(headers[-1][1]) if headers and headers[-1][0] == "Content-Type" else None
    if headers is None or boundary is None:
        return None
    before, *inside = b"\r\n".join((b"", rest)).split(f"\r\n--{boundary[1]}".encode())
    parts = [part for part in map(_part, inside[:-1]) if part is not None]
    if before or inside[-1:] != [b"--\r\n"] or len(parts) != len(inside) - 1:
        return None
    return ReadMail(headers=headers, parts=parts)


def _part(part: bytes) -> tuple[Headers, bytes] | None:
    head, _, encoded = part.partition(b"\r\n\r\n")
    headers = _headers(head.removeprefix(b"\r\n")) if head.startswith(b"\r\n") else None
    if headers is None or headers[-1] != _ENCODING:
        return None
    return headers, quopri.decodestring(encoded)


def _headers(head: bytes) -> Headers | None:
    """One line a header, each name once: a line that is folded, or is none, makes the whole unreadable."""
    found = [line for line in map(_HEADER.fullmatch, head.decode("ascii").split("\r\n")) if line is not None]
    names = {line[1].lower() for line in found}
    return [(line[1], line[2]) for line in found] if len(names) == head.count(b"\r\n") + 1 else None
