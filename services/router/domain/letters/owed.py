"""A message that goes out once what causes it is committed. Pure."""

from shared.private import Private
from shared.terms import MessageId


class Owed(Private, frozen=True, kw_only=True):
    """Only the outbox relay publishes it."""

    message: MessageId
    subject: str
    body: bytes
