"""What an answer of the relay means: for this letter, or for all mail. Pure.

Only a recipient's own failure lets somebody else be told in their place, so doubt counts against the relay or the
clock, never against the recipient.  Source: RFC 5321 section 4.2, RFC 3463, design.md section 2 step 9.
"""

import re
from enum import StrEnum

from services.notifier.domain.life import Happening

_ENHANCED = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})(?:\s|$)")
_SHUTTING_DOWN = 421
_AUTHENTICATION = frozenset({454, 530, 534, 535, 538})
_PERMANENT = 500
_TOO_MUCH = frozenset({"5.2.3", "5.3.4"})


class Moment(StrEnum):
    """How far a transaction had come when it failed."""

    CONNECTION = "connection"  # connect, greeting, TLS, login
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"  # DATA and after


class Subject(StrEnum):
    """The second figure of an enhanced status: whose failure it is."""

    ADDRESS = "1"
    MAILBOX = "2"
    SYSTEM = "3"
    NETWORK = "4"
    PROTOCOL = "5"
    CONTENT = "6"
    POLICY = "7"


def enhanced_of(text: str) -> str:
    """`5.1.1` of a reply's text, "" where it has none. Nothing else of the text is kept: it may hold an address."""
    found = _ENHANCED.match(text)
    return ".".join(found.groups()) if found else ""


def verdict(moment: Moment, *, code: int, enhanced: str) -> Happening:
    """What a reply that is not 2xx means. code: the three figures; enhanced: as `enhanced_of` gives it."""
    if moment in (Moment.CONNECTION, Moment.SENDER) or code == _SHUTTING_DOWN or code in _AUTHENTICATION:
        return Happening.RELAY_FAILED
    subject = enhanced.split(".")[1] if enhanced else ""
    permanent = (enhanced[0] == "5") if enhanced else code >= _PERMANENT
    if not permanent:
        return Happening.RELAY_FAILED if subject == Subject.SYSTEM else Happening.DEFERRED
    if subject in ("", "0", Subject.ADDRESS, Subject.MAILBOX) or enhanced in _TOO_MUCH:
        return Happening.REFUSED
    # Policy, network, protocol and system refusals speak of the relay's set-up or of a filter as often as of the
    # mailbox. They are tried again; after 15 minutes, with other mail accepted, somebody else is told all the same.
    return Happening.DEFERRED
