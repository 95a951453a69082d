"""What an admin ordered is carried out once, whole, or refused with a code and nothing changed. Shell."""

import asyncio
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio

from services.router.domain.admin.admins import Admin, AdminId, Role
from services.router.domain.admin.orders import (
    Do,
    No,
    Order,
    Ordered,
    OrderId,
    OrderState,
    Redirect,
    Resend,
    Retry,
    Settle,
)
from services.router.domain.changes import What
from services.router.domain.directory import entries_bytes
from services.router.domain.escalation import Escalation, State
from services.router.handlers.order_waits import LONGEST, OrderWaits
from services.router.handlers.ordering import MOST, carry_out, carry_out_all
from services.router.timers import OrderTimers
from shared.failures import Code, Transient
from shared.messages import NoticeAgain, NoticeKind, NoticeState
from shared.terms import EscalationRef, NoticeId, PartnershipId
from tests.console_escalations import raised
from tests.router_fakes import FakeEscalations
from tests.router_world import AGAIN, CONTACT, PARTNERSHIP, RouterWorld, demonstration


@pytest_asyncio.fixture
async def router() -> RouterWorld:
    return await RouterWorld().ready()


def ordered(
    router: RouterWorld, ref: EscalationRef, do: Do, *, name: str = "1", partnership: PartnershipId = PARTNERSHIP
) -> Order:
    """As the console writes it."""
    order = Order(
        id=OrderId(name),
        partnership=partnership,
        ref=ref,
        at=router.clock.now(),
        admin=AdminId("a" * 32),
        who="Ash Manager, West Sussex",
        why="On leave since Monday.",
        do=do,
    )
    router.memory.orders[order.id] = Ordered(order=order)
    known = router.memory.admins.get(order.admin)
    roles = {**(known.roles if known is not None else {}), partnership: Role.MANAGER}
    router.memory.admins[order.admin] = Admin(id=order.admin, address="ash@west.example", name="Ash", roles=roles)
    return order


def asked(router: RouterWorld, ref: EscalationRef) -> list[str]:
    """Whom the newest decision asks to act."""
    return [one.address for one in router.memory.escalations[ref].life.holdings]


def owed_again(router: RouterWorld) -> list[NoticeAgain]:
    """What notifier is asked to send once more."""
    bodies = [body for _, body in router.owed().values()]
    return [msgspec.json.decode(body, type=NoticeAgain) for body in bodies if AGAIN in body]


def act_notice(router: RouterWorld) -> NoticeId:
    return router.notices(NoticeKind.ACT)[0].id


async def test_somebody_else_is_asked_instead_and_the_reason_stands_in_its_history(router: RouterWorld) -> None:
    ref = await raised(router)
    assert asked(router, ref) == [CONTACT]
    order = ordered(router, ref, Redirect(notice=act_notice(router)))
    assert await carry_out_all(router.world) == ()
    assert router.memory.orders[order.id].state is OrderState.DONE
    assert asked(router, ref)
    assert CONTACT not in asked(router, ref)
    assert [one.address for one in router.notices(NoticeKind.ACT)][1:] == asked(router, ref)
    [line] = [one for one in router.memory.history if one.what is What.REDIRECTED]
    assert (line.note, line.name) == ("On leave since Monday.", "Ash Manager, West Sussex")


async def test_an_order_is_carried_out_once_however_often_it_is_taken(router: RouterWorld) -> None:
    ref = await raised(router)
    order = ordered(router, ref, Redirect(notice=act_notice(router)))
    await carry_out(order, world=router.world)
    held = router.memory.escalations[ref], len(router.owed()), len(router.memory.history)
    await carry_out(order, world=router.world)
    assert held == (router.memory.escalations[ref], len(router.owed()), len(router.memory.history))
    assert router.memory.orders[order.id].state is OrderState.DONE


@pytest.mark.parametrize("roles", [None, {}, {PARTNERSHIP: Role.VIEWER}], ids=["removed", "no-role", "viewer"])
async def test_an_order_of_somebody_who_may_not_any_more_is_refused_and_changes_nothing(
    router: RouterWorld, roles: dict[PartnershipId, Role] | None
) -> None:
    ref = await raised(router)
    order, before = ordered(router, ref, Redirect(notice=act_notice(router))), router.memory.escalations[ref]
    admin = router.memory.admins.pop(order.admin)
    if roles is not None:
        router.memory.admins[order.admin] = msgspec.structs.replace(admin, roles=roles)
    assert await carry_out_all(router.world) == ()
    ended = router.memory.orders[order.id]
    assert (ended.state, ended.code) == (OrderState.REFUSED, No.NOT_THEIRS)
    assert router.memory.escalations[ref] == before


