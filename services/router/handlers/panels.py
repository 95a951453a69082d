"""A resolution panel is convened and its members answer; a scrutineer records the process they decide on. Shell."""

from collections.abc import Mapping

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.convening import answered, convened, is_full
from services.router.domain.escalation import Move, Standing, may_move
from services.router.domain.ground import Ground
from services.router.domain.life import Seat
from services.router.domain.news import News, life_facts, tell
from services.router.domain.notices import desk_row, to_desk
from services.router.domain.present import Present, party_list
from services.router.handlers.owing import owe
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, here, stand
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.routing import facts_of
from services.router.handlers.saying import Told, change_of, line_of, tell_them
from services.router.ports import World
from shared.failures import Code, Permanent
from shared.following import AnswerSeat
from shared.messages import AskedAs, LifeFacts, NoticeKind
from shared.questions import Done, Refused
from shared.terms import EscalationRef

replace = msgspec.structs.replace

MOST_WORDS, MOST_PROCESS = 200, 500
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
    facts, circumstances = facts_of(escalation), escalation.circumstances
    proposed = at.ground.panel(facts, circumstances=circumstances, at=at.at)
    after, offered = convened(escalation, proposed, by=plain_line(by), at=at.at)
    stamp = at.at.isoformat()
    told = tell_them(at, NoticeKind.NEWS, What.PANEL_CONVENED, at.everybody, cause=stamp) + _offers(at, offered, stamp)
    line = Happened(ref=ref, at=at.at, what=What.PANEL_CONVENED, name=plain_line(by))
    change = replace(change_of(at, (line,), told, world=world, after=after), parties=party_list(after, at.decision))
    await world.escalations.commit(change)
    return offered


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
    told = tell_them(at, NoticeKind.NEWS, what, _others(at), cause=at.address)
    change = change_of(at, (line_of(at, what, note=interest),), told, world=world, after=after)
    change = replace(change, parties=party_list(after, at.decision))
    full = after.life.panel is not None and is_full(after.life.panel)
    return Reply(Done(), change if sits or full else _with_desk(change, at, world=world))


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

    told = tell_them(at, NoticeKind.NEWS, What.PROCESS, at.everybody, cause=cause, draw=drawn)
    after = replace(at.escalation, life=replace(at.escalation.life, process=words))
    return change_of(at, (line_of(at, What.PROCESS, note=words),), told, world=world, after=after)


def _offers(at: Here, offered: tuple[Seat, ...], stamp: str) -> Told:
    """A seat is offered to each: who it is about is read once it is accepted, and not before."""
    what = What.PANEL_CONVENED.value
    facts = life_facts(at.escalation, at.decision, what=what, place=at.place, wording=at.wording)
    news = News(ref=at.escalation.ref, kind=NoticeKind.PANEL, cause=(what, stamp), facts=facts, at=at.at)
    return tell(news, (seat.person for seat in offered), place=at.place, to_do="answer-seat")


def _others(at: Here) -> tuple[Present, ...]:
    return tuple(one for one in at.everybody if one.address != at.address)


def _with_desk(change: Change, at: Here, *, world: World) -> Change:
    notice = to_desk(at.place, ref=at.escalation.ref, reason=PANEL_SHORT, cause=at.at.isoformat())
    row = desk_row(notice, at=at.at)
    return replace(change, sent=(*change.sent, row), owed=(*change.owed, owe(notice, world.notifier)))
