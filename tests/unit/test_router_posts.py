"""Whoever holds a post signs in with an emailed code, sees their own posts alone, and says what is so."""

from datetime import date

import msgspec
import pytest

from services.router.domain.admin.admins import HOLDER
from services.router.domain.directory import Post, entries_bytes, read_entries
from services.router.domain.keeping.asks import Ask
from services.router.domain.keeping.changing import Purpose
from services.router.domain.keeping.rows import read_row
from services.router.domain.sessions import Attempt
from services.router.domain.sessions import Purpose as CodeFor
from services.router.handlers.posts import CODES_AN_HOUR, MOST_CHANGES_A_DAY
from shared.following import GiveName
from shared.following.posts import (
    OpenPosts,
    PostAway,
    PostBack,
    PostChanged,
    PostIsRight,
    PostSeen,
    PostsSeen,
    SeePosts,
    SendPostCode,
)
from shared.messages import NoticeKind
from shared.questions import CodeSent, Done, Question, Refused, SignedIn
from shared.terms import AgencyId, Digest, NoticeId, PartnershipId, PostId
from tests.router_world import CONTACT, Page, RouterWorld

replace = msgspec.structs.replace
POST = PostId("ws-social-care.manager-assessment")
OTHERS = "ws-social-care.manager-family"
TODAY = date(2026, 12, 21)
DESK = "siu-desk@sussex-police.example"


async def signed_in(router: RouterWorld, address: str = CONTACT) -> Page:
    page = router.page()
    assert isinstance(await page.ask(SendPostCode(address=address)), CodeSent)
    answer = await page.ask(OpenPosts(code=page.code(NoticeKind.POST_CODE)))
    assert isinstance(answer, SignedIn)
    return page


async def shown(page: Page) -> PostSeen:
    answer = await page.ask(SeePosts())
    assert isinstance(answer, PostsSeen)
    return answer.posts[0]


def standing(router: RouterWorld, post: str = POST) -> Post:
    entries = read_entries(router.memory.directories[-1])
    return next(one for agency in entries.agencies for one in agency.posts if one.id == post)


async def test_a_code_opens_ones_own_posts() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    answer = await page.ask(SeePosts())
    assert isinstance(answer, PostsSeen)
    (mine,) = answer.posts
    assert (mine.post, mine.address, mine.name) == (POST, CONTACT, "Taylor Willowby")
    assert OTHERS in mine.deputies
    assert POST not in mine.deputies
    assert not answer.needs_name


async def test_an_address_without_a_post_is_answered_alike_and_gets_no_mail() -> None:
    router = await RouterWorld().ready()
    known, unknown = router.page(), router.page()
    said = [
        await known.ask(SendPostCode(address=CONTACT)),
        await unknown.ask(SendPostCode(address="nobody@elsewhere.example")),
        await unknown.ask(SendPostCode(address="not an address")),
    ]
    assert said == [CodeSent()] * 3
    assert [one.address for one in router.notices(NoticeKind.POST_CODE)] == [CONTACT]
    attempts: list[Attempt] = list(router.memory.attempts.values())
    assert sorted(one.decoy for one in attempts) == [False, True, True]
    assert await unknown.ask(OpenPosts(code="7KQM9PXC")) == Refused(why="code-wrong")
    assert await unknown.ask(SeePosts()) == Refused(why="not-signed-in")


async def test_a_code_opens_in_the_tab_that_asked_for_it_alone() -> None:
    router = await RouterWorld().ready()
    page, other = router.page(), router.page()
    await page.ask(SendPostCode(address=CONTACT))
    code = page.code(NoticeKind.POST_CODE)
    assert await other.ask(OpenPosts(code=code)) == Refused(why="code-wrong")
    assert isinstance(await page.ask(OpenPosts(code=code)), SignedIn)
    assert await page.ask(OpenPosts(code=code)) == Refused(why="code-wrong")


async def test_a_stranger_can_have_three_codes_a_day_mailed_to_a_holder_and_no_more() -> None:
    router = await RouterWorld().ready()
    for _ in range(6):
        assert isinstance(await router.page().ask(SendPostCode(address=CONTACT)), CodeSent)
    assert len(router.notices(NoticeKind.POST_CODE)) == 3


async def test_so_many_codes_an_hour_go_to_holders_and_no_more() -> None:
    router = await RouterWorld().ready()
    for number in range(CODES_AN_HOUR):
        attempt = Attempt(
            id=NoticeId(f"a{number}"),
            purpose=CodeFor.POST,
            partnership=PartnershipId("west-sussex"),
            secret=Digest("s"),
            subject="post",
            address=f"{number}@west-sussex-council.example",
            code=Digest("c"),
            asked_at=router.clock.now(),
        )
        router.memory.attempts[attempt.id] = attempt
    assert isinstance(await router.page().ask(SendPostCode(address=CONTACT)), CodeSent)
    assert router.notices(NoticeKind.POST_CODE) == []


