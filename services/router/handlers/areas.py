"""Hands an escalation to another partnership: the wrong one was chosen, or the child moved. Nothing is retyped. Shell.

The reference and the clock stay. What was sealed for the first partnership stays bound to it.
"""

import msgspec

from services.router.domain.changes import Change, What
from services.router.domain.escalation import Escalation, Move
from services.router.domain.ground import Ground
from services.router.domain.letters.notices import desk_row, to_desk
from services.router.handlers.owing import owe
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, here
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.routing import decide, facts_of
from services.router.handlers.saying import Told, change_of, in_it, line_of, tell_them
from services.router.ports import World
from shared.following import AcceptArea, HandToPartnership, OfferToArea
from shared.messages import LifeFacts, NoticeKind
from shared.questions import Done, Refused
from shared.terms import PartnershipId

replace = msgspec.structs.replace

MOST_WORDS = 200
HANDED_TO_YOU, OFFERED_TO_YOU = "handed-to-you", "offered-to-you"
"""Why the other partnership's duty contact must look: reasons of the desk's fixed text."""


async def hand_to_partnership(question: HandToPartnership, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The wrong partnership was chosen: it is decided anew by the right one's policy, and the raiser is told."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if not at.may(Move.HAND_TO_PARTNERSHIP) or not _is_another(question.to, at):
        return Reply(NOT_ALLOWED)
    why = plain_line(question.why, most=MOST_WORDS)
    change = await _handed(at, question.to, what=What.HANDED_TO_PARTNERSHIP, why=why, world=world)
    return Reply(Done(), change)


async def offer_to_area(question: OfferToArea, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The child moved: the other area is asked. It stays here until they accept; the clock goes on."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if not at.may(Move.OFFER_TO_AREA) or not _is_another(question.to, at):
        return Reply(NOT_ALLOWED)
    after = replace(at.escalation, life=replace(at.escalation.life, offered_to=question.to))
    told = _told(at, question.to, what=What.AREA_OFFERED)
    line = line_of(at, What.AREA_OFFERED, note=plain_line(question.why, most=MOST_WORDS))
    change = change_of(at, (line,), told, world=world, after=after)
    return Reply(Done(), _with_desk(change, at, question.to, reason=OFFERED_TO_YOU, world=world))


async def accept_area(question: AcceptArea, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The other area takes it over: both are told, and the clock is not reset."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    to = at.escalation.life.offered_to
    if to is None or not at.may(Move.ACCEPT_AREA):
        return Reply(NOT_ALLOWED)
    if not _is_another(to, at):
        return Reply(CHANGED)
    return Reply(Done(), await _handed(at, to, what=What.AREA_ACCEPTED, why="", world=world))


def _is_another(to: PartnershipId, at: Here) -> bool:
    return to != at.escalation.partnership and at.ground.place(to) is not None


async def _handed(at: Here, to: PartnershipId, *, what: What, why: str, world: World) -> Change:
    """Decided anew by the other partnership, whose duty contact is told; everybody in it, and the first one's too."""
    told = _told(at, to, what=what)
    said = change_of(at, (line_of(at, what, note=why),), told, world=world)
    sent = await world.escalations.notices(at.escalation.ref)
    decided = decide(_moved(at.escalation, to), ground=at.ground, world=world, at=at.at, sent=(*sent, *said.sent))
    change = replace(
        decided,
        happened=(*said.happened, *decided.happened),
        sent=(*said.sent, *decided.sent),
        owed=(*said.owed, *decided.owed),
    )
    change = _with_desk(change, at, to, reason=HANDED_TO_YOU, world=world)
    return _with_desk(change, at, at.escalation.partnership, reason=what.value, world=world)


def _told(at: Here, to: PartnershipId, *, what: What) -> Told:
    """Everybody in it is told where it goes, and whom to ring there."""
    place = at.ground.place(to)

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return replace(facts, text=place.name, ring=(place.duty_phone, *facts.ring)) if place is not None else facts

    return tell_them(at, NoticeKind.NEWS, what, in_it(at), cause=f"{to} {at.at.isoformat()}", draw=drawn)


def _moved(escalation: Escalation, to: PartnershipId) -> Escalation:
    """The escalation in the other partnership: its policy's newest edition decides, its people are looked up anew."""
    return replace(
        escalation,
        partnership=to,
        sealed_for=escalation.sealed_for or escalation.partnership,
        facts=replace(facts_of(escalation), partnership=to),
        circumstances=replace(escalation.circumstances, by_hand=None, by_hand_why="", handed=()),
        edition="",
        life=replace(escalation.life, offered_to=None),
    )


def _with_desk(change: Change, at: Here, partnership: PartnershipId, *, reason: str, world: World) -> Change:
    place = at.ground.place(partnership)
    if place is None:
        return change
    notice = to_desk(place, ref=at.escalation.ref, reason=reason, cause=at.at.isoformat())
    row = desk_row(notice, at=at.at)
    return replace(change, sent=(*change.sent, row), owed=(*change.owed, owe(notice, world.notifier)))
