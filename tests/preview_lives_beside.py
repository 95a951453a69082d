"""What happens beside the stages, for the notices that notifier previews: other people, other areas, panels. Shell."""

from services.router.domain.admin.admins import AdminId
from services.router.domain.admin.orders import Order, OrderId, Reassign
from services.router.domain.changes import Change
from services.router.handlers.panels import convene
from services.router.handlers.reassigning import reassign
from shared.following import (
    AcceptArea,
    AnswerSeat,
    GiveName,
    HandToPartnership,
    LinkEscalation,
    OfferToArea,
    ReplaceRaiser,
)
from shared.messages import Notice
from shared.terms import PartnershipId, PostId
from tests.preview_lives import N, done, fixed
from tests.preview_world import OTHER_REF, REF, Journey, escalate, raised
from tests.router_world import CONTACT, DUTY, PARTNERSHIP, RAISER, Page

OTHER_DUTY, EAST = "duty@east-sussex.example", PartnershipId("east-sussex")
SECOND = "sam.second@oakfield-primary.example"
CHIEF = "jules.teasel@west-sussex-council.example"
SCRUTINEER = "morgan.pennywhistle@west-sussex.example"
PROCESS = "I hear both sides on Tuesday 12 January 2027, then write to the three chief officers by 15 January."


async def others() -> dict[str, Notice]:
    told = await escalate()
    successor = ReplaceRaiser(
        ref=REF,
        name="Robin Ashdown",
        role="Deputy designated safeguarding lead",
        address="robin.ashdown@oakfield-primary.example",
        phone="01632 960119",
        why="I am leaving the school.",
    )
    await done(await told.signed_in(RAISER), successor)
    found = {
        "news-raiser-replaced": told.to(N.NEWS, what="raiser-replaced", address=CONTACT),
        "raised-successor": told.to(N.RAISED, address=successor.address),
    }
    told = await escalate()
    await _reassigned(told)
    found["news-reassigned"] = told.to(N.NEWS, what="reassigned", address=CONTACT)
    told = await escalate()
    second: dict[str, object] = {"raiser_email": SECOND, "raiser_name": "Sam Second"}
    await raised(told.router, second, ref=OTHER_REF, address=SECOND)
    await done(await _duty(told), LinkEscalation(ref=REF, other=OTHER_REF, why="The same child."))
    return found | {"news-linked": told.to(N.NEWS, what="linked", address=RAISER)}


async def _reassigned(told: Journey) -> None:
    world = told.router.world
    order = Order(
        id=OrderId("1"),
        partnership=PARTNERSHIP,
        ref=REF,
        at=world.clock.now(),
        admin=AdminId("a" * 32),
        who="Ash Manager, West Sussex Safeguarding Children Partnership",
        why="Taylor Willowby is on leave.",
        do=Reassign(post=PostId("ws-social-care.manager-family")),
    )
    assert isinstance(order.do, Reassign)
    change = await reassign(order, order.do, world=world)
    assert isinstance(change, Change)
    await world.escalations.commit(change)


async def elsewhere() -> dict[str, Notice]:
    told, moved = await escalate(), await escalate()
    await done(await _duty(told), HandToPartnership(ref=REF, to=EAST, why="The decision was theirs."))
    await done(await _duty(moved), OfferToArea(ref=REF, to=EAST, why="The family has moved."))
    found = {"desk-offered-to-you": moved.to(N.DESK, reason="offered-to-you")}
    await done(await _duty(moved, OTHER_DUTY, name="Blake Nettlebed"), AcceptArea(ref=REF))
    return found | {
        "news-handed-to-partnership": told.to(N.NEWS, what="handed-to-partnership", address=RAISER),
        "news-area-offered": moved.to(N.NEWS, what="area-offered", address=RAISER),
        "news-area-accepted": moved.to(N.NEWS, what="area-accepted", address=RAISER),
        "desk-handed-to-you": told.to(N.DESK, reason="handed-to-you"),
        "desk-handed-to-partnership": told.to(N.DESK, reason="handed-to-partnership"),
        "desk-area-accepted": moved.to(N.DESK, reason="area-accepted"),
    }


async def panels() -> dict[str, Notice]:
    told = await escalate()
    offered = await convene(REF, by="the partnership’s chair", world=told.router.world)
    sits, declines = (seat.person.address for seat in offered[:2])
    await done(await told.signed_in(sits), AnswerSeat(ref=REF, accepts=True))
    await done(await told.signed_in(declines), AnswerSeat(ref=REF, accepts=False, interest="I manage one of them."))
    fifth = await escalate({"stage": "5"})
    scrutineer = await fifth.signed_in(SCRUTINEER)
    await scrutineer.add("process", REF, {"process": PROCESS}, submission=fixed(4))
    return {
        "panel": told.to(N.PANEL, address=sits),
        "news-panel-convened": told.to(N.NEWS, what="panel-convened", address=RAISER),
        "news-seat-accepted": told.to(N.NEWS, what="seat-accepted", address=RAISER),
        "news-seat-declined": told.to(N.NEWS, what="seat-declined", address=RAISER),
        "desk-panel-short": told.to(N.DESK, reason="panel-short"),
        "news-process": fifth.to(N.NEWS, what="process", address=CHIEF),
    }


async def set_aside() -> dict[str, Notice]:
    """Something is sent by somebody who is not signed in."""
    told = await escalate()
    await told.router.page().add("action", REF, {"what": "action"}, ref=REF)
    return {"waiting-act": told.to(N.WAITING)}


async def _duty(told: Journey, address: str = DUTY, *, name: str = "Avery Thistledown") -> Page:
    page = await told.signed_in(address)
    await page.ask(GiveName(name=name, role="Duty contact"))
    return page


JOURNEYS = (others, elsewhere, panels, set_aside)
