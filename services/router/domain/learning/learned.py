"""One matter in codes, as the partnership learns from it: no name, no child, nothing that anybody wrote. Pure.

A matter is counted once, with all its stages. What it was when it first closed stays, also where it opens again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from services.router.domain.escalation import Escalation, State
from services.router.domain.life import OutcomeVersion
from services.router.policy.facts import Facts, Side
from shared.private import Private
from shared.terms import AgencyId, AgencyType, EscalationRef, Instant, PartnershipId
from shared.working_days import BeyondHolidayData, Holidays, working_days_between

SEVERAL, NOT_KNOWN, NO_AREA = "several", "not-known", ""
"""Of agencies on one side of more than one kind; of an agency that is in no directory and whose kind was not given."""

_COUNTED = frozenset({State.ROUTED, State.REFERRED, State.CLOSED, State.MOVED_ON, State.RECORDED})
_QUARTERS, _MONTHS, _FIRST = 4, 3, 4

Kinds = Callable[[AgencyId], AgencyType | None]


class Coded(Private, frozen=True, kw_only=True, gc=False):
    """One matter. matter: to tell it from others, and never shown.

    raised_by, about: kinds of agency for and against. stage: the highest that it reached before it first closed.
    days: local. acknowledged_hours: from the first asking to the first "I have this". resolved_days: working days.
    overdue: a stage of it went on past its time. outcome, debrief, learning: as the parties coded them, once closed.
    """

    matter: EscalationRef
    partnership: PartnershipId
    area: str
    raised_by: str
    about: str
    stage: int
    received_on: date
    closed_on: date | None = None
    acknowledged_hours: int | None = None
    resolved_days: int | None = None
    overdue: bool = False
    outcome: str = ""
    debrief: str = ""
    learning: tuple[str, ...] = ()


def quarter_of(day: date) -> int:
    """The quarter of `day` as one number, four to a year that begins in April."""
    return (day.year * 12 + day.month - _FIRST) // _MONTHS


def year_of(quarter: int) -> int:
    """The year in whose April the year of this quarter began."""
    return quarter // _QUARTERS


def first_day(quarter: int) -> date:
    month = quarter * _MONTHS + _FIRST - 1
    return date(month // 12, month % 12 + 1, 1)


def coded(
    stages: Sequence[Escalation], *, dues: Mapping[EscalationRef, Instant], kinds: Kinds, zone: str, holidays: Holidays
) -> Coded | None:
    """What is learned from the stages of one matter, first to last; None where there is nothing to count.

    dues: when each stage's time ran out, as decided. kinds: of the agencies in the directory.
    """
    counted = [one for one in stages if one.state in _COUNTED and one.facts is not None]
    if not counted:
        return None
    until = next((number for number, one in enumerate(counted, 1) if one.state is State.CLOSED), len(counted))
    told, local = counted[:until], ZoneInfo(zone)
    first, last = told[0], told[-1]
    facts = first.facts
    assert facts is not None  # those without are not counted
    received_on = first.accepted_at.astimezone(local).date()
    found = Coded(
        matter=first.matter,
        partnership=first.partnership,
        area=facts.area or NO_AREA,
        raised_by=kind_of(facts.raising, kinds),
        about=kind_of(facts.receiving, kinds),
        stage=max(_stage(one.facts) for one in told),
        received_on=received_on,
        acknowledged_hours=_acknowledged(told),
        overdue=any(_was_overdue(one, after, dues) for one, after in zip(told, (*told[1:], None), strict=True)),
    )
    if last.state is not State.CLOSED or last.life.closed_at is None:
        return found
    return _closed(found, last, closed_on=last.life.closed_at.astimezone(local).date(), holidays=holidays)


def kind_of(sides: Sequence[Side], kinds: Kinds) -> str:
    """The kind of the agencies of one side: one, several, or not known."""
    found = {(kinds(one.agency) if one.agency is not None else None) or one.type for one in sides}
    if len(found) > 1:
        return SEVERAL
    only = next(iter(found), None)
    return only.value if only is not None else NOT_KNOWN


def _closed(found: Coded, last: Escalation, *, closed_on: date, holidays: Holidays) -> Coded:
    version = last.life.versions[-1] if last.life.versions else None
    try:
        days = working_days_between(found.received_on, closed_on, holidays=holidays)
    except BeyondHolidayData:
        days = None
    return Coded(
        **{name: getattr(found, name) for name in _OPEN_FIELDS},
        closed_on=closed_on,
        resolved_days=days,
        outcome=version.code.value if version is not None else "",
        debrief=last.life.debrief,
        learning=_learning(version),
    )


_CLOSED_FIELDS = ("closed_on", "resolved_days", "outcome", "debrief", "learning")
_OPEN_FIELDS = tuple(name for name in Coded.__struct_fields__ if name not in _CLOSED_FIELDS)


def _learning(version: OutcomeVersion | None) -> tuple[str, ...]:
    return tuple(sorted(set(version.learning))) if version is not None else ()


def _stage(facts: Facts | None) -> int:
    return int(facts.stage) if facts is not None else 0


def _acknowledged(stages: Sequence[Escalation]) -> int | None:
    """Whole hours begun, from the first that was asked to the first that answered."""
    held = [one for stage in stages for one in stage.life.holdings]
    answered = [one.acknowledged_at for one in held if one.acknowledged_at is not None]
    if not answered:
        return None
    waited = min(answered) - min(one.asked_at for one in held)
    return max(0, -int(-waited.total_seconds() // 3600))


def _was_overdue(one: Escalation, after: Escalation | None, dues: Mapping[EscalationRef, Instant]) -> bool:
    due = one.life.agreed_until or dues.get(one.ref)
    ended = one.life.closed_at or (after.accepted_at if after is not None else None)
    return due is not None and ended is not None and ended > due
