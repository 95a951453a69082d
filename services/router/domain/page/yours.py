"""The list of all escalations in which one address has a part: what asks something first, what has ended last. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from services.router.domain.escalation import ENDED, Escalation, Move, Standing, State
from services.router.domain.life import IssueState
from services.router.domain.living.clocks import due_of
from services.router.domain.page.offers import asked
from services.router.domain.when import in_words
from shared.following import YourEscalation, YourEscalations
from shared.private import Private
from shared.terms import Instant

_NEVER = datetime.max.replace(tzinfo=UTC)


class Mine(Private, frozen=True, kw_only=True):
    """One escalation as the list needs it. decided: the date of its decision. moves: what they may do now, as what."""

    escalation: Escalation
    address: str
    partnership: str
    zone: str
    part: str
    stage_label: str = ""
    decided: Instant | None = None
    moves: tuple[Move, ...] = ()
    standings: frozenset[Standing] = frozenset()


def listed(mine: Iterable[Mine]) -> YourEscalations:
    """Those that ask something first, then open ones by their date, then ended ones, the newest first."""
    return YourEscalations(escalations=tuple(_line(one) for one in sorted(mine, key=_order)))


def asks(one: Mine) -> bool:
    """Whether something waits for them: a word, an answer, an issue that they pursue."""
    issues = one.escalation.life.issues
    pursues = any(issue.owner == one.address and issue.state is IssueState.OPEN for issue in issues)
    return bool(asked(one.moves, one.standings)) or (pursues and one.escalation.state is State.CLOSED)


def _due(one: Mine) -> Instant | None:
    return None if one.escalation.state in ENDED else due_of(one.escalation, one.decided)


def _order(one: Mine) -> tuple[bool, bool, Instant, float]:
    ended = one.escalation.state in ENDED
    return not asks(one), ended, _due(one) or _NEVER, -one.escalation.accepted_at.timestamp()


def _line(one: Mine) -> YourEscalation:
    due = _due(one)
    return YourEscalation(
        ref=one.escalation.ref,
        partnership=one.partnership,
        state=one.escalation.state.value,
        stage_label=one.stage_label,
        part=one.part,
        due_words=in_words(due, one.zone) if due is not None else "",
        asks=asks(one),
    )