async def test_one_of_another_partnership_is_refused_and_changes_nothing(router: RouterWorld) -> None:
    ref = await raised(router)
    do = Redirect(notice=act_notice(router))
    order = ordered(router, ref, do, partnership=PartnershipId("east-sussex"))
    before = router.memory.escalations[ref]
    await carry_out_all(router.world)
    ended = router.memory.orders[order.id]
    assert (ended.state, ended.code) == (OrderState.REFUSED, No.NOT_HERE)
    assert router.memory.escalations[ref] == before


async def test_who_is_no_longer_asked_is_not_replaced_again(router: RouterWorld) -> None:
    ref = await raised(router)
    do = Redirect(notice=act_notice(router))
    await carry_out(ordered(router, ref, do), world=router.world)
    again = ordered(router, ref, do, name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[again.id].code == No.CHANGED


@pytest.mark.parametrize("state", [State.CLOSED, State.MOVED_ON, State.WAITING_CONFIRMATION])
async def test_nobody_is_asked_in_what_has_ended_or_not_begun(router: RouterWorld, state: State) -> None:
    ref = await raised(router)
    held = router.memory.escalations
    held[ref] = msgspec.structs.replace(held[ref], state=state)
    order = ordered(router, ref, Redirect(notice=act_notice(router)))
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].code == No.ENDED


async def test_an_order_about_nothing_is_refused_and_keeps_no_other(router: RouterWorld) -> None:
    ref = await raised(router)
    wrong = ordered(router, EscalationRef("WS-000-000-000"), Redirect(notice=act_notice(router)))
    right = ordered(router, ref, Redirect(notice=act_notice(router)), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[wrong.id].code == No.NOT_HERE
    assert router.memory.orders[right.id].state is OrderState.DONE


async def test_a_refused_email_goes_out_again_as_it_was(router: RouterWorld) -> None:
    ref = await raised(router)
    first = router.notices(NoticeKind.STAFF_RAISED)[0]
    await router.report(first, NoticeState.REFUSED)
    decisions = router.memory.escalations[ref].decisions
    order = ordered(router, ref, Resend(notice=first.id))
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].state is OrderState.DONE
    [duty] = [one for one in owed_again(router) if one.of == first.id]
    row = router.memory.notices[duty.id]
    assert (row.address, row.kind, row.state) == (first.address, NoticeKind.STAFF_RAISED, None)
    assert router.memory.notices[first.id].sent_again
    assert router.memory.escalations[ref].decisions == decisions
    again = ordered(router, ref, Resend(notice=first.id), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[again.id].code == No.CHANGED


async def test_a_post_with_another_address_by_now_is_told_there(router: RouterWorld) -> None:
    ref = await raised(router)
    first = router.notices(NoticeKind.ACT)[0]
    await router.report(first, NoticeState.REFUSED)
    assert CONTACT not in asked(router, ref)
    refused = ordered(router, ref, Resend(notice=first.id))
    await carry_out_all(router.world)
    assert router.memory.orders[refused.id].code == No.REPLACED
    new = CONTACT.replace("@", ".2@")
    await router.world.directories.add(
        entries_bytes(demonstration()).replace(CONTACT.encode(), new.encode()), at=router.clock.now()
    )
    order = ordered(router, ref, Resend(notice=first.id), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].state is OrderState.DONE
    assert asked(router, ref) == [new]
    assert router.notices(NoticeKind.ACT)[-1].address == new
    assert router.memory.notices[first.id].sent_again


async def test_who_has_no_part_in_it_any_more_is_sent_nothing_again(router: RouterWorld) -> None:
    ref = await raised(router)
    first = next(one for one in router.notices(NoticeKind.STAFF_RAISED) if router.memory.notices[one.id].post)
    await router.report(first, NoticeState.REFUSED)
    new = first.address.replace("@", ".2@")
    await router.world.directories.add(
        entries_bytes(demonstration()).replace(first.address.encode(), new.encode()), at=router.clock.now()
    )
    await carry_out(ordered(router, ref, Redirect(notice=act_notice(router))), world=router.world)
    assert new in [one.address for one in router.notices(NoticeKind.STAFF_RAISED)]
    order = ordered(router, ref, Resend(notice=first.id), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].code == No.REPLACED
    assert owed_again(router) == []


async def test_what_was_accepted_is_not_sent_again(router: RouterWorld) -> None:
    ref = await raised(router)
    first = router.notices(NoticeKind.RAISED)[0]
    await router.report(first, NoticeState.ACCEPTED)
    order = ordered(router, ref, Resend(notice=first.id))
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].code == No.CHANGED
    assert owed_again(router) == []


