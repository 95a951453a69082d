"""What a page offers somebody now: of all that the table of moves lets them, what makes sense at this moment. Pure."""

from collections.abc import Callable, Iterable

from services.router.domain.escalation import Escalation, Move, Standing, may_move
from services.router.domain.life import IssueState, Life
from services.router.domain.living.acting import date_waits, has_acknowledged
from services.router.domain.living.confirming import answer_by, current, is_confirmed, is_settled
from services.router.domain.living.outcome import may_settle
from services.router.domain.living.present import Present
from services.router.policy.model import Policy, Stage
from shared.following import ChoiceSeen
from shared.messages import AskedAs
from shared.private import Private
from shared.terms import StageNumber

_ASKED = frozenset({Move.ACKNOWLEDGE, Move.ANSWER_DATE, Move.ANSWER_OUTCOME, Move.ANSWER_SEAT, Move.ACCEPT_AREA})
"""What somebody else waits for; of a seat on the panel, from whom it is offered to."""


class Chance(Private, frozen=True, kw_only=True):
    """Somebody, and all that bears on what they may do. me: None for whom the decision does not name."""

    escalation: Escalation
    standings: frozenset[Standing]
    address: str
    me: Present | None
    everybody: tuple[Present, ...]
    has_deputies: bool = True
    has_stages: bool = True


def offered(chance: Chance) -> tuple[Move, ...]:
    """The moves, in the table's order."""
    state, standings = chance.escalation.state, chance.standings
    return tuple(one for one in Move if may_move(state, one, standings) and (one not in _ALSO or _ALSO[one](chance)))


def asked(moves: Iterable[Move], standings: frozenset[Standing]) -> frozenset[Move]:
    """Those of the moves that somebody else waits for. A member who sits may stand down: nobody waits for that."""
    return _ASKED.intersection(moves) - ({Move.ANSWER_SEAT} if Standing.MEMBER in standings else frozenset())


def further_stages(policy: Policy, number: StageNumber | None, *, again: bool) -> tuple[ChoiceSeen, ...]:
    """The stages that the form may be opened for from stage `number`, the next first. None: a route beside the stages.

    again: what was closed is raised again, at the stage it reached or a further one.
    """
    least = (number or 0) + (0 if again else 1)
    stages = sorted(policy.stages.values(), key=lambda stage: stage.number)
    open_to_all = [one for one in stages if one.can_start and one.number >= least]
    return tuple(ChoiceSeen(code=str(one.number), words=_words(one, number)) for one in open_to_all)


def _words(stage: Stage, number: StageNumber | None) -> str:
    skips = number is not None and stage.number > number + 1
    return f"{stage.heading} (skips a stage: you are asked why)" if skips else stage.heading


def _answers_outcome(chance: Chance) -> bool:
    """They have not answered; or everybody has, and whoever held it up is in it no more."""
    version = current(chance.escalation.life)
    if version is None or is_settled(chance.escalation.life):
        return False
    return answer_by(version, chance.address) is None or is_confirmed(version, chance.everybody)


def _settles(chance: Chance) -> bool:
    issues = chance.escalation.life.issues
    return any(one.state is not IssueState.DONE and may_settle(chance.me, one) for one in issues)


def _answers_seat(chance: Chance) -> bool:
    """It is offered to them; or they took it, and may stand down until the panel has decided."""
    panel = chance.escalation.life.panel
    sits = Standing.MEMBER in chance.standings and panel is not None and panel.decided_at is None
    return sits or Standing.SEAT_OFFERED in chance.standings


def _is_scrutineer(chance: Chance) -> bool:
    return chance.me is not None and chance.me.person.asked_as is AskedAs.SCRUTINEER


def _life(holds: Callable[[Life], bool]) -> Callable[[Chance], bool]:
    return lambda chance: holds(chance.escalation.life)


_ALSO: dict[Move, Callable[[Chance], bool]] = {
    Move.ACKNOWLEDGE: lambda chance: not has_acknowledged(chance.escalation, chance.address),
    Move.NOT_MINE: lambda chance: Standing.DUTY not in chance.standings,  # behind the duty contact there is nobody
    Move.DECLARE_CONFLICT: lambda chance: Standing.DUTY not in chance.standings,
    Move.HAND_OVER: lambda chance: chance.has_deputies,
    Move.PROPOSE_DATE: lambda chance: not chance.escalation.urgent and not date_waits(chance.escalation),
    Move.ANSWER_DATE: lambda chance: date_waits(chance.escalation),
    Move.ANSWER_OUTCOME: _answers_outcome,
    Move.GO_ON: lambda chance: chance.has_stages and chance.escalation.life.next is None,
    Move.REOPEN: lambda chance: chance.has_stages and chance.escalation.life.next is None,
    Move.SETTLE_ISSUE: _settles,
    Move.DEBRIEF: _life(lambda life: bool(life.versions)),
    Move.REPLACE_RAISER: _life(lambda life: life.next is None),
    Move.CONVENE_PANEL: lambda chance: False,  # a command, not a page
    Move.ANSWER_SEAT: _answers_seat,
    Move.DETERMINE_PROCESS: _is_scrutineer,
    Move.OFFER_TO_AREA: _life(lambda life: life.offered_to is None),
}
"""What a move needs beside the table. A move that is not here needs nothing more."""
