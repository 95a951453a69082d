"""Where a matter has been and how long is left: its stages in order, and the clock of the open one. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from services.router.domain.decision import Decision, Person
from services.router.domain.escalation import Escalation, State
from services.router.domain.life import OutcomeCode
from services.router.domain.office_hours import Calendar
from services.router.domain.when import in_words
from shared.following import ClockSeen, StageSeen
from shared.private import Private
from shared.terms import Instant
from shared.working_days import is_working_day

RUNNING = frozenset({State.ROUTED, State.REFERRED, State.RECORDED})
"""Where an answer is still waited for."""

_ENDED = {
    OutcomeCode.AGREED: "Agreed",
    OutcomeCode.PARTLY: "Agreed in part",
    OutcomeCode.NOT_AGREED: "Closed without agreement",
    OutcomeCode.WITHDRAWN: "Withdrawn by the one who raised it",
    OutcomeCode.OVERTAKEN: "Overtaken by events",
}


class Reached(Private, frozen=True, kw_only=True):
    """One stage of a matter with its newest decision, None before there was one. named: its people may be named."""

    escalation: Escalation
    decision: Decision | None
    named: bool


def stages_of(reached: Sequence[Reached]) -> tuple[StageSeen, ...]:
    """Each stage in order: who was asked to act, from when, until when, and how it ended."""
    began = {one.escalation.ref: one.escalation.accepted_at for one in reached}
    return tuple(_stage(one, began.get(one.escalation.life.next or one.escalation.ref)) for one in reached)


def _stage(one: Reached, next_began: Instant | None) -> StageSeen:
    escalation, decision = one.escalation, one.decision
    ended_at, how = _end(escalation, next_began)
    asked = [person for person in decision.persons if person.must_act] if decision is not None else []
    return StageSeen(
        ref=escalation.ref,
        label=decision.stage_label if decision is not None else "",
        who="; ".join(dict.fromkeys(_who(person, named=one.named) for person in asked)),
        began_at=escalation.accepted_at,
        ended_at=ended_at,
        how=how,
    )


def _end(escalation: Escalation, next_began: Instant | None) -> tuple[Instant | None, str]:
    life = escalation.life
    if escalation.state is State.CLOSED and life.versions:
        return life.closed_at, _ENDED[life.versions[-1].code]
    if escalation.state is State.MOVED_ON:
        return next_began, "Not settled: it went on"
    return None, ""


def _who(person: Person, *, named: bool) -> str:
    return ", ".join(text for text in (person.name if named else "", person.role, person.agency) if text)


def clock_of(due: Instant | None, now: Instant, calendar: Calendar, *, proposed: str = "") -> ClockSeen | None:
    """The clock, None where there is no date. Past the known bank holidays the week alone is counted."""
    if due is None:
        return None
    zone = ZoneInfo(calendar.zone)
    today, due_on = now.astimezone(zone).date(), due.astimezone(zone).date()
    days = (due_on - today).days
    return ClockSeen(
        due_at=due,
        due_words=in_words(due, calendar.zone),
        working_days_left=_working_days(today, due_on, calendar),
        calendar_days_left=days,
        proposed=proposed,
    )


def moment(at: Instant, zone: str) -> str:
    """`14:40, 21 December 2026`, local to `zone`."""
    local: datetime = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M}, {local.day} {local:%B %Y}"


def _working_days(today: date, due_on: date, calendar: Calendar) -> int:
    """Working days after the one day up to and with the other; negative where the second is past."""
    first, last = sorted((today, due_on))
    days = (first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1))
    count = sum(is_working_day(day, calendar.holidays.days) for day in days)
    return count if today <= due_on else -count
