"""A letter as the bytes of one email to one mailbox, checked by reading them back. Pure."""

import quopri
import re
from email.utils import format_datetime

from services.notifier.domain.letter import Letter
from services.notifier.domain.reading import Headers, Parts, ReadMail, read
from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording_common import Unsayable
from shared.private import Private
from shared.terms import Instant, NoticeId

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SUBJECT = re.compile(r"[A-Za-z0-9 ,:-]{1,100}")
_LONGEST_ADDRESS = 254
_LINE_END = b"\r\n"
_PARTS = (("text/plain", as_text), ("text/html", as_html))


class Mail(Private, frozen=True, kw_only=True):
    """One email: exactly these bytes go out, at every attempt."""

    to: str
    message_id: str
    content: bytes


def is_address(text: str) -> bool:
    """Whether `text` is one plain mailbox: ASCII, no name, no quoting. Nothing else gets into a header."""
    return len(text) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """The part after the @, in lower case."""
    return address.rpartition("@")[2].lower()


def write(letter: Letter, *, id: NoticeId, secret: str, to: str, sender: str, reply_to: str, at: Instant) -> Mail:
    """The email of `letter`. The same arguments give the same bytes. Raises: Unsayable.

    secret: random, of this letter alone. A notice's id follows from what others can know; whoever reports that a
    letter came back must have seen the letter.

    No header holds anything that somebody typed: an address must be a bare mailbox, a subject is a constant and the
    reference. The bytes are read back, and what reads otherwise than it was written is not sent.
    """
    if not (is_address(to) and is_address(sender) and is_address(reply_to)):
        raise Unsayable
    if not (_ID.fullmatch(id) and _ID.fullmatch(secret) and _SUBJECT.fullmatch(letter.subject)):
        raise Unsayable
    message_id = f"<{id}.{secret}@{domain_of(sender)}>"
    boundary = _boundary(id)
    headers = [
        ("From", f"Candour <{sender}>"),
        ("To", to),
        ("Reply-To", reply_to),
        ("Subject", letter.subject),
        ("Date", format_datetime(at)),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative; boundary="{boundary}"'),
    ]
    parts = [(_part_headers(kind), said(letter).encode()) for kind, said in _PARTS]
    content = _mime(headers, boundary, parts)
    meant = [(part, body.replace(b"\n", _LINE_END)) for part, body in parts]
    if read(content) != ReadMail(headers=headers, parts=meant):
        raise Unsayable
    return Mail(to=to, message_id=message_id, content=content)


def _part_headers(kind: str) -> Headers:
    return [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Transfer-Encoding", "quoted-printable")]


def _mime(headers: Headers, boundary: str, parts: Parts) -> bytes:
    """RFC 5322 lines by hand: every value is plain ASCII, so there is nothing to encode, fold or get wrong."""
    pieces = [_head(headers)]
    for part, body in parts:
        encoded = quopri.encodestring(body).replace(b"\n", _LINE_END)
        pieces += (f"--{boundary}\r\n".encode("ascii"), _head(part), encoded, _LINE_END)
    return b"".join(pieces) + f"--{boundary}--\r\n".encode("ascii")


def _head(headers: Headers) -> bytes:
    return "".join([f"{name}: {value}\r\n" for name, value in headers]).encode("ascii") + _LINE_END


def _boundary(id: NoticeId) -> str:
    """Quoted-printable never holds `=_`, so nothing that is written can end a part."""
    return f"=_candour_{id}"
