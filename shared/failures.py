"""Failures that carry a code and never text: a text may hold what a person typed. Pure."""

from enum import StrEnum
from typing import TypeVar

import msgspec

T = TypeVar("T")

NOT_READABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises at bytes that are not what they should be: the last two are not its own."""


class Code(StrEnum):
    """Why something did not work. Codes go into logs, reports and health; add one here, never a sentence."""

    # again later
    STORE_UNAVAILABLE = "store.unavailable"
    STORE_CONFLICT = "store.conflict"
    BROKER_UNAVAILABLE = "broker.unavailable"
    BROKER_DENIED = "broker.denied"
    PEER_SILENT = "peer.silent"
    MAIL_DOWN = "mail.down"
    MAIL_TEMPORARY = "mail.temporary"
    # never like this
    UNREADABLE = "message.unreadable"
    UNKNOWN_TAG = "message.unknown-tag"
    BAD_SIGNATURE = "message.bad-signature"
    CANNOT_OPEN = "envelope.cannot-open"
    UNKNOWN_KEY = "envelope.unknown-key"
    FACTS_REFUSED = "facts.refused"
    ACT_REFUSED = "act.refused"
    UNKNOWN_PARTNERSHIP = "partnership.unknown"
    UNKNOWN_FORM = "form.unknown"
    RECORD_MISMATCH = "record.mismatch"
    NOTICE_UNRENDERABLE = "notice.unrenderable"
    MAIL_REFUSED = "mail.refused"
    BOOK_REFUSED = "book.refused"
    TOO_MANY_READ = "records.too-many"
    SETTINGS = "settings"
    BUG = "bug"


class Failure(Exception):
    """A failure known by its code. `str()` is the code alone."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class Transient(Failure):
    """Trying again later may work: retried without end; health fails after five minutes."""


class Permanent(Failure):
    """Trying again cannot work: parked for a person, never dropped."""


def code_of(failure: BaseException) -> Code:
    """The code of a failure; anything that is not ours is a bug."""
    return failure.code if isinstance(failure, Failure) else Code.BUG


def decoded(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """What `body` holds. Raises: Permanent(UNREADABLE); nothing of msgspec's error is kept, for it quotes values."""
    try:
        return decoder.decode(body)
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None
