"""What an escalation's clock asks for, and when: silence prompts people, it never moves a stage. Pure.

Every prompt has a key and is given once. After an outage the latest of a row of the same is given, not each.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.escalation import Escalation, State
from services.router.domain.life import Holding, IssueState, Life, OutcomeVersion
from services.router.domain.living.desk import DESKED, is_left_to_the_desk
from services.router.domain.office_hours import (
    Calendar,
    morning_of,
    waking,
    working_day_after,
    working_day_before,
)
from shared.private import Private
from shared.terms import Instant
from shared.working_days import due_at

URGENT_WAIT = timedelta(hours=1)
SHORT = timedelta(hours=48)
_OUTCOME_DAYS = {"waits": 2, "managers": 4, "partnership": 6}
HOLDERS_KEY, HOURS_KEY = "holders|", "hours|"


class PromptKind(StrEnum):
    """Which prompt it is. The values are those of `LifeFacts.what`."""

    HOLDERS = "holders"  # who holds it is looked up anew; where nobody does, the duty contact is asked again
    UNACKNOWLEDGED = "unacknowledged"
    DUE_SOON = "due-soon"
    DUE = "due"
    OUTCOME_WAITS = "outcome-waits"
    OUTCOME_MANAGERS = "outcome-managers"
    OUTCOME_PARTNERSHIP = "outcome-partnership"
    ISSUE_SOON = "issue-soon"
    ISSUE_DUE = "issue-due"


class Prompt(Private, frozen=True, kw_only=True):
    """One prompt. at: when it is to be given, quiet hours counted. about: a holder's address, an issue's number."""

    kind: PromptKind
    key: str
    at: Instant
    about: str = ""


def due_prompts(escalation: Escalation, due: Instant | None, calendar: Calendar, *, now: Instant) -> tuple[Prompt, ...]:
    """What is to be prompted now, oldest first. due: the date for the answer as it stands."""
    found = (_latest(row, now) for row in _rows(escalation, due, calendar))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.at))


def next_at(escalation: Escalation, due: Instant | None, calendar: Calendar) -> Instant | None:
    """When the clock next asks for something, None where it never will."""
    return min((row.at for each in _rows(escalation, due, calendar) if (row := next(each, None))), default=None)


def timed(escalation: Escalation, due: Instant | None, calendar: Calendar) -> Escalation:
    """The escalation with the time at which its clock next asks for something. Whoever saves one sets it anew."""
    return msgspec.structs.replace(escalation, act_at=next_at(escalation, due, calendar))


def with_prompted(life: Life, prompts: Iterable[Prompt]) -> Life:
    """The life with the keys of what was given. Of a row without end only the last is kept."""
    keys = tuple(one.key for one in prompts)
    rows = {_row_of(key) for key in keys}
    kept = tuple(key for key in life.prompted if _row_of(key) not in rows)
    return msgspec.structs.replace(life, prompted=(*kept, *keys))


def _row_of(key: str) -> str:
    """The row without end that a key is of, or the key itself."""
    endless = key.startswith((HOLDERS_KEY, HOURS_KEY, f"{PromptKind.UNACKNOWLEDGED}|"))
    return key.rpartition("|")[0] if endless else key


def due_of(escalation: Escalation, decided: Instant | None) -> Instant | None:
    """The date for the answer as it stands: the one the raiser agreed to, else the one that was decided."""
    return escalation.life.agreed_until or decided


def _rows(escalation: Escalation, due: Instant | None, calendar: Calendar) -> Iterator[Iterator[Prompt]]:
    """Rows of prompts of one kind about one thing, each in time order and without those that were given."""
    life, urgent = escalation.life, escalation.urgent
    if is_left_to_the_desk(escalation) and urgent:
        yield _by_the_hour(escalation)
    elif escalation.state in (State.ROUTED, *DESKED):
        yield _mornings(escalation, calendar)
    if escalation.state is State.ROUTED:
        for holding in life.holdings:
            if holding.acknowledged_at is None:
                yield _unacknowledged(holding, life, calendar, urgent=urgent)
        if due is not None:
            yield _fresh(_deadline(escalation, due, calendar), life)
    if escalation.state in (State.ROUTED, State.REFERRED, State.RECORDED) and _waits(life):
        yield _fresh(_outcome(life.versions[-1], calendar), life)
    if escalation.state is State.CLOSED:
        for issue in life.issues:
            if issue.state is not IssueState.DONE:
                yield _fresh(_issue(issue.number, issue.by_on, calendar), life)


def _waits(life: Life) -> bool:
    """Whether the newest text has still to have its effect: a text about some pairs settles them, and it stays open."""
    pairs = life.versions[-1].pairs if life.versions else ()
    return bool(life.versions) and not (pairs and set(pairs) <= set(life.settled))


def _fresh(prompts: Iterator[Prompt], life: Life) -> Iterator[Prompt]:
    """What of a row is still to be given: never one that stands before one that was, as after an outage."""
    row = tuple(prompts)
    given = max((index for index, one in enumerate(row) if one.key in life.prompted), default=-1)
    return iter(row[given + 1 :])


def _latest(row: Iterator[Prompt], now: Instant) -> Prompt | None:
    """The last prompt of a row that is due, so that an outage is caught up with once."""
    latest = None
    for one in row:
        if one.at > now:
            break
        latest = one
    return latest


def _unacknowledged(holding: Holding, life: Life, calendar: Calendar, *, urgent: bool) -> Iterator[Prompt]:
    """At the end of each working day after being asked; each hour where harm is immediate. Without end.

    Once whoever is on call has it, the night is theirs: the others are asked again when offices open; but whoever is
    on call for another agency still by night.
    """
    night_is_held = any(one.on_call and one.acknowledged_at is not None for one in life.holdings)
    prefix = f"{PromptKind.UNACKNOWLEDGED}|{holding.address}|{holding.asked_at.isoformat()}|"
    given = [int(key.removeprefix(prefix)) for key in life.prompted if key.startswith(prefix)]
    number = max(given, default=0)
    asked_on = holding.asked_at.astimezone(ZoneInfo(calendar.zone)).date()
    while True:
        number += 1
        if urgent:
            now = holding.on_call or not night_is_held
            at = waking(holding.asked_at + number * URGENT_WAIT, calendar, urgent=now)
        else:
            evening = due_at(working_day_after(asked_on, number, calendar), calendar.zone)
            at = waking(evening, calendar, urgent=False)
        yield Prompt(kind=PromptKind.UNACKNOWLEDGED, key=f"{prefix}{number}", at=at, about=holding.address)


def _mornings(escalation: Escalation, calendar: Calendar) -> Iterator[Prompt]:
    """Each working morning: whether those who were asked are still those whom the directory names."""
    zone = ZoneInfo(calendar.zone)
    given = [key.removeprefix(HOLDERS_KEY) for key in escalation.life.prompted if key.startswith(HOLDERS_KEY)]
    began = _waits_since(escalation).astimezone(zone).date()
    day = max([began, *(date.fromisoformat(one) for one in given)])
    while True:
        day = working_day_after(day, 1, calendar)
        at = morning_of(day, calendar)
        yield Prompt(kind=PromptKind.HOLDERS, key=f"{HOLDERS_KEY}{day.isoformat()}", at=at)


def _by_the_hour(escalation: Escalation) -> Iterator[Prompt]:
    """Each hour, without end: harm is immediate, and nobody is asked to act but the duty contact."""
    given = [int(key.removeprefix(HOURS_KEY)) for key in escalation.life.prompted if key.startswith(HOURS_KEY)]
    number = max(given, default=0)
    while True:
        number += 1
        at = _waits_since(escalation) + number * URGENT_WAIT
        yield Prompt(kind=PromptKind.HOLDERS, key=f"{HOURS_KEY}{number}", at=at)


def _waits_since(escalation: Escalation) -> Instant:
    return max(escalation.opened_at, escalation.confirmed_at or escalation.opened_at)


def _deadline(escalation: Escalation, due: Instant, calendar: Calendar) -> Iterator[Prompt]:
    """Before the date for the answer, and at it. A new date is a new row."""
    urgent, began = escalation.urgent, escalation.accepted_at
    if due - began <= SHORT:
        soon = began + (due - began) / 2
    else:
        local = due.astimezone(ZoneInfo(calendar.zone)).date()
        soon = morning_of(working_day_before(local, calendar), calendar)
    soon = waking(soon, calendar, urgent=urgent)
    stamp = due.isoformat()
    if began < soon < due:
        yield Prompt(kind=PromptKind.DUE_SOON, key=f"{PromptKind.DUE_SOON}|{stamp}", at=soon)
    yield Prompt(kind=PromptKind.DUE, key=f"{PromptKind.DUE}|{stamp}", at=waking(due, calendar, urgent=urgent))


def _outcome(version: OutcomeVersion, calendar: Calendar) -> Iterator[Prompt]:
    """A text that waits: those silent, then the managers, then the partnership. None once somebody disputes it."""
    if any(not one.agrees for one in version.answers):
        return
    proposed_on = version.at.astimezone(ZoneInfo(calendar.zone)).date()
    for whom, days in _OUTCOME_DAYS.items():
        kind = PromptKind(f"outcome-{whom}")
        at = morning_of(working_day_after(proposed_on, days, calendar), calendar)
        yield Prompt(kind=kind, key=f"{kind}|{version.digest}", at=at, about=str(version.number))


def _issue(number: int, by_on: date, calendar: Calendar) -> Iterator[Prompt]:
    for kind, day in ((PromptKind.ISSUE_SOON, working_day_before(by_on, calendar)), (PromptKind.ISSUE_DUE, by_on)):
        at = waking(morning_of(day, calendar), calendar, urgent=False)
        yield Prompt(kind=kind, key=f"{kind}|{number}|{by_on.isoformat()}", at=at, about=str(number))
