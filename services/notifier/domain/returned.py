"""What comes back to the address that our emails come from: a mail system's return, or a person's reply. Pure.

Only which of our letters it is about is taken from it: never what anybody wrote, nor who.
"""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from enum import StrEnum

from shared.private import Private
from shared.references import parse_reference
from shared.terms import EscalationRef

_MOST_IDS = 20
_OWN = r"[A-Za-z0-9_-]{1,64}(?:\.[A-Za-z0-9_-]{1,64})?"
_REFERENCE = re.compile(r"\b[A-Z]{2,4}-[0-9A-Z]{3}-[0-9A-Z]{3}-[0-9A-Z]{3}\b")
_FAILED = re.compile(r"(?im)^action:\s*failed\b")
_GLOBAL_STATUS = "message/global-delivery-status"
_STATUSES = ("message/delivery-status", _GLOBAL_STATUS)
_QUOTED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_ENCODINGS = ("base64", "quoted-printable")
_BY_MACHINE = ("bulk", "junk", "list", "auto_reply")


class Kind(StrEnum):
    """What it is. Only the first two are told to router."""

    BOUNCED = "bounced"  # a mail system gives it back for good
    REPLIED = "replied"  # as far as can be known, a person wrote
    NOTHING = "nothing"  # a delay, or an answer by machine: nobody need look
    STRANGE = "strange"  # somebody wrote, about no letter of ours; or what nobody can read


class Back(Private, frozen=True, kw_only=True):
    """What came back. letters: those it names, the likeliest first, each by the whole of its id before the @: the
    notice's, and the letter's secret. ref: the reference in its subject, if any.
    """

    kind: Kind
    letters: tuple[str, ...] = ()
    ref: EscalationRef | None = None


def read_back(content: bytes, *, domain: str) -> Back:
    """What `content` is. domain: of our From address, in which our letters' ids end. Nothing makes it raise."""
    mail = BytesParser(policy=compat32).parsebytes(content, headersonly=True)
    if mail.get_content_type() == "multipart/report":
        return _report(content, domain=domain)
    if _is_by_machine(mail):
        return Back(kind=Kind.NOTHING)
    named = " ".join(str(mail.get(name, "")) for name in ("In-Reply-To", "References"))
    return Back(kind=Kind.REPLIED, letters=_ids(named, domain), ref=_ref(str(mail.get("Subject", ""))))


def _report(content: bytes, *, domain: str) -> Back:
    """A delivery report (RFC 3464, RFC 6533): the letter it is about lies in it, with its headers. Source: RFC 6522."""
    try:
        parts = list(BytesParser(policy=compat32).parsebytes(content).walk())
    except RecursionError:  # hundreds of parts within parts: no mail system writes that
        return Back(kind=Kind.STRANGE)
    texts = {part.get_content_type(): _text(part) for part in parts if not _is_outer(part)}
    failed = any(_FAILED.search(texts.get(kind, "")) is not None for kind in _STATUSES)
    quoted = " ".join(texts.get(kind, "") for kind in _QUOTED)
    letters = _ids(quoted, domain) if failed else ()
    return Back(kind=Kind.BOUNCED if letters else Kind.NOTHING, letters=letters)


def _is_outer(part: Message) -> bool:
    return part.is_multipart() and part.get_content_maintype() == "multipart"


def _text(part: Message) -> str:
    """As text, whatever it holds; a message inside is read by its headers alone."""
    inside = part.get_payload()
    if not isinstance(inside, list):
        return str(inside)
    messages = [each for each in inside if isinstance(each, Message)]
    encoding = str(part.get("Content-Transfer-Encoding", "")).strip().casefold()
    if encoding in _ENCODINGS:  # only the internationalised kinds may be
        whole = _decoded("\n".join(_whole(each) for each in messages), encoding).replace("\r\n", "\n")
        return whole if part.get_content_type() == _GLOBAL_STATUS else whole.partition("\n\n")[0]
    if part.get_content_type() == _GLOBAL_STATUS:  # its second block was taken for the text of a message
        return "\n".join(_whole(each) for each in messages)
    return "\n".join(_headers(each) for each in messages)


def _headers(message: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in message.items())


def _whole(message: Message) -> str:
    said, text = _headers(message), message.get_payload()
    return f"{said}\n\n{text}" if said else str(text)


def _decoded(text: str, encoding: str) -> str:
    leaf = Message()
    leaf["Content-Transfer-Encoding"] = encoding
    leaf.set_payload(text)
    decoded = leaf.get_payload(decode=True)
    return decoded.decode(errors="replace") if isinstance(decoded, bytes) else ""


def _is_by_machine(mail: Message) -> bool:
    """An absence note or a list's answer. Source: RFC 3834."""
    submitted = str(mail.get("Auto-Submitted", "no")).strip().casefold()
    by_machine = str(mail.get("Precedence", "")).strip().casefold() in _BY_MACHINE
    nobody = str(mail.get("Return-Path", "")).strip() == "<>"
    return submitted != "no" or by_machine or nobody or mail.get("X-Autoreply") is not None


def _ids(text: str, domain: str) -> tuple[str, ...]:
    found = re.findall(rf"<({_OWN})@{re.escape(domain)}>", text, re.IGNORECASE)
    return tuple(dict.fromkeys(found))[:_MOST_IDS]


def _ref(subject: str) -> EscalationRef | None:
    found = _REFERENCE.search(subject)
    return parse_reference(found[0]) if found is not None else None