async def test_yes_still_right_stands_in_the_directory_and_its_history() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    assert await page.ask(PostIsRight(post=mine.post, seen=mine.seen)) == Done()
    assert standing(router).verified_on == TODAY
    (changed,), (audited,) = router.memory.rows, router.memory.audited
    assert (changed.by, changed.name) == (HOLDER, "Taylor Willowby")
    assert (audited.admin, audited.what, audited.about) == (HOLDER, "post.confirmed", f"post:{POST}")
    again = await shown(page)
    assert again.confirmed_words == "21 December 2026"
    assert await page.ask(PostIsRight(post=again.post, seen=again.seen)) == Done()
    assert len(router.memory.directories) == 2, "nothing was different"


async def test_what_changed_waits_for_an_admin_and_never_goes_straight_in() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    said = PostChanged(
        post=mine.post,
        seen=mine.seen,
        stays=False,
        name="Robin Ashdowner",
        address="Robin.Ashdowner@west-sussex-council.example",
        why="I move to another team.",
    )
    before = router.memory.directories[-1]
    assert await page.ask(said) == Done()
    assert router.memory.directories == [before]
    (draft,) = router.memory.drafts.values()
    assert (draft.purpose, draft.partnership, draft.by) == (Purpose.PROPOSAL, "west-sussex", HOLDER)
    after = read_row(draft.swaps[0].kind, draft.swaps[0].after)
    assert isinstance(after, Post)
    assert [(one.name, one.valid_from) for one in after.holders][-1] == ("Robin Ashdowner", TODAY)
    assert after.holders[-1].address == "robin.ashdowner@west-sussex-council.example"
    assert (await shown(page)).waits
    assert [one.what for one in router.memory.audited] == ["post.proposed"]
    assert await page.ask(replace(said, why="Better said.")) == Done()
    assert [one.why for one in router.memory.drafts.values()] == ["Better said."]


async def test_what_is_not_different_or_no_address_is_refused() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    same = PostChanged(post=mine.post, seen=mine.seen, stays=True, name=mine.name, address=mine.address)
    assert await page.ask(same) == Refused(why="same")
    assert await page.ask(replace(same, address="two@a.example, three@b.example")) == Refused(why="not-allowed")
    assert not router.memory.drafts


async def test_an_absence_and_its_deputy_stand_at_once() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    first, last = date(2026, 12, 28), date(2027, 1, 4)
    assert await page.ask(PostAway(post=POST, seen=mine.seen, first=first, last=last, deputy=OTHERS)) == Done()
    (absence,) = standing(router).absences
    assert (absence.first, absence.last, absence.deputy) == (first, last, OTHERS)
    assert router.memory.audited[-1].what == "post.absence"
    mine = await shown(page)
    assert mine.away[0].words.startswith("28 December 2026 to 4 January 2027; Wren Kestrelby")
    assert await page.ask(PostBack(post=POST, seen=mine.seen, first=first)) == Done()
    assert standing(router).absences == ()


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 12, 20), date(2026, 12, 23)),
        (date(2026, 12, 30), date(2026, 12, 29)),
        (date(2026, 12, 30), date(2028, 12, 29)),
    ],
)
async def test_days_that_cannot_be_an_absence_are_refused(first: date, last: date) -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    assert await page.ask(PostAway(post=POST, seen=mine.seen, first=first, last=last)) == Refused(why="dates")
    assert len(router.memory.directories) == 1


async def test_a_deputy_is_of_ones_own_agency() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    away = PostAway(post=POST, seen=mine.seen, first=TODAY, last=TODAY, deputy="oakfield-primary.dsl")
    assert await page.ask(away) == Refused(why="not-allowed")


async def test_an_absence_that_would_leave_nobody_is_refused() -> None:
    router = await RouterWorld().ready()
    entries = read_entries(router.memory.directories[-1])
    alone = [
        replace(agency, posts=tuple(replace(one, deputy=None) for one in agency.posts if one.id == POST))
        if agency.id == "ws-social-care"
        else agency
        for agency in entries.agencies
    ]
    await router.world.directories.add(entries_bytes(replace(entries, agencies=tuple(alone))), at=router.clock.now())
    page = await signed_in(router)
    mine = await shown(page)
    away = PostAway(post=POST, seen=mine.seen, first=TODAY, last=date(2026, 12, 23))
    assert await page.ask(away) == Refused(why="nobody-left")


