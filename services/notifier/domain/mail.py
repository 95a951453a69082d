"""A letter as the bytes of one email to one mailbox, checked by reading them back. Pure."""

import quopri
import re
from email import policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from services.notifier.domain.letter import Letter
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
_READER = BytesHeaderParser(policy=policy.compat32)
_END_OF_HEAD = b"\r\n\r\n"
_TYPES = ("text/plain", "text/html")


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


def write(letter: Letter, *, id: NoticeId, to: str, sender: str, reply_to: str, at: Instant) -> Mail:
    """The email of `letter`. The same arguments give the same bytes. Raises: Unsayable.

    No header holds anything that somebody typed: an address must be a bare mailbox, a subject is a constant and the
    reference. The bytes are read back, and what reads otherwise than it was written is not sent.
    """
    if not (is_address(to) and is_address(sender) and is_address(reply_to)):
        raise Unsayable
    if not (_ID.fullmatch(id) and _SUBJECT.fullmatch(letter.subject)):
        raise Unsayable
    message_id = f"<{id}@{domain_of(sender)}>"
    values = {
        "From": f"Candour <{sender}>",
        "To": to,
        "Reply-To": reply_to,
        "Subject": letter.subject,
        "Date": format_datetime(at),
        "Message-ID": message_id,
        "Auto-Submitted": "auto-generated",
    }
    text, html = as_text(letter), as_html(letter)
    content = _mime(values, id, (text, html))
    if not _reads_back(content, id, values, (text, html)):
        raise Unsayable
    return Mail(to=to, message_id=message_id, content=content)


def _mime(values: dict[str, str], id: NoticeId, bodies: tuple[str, str]) -> bytes:
    """RFC 5322 lines by hand: every value above is plain ASCII, so there is nothing to encode, fold or get wrong."""
    boundary = _boundary(id)
    head = [f"{name}: {value}" for name, value in values.items()]
    head += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"', "", ""]
    parts = [_part(boundary, kind, body) for kind, body in zip(_TYPES, bodies, strict=True)]
    return "\r\n".join(head).encode("ascii") + b"".join(parts) + f"--{boundary}--\r\n".encode("ascii")


def _boundary(id: NoticeId) -> str:
    """Quoted-printable never holds `=_`, so nothing that is written can end a part."""
    return f"=_candour_{id}"


def _part(boundary: str, kind: str, body: str) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    encoded = quopri.encodestring(body.encode()).replace(b"\n", b"\r\n")
    return head.encode("ascii") + encoded + b"\r\n"


def _reads_back(content: bytes, id: NoticeId, values: dict[str, str], bodies: tuple[str, str]) -> bool:
    """Whether a reader finds what was meant: these headers once each and no other, and these two bodies whole."""
    head, *_ = content.partition(_END_OF_HEAD)  # a parser would take the bodies apart too, line by line
    read = _READER.parsebytes(head + _END_OF_HEAD)
    if list(read) != [*values, "MIME-Version", "Content-Type"]:
        return False
    if any(read[name] != value for name, value in values.items()):
        return False
    _, *parts, end = content.split(f"\r\n--{read.get_boundary()}".encode("ascii"))
    if len(parts) != len(bodies) or end != b"--\r\n":
        return False
    return all(_says(part, kind, body) for part, kind, body in zip(parts, _TYPES, bodies, strict=True))


def _says(part: bytes, kind: str, body: str) -> bool:
    head, _, encoded = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    decoded = quopri.decodestring(encoded).replace(b"\r\n", b"\n")
    return _READER.parsebytes(head).get_content_type() == kind and decoded == body.encode()
