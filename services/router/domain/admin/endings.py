"""What of an installation ends: the key that forms are sealed to, the bank holidays that are known. Pure."""

from datetime import timedelta
from enum import StrEnum

from shared.private import Private
from shared.terms import Instant


class Ends(StrEnum):
    """What ends. Codes, for the desk to put into words."""

    FACTS_KEY = "facts-key"
    TO_DESTROY = "facts-keys-to-destroy"
    HOLIDAYS = "holidays"


LOOK_BEFORE = {Ends.FACTS_KEY: timedelta(days=7), Ends.TO_DESTROY: timedelta(), Ends.HOLIDAYS: timedelta(days=365)}
"""How long before its end somebody is to look. Source: deploy/RUNBOOK.md, Keys."""


class Ending(Private, frozen=True, kw_only=True):
    """When it ends; of keys to destroy, when they were to be."""

    what: Ends
    ends_at: Instant


def needs_somebody(ending: Ending, *, at: Instant) -> bool:
    """Whether it is time to see to it."""
    return at >= ending.ends_at - LOOK_BEFORE[ending.what]
