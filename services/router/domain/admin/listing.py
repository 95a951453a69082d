"""An escalation as its line in the console's list, and what of it needs somebody: codes alone. Pure."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, State
from services.router.domain.life import DECLINED, Panel
from services.router.domain.living.clocks import due_of
from services.router.domain.living.convening import SEATS
from shared.private import Private
from shared.terms import AgencyId, AgencyType, EscalationRef, Instant, PartnershipId

NOT_LISTED_HERE = frozenset({State.CLOSED, State.MOVED_ON, State.DIVERTED})
"""Where nothing is waited for any more: found by its reference alone."""
SILENT = "unacknowledged"
"""The note of the line that says that nobody had acknowledged it in time."""
_TIMED = frozenset({State.ROUTED, State.REFERRED, State.RECORDED})


class ConcernKind(StrEnum):
    """Why somebody must look. The order is that of the desk: what stops an escalation first."""

    PARKED = "parked"
    ORDER = "order"
    UNCONFIRMED = "unconfirmed"
    RELEASE = "release"
    NOTICE = "notice"
    SILENT = "silent"
    NOT_LISTED = "not-listed"
    NOBODY = "nobody"
    NOT_MINE = "not-mine"
    REPLIED = "replied"
    ACT_SET_ASIDE = "act-set-aside"
    PANEL = "panel"
    KEY = "key"


_OF_STATE = {
    State.WAITING_CONFIRMATION: ConcernKind.UNCONFIRMED,
    State.WAITING_RELEASE: ConcernKind.RELEASE,
}
_OF_GAP = {
    "agency-not-listed": ConcernKind.NOT_LISTED,
    "address-unreleased": ConcernKind.RELEASE,
    "raiser-unreleased": ConcernKind.RELEASE,
}
_OF_LINE = {
    What.NOT_MINE: ConcernKind.NOT_MINE,
    What.ANSWERED_BY_MAIL: ConcernKind.REPLIED,
    What.ACT_SET_ASIDE: ConcernKind.ACT_SET_ASIDE,
}


class Concern(Private, frozen=True, kw_only=True):
    """One thing of one escalation that needs somebody. key: the same as long as it is the same thing.

    note: a code beside the kind, as a gap's or a notice's state. since: when it came up.
    agency: whose office to ring, by the directory. type: of an agency that is not in it.
    """

    key: str
    kind: ConcernKind
    ref: EscalationRef
    since: Instant
    note: str = ""
    agency: AgencyId | None = None
    type: AgencyType | None = None


class Listed(Private, frozen=True, kw_only=True):
    """One line. due_at: the date for the answer as it stands. stage: None before a decision on a route of its own."""

    ref: EscalationRef
    partnership: PartnershipId
    version: int
    state: State
    stage: int | None
    due_at: Instant | None
    accepted_at: Instant
    concerns: tuple[Concern, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state not in NOT_LISTED_HERE


class Wanted(NamedTuple):
    """Which open ones. state "" and stage None: any. overdue_at: only those whose date has passed then."""

    state: str = ""
    stage: int | None = None
    overdue_at: Instant | None = None


class ShownLine(NamedTuple):
    """A line with what a page says of it. decision: the newest. last: what happened last."""

    escalation: Escalation
    due_at: Instant | None
    decision: Decision | None
    last: Happened | None


def listed(escalation: Escalation, decision: Decision | None, lines: Iterable[Happened]) -> Listed:
    """decision: the newest. lines: of its history, in order."""
    state, facts = escalation.state, escalation.facts
    stage = decision.stage if decision is not None else facts.stage if facts is not None else None
    decided = decision.due_at if decision is not None else None
    found = () if state in NOT_LISTED_HERE else tuple(_concerns(escalation, decision, list(lines)))
    return Listed(
        ref=escalation.ref,
        partnership=escalation.partnership,
        version=escalation.version,
        state=state,
        stage=int(stage) if stage is not None else None,
        due_at=due_of(escalation, decided) if state in _TIMED else None,
        accepted_at=escalation.accepted_at,
        concerns=tuple({one.key: one for one in found}.values()),
    )


def _concerns(escalation: Escalation, decision: Decision | None, lines: list[Happened]) -> Iterable[Concern]:
    ref = escalation.ref
    kind = _OF_STATE.get(escalation.state)
    if kind is not None:
        key, agency = f"{kind}|{ref}", _raised_at(escalation)
        yield Concern(key=key, kind=kind, ref=ref, since=escalation.opened_at, agency=agency)
    gaps = decision.gaps if decision is not None else ()
    for gap in (one for one in gaps if one.code != "duty-stands-in" or len(gaps) == 1):  # it follows from another
        found = _OF_GAP.get(gap.code, ConcernKind.NOBODY)
        key = f"{found}|{ref}|{gap.code}|{escalation.decisions}"
        since = decision.decided_at if decision is not None else escalation.opened_at
        kind_of = _not_listed(escalation) if found is ConcernKind.NOT_LISTED else None
        agency = _answers_at(escalation, gap.code) if found is ConcernKind.RELEASE else None
        yield Concern(key=key, kind=found, ref=ref, since=since, note=gap.code, type=kind_of, agency=agency)
    for number, line in enumerate(lines):
        if (said := _OF_LINE.get(line.what)) is not None:
            yield Concern(key=f"{said}|{ref}|{number}", kind=said, ref=ref, since=line.at)
    yield from _silence(escalation, lines)
    yield from _empty_seats(ref, escalation.life.panel)


def _raised_at(escalation: Escalation) -> AgencyId | None:
    """The raiser's own agency, where it is in the directory."""
    return escalation.facts.raising[0].agency if escalation.facts is not None and escalation.facts.raising else None


def _answers_at(escalation: Escalation, gap: str) -> AgencyId | None:
    """The agency that can say whose a typed address is."""
    if gap == "raiser-unreleased" or escalation.facts is None:
        return _raised_at(escalation)
    return next((side.agency for side in escalation.facts.receiving if side.agency is not None), None)


def _not_listed(escalation: Escalation) -> AgencyType | None:
    """The kind of the first agency that somebody named and the directory has not."""
    sides = (*escalation.facts.receiving, *escalation.facts.raising) if escalation.facts is not None else ()
    return next((side.type for side in sides if side.agency is None), None)


def _silence(escalation: Escalation, lines: list[Happened]) -> Iterable[Concern]:
    """The time to say "I have this" has passed for one of those asked now, and none of them has said it."""
    asked = escalation.life.holdings
    if not asked or any(one.acknowledged_at is not None for one in asked):
        return
    since = min(one.asked_at for one in asked)  # what was told of one who is asked no more says nothing of these
    told = [line for line in lines if line.what is What.PROMPTED and line.note.startswith(SILENT) and line.at > since]
    if not told:
        return
    key = f"{ConcernKind.SILENT}|{escalation.ref}|{escalation.decisions}"
    yield Concern(key=key, kind=ConcernKind.SILENT, ref=escalation.ref, since=told[-1].at)


def _empty_seats(ref: EscalationRef, panel: Panel | None) -> Iterable[Concern]:
    """Fewer than three agencies sit on a panel, or are asked to. A seat given back comes up anew."""
    if panel is None or panel.decided_at is not None:
        return
    taken = sum(seat.answer != DECLINED for seat in panel.seats)
    if taken < SEATS:
        key = f"{ConcernKind.PANEL}|{ref}|{len(panel.seats)}|{taken}"
        yield Concern(key=key, kind=ConcernKind.PANEL, ref=ref, since=panel.convened_at, note=str(SEATS - taken))
