"""Whom a prompt of the clock is for, and what it asks of each. Pure.

Silence prompts people; it never moves a stage. Whoever is told here is in the party list from then on.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.decision import Decision, Person
from services.router.domain.escalation import Standing, same_address
from services.router.domain.letters.news import as_named
from services.router.domain.letters.written import issue_facts, with_outcome
from services.router.domain.life import Issue, Joined, OutcomeVersion
from services.router.domain.living.clocks import Prompt, PromptKind
from services.router.domain.living.confirming import ON_CALL, waits_for
from services.router.domain.living.present import DEPUTY, Present, of_address, those
from services.router.domain.office_hours import Calendar
from shared.messages import LifeFacts, NoticeKind, Telephone
from shared.private import Private
from shared.terms import Instant
from shared.working_days import BeyondHolidayData, working_days_between

LEAD = "lead"
ACKNOWLEDGE, STAND_IN = "acknowledge", "stand-in"
ANSWER, CONFIRM, PURSUE, RING = "answer", "confirm", "pursue", "ring"
_MANAGERS = (Standing.HOLDER, Standing.RAISERS_MANAGER, Standing.RAISING_CONTACT)
_BOTH_SIDES = (Standing.RAISER, *_MANAGERS)


class Told(Private, frozen=True, kw_only=True):
    """A notice that a prompt owes: of which kind, to whom, asking what."""

    kind: NoticeKind
    to: tuple[Person, ...]
    facts: LifeFacts
    to_do: str = ""


class Called(Private, frozen=True, kw_only=True):
    """Who is called where a contact is silent; None where the directory has nobody. on_call: rung before them."""

    silent: Present
    deputy: Person | None
    lead: Person | None
    on_call: tuple[Person, ...] = ()


def of_silence(called: Called, everybody: Sequence[Present], facts: LifeFacts) -> tuple[Told, ...]:
    """Nobody has said "I have this": the one asked again, the deputy, the lead; and the raiser, whom to ring."""
    asked = tuple(one for one in (called.silent.person, called.deputy) if one is not None)
    ring = tuple(_telephone(one) for one in (*called.on_call, *asked) if one.phone)
    holders = (as_named(called.silent.person),)
    facts = msgspec.structs.replace(facts, holders=holders, ring=(*dict.fromkeys(ring), *facts.ring))
    raisers = tuple(one.person for one in those(everybody, Standing.RAISER))
    theirs = _ringing(facts, raisers)
    kind = NoticeKind.UNACKNOWLEDGED
    return (
        Told(kind=kind, to=asked[:1], facts=theirs, to_do=ACKNOWLEDGE),
        Told(kind=kind, to=asked[1:], facts=theirs, to_do=STAND_IN),
        Told(kind=kind, to=(called.lead,) if called.lead is not None else (), facts=theirs),
        Told(kind=kind, to=raisers, facts=facts, to_do=RING),
    )


def joined_by(
    called: Called, everybody: Sequence[Present], known: Sequence[Joined], *, at: Instant
) -> tuple[Joined, ...]:
    """Those who have a part from now on because they were called. known: those who joined before.

    A deputy who is asked to act already stands in from now on too: their word counts for both.
    """
    silent, found = called.silent.address, list[Joined]()
    before = {(same_address(one.person.address), one.instead_of) for one in known}
    here = {one.address for one in everybody} | {address for address, _ in before}
    if called.deputy is not None and (same_address(called.deputy.address), silent) not in before:
        found.append(Joined(person=called.deputy, since=at, why=DEPUTY, instead_of=silent))
    if called.lead is not None and same_address(called.lead.address) not in here:
        found.append(Joined(person=called.lead, since=at, why=LEAD, instead_of=silent))
    return tuple(found)


def on_call(everybody: Sequence[Present]) -> tuple[Person, ...]:
    """Whoever is asked because offices are closed."""
    return tuple(one.person for one in those(everybody, Standing.HOLDER) if one.person.because == (ON_CALL,))


def of_date(everybody: Sequence[Present], facts: LifeFacts, *, left: str) -> tuple[Told, ...]:
    """The date for the answer is near, or here: both managers and the raiser. left: the time that is left, in words."""
    facts = msgspec.structs.replace(facts, left_words=left)
    asked = those(everybody, Standing.HOLDER)
    rest = tuple(one.person for one in those(everybody, *_BOTH_SIDES) if one not in asked)
    theirs = _ringing(facts, (one.person for one in those(everybody, Standing.RAISER)))
    return (
        Told(kind=NoticeKind.REMINDER, to=tuple(one.person for one in asked), facts=theirs, to_do=ANSWER),
        Told(kind=NoticeKind.REMINDER, to=rest, facts=facts),
    )


def of_outcome(
    prompt: Prompt, version: OutcomeVersion, everybody: Sequence[Present], facts: LifeFacts, *, faceless: bool = False
) -> tuple[Told, ...]:
    """One text waits for a word: those who are silent are asked again, then the managers are told that it waits."""
    facts = with_outcome(facts, version, everybody, faceless=faceless)
    if prompt.kind is PromptKind.OUTCOME_WAITS:
        silent = tuple(one.person for one in waits_for(version, everybody))
        return (Told(kind=NoticeKind.OUTCOME, to=silent, facts=facts, to_do=CONFIRM),)
    managers = tuple(one.person for one in those(everybody, *_MANAGERS))
    return (Told(kind=NoticeKind.REMINDER, to=managers, facts=facts),)


def of_issue(
    issue: Issue, everybody: Sequence[Present], facts: LifeFacts, *, faceless: bool = False
) -> tuple[Told, ...]:
    """An outstanding issue: its owner is asked to pursue it, the raiser is told."""
    facts = msgspec.structs.replace(facts, issues=(issue_facts(issue, everybody if faceless else ()),))
    owner = of_address(everybody, issue.owner)
    raisers = tuple(one.person for one in those(everybody, Standing.RAISER) if one is not owner)
    if owner is None:
        return (Told(kind=NoticeKind.ISSUE, to=raisers, facts=facts),)
    return (
        Told(kind=NoticeKind.ISSUE, to=(owner.person,), facts=_ringing(facts, raisers), to_do=PURSUE),
        Told(kind=NoticeKind.ISSUE, to=raisers, facts=facts if faceless else _ringing(facts, (owner.person,))),
    )


def time_left(due: Instant | None, now: Instant, calendar: Calendar) -> str:
    """`1 working day left`, `3 hours left` on the day itself, "" once it is past or where it cannot be counted."""
    if due is None:
        return ""
    left, zone = due - now, ZoneInfo(calendar.zone)
    if left <= timedelta(0):
        return ""
    today, last = now.astimezone(zone).date(), due.astimezone(zone).date()
    try:
        working_days = working_days_between(today, last, holidays=calendar.holidays)
    except BeyondHolidayData:
        return ""
    if working_days > 0:
        return _counted(working_days, "working day")
    return _counted(max(1, int(left / timedelta(hours=1))), "hour")


def tells_partnership(decision: Decision) -> bool:
    """Whether the policy has the partnership told at this stage."""
    return decision.partnership_told != "no"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'} left"


def _ringing(facts: LifeFacts, first: Iterable[Person]) -> LifeFacts:
    """`facts` with these to ring before the others."""
    phones = tuple(_telephone(one) for one in first if one.phone)
    return msgspec.structs.replace(facts, ring=(*phones, *facts.ring))


def _telephone(person: Person) -> Telephone:
    label = ", ".join(text for text in (person.name, person.role, person.agency) if text)
    return Telephone(label=label, number=person.phone)


def issue_of(prompt: Prompt, issues: Sequence[Issue]) -> Issue | None:
    """The issue that a prompt is about."""
    return next((one for one in issues if str(one.number) == prompt.about), None)