async def test_what_comes_back_later_has_another_asked(router: RouterWorld) -> None:
    ref = await raised(router)
    first = router.notices(NoticeKind.ACT)[0]
    await router.report(first, NoticeState.ACCEPTED)
    await router.report(first, NoticeState.BOUNCED)
    assert CONTACT not in asked(router, ref)


async def test_a_parked_submission_is_taken_once_its_key_is_back(router: RouterWorld) -> None:
    lost = router.keys.facts.pop(router.facts_key.id)
    ref = await router.take(router.submission())
    [parked] = router.memory.frames.values()
    refused = ordered(router, ref, Retry(message=parked.message))
    await carry_out_all(router.world)
    assert router.memory.orders[refused.id].code == Code.UNKNOWN_KEY
    assert router.memory.escalations[ref].state is State.PARKED
    router.keys.facts[lost.id] = lost
    order = ordered(router, ref, Retry(message=parked.message), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[order.id].state is OrderState.DONE
    assert router.memory.escalations[ref].state is State.WAITING_CONFIRMATION
    assert not router.memory.frames


async def test_what_somebody_dealt_with_is_parked_no_more(router: RouterWorld) -> None:
    router.keys.facts.pop(router.facts_key.id)
    ref = await router.take(router.submission())
    [parked] = router.memory.frames.values()
    elsewhere = ordered(router, ref, Settle(message=parked.message), partnership=PartnershipId("east-sussex"))
    order = ordered(router, ref, Settle(message=parked.message), name="2")
    await carry_out_all(router.world)
    assert router.memory.orders[elsewhere.id].code == No.NOT_HERE
    assert router.memory.orders[order.id].state is OrderState.DONE
    assert not router.memory.frames


async def test_router_carries_out_an_order_soon_and_by_itself(router: RouterWorld) -> None:
    ref = await raised(router)
    timers = OrderTimers(router.world, every_seconds=0.01)
    running = asyncio.ensure_future(timers.run())
    order = ordered(router, ref, Redirect(notice=act_notice(router)))
    async with asyncio.timeout(10):
        while router.memory.orders[order.id].state is OrderState.WAITING:
            await asyncio.sleep(0.01)
    assert timers.problem() is None
    running.cancel()


async def test_what_may_work_later_stays_waiting_and_keeps_no_other(router: RouterWorld) -> None:
    ref = await raised(router)
    first = ordered(router, ref, Redirect(notice=act_notice(router)))
    escalation = router.memory.escalations[ref]

    class Overtaken(FakeEscalations):
        async def escalation(self, ref: EscalationRef) -> Escalation | None:
            return msgspec.structs.replace(escalation, version=escalation.version - 1)

    overtaken = router.world._replace(escalations=Overtaken(router.memory))
    assert await carry_out_all(overtaken) == (Code.STORE_CONFLICT,)
    assert router.memory.orders[first.id].state is OrderState.WAITING
    assert await carry_out_all(router.world) == ()
    assert router.memory.orders[first.id].state is OrderState.DONE


async def test_one_that_fails_again_and_again_is_tried_less_often_and_lets_others_pass(router: RouterWorld) -> None:
    ref, tried, waits = await raised(router), [], OrderWaits()
    orders = [ordered(router, ref, Redirect(notice=act_notice(router)), name=str(n)) for n in range(MOST + 1)]

    class Failing(FakeEscalations):
        async def admin(self, admin: AdminId) -> Admin | None:
            tried.append(router.clock.now())
            raise Transient(Code.STORE_UNAVAILABLE)

    failing = router.world._replace(escalations=Failing(router.memory))
    assert len(await carry_out_all(failing, waits=waits)) == MOST
    assert len(await carry_out_all(failing, waits=waits)) == len(orders) - MOST
    assert await carry_out_all(failing, waits=waits) == ()
    for _ in range(120):
        router.clock.advance(timedelta(seconds=0.5))
        await carry_out_all(failing, waits=waits)
    assert len(tried) <= 7 * len(orders)
    router.clock.advance(LONGEST)
    await carry_out_all(router.world, waits=waits)
    assert router.memory.orders[orders[0].id].state is OrderState.DONE