@pytest.mark.parametrize("post", [OTHERS, "no-such-post", ""])
async def test_nobody_changes_anothers_post(post: str) -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    asked: list[Question] = [
        PostIsRight(post=post, seen=mine.seen),
        PostChanged(post=post, seen=mine.seen, stays=False),
        PostAway(post=post, seen=mine.seen, first=TODAY, last=TODAY),
        PostBack(post=post, seen=mine.seen, first=TODAY),
    ]
    for question in asked:
        assert await page.ask(question) == Refused(why="not-allowed")
    assert len(router.memory.directories) == 1
    assert not router.memory.drafts


async def test_nothing_is_said_of_a_post_as_it_was_not_shown() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    assert await page.ask(PostIsRight(post=POST, seen=mine.seen)) == Done()
    assert await page.ask(PostIsRight(post=POST, seen=mine.seen)) == Refused(why="changed")


async def test_a_question_that_is_replayed_changes_nothing() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    right = PostIsRight(post=POST, seen=mine.seen)
    assert await page.ask(right) == Done()
    assert await page.ask(right, counter=page.counter - 1) == Refused(why="replayed")


async def test_whoever_holds_it_no_more_is_let_in_to_nothing() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    entries = read_entries(router.memory.directories[-1])
    ended = [
        replace(
            agency,
            posts=tuple(
                replace(one, holders=tuple(replace(h, valid_until=date(2026, 12, 20)) for h in one.holders))
                if one.id == POST
                else one
                for one in agency.posts
            ),
        )
        for agency in entries.agencies
    ]
    await router.world.directories.add(entries_bytes(replace(entries, agencies=tuple(ended))), at=router.clock.now())
    assert await page.ask(PostIsRight(post=POST, seen=mine.seen)) == Refused(why="not-allowed")
    answer = await page.ask(SeePosts())
    assert isinstance(answer, PostsSeen)
    assert answer.posts == ()


async def test_at_a_shared_mailbox_somebody_says_first_who_they_are() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router, DESK)
    answer = await page.ask(SeePosts())
    assert isinstance(answer, PostsSeen)
    assert answer.needs_name
    mine = answer.posts[0]
    assert await page.ask(PostIsRight(post=mine.post, seen=mine.seen)) == Refused(why="name-needed")
    assert await page.ask(GiveName(name="Jo Fernhurst", role="Desk officer")) == Done()
    assert await page.ask(PostIsRight(post=mine.post, seen=mine.seen)) == Done()
    assert router.memory.rows[-1].name == "Jo Fernhurst, Desk officer"


async def test_an_answer_ends_the_asking() -> None:
    router = await RouterWorld().ready()
    asked = Ask(
        post=POST,
        partnership=PartnershipId("west-sussex"),
        address=CONTACT,
        since=date(2026, 9, 1),
        asked_at=router.clock.now(),
        notice=NoticeId("n1"),
    )
    router.memory.asks[POST] = replace(asked, version=1)
    page = await signed_in(router)
    mine = await shown(page)
    assert mine.asked
    assert await page.ask(PostIsRight(post=POST, seen=mine.seen)) == Done()
    assert router.memory.asks[POST].answered_at == router.clock.now()
    assert not (await shown(page)).asked


async def test_a_post_is_changed_by_its_holder_so_often_a_day_and_no_more() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    assert await page.ask(PostIsRight(post=POST, seen=mine.seen)) == Done()
    router.memory.audited *= 50
    mine = await shown(page)
    away = PostAway(post=POST, seen=mine.seen, first=TODAY, last=TODAY, deputy=OTHERS)
    assert await page.ask(away) == Refused(why="too-many")
    assert AgencyId(router.memory.rows[0].swap.agency) == "ws-social-care"


async def test_what_a_holder_says_has_changed_is_kept_so_often_a_day_and_no_more() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router)
    mine = await shown(page)
    for number in range(MOST_CHANGES_A_DAY):
        changed = PostChanged(post=POST, seen=mine.seen, stays=True, phone=f"01632 9601{number:02}")
        assert await page.ask(changed) == Done()
    kept = len(router.memory.audited)
    again = PostChanged(post=POST, seen=mine.seen, stays=True, phone="01632 960200")
    assert await page.ask(again) == Refused(why="too-many")
    assert len(router.memory.audited) == kept


async def test_nobody_sends_a_whole_shared_mailbox_away() -> None:
    router = await RouterWorld().ready()
    page = await signed_in(router, DESK)
    assert await page.ask(GiveName(name="Ash Somebody", role="Officer")) == Done()
    mine = await shown(page)
    assert mine.shared
    away = PostAway(post=mine.post, seen=mine.seen, first=TODAY, last=TODAY, deputy=mine.deputies[0])
    assert await page.ask(away) == Refused(why="not-allowed")
    assert standing(router, mine.post).absences == ()
