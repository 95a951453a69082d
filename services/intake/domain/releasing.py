"""Whether a sealed record's ciphertext may be fetched: by a ticket that router signed, once, and counted. Pure."""

from datetime import timedelta
from enum import StrEnum

from shared.releases import ReleaseTicket
from shared.terms import Instant

LONGEST = timedelta(minutes=5)
"""A ticket that lasts longer than router makes them is none of router's making."""
WITHIN = timedelta(hours=1)
"""The time in which releases are counted, for each partnership by itself. Source: design.md section 1."""


class Withheld(StrEnum):
    """Why a record is not released."""

    EXPIRED = "expired"
    USED = "used"
    TOO_MANY = "too-many"
    GONE = "gone"  # deleted, never stored, or not the bytes that the ticket names


def is_alive(ticket: ReleaseTicket, *, at: Instant) -> bool:
    """Whether the ticket may still be used."""
    return at <= ticket.expires_at <= at + LONGEST
