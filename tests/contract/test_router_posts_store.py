"""Asking holders and what they say, alike in memory, on SQLite and on PostgreSQL. Shell."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from services.router.adapters.asks import SqlAsks
from services.router.adapters.directory_changes import SqlDirectoryChanges
from services.router.adapters.grounds import StoredGrounds
from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.admin.admins import HOLDER
from services.router.domain.changes import Change
from services.router.domain.keeping.changing import Purpose
from services.router.domain.keeping.rows import Key, Kind
from services.router.domain.sessions import Purpose as CodeFor
from services.router.handlers.asking_holders import ask_holders
from shared.following.posts import OpenPosts, PostChanged, PostIsRight, PostSeen, PostsSeen, SeePosts, SendPostCode
from shared.messages import NoticeKind, NoticeState
from shared.questions import Done, Refused, SignedIn
from shared.store import Database
from shared.terms import PostId
from tests.migrated import migrated
from tests.router_world import CONTACT, PARTNERSHIP, Page, RouterWorld, rules

POST = PostId("ws-social-care.manager-assessment")
LONG = timedelta(days=120)


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def router(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RouterWorld]:
    """A router whose store is of one kind. What is owed is kept in memory to be read."""
    if request.param == "memory":
        yield await RouterWorld().ready()
        return
    url = f"sqlite:///{tmp_path}/store.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database, made = Database(url), RouterWorld()

    def keep(change: Change) -> None:
        for owed in change.owed:
            made.memory.outbox.setdefault(owed.message, (owed.subject, owed.body))

    directories = SqlDirectories(database)
    made.world = made.world._replace(
        escalations=SqlEscalations(database, after_commit=keep),
        sessions=SqlSessions(database),
        directories=directories,
        asks=SqlAsks(database),
        grounds=StoredGrounds(directories, rules=rules(), base_url="https://escalate.example"),
    )
    yield await made.ready()
    await database.close()


async def signed_in(router: RouterWorld) -> tuple[Page, PostSeen]:
    page = router.page()
    await page.ask(SendPostCode(address=CONTACT))
    assert isinstance(await page.ask(OpenPosts(code=page.code(NoticeKind.POST_CODE))), SignedIn)
    return page, await shown(page)


async def shown(page: Page) -> PostSeen:
    answer = await page.ask(SeePosts())
    assert isinstance(answer, PostsSeen)
    return answer.posts[0]


async def asked(router: RouterWorld) -> None:
    await ask_holders(router.world)
    router.clock.advance(LONG)
    for _ in range(6):
        await ask_holders(router.world)


async def test_a_holder_is_asked_once_answers_and_the_mail_system_says_what_it_says(router: RouterWorld) -> None:
    await asked(router)
    (letter,) = [one for one in router.notices(NoticeKind.STILL_RIGHT) if one.address == CONTACT]
    await router.report(letter, NoticeState.REFUSED)
    (ask,) = await router.world.asks.of([POST])
    assert (ask.address, ask.notice, ask.state) == (CONTACT, letter.id, NoticeState.REFUSED)
    assert ask in await router.world.asks.all()
    page, mine = await signed_in(router)
    assert mine.asked
    assert await page.ask(PostIsRight(post=mine.post, seen=mine.seen)) == Done()
    (ask,) = await router.world.asks.of([POST])
    assert ask.answered_at == router.clock.now()
    ground = await router.world.grounds.now()
    assert ground.revision == 2
    assert ground.directory.posts[POST].post.verified_on == router.clock.now().date()
    assert await router.world.asks.changes(POST, since=router.clock.now()) == 1


@pytest.mark.parametrize("late", [NoticeState.ACCEPTED, NoticeState.DELAYED])
async def test_what_is_told_late_hides_no_return_of_a_letter_to_a_holder(
    router: RouterWorld, late: NoticeState
) -> None:
    await asked(router)
    (letter,) = [one for one in router.notices(NoticeKind.STILL_RIGHT) if one.address == CONTACT]
    for state in (NoticeState.DELAYED, NoticeState.ACCEPTED, NoticeState.BOUNCED, late):
        await router.report(letter, state, attempt=len(router.memory.inbox) + 1)
        router.clock.advance(timedelta(minutes=1))
    (ask,) = await router.world.asks.of([POST])
    assert ask.state is NoticeState.BOUNCED


async def test_codes_are_counted_by_what_they_are_for(router: RouterWorld) -> None:
    since = router.clock.now() - timedelta(hours=1)
    await signed_in(router)
    await router.page().ask(SendPostCode(address="nobody@elsewhere.example"))
    assert await router.world.sessions.sent(CodeFor.POST, since=since) == 1
    assert await router.world.sessions.sent(CodeFor.CONFIRM, since=since) == 0
    assert await router.world.sessions.sent(CodeFor.POST, since=router.clock.now()) == 0


async def test_what_is_known_of_a_post_without_a_holder_is_forgotten(router: RouterWorld) -> None:
    await ask_holders(router.world)
    assert await router.world.asks.of([POST])
    await router.world.asks.forget([POST])
    assert await router.world.asks.of([POST]) == ()


async def test_two_answers_at_once_make_one_revision_each_or_none(router: RouterWorld) -> None:
    pages = [await signed_in(router) for _ in range(2)]
    answers = await asyncio.gather(*(page.ask(PostIsRight(post=mine.post, seen=mine.seen)) for page, mine in pages))
    assert {type(one) for one in answers} <= {Done, Refused}
    assert Done() in answers
    assert (await router.world.grounds.now()).revision == 2


async def test_what_changed_waits_under_one_id(router: RouterWorld) -> None:
    page, mine = await signed_in(router)
    said = PostChanged(post=mine.post, seen=mine.seen, stays=True, phone="01632 960777")
    assert await page.ask(said) == Done()
    assert await page.ask(said) == Done()
    assert (await shown(page)).waits
    assert (await router.world.grounds.now()).revision == 1


async def test_the_history_and_the_proposal_are_where_the_console_looks(database_url: str) -> None:
    migrated(database_url, scripts=MIGRATIONS)
    database, router = Database(database_url), RouterWorld()

    def keep(change: Change) -> None:
        router.memory.outbox.update({owed.message: (owed.subject, owed.body) for owed in change.owed})

    directories = SqlDirectories(database)
    router.world = router.world._replace(
        escalations=SqlEscalations(database, after_commit=keep),
        sessions=SqlSessions(database),
        directories=directories,
        asks=SqlAsks(database),
        grounds=StoredGrounds(directories, rules=rules(), base_url="https://escalate.example"),
    )
    await router.ready()
    page, mine = await signed_in(router)
    assert await page.ask(PostIsRight(post=mine.post, seen=mine.seen)) == Done()
    mine = await shown(page)
    assert await page.ask(PostChanged(post=mine.post, seen=mine.seen, stays=False)) == Done()
    history = SqlDirectoryChanges(database)
    (changed,) = await history.history(Key(Kind.POST, "ws-social-care", POST), most=9)
    assert (changed.by, changed.name) == (HOLDER, "Taylor Willowby")
    (draft,) = await history.drafts(PARTNERSHIP, Purpose.PROPOSAL)
    assert draft.by == HOLDER
    await database.close()
