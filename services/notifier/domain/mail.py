"""A letter as the bytes of one email to one mailbox, checked by reading them back. Pure."""

import re
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
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
_POLICY = policy.SMTP.clone(max_line_length=200, cte_type="7bit")
_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
)
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
    message = EmailMessage(policy=_POLICY)
    for name, value in values.items():
        message[name] = value
    text, html = as_text(letter), as_html(letter)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"candour-{id}")
    content = message.as_bytes()
    if not _reads_back(content, values, (text, html)):
        raise Unsayable
    return Mail(to=to, message_id=message_id, content=content)


def _reads_back(content: bytes, values: dict[str, str], bodies: tuple[str, str]) -> bool:
    """Whether the bytes say exactly what was meant: these headers once each and no other, these two bodies."""
    read = BytesParser(policy=policy.SMTP).parsebytes(content)
    if sorted(name.lower() for name in read) != sorted(name.lower() for name in _HEADERS):
        return False
    if any(str(read[name]) != value for name, value in values.items() if name != "Date"):
        return False
    parts = list(read.iter_parts())
    if tuple(part.get_content_type() for part in parts) != _TYPES:
        return False
    return all(_same(part.get_content(), body) for part, body in zip(parts, bodies, strict=True))


def _same(one: str, other: str) -> bool:
    return one.splitlines() == other.splitlines()
