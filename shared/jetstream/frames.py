"""Signing what is sent and checking what came: no service believes the broker about who said what. Shell.

A frame travels as MessagePack, so that a body is not encoded twice.
"""

import re
from datetime import UTC

import msgspec

from shared.failures import NOT_READABLE, Code, Permanent
from shared.messages import Frame, signed_bytes
from shared.receipts import Signer, Verifier
from shared.references import derive_id
from shared.subjects import may_send, reader_of
from shared.terms import Instant, MessageId, Service

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What every store has room for: a longer one could be neither taken in nor parked."""
_DECODE_FRAME = msgspec.msgpack.Decoder(Frame)


class Sender:
    """Signs as one service."""

    def __init__(self, service: Service, signer: Signer) -> None:
        self._service = service
        self._signer = signer

    def frame(self, subject: str, *, message: MessageId, at: Instant, body: bytes) -> bytes:
        """The bytes to publish on `subject`."""
        utc = at.astimezone(UTC)
        covered = signed_bytes(subject, sender=self._service, message=message, at=utc, body=body)
        frame = Frame(
            sender=self._service,
            key=self._signer.key_id,
            message=message,
            at=utc,
            body=body,
            signature=self._signer.sign(covered),
        )
        return msgspec.msgpack.encode(frame)


def verified(subject: str, raw: bytes, verifier: Verifier) -> Frame:
    """The frame, once its sender may send on `subject` and signed it. Raises: Permanent(UNREADABLE, BAD_SIGNATURE)."""
    frame = _decoded(raw)
    if not may_send(frame.sender, subject):
        raise Permanent(Code.BAD_SIGNATURE)
    if not _ID.fullmatch(frame.message):
        raise Permanent(Code.UNREADABLE)
    _check(subject, frame, verifier)
    return frame


def verified_answer(subject: str, raw: bytes, verifier: Verifier, *, question: MessageId) -> Frame:
    """The answer to `question`, from the one who answers `subject`. Raises: Permanent(UNREADABLE, BAD_SIGNATURE)."""
    frame = _decoded(raw)
    if frame.sender != reader_of(subject) or frame.message != answer_id(question):
        raise Permanent(Code.BAD_SIGNATURE)
    _check(subject, frame, verifier)
    return frame


def answer_id(question: MessageId) -> MessageId:
    """The id of the answer to a question: an old answer answers no new question."""
    return MessageId(f"{question}.answer")


def id_of_unverified(subject: str, raw: bytes) -> MessageId:
    """Under which a frame is parked that nobody known signed. Never the id it claims: that one may yet come."""
    return MessageId("unverified-" + derive_id(subject, raw.hex()))


def _decoded(raw: bytes) -> Frame:
    try:
        return _DECODE_FRAME.decode(raw)
    except NOT_READABLE:
        raise Permanent(Code.UNREADABLE) from None


def _check(subject: str, frame: Frame, verifier: Verifier) -> None:
    covered = signed_bytes(subject, sender=frame.sender, message=frame.message, at=frame.at, body=frame.body)
    verifier.verify(frame.sender, frame.key, covered, frame.signature)
