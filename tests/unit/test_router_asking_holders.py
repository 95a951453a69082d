"""Each holder is asked once a period whether their post is still right, and once more where nobody answers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import msgspec

from services.router.domain.directory import Absence, Directory, Post, entries_bytes, read_entries
from services.router.domain.keeping.asks import Standing, standing
from services.router.handlers.asking_holders import MOST_MAILS, ask_holders
from shared.messages import Notice, NoticeKind, NoticeState
from shared.terms import Instant, PostId
from tests.router_world import CONTACT, RouterWorld

replace = msgspec.structs.replace
POST = PostId("ws-social-care.manager-assessment")
A_MONDAY = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
PERIOD = timedelta(days=92)


async def noted(*, at: Instant = A_MONDAY) -> RouterWorld:
    router = await RouterWorld(at=at).ready()
    await ask_holders(router.world)
    return router


async def later(router: RouterWorld, **by: float) -> list[Notice]:
    router.clock.advance(timedelta(**by))
    known = len(to_contact(router))
    await until_quiet(router)
    return to_contact(router)[known:]


async def until_quiet(router: RouterWorld) -> None:
    """Look until there is nobody left to write to: few letters go at a look."""
    before = -1
    while before != len(router.owed()):
        before = len(router.owed())
        await ask_holders(router.world)


def to_contact(router: RouterWorld) -> list[Notice]:
    return [one for one in router.notices(NoticeKind.STILL_RIGHT) if one.address == CONTACT]


def now(router: RouterWorld) -> Standing:
    entries = read_entries(router.memory.directories[-1])
    placed = Directory(entries, revision=1).posts[POST]
    return standing(router.memory.asks.get(POST), placed, at=router.clock.now(), zone="Europe/London")


async def change(router: RouterWorld, changed: Callable[[Post], Post]) -> None:
    entries = read_entries(router.memory.directories[-1])
    agencies = tuple(
        replace(agency, posts=tuple(changed(one) if one.id == POST else one for one in agency.posts))
        for agency in entries.agencies
    )
    await router.world.directories.add(entries_bytes(replace(entries, agencies=agencies)), at=router.clock.now())


async def test_what_is_new_in_the_directory_is_not_asked_about_at_once() -> None:
    router = await noted()
    assert router.notices() == []
    assert await later(router, days=91) == []
    (asked,) = await later(router, days=1)
    assert asked.posts is not None
    assert asked.posts.posts[0].startswith("Team manager, Assessment, ")
    assert (asked.posts.answer_by, asked.posts.again) == (date(2027, 1, 19), False)
    assert now(router) is Standing.ASKED
    assert await later(router, minutes=10) == []


async def test_whoever_does_not_answer_is_reminded_once_then_it_is_overdue() -> None:
    router = await noted()
    await later(router, days=92)
    assert await later(router, days=9) == []
    (again,) = await later(router, days=1)
    assert again.posts is not None
    assert again.posts.again
    assert again.posts.answer_by == date(2027, 1, 19), "the day of the first letter stands"
    assert await later(router, days=5) == []
    assert now(router) is Standing.OVERDUE


async def test_a_post_that_was_confirmed_is_asked_about_a_period_later() -> None:
    router = await noted()
    await later(router, days=92)
    confirmed = router.clock.now().date()
    await change(router, lambda post: replace(post, verified_on=confirmed))
    assert now(router) is Standing.QUIET
    assert await later(router, days=14) == []
    assert len(await later(router, days=78)) == 1


async def test_a_new_holder_is_not_asked_what_the_last_one_was() -> None:
    router = await noted()
    await later(router, days=92)
    await change(
        router,
        lambda post: replace(post, holders=(replace(post.holders[0], address="new@west-sussex-council.example"),)),
    )
    assert now(router) is Standing.QUIET
    router.clock.advance(timedelta(days=14))
    await ask_holders(router.world)
    assert "new@west-sussex-council.example" not in {one.address for one in router.notices()}


async def test_an_address_is_kept_no_longer_than_somebody_holds_the_post() -> None:
    router = await noted()
    assert POST in router.memory.asks
    await change(router, lambda post: replace(post, holders=()))
    await ask_holders(router.world)
    assert POST not in router.memory.asks


async def test_whoever_is_away_is_asked_when_they_are_back() -> None:
    router = await noted()
    away = Absence(first=date(2027, 1, 1), last=date(2027, 1, 6))
    await change(router, lambda post: replace(post, absences=(away,)))
    assert await later(router, days=92) == []
    assert len(await later(router, days=2)) == 1


async def test_nobody_is_written_to_at_night() -> None:
    router = await noted(at=datetime(2026, 10, 5, 3, 0, tzinfo=UTC))
    assert await later(router, days=92) == []
    assert len(await later(router, hours=7)) == 1


async def test_a_letter_that_came_back_is_shown_and_not_repeated() -> None:
    router = await noted()
    (asked,) = await later(router, days=92)
    await router.report(asked, NoticeState.ACCEPTED)
    assert now(router) is Standing.ASKED
    await router.report(asked, NoticeState.REFUSED)
    assert now(router) is Standing.BOUNCED
    assert await later(router, days=10) == []
    assert router.notices(NoticeKind.DESK) == [], "nobody is rung about a directory"


async def test_one_who_holds_several_posts_gets_one_letter() -> None:
    router = await noted()
    entries = read_entries(router.memory.directories[-1])
    held = {one.id: one for agency in entries.agencies for one in agency.posts}
    other = PostId("ws-social-care.manager-family")
    both = tuple(
        replace(
            agency,
            posts=tuple(replace(one, holders=held[POST].holders) if one.id == other else one for one in agency.posts),
        )
        for agency in entries.agencies
    )
    await router.world.directories.add(entries_bytes(replace(entries, agencies=both)), at=router.clock.now())
    await ask_holders(router.world)
    (asked,) = await later(router, days=92)
    assert asked.posts is not None
    assert len(asked.posts.posts) == 2


async def test_a_partnership_that_reminds_people_later_in_the_day_asks_then() -> None:
    router = await noted()
    entries = read_entries(router.memory.directories[-1])
    later_in_the_day = tuple(
        replace(one, open_from=time(12), open_until=time(15), asked_every_days=91) for one in entries.partnerships
    )
    await router.world.directories.add(
        entries_bytes(replace(entries, partnerships=later_in_the_day)), at=router.clock.now()
    )
    assert await later(router, days=91) == []  # ten o'clock on a Monday
    assert len(await later(router, hours=3)) == 1


async def test_few_letters_go_at_one_look() -> None:
    router = await noted()
    router.clock.advance(PERIOD)
    await ask_holders(router.world)
    first = len(router.notices(NoticeKind.STILL_RIGHT))
    await until_quiet(router)
    letters = router.notices(NoticeKind.STILL_RIGHT)
    assert len(letters) > MOST_MAILS == first
    assert len({(one.address, one.partnership) for one in letters}) == len(letters)
