"""A resolution panel is convened and its members answer; a scrutineer records the process they decide on. Shell."""

from collections.abc import Mapping, Sequence

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import Move, Standing, may_move
from services.router.domain.ground import Ground
from services.router.domain.letters.news import News, life_facts, tell
from services.router.domain.letters.notices import desk_row, to_desk
from services.router.domain.life import Panel, Seat
from services.router.domain.living.convening import SEATS, Proposed, answered, convened, reopened_seats, taken
from services.router.domain.living.panel import short_of_three
from services.router.domain.living.present import party_list, those
from services.router.handlers.owing import owe
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, here, stand
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.routing import facts_of
from services.router.handlers.saying import Told, change_of, in_it, line_of, tell_them
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.following import AnswerSeat
from shared.messages import AskedAs, LifeFacts, NoticeKind
from shared.questions import Done, Refused
from shared.terms import EscalationRef

replace = msgspec.structs.replace

MOST_WORDS, MOST_PROCESS = 200, 500
_PARTS = (Standing.HOLDER, Standing.CONFIRMER, Standing.RAISER, Standing.RAISERS_MANAGER, Standing.RAISING_CONTACT)
PANEL_SHORT = "panel-short"
"""Why the duty contact must look: a seat is empty."""


async def convene(ref: EscalationRef, *, by: str, world: World) -> tuple[Seat, ...]:
    """Convene the panel, or fill the seats that were declined; everybody in it is told. The seats offered now.

    by: whose decision it is, as the partnership names them.
    Raises: Permanent(FACTS_REFUSED) where there is nothing to convene about, Transient.
    """
    escalation = await world.escalations.escalation(ref)
    if escalation is None or not escalation.decisions:
        raise Permanent(Code.FACTS_REFUSED)
    at = stand(escalation, "", ground=await world.grounds.now(), at=world.clock.now())
    if not may_move(escalation.state, Move.CONVENE_PANEL, {Standing.DUTY}):
        raise Permanent(Code.FACTS_REFUSED)
    seats, change = convening(at, proposal(at), by=by, world=world)
    if change is not None:
        await world.escalations.commit(change)
    return seats


def proposal(at: Here) -> Proposed:
    """Who would be offered a seat if the panel were convened, or convened again, at this moment."""
    return _proposed(at, reopened_seats(at.escalation.life.panel, at=at.at))


def convening(at: Here, proposed: Proposed, *, by: str, world: World) -> tuple[tuple[Seat, ...], Change | None]:
    """The seats offered and what it changes, uncommitted; None where no seat is empty that could be filled.

    The caller has asked the table of moves. proposed: what `proposal` gives at this moment.
    """
    escalation, known = at.escalation, reopened_seats(at.escalation.life.panel, at=at.at)
    if known is not None and known == escalation.life.panel and not proposed.seats:
        return (), None
    after = convened(escalation, known, proposed, by=plain_line(by), at=at.at)
    stamp, short = at.at.isoformat(), _short(after.life.panel)
    told = tell_them(at, NoticeKind.NEWS, What.PANEL_CONVENED, in_it(at), cause=stamp)
    told += _offers(at, proposed.seats, stamp)
    line = Happened(ref=escalation.ref, at=at.at, what=What.PANEL_CONVENED, name=plain_line(by), note=short)
    change = replace(change_of(at, (line,), told, world=world, after=after), parties=party_list(after, at.decision))
    return proposed.seats, _with_desk(change, at, world=world) if short else change


def _proposed(at: Here, known: Panel | None) -> Proposed:
    """Those in it are asked for no seat; a member and whoever is only proposed by the policy are no part of it."""
    part = tuple(one.address for one in those(at.everybody, *_PARTS))
    facts, circumstances = facts_of(at.escalation), at.escalation.circumstances
    return at.ground.panel(facts, circumstances=circumstances, at=at.at, known=known, in_it=part)


def _short(panel: Panel | None) -> str:
    """What is recorded where fewer than three agencies sit or are asked, "" otherwise."""
    number = taken(panel) if panel is not None else 0
    return short_of_three(number) if number < SEATS else ""


async def answer_seat(question: AnswerSeat, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """A member accepts, declines, or declares an interest and stands down; then the duty contact fills the seat."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if not at.may(Move.ANSWER_SEAT):
        return Reply(NOT_ALLOWED)
    interest = plain_line(question.interest, most=MOST_WORDS)
    after = answered(at.escalation, at.address, accepts=question.accepts, interest=interest, at=at.at)
    if after is None:
        return Reply(CHANGED)
    sits = question.accepts and not interest
    what = What.SEAT_ACCEPTED if sits else What.SEAT_DECLINED
    others = tuple(one for one in in_it(at) if one.address != at.address)
    told = tell_them(at, NoticeKind.NEWS, what, others, cause=f"{at.address} {at.at.isoformat()}")
    change = change_of(at, (line_of(at, what, note=interest),), told, world=world, after=after)
    change = replace(change, parties=party_list(after, at.decision))
    return Reply(Done(), change if sits else _with_desk(change, at, world=world))


async def determine(at: Here, answers: Mapping[str, object], *, cause: str, world: World) -> Change | None:
    """The scrutineer's process in words, told to everybody in it, the chief officers too. None for anybody else.

    The caller has asked the table of moves. cause: the submission that carried the words.
    """
    text = answers.get("process")
    if at.me is None or at.me.person.asked_as is not AskedAs.SCRUTINEER or not isinstance(text, str):
        return None
    words = text.strip()[:MOST_PROCESS]

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return replace(facts, text=words)

    told = tell_them(at, NoticeKind.NEWS, What.PROCESS, in_it(at), cause=cause, draw=drawn)
    after = replace(at.escalation, life=replace(at.escalation.life, process=words))
    return change_of(at, (line_of(at, What.PROCESS, note=words),), told, world=world, after=after)


def _offers(at: Here, offered: Sequence[Seat], stamp: str) -> Told:
    """A seat is offered to each: who it is about is read once it is accepted, and not before."""
    what = What.PANEL_CONVENED.value
    facts = life_facts(at.escalation, at.decision, what=what, place=at.place, wording=at.wording)
    news = News(ref=at.escalation.ref, kind=NoticeKind.PANEL, cause=(what, stamp), facts=facts, at=at.at)
    return tell(news, (seat.person for seat in offered), place=at.place, to_do="answer-seat")


def _with_desk(change: Change, at: Here, *, world: World) -> Change:
    notice = to_desk(at.place, ref=at.escalation.ref, reason=PANEL_SHORT, cause=at.at.isoformat())
    row = desk_row(notice, at=at.at)
    return replace(change, sent=(*change.sent, row), owed=(*change.owed, owe(notice, world.notifier)))
