"""The console's desk: what needs somebody, and nothing leaves it without a trace. Shell."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.router.adapters.console_tables import AUDITS
from services.router.console.pages.desk import PAGE
from services.router.domain.admin.admins import Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.endings import Ending, Ends
from services.router.domain.changes import Change
from services.router.domain.living.acting import acknowledge
from services.router.handlers.ordering import carry_out_all
from services.router.timers import OrderTimers
from shared.messages import NoticeAnswered, NoticeKind, NoticeState
from tests.console_escalations import raised, router_of
from tests.console_world import Browsing, ConsoleWorld
from tests.router_world import CONTACT, RouterWorld

DESK = "/p/west-sussex/desk"
KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest_asyncio.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest.fixture
def router(console: ConsoleWorld) -> RouterWorld:
    return router_of(console)


@pytest_asyncio.fixture
async def manager(console: ConsoleWorld) -> Browsing:
    return await console.signed_in(await console.admin("Ash Manager", west_sussex=Role.MANAGER))


async def audits(console: ConsoleWorld) -> list[Audited]:
    bodies = await console.database.read(lambda connection: connection.execute(select(AUDITS.c.body)).scalars().all())
    return [msgspec.json.decode(body, type=Audited) for body in bodies]


async def test_an_empty_desk_says_what_will_appear(manager: Browsing) -> None:
    page = (await manager.get(DESK)).text
    assert "Nothing needs you" in page
    assert "What is refused, unconfirmed, not listed" in page


async def test_an_unconfirmed_address_is_on_it_until_it_is_confirmed(router: RouterWorld, manager: Browsing) -> None:
    ref = await router.take(router.submission())
    page = (await manager.get(DESK)).text
    assert "1 thing needs you" in page
    assert "The raiser’s address is not confirmed." in page
    assert ref in page


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (NoticeState.REFUSED, "A mail system refused an email."),
        (NoticeState.AMBIGUOUS, "An email may have arrived"),
        (NoticeState.DELAYED, "A mail system has not taken an email yet."),
    ],
)
async def test_an_email_that_did_not_go_out_is_on_it(
    router: RouterWorld, manager: Browsing, state: NoticeState, says: str
) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.RAISED)[0], state)
    assert says in (await manager.get(DESK)).text


async def test_a_refused_contact_stays_on_it_although_another_was_asked(router: RouterWorld, manager: Browsing) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.ACT)[0], NoticeState.REFUSED)
    page = (await manager.get(DESK)).text
    assert "A mail system refused an email." in page
    assert "/p/west-sussex/directory/post/ws-social-care." in page


async def test_what_stops_everything_is_said_above_the_list(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await router.mail_is(down_since=console.clock.now())
    for page in (DESK, "/p/west-sussex"):
        assert "The mail relay has not taken email since" in (await manager.get(page)).text


async def test_what_is_set_aside_keeps_its_reason_and_can_be_put_back(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await router.take(router.submission())
    found = KEY.search((await manager.get(DESK)).text)
    assert found
    answer = await manager.post(f"{DESK}/set-aside", key=found[1], why="Rung, and it is confirmed by letter.")
    assert answer.headers["location"] == f"{DESK}?done=1"
    assert "Nothing needs you" in (await manager.get(DESK)).text
    aside = (await manager.get(f"{DESK}/aside")).text
    assert ref in aside
    assert "Rung, and it is confirmed by letter." in aside
    assert "Ash Manager" in aside
    [row] = [one for one in await audits(console) if one.what == "desk.set-aside"]
    assert (row.about, row.why) == (found[1], "Rung, and it is confirmed by letter.")
    await manager.post(f"{DESK}/put-back", key=found[1])
    assert "1 thing needs you" in (await manager.get(DESK)).text
    assert [one.what for one in await audits(console)][-1] == "desk.put-back"


async def test_nothing_is_set_aside_without_a_reason(router: RouterWorld, manager: Browsing) -> None:
    await router.take(router.submission())
    found = KEY.search((await manager.get(DESK)).text)
    assert found
    assert "Say why, in a few words" in (await manager.post(f"{DESK}/set-aside", key=found[1], why="")).text
    assert "1 thing needs you" in (await manager.get(DESK)).text


async def test_the_same_email_that_is_later_refused_comes_up_anew(router: RouterWorld, manager: Browsing) -> None:
    await raised(router)
    notice = router.notices(NoticeKind.RAISED)[0]
    await router.report(notice, NoticeState.DELAYED)
    for key in KEY.findall((await manager.get(DESK)).text):
        await manager.post(f"{DESK}/set-aside", key=key, why="They were rung.")
    assert "Nothing needs you" in (await manager.get(DESK)).text
    await router.report(notice, NoticeState.REFUSED, attempt=2)
    assert "A mail system refused an email." in (await manager.get(DESK)).text


async def later(console: ConsoleWorld, name: str = "Wren Sooner") -> Browsing:
    """Somebody who signs in now: a session of before has ended."""
    return await console.signed_in(await console.admin(name, west_sussex=Role.MANAGER))


async def asked_for(router: RouterWorld, manager: Browsing, do: str, *, key: str, why: str = "") -> str:
    """What the desk says once router has carried out what was asked for."""
    answer = await manager.post(f"{DESK}/do", do=do, key=key, why=why)
    assert answer.status_code == 303, answer.text
    waiting = (await manager.get(answer.headers["location"])).text
    assert "not done yet" in waiting
    await carry_out_all(router.world)
    return (await manager.get(answer.headers["location"])).text


def key_of(page: str, kind: str) -> str:
    return str(next(key for key in KEY.findall(page) if key.startswith(f"{kind}|")))


async def test_a_refused_email_is_sent_again_with_one_button_and_leaves_its_trace(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.STAFF_RAISED)[0], NoticeState.REFUSED)
    page = (await manager.get(DESK)).text
    assert "Send it again" in page
    page = await asked_for(router, manager, "resend", key=key_of(page, "notice"))
    assert "The email goes out again." in page
    assert "Nothing needs you" in page
    assert [one.what for one in await audits(console)] == ["order.resend"]


async def test_somebody_else_is_asked_from_the_desk_with_a_reason(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ref = await raised(router)
    await router.report(router.notices(NoticeKind.ACT)[0], NoticeState.AMBIGUOUS)
    key = key_of((await manager.get(DESK)).text, "notice")
    refused = await manager.post(f"{DESK}/do", key=key, do="redirect", why="")
    assert "Say why, in a few words" in refused.text
    page = await asked_for(router, manager, "redirect", key=key, why="On leave.")
    assert "Somebody else is asked now." in page
    escalation = await router.world.escalations.escalation(ref)
    assert escalation is not None
    assert CONTACT not in [one.address for one in escalation.life.holdings]


async def test_nobody_acknowledged_is_on_it_until_somebody_does(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await raised(router)
    for notice in router.notices():
        await router.report(notice, NoticeState.ACCEPTED)
    assert "said “I have this”" not in (await (await later(console)).get(DESK)).text
    for _ in range(8):
        await router.later(days=1)
    robin = await later(console, "Robin Later")
    page = (await robin.get(DESK)).text
    assert "Nobody who was asked has said “I have this”." in page
    assert "Ring" in page
    assert "Ask somebody else" in page
    escalation = await router.world.escalations.escalation(ref)
    assert escalation is not None
    after = acknowledge(escalation, CONTACT, who="Taylor", at=console.clock.now())
    await router.world.escalations.commit(Change(at=console.clock.now(), escalation=after))
    assert "said “I have this”" not in (await robin.get(DESK)).text


async def test_whoever_is_asked_instead_of_one_who_is_silent_has_a_time_of_their_own(
    console: ConsoleWorld, router: RouterWorld
) -> None:
    await raised(router)
    for notice in router.notices():
        await router.report(notice, NoticeState.ACCEPTED)
    for _ in range(8):
        await router.later(days=1)
    robin = await later(console)
    key = key_of((await robin.get(DESK)).text, "silent")
    page = await asked_for(router, robin, "redirect", key=key, why="Nobody answers there.")
    assert "Somebody else is asked now." in page
    assert "said “I have this”" not in (await robin.get(DESK)).text


async def test_an_email_that_waits_while_others_go_out_is_late(console: ConsoleWorld, router: RouterWorld) -> None:
    await raised(router)
    console.clock.advance(timedelta(minutes=59))
    again = await later(console)
    assert "for more than an hour" not in (await again.get(DESK)).text
    console.clock.advance(timedelta(minutes=2))
    assert "for more than an hour" in (await again.get(DESK)).text
    await router.mail_is(down_since=console.clock.now())
    assert "for more than an hour" not in (await again.get(DESK)).text


async def test_a_parked_form_is_tried_again_from_the_desk(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    lost = router.keys.facts.pop(router.facts_key.id)
    await router.take(router.submission())
    page = (await manager.get(DESK)).text
    assert "A form is sealed to a key that is not here." in page
    page = await asked_for(router, manager, "retry", key=key_of(page, "parked"))
    assert "It still cannot be opened: the key it was sealed to is not here." in page
    router.keys.facts[lost.id] = lost
    page = await asked_for(router, manager, "retry", key=key_of(page, "parked"))
    assert "It could be opened now, and goes on." in page
    assert "The raiser’s address is not confirmed." in page


async def test_a_parked_form_that_was_dealt_with_leaves_it_with_the_reason_in_the_audit(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    router.keys.facts.pop(router.facts_key.id)
    await router.take(router.submission())
    key = key_of((await manager.get(DESK)).text, "parked")
    page = await asked_for(router, manager, "settle", key=key, why="They sent it anew.")
    assert "Nothing needs you" in page
    [row] = await audits(console)
    assert (row.what, row.why) == ("order.settle", "They sent it anew.")


async def test_a_reply_that_nobody_read_is_on_it_without_a_word_of_it(router: RouterWorld, manager: Browsing) -> None:
    ref = await raised(router)
    notice = router.notices(NoticeKind.RAISED)[0]
    await router.take_report(
        NoticeAnswered(id=notice.id, ref=ref, partnership=notice.partnership, at=router.clock.now())
    )
    page = (await manager.get(DESK)).text
    assert "Somebody replied to an email, to an address where nobody reads." in page
    assert ref in page


async def test_an_unconfirmed_raiser_is_rung_at_the_number_of_the_directory(
    router: RouterWorld, manager: Browsing
) -> None:
    await router.take(router.submission({"raiser_phone": "01632 960999"}))
    page = (await manager.get(DESK)).text
    assert "Ring Oakfield" in page
    assert "01632 960999" not in page


async def test_whose_a_typed_address_is_is_asked_of_the_agency_it_was_typed_for(
    router: RouterWorld, manager: Browsing
) -> None:
    await raised(router, decision_maker_name="Bo Unlisted", decision_maker_email="bo@elsewhere.example")
    page = (await manager.get(DESK)).text
    assert "An address waits to be released." in page
    assert "Ring West Sussex children" in page
    assert "elsewhere.example" not in page


async def test_an_agency_that_is_not_listed_is_added_with_its_kind_filled_in(
    router: RouterWorld, manager: Browsing
) -> None:
    await raised(
        router,
        receiving_agency="not_listed",
        receiving_agency_other_name="Northgate Surgery",
        receiving_agency_other_type="health",
        receiving_agency_other_phone="01632 960200",
        receiving_team=None,
    )
    page = (await manager.get(DESK)).text
    found = re.search(r'href="(/p/west-sussex/directory/new-agency\?type=[a-z_]+)"', page)
    assert found, page
    assert "Northgate" not in page
    assert " selected" in (await manager.get(found[1])).text


async def test_what_router_does_not_take_is_itself_on_the_desk(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.STAFF_RAISED)[0], NoticeState.REFUSED)
    key = key_of((await manager.get(DESK)).text, "notice")
    await manager.post(f"{DESK}/do", key=key, do="resend")
    assert "is not done yet" not in (await manager.get(DESK)).text
    console.clock.advance(timedelta(minutes=2))
    assert "Something that was asked for here is not done yet." in (await manager.get(DESK)).text


async def test_only_what_can_be_done_about_a_thing_is_done(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await router.take(router.submission())
    key = key_of((await manager.get(DESK)).text, "unconfirmed")
    for do in ("resend", "settle", "anything"):
        assert (await manager.post(f"{DESK}/do", key=key, do=do, why="Because.")).status_code == 404
    assert await audits(console) == []


async def test_a_long_desk_is_read_page_by_page(router: RouterWorld, manager: Browsing) -> None:
    for _ in range(PAGE + 1):
        await router.take(router.submission())
    page = (await manager.get(DESK)).text
    assert f"{PAGE + 1} things need you" in page
    assert len(KEY.findall(page)) == PAGE
    last = (await manager.get(f"{DESK}?page=2")).text
    assert len(KEY.findall(last)) == 1
    wrong = await manager.post(f"{DESK}/set-aside", key=key_of(last, "unconfirmed"), why="")
    assert "Page 2 of 2" in wrong.text


async def test_a_viewer_sees_the_desk_and_changes_nothing(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await router.take(router.submission())
    viewer = await console.signed_in(await console.admin("Wren Viewer", west_sussex=Role.VIEWER))
    page = (await viewer.get(DESK)).text
    assert ref in page
    assert not KEY.search(page)
    answer = await viewer.post(f"{DESK}/set-aside", key=f"unconfirmed|{ref}", why="Because.")
    assert answer.status_code == 404


async def test_another_partnerships_desk_is_not_here(console: ConsoleWorld, router: RouterWorld) -> None:
    ref = await router.take(router.submission())
    other = await console.signed_in(await console.admin("Wren Manager", east_sussex=Role.MANAGER))
    assert (await other.get(DESK)).status_code == 404
    assert ref not in (await other.get("/p/east-sussex/desk")).text
    for path in (f"{DESK}/set-aside", "/p/east-sussex/desk/set-aside", "/p/east-sussex/desk/do"):
        answer = await other.post(path, key=f"unconfirmed|{ref}", why="Because.", do="resend")
        assert answer.status_code == 404
    mine = await console.signed_in(await console.admin("Ash Manager", west_sussex=Role.MANAGER))
    assert "1 thing needs you" in (await mine.get(DESK)).text


async def test_a_key_that_ends_within_a_week_is_on_every_desk_with_what_to_run(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    ends = console.clock.now() + timedelta(days=6)
    ending = Ending(what=Ends.FACTS_KEY, ends_at=ends)
    far = Ending(what=Ends.HOLIDAYS, ends_at=ends + timedelta(days=900))
    await router.world.escalations.commit(Change(at=console.clock.now(), endings=(ending, far)))
    page = (await manager.get(DESK)).text
    assert "1 thing needs you" in page
    assert f"The key that forms are sealed to ends on {ends.day} {ends:%B %Y}." in page
    assert "python -m deploy.provisioning keys" in page
    await router.world.escalations.commit(Change(at=console.clock.now(), endings=(far,)))
    assert "Nothing needs you" in (await manager.get(DESK)).text


async def test_the_page_waits_a_moment_and_says_that_it_is_done(
    console: ConsoleWorld, router: RouterWorld, manager: Browsing
) -> None:
    await raised(router)
    await router.report(router.notices(NoticeKind.STAFF_RAISED)[0], NoticeState.REFUSED)
    key = key_of((await manager.get(DESK)).text, "notice")
    console.built.console.orders.wait_seconds = 10.0
    running = asyncio.ensure_future(OrderTimers(router.world, every_seconds=0.02).run())
    answer = await manager.post(f"{DESK}/do", key=key, do="resend")
    running.cancel()
    assert "The email goes out again." in (await manager.get(answer.headers["location"])).text
