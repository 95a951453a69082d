"""What those who are asked to act do without a sealed text: pass it on, hand it over, propose another date. Shell."""

from zoneinfo import ZoneInfo

import msgspec

from services.router.domain.changes import Change, What
from services.router.domain.escalation import Escalation, Move, Standing
from services.router.domain.ground import Ground
from services.router.domain.life import Proposal
from services.router.domain.living.acting import answer_date as answered
from services.router.domain.living.acting import date_waits, hand_over, may_propose, pass_on, propose_date
from services.router.domain.living.present import Present, those
from services.router.domain.when import in_words
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, here
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.routing import decide, facts_of
from services.router.handlers.saying import Told, change_of, line_of, tell_them
from services.router.ports import World
from shared.following import AnswerDate, DeclareConflict, HandOver, NotMine, ProposeDate
from shared.messages import LifeFacts, NoticeKind
from shared.questions import Done, Refused
from shared.working_days import due_at

replace = msgspec.structs.replace

MOST_WORDS = 200
_PASSED_ON = {What.NOT_MINE: "says that it is not theirs", What.CONFLICT: "is too close to it"}


def others(at: Here) -> tuple[Present, ...]:
    """Everybody in it but the one who moves; nobody whose seat on a panel is only offered."""
    return tuple(one for one in at.everybody if one.address != at.address and one.standings != {Standing.SEAT_OFFERED})


def both(said: Change, decided: Change) -> Change:
    """One change of two: what was said comes first. The escalation is that of what was said, if it has one."""
    return replace(
        decided,
        escalation=said.escalation or decided.escalation,
        added=(*said.added, *decided.added),
        happened=(*said.happened, *decided.happened),
        sent=(*said.sent, *decided.sent),
        owed=(*said.owed, *decided.owed),
    )


async def decided_today(at: Here, *, world: World) -> Change | None:
    """A new stored decision where the directory names the mover today, and the stored one asked somebody else."""
    asked = {one.address for one in at.escalation.life.holdings}
    joined = {one.person.address.strip().lower() for one in at.escalation.life.joined}
    if at.address in asked | joined:
        return None
    sent = await world.escalations.notices(at.escalation.ref)
    return decide(at.escalation, ground=at.ground, world=world, at=at.at, sent=sent)


async def not_mine(question: NotMine, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """It goes to the next contact, with the reason."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    return await _passed_on(at, Move.NOT_MINE, What.NOT_MINE, why=question.why, world=world)


async def declare_conflict(question: DeclareConflict, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The one asked is too close to it: it goes to the next contact."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    return await _passed_on(at, Move.DECLARE_CONFLICT, What.CONFLICT, why=question.why, world=world)


async def _passed_on(at: Here | Refused, move: Move, what: What, *, why: str, world: World) -> Reply:
    if isinstance(at, Refused):
        return Reply(at)
    said = plain_line(why, most=MOST_WORDS)
    last = Standing.DUTY in at.standings  # behind the duty contact there is nobody: they route it by hand
    if not at.may(move) or last or not said:
        return Reply(NOT_ALLOWED)
    after = pass_on(at.escalation, at.address, why=_PASSED_ON[what])
    return Reply(Done(), await _moved(at, after, what, note=said, world=world))


async def hand_over_to(question: HandOver, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """It goes to a deputy whom they name, of those the page offered."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if at.me is None or not at.may(Move.HAND_OVER):
        return Reply(NOT_ALLOWED)
    facts, circumstances = facts_of(at.escalation), at.escalation.circumstances
    offered = ground.deputies(at.me.person, facts, circumstances=circumstances, at=at.at)
    deputy = next((one for one in offered if one.post == question.to), None)
    if deputy is None:
        return Reply(CHANGED)
    why = plain_line(question.why, most=MOST_WORDS)
    after = hand_over(at.escalation, at.address, to=deputy.address, why=why)
    return Reply(Done(), await _moved(at, after, What.HANDED_OVER, note=why, world=world))


async def _moved(at: Here, after: Escalation, what: What, *, note: str, world: World) -> Change:
    """The policy applied again: whoever is asked now is asked by mail, and everybody else is told."""
    told = tell_them(at, NoticeKind.NEWS, what, others(at), cause=f"{at.address} {at.at.isoformat()}")
    said = change_of(at, (line_of(at, what, note=note),), told, world=world)
    sent = (*await world.escalations.notices(after.ref), *said.sent)
    return both(said, decide(after, ground=at.ground, world=world, at=at.at, sent=sent))


async def propose_another(question: ProposeDate, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Another date for the answer: the stated one stands unless the raiser agrees. Never with immediate harm."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    zone, why = ZoneInfo(at.place.zone), plain_line(question.why, most=MOST_WORDS)
    due_on = at.due.astimezone(zone).date() if at.due is not None else None
    today = at.at.astimezone(zone).date()
    fits = may_propose(at.escalation, question.until, today=today, due_on=due_on)
    if not at.may(Move.PROPOSE_DATE) or not why or not fits:
        return Reply(NOT_ALLOWED)
    if date_waits(at.escalation):
        return Reply(CHANGED)
    proposal = Proposal(
        until=question.until,
        due_at=due_at(question.until, at.place.zone),
        why=why,
        by=at.address,
        by_who=at.voice().who,
        at=at.at,
    )
    after = propose_date(at.escalation, proposal)
    return Reply(Done(), _dated(at, after, What.DATE_PROPOSED, note=why, world=world))


async def answer_date(question: AnswerDate, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The raiser agrees to the date that was proposed, or does not: then the stated one stands."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if not at.may(Move.ANSWER_DATE) or (question.agrees and at.escalation.urgent):
        return Reply(NOT_ALLOWED)
    if not date_waits(at.escalation):
        return Reply(CHANGED)
    what = What.DATE_AGREED if question.agrees else What.DATE_DECLINED
    after = answered(at.escalation, agrees=question.agrees)
    return Reply(Done(), _dated(at, after, what, world=world))


def _dated(at: Here, after: Escalation, what: What, *, world: World, note: str = "") -> Change:
    """Everybody else is told which date; a raiser whose answer is waited for is asked for it."""
    proposal = after.life.proposal
    until = in_words(proposal.due_at, at.place.zone) if proposal is not None else ""
    cause = f"{until} {at.at.isoformat()}"

    def with_date(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return replace(facts, until_words=until)

    asks = those(others(at), Standing.RAISER) if what is What.DATE_PROPOSED else ()
    rest = tuple(one for one in others(at) if one not in asks)
    told: Told = tell_them(at, NoticeKind.NEWS, what, rest, cause=cause, draw=with_date)
    told += tell_them(at, NoticeKind.DATE, what, asks, cause=cause, to_do="answer-date", draw=with_date)
    return change_of(at, (line_of(at, what, note=note),), told, world=world, after=after)
