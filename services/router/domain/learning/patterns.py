"""Recurring areas and pairs of kinds of agency, brought to a person as a possible pattern. A person decides. Pure.

Source: domain.md section 1, S3: a pattern of similar escalations is a ground of stage 5; counts only, no child data.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from services.router.domain.admin.admins import AdminId
from services.router.domain.learning.learned import NO_AREA, NOT_KNOWN, Coded
from services.router.domain.learning.suppression import LEAST
from shared.private import Private
from shared.terms import Instant, PartnershipId

LOOKED_BACK = timedelta(days=365)
MOST_NOTE = 500
_ANY = "*"


class Decided(StrEnum):
    """What a person made of a possible pattern."""

    WATCH = "watch"
    STAGE_FIVE = "stage-five"
    LEARNING = "learning"
    NO_PATTERN = "no-pattern"


DECIDED_WORDS: Mapping[Decided, str] = {
    Decided.WATCH: "Watch it",
    Decided.STAGE_FIVE: "Take it to stage 5",
    Decided.LEARNING: "Put it in the learning log",
    Decided.NO_PATTERN: "Not a pattern",
}


class Pattern(NamedTuple):
    """What recurs. area, raised_by, about: codes; `*` where it is any. key: of all three, safe in a form."""

    area: str
    raised_by: str
    about: str

    @property
    def key(self) -> str:
        return "|".join(self)


class Possible(NamedTuple):
    """A pattern that there may be, with the counts that make it. before: in the year before that."""

    pattern: Pattern
    many: int
    before: int


class PatternDecision(Private, frozen=True, kw_only=True):
    """What somebody decided about a pattern, and on which count. It is only ever added to."""

    partnership: PartnershipId
    pattern: str
    at: Instant
    by: AdminId
    decided: Decided
    note: str = ""
    count: int = 0


def possible(rows: Iterable[Coded], *, today: date) -> tuple[Possible, ...]:
    """Every pattern with LEAST matters or more in the year to `today`, the most frequent first.

    An area with a pair of kinds of agency, an area, a pair: of those with the same matters only the closest is named.
    """
    year, years = today - LOOKED_BACK, today - 2 * LOOKED_BACK
    alike = Counter(
        (one.area, one.raised_by, one.about, one.received_on > year) for one in rows if one.received_on > years
    )
    now: Counter[Pattern] = Counter()
    before: Counter[Pattern] = Counter()
    for (area, raised_by, about, of_this_year), many in alike.items():
        counted = now if of_this_year else before
        for pattern in _patterns(area, raised_by, about):
            counted[pattern] += many
    same = {wider for each, many in now.items() for wider in _patterns(*each) if wider != each and now[wider] == many}
    found = [Possible(each, many, before[each]) for each, many in now.items() if many >= LEAST and each not in same]
    return tuple(sorted(found, key=lambda one: (-one.many, one.pattern)))


def pattern_of_key(key: str) -> Pattern | None:
    parts = key.split("|")
    return Pattern(*parts) if len(parts) == len(Pattern._fields) else None


def newest(decisions: Iterable[PatternDecision]) -> dict[str, PatternDecision]:
    """The last decision about each pattern, by its key. decisions: in the order in which they were made."""
    return {one.pattern: one for one in decisions}


def waiting(found: Iterable[Possible], decisions: Iterable[PatternDecision]) -> tuple[Possible, ...]:
    """The possible patterns that nobody has decided about, or that grew by LEAST since."""
    known = newest(decisions)
    return tuple(
        one for one in found if one.pattern.key not in known or one.many >= known[one.pattern.key].count + LEAST
    )


def _patterns(area: str, raised_by: str, about: str) -> tuple[Pattern, ...]:
    """The area, the pair, and both together: all that a matter of these codes is part of."""
    if _ANY in (area, raised_by, about):
        return (Pattern(area, raised_by, about),)
    alone = (Pattern(area, _ANY, _ANY),) if area != NO_AREA else ()
    if NOT_KNOWN in (raised_by, about):
        return alone
    both = (Pattern(area, raised_by, about),) if area != NO_AREA else ()
    return (*alone, Pattern(_ANY, raised_by, about), *both)
