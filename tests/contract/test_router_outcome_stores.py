"""An outcome is agreed, and a record is read, alike in memory, on SQLite and on PostgreSQL; two at once too. Shell."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.router.adapters.grounds import StoredGrounds
from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.changes import Change, What
from services.router.domain.escalation import State
from shared.failures import Transient
from shared.following import AnswerOutcome, ReadRecord, RecordOpened, YourEscalations, Yours
from shared.messages import NoticeKind, SubmissionReceived
from shared.questions import Done, Refused, SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.store import Database
from shared.terms import Digest, EscalationRef
from tests.life_world import MANAGER, escalation_of, look
from tests.migrated import migrated
from tests.router_world import CONTACT, RAISER, Page, RouterWorld, rules

AGREED: dict[str, object] = {"outcome": "agreed", "agreed_outcome": "A strategy meeting is held this week."}


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def router(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RouterWorld]:
    """A router whose store is of one kind; the two SQL kinds are real. What is owed is kept in memory to be read."""
    if request.param == "memory":
        yield await RouterWorld().ready()
        return
    url = f"sqlite:///{tmp_path}/store.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database, world = Database(url), RouterWorld()

    def keep(change: Change) -> None:
        for owed in change.owed:
            world.memory.outbox.setdefault(owed.message, (owed.subject, owed.body))

    world.world = world.world._replace(
        escalations=SqlEscalations(database, after_commit=keep),
        sessions=SqlSessions(database),
        directories=SqlDirectories(database),
    )
    grounds = StoredGrounds(world.world.directories, rules=rules(), base_url="https://escalate.example")
    world.world = world.world._replace(grounds=grounds)
    yield await world.ready()
    await database.close()


async def raised(router: RouterWorld) -> EscalationRef:
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return await page.raise_escalation(code=page.code())


async def signed_in(router: RouterWorld, ref: EscalationRef, address: str) -> Page:
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=address))
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    return page


async def delivered(router: RouterWorld, submission: SubmissionReceived) -> None:
    """Delivered again where somebody else saved the escalation meanwhile, as the consumer has it."""
    for _ in range(5):
        try:
            await router.take(submission)
        except Transient:
            continue
        return
    raise AssertionError("never taken in")


async def digest_shown(page: Page, ref: EscalationRef) -> Digest:
    outcome = (await look(page, ref)).outcome
    assert outcome is not None
    return outcome.digest


async def put_to_three(router: RouterWorld) -> tuple[EscalationRef, Page, Page, Page]:
    ref = await raised(router)
    contact, raiser, manager = [await signed_in(router, ref, one) for one in (CONTACT, RAISER, MANAGER)]
    await contact.add("outcome", ref, AGREED)
    return ref, contact, raiser, manager


async def test_two_who_confirm_at_the_same_moment_close_it_once(router: RouterWorld) -> None:
    ref, _, raiser, manager = await put_to_three(router)
    word = AnswerOutcome(ref=ref, digest=await digest_shown(raiser, ref), agrees=True)
    first, second = await asyncio.gather(raiser.ask(word), manager.ask(word))
    assert (first, second) == (Done(), Done())
    after = await escalation_of(router, ref)
    assert after.state is State.CLOSED
    assert {one.address for one in after.life.versions[0].answers} == {CONTACT, RAISER, MANAGER}
    history = await router.world.escalations.history(ref)
    assert sum(line.what is What.CLOSED for line in history) == 1
    assert len(router.told()[NoticeKind.CONFIRMATION]) == 4


async def test_whoever_confirms_while_it_is_edited_is_told_to_look_again_or_was_first(router: RouterWorld) -> None:
    ref, contact, raiser, _ = await put_to_three(router)
    word = AnswerOutcome(ref=ref, digest=await digest_shown(raiser, ref), agrees=True)
    edit = router.act("outcome", AGREED | {"agreed_outcome": "Tomorrow."}, about=ref, secret=contact.secret)
    answer, _ = await asyncio.gather(raiser.ask(word), delivered(router, edit))
    first, second = (await escalation_of(router, ref)).life.versions
    counted = RAISER in {one.address for one in first.answers}
    assert answer == (Done() if counted else Refused(why="changed"))
    assert {one.address for one in second.answers} == {CONTACT}
    assert (await escalation_of(router, ref)).state is State.ROUTED


async def test_a_record_is_read_and_the_list_shows_what_waits(router: RouterWorld) -> None:
    ref, contact, raiser, _ = await put_to_three(router)
    added = (await look(raiser, ref)).added
    assert [one.words for one in added] == ["The form", "Details of the outcome"]
    for one in added:
        opened = await raiser.ask(ReadRecord(ref=ref, submission=one.submission))
        assert isinstance(opened, RecordOpened)
    assert (await look(contact, ref)).people[0].read.endswith("2 times in all")
    listed = await raiser.ask(Yours())
    assert isinstance(listed, YourEscalations)
    assert [(one.ref, one.asks) for one in listed.escalations] == [(ref, True)]
