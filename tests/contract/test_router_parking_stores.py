"""`parked list`, `retry` and `settle` do the same in memory, on SQLite and on PostgreSQL. Shell."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from services.router.adapters.store import SqlDirectories, SqlEscalations, SqlSessions
from services.router.adapters.tables import MIGRATIONS
from services.router.domain.changes import Change, What
from services.router.domain.escalation import State
from services.router.handlers.submissions import set_aside, take_submission
from services.router.parking import list_parked, retry, settle
from shared.failures import Code, Transient
from shared.messages import Frame, SubmissionReceived
from shared.store import Database
from shared.terms import KeyId, MessageId, Service
from tests.migrated import migrated
from tests.router_world import RouterWorld


@pytest_asyncio.fixture(params=["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def router(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[RouterWorld]:
    """A router whose store is of one kind; the two SQL kinds are real."""
    if request.param == "memory":
        yield await RouterWorld().ready()
        return
    url = f"sqlite:///{tmp_path}/store.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    migrated(url, scripts=MIGRATIONS)
    database = Database(url)
    stores = {
        "escalations": SqlEscalations(database),
        "sessions": SqlSessions(database),
        "directories": SqlDirectories(database),
    }
    yield await RouterWorld(**stores).ready()  # type: ignore[arg-type]  # each store is of its own port
    await database.close()


async def park(
    router: RouterWorld, submission: SubmissionReceived, code: Code, *, message: str = "m1", body: bytes | None = None
) -> MessageId:
    """Set the submission aside as the consumer does: with the whole frame it came in."""
    inner = msgspec.json.encode(submission) if body is None else body
    at = router.clock.now()
    frame = Frame(sender=Service.INTAKE, key=KeyId("k"), message=MessageId(message), at=at, body=inner, signature=b"s")
    shown = b"" if code is Code.BAD_SIGNATURE else inner
    subject, raw = f"submissions.west-sussex.{submission.ref}", msgspec.msgpack.encode(frame)
    await set_aside(subject, shown, message=MessageId(message), frame=raw, code=code, world=router.world)
    return MessageId(message)


async def state_of(router: RouterWorld, submission: SubmissionReceived) -> State:
    found = await router.world.escalations.escalation(submission.ref)
    assert found is not None
    return found.state


async def test_nothing_parked_is_said_so(router: RouterWorld) -> None:
    assert (await list_parked(world=router.world)).lines == ("0 parked.",)


async def test_the_list_shows_the_oldest_first_with_its_time_its_code_and_its_subject(router: RouterWorld) -> None:
    older, newer = router.submission(), router.submission()
    await park(router, older, Code.UNKNOWN_KEY, message="m-older")
    router.clock.advance(timedelta(minutes=90))
    await park(router, newer, Code.FACTS_REFUSED, message="m-newer")
    assert (await list_parked(world=router.world)).lines == (
        f"m-older  2026-12-21 10:00Z  envelope.unknown-key  submissions.west-sussex.{older.ref}",
        f"m-newer  2026-12-21 11:30Z  {Code.FACTS_REFUSED.value}  submissions.west-sussex.{newer.ref}",
        "2 parked.",
    )


async def test_a_retry_that_still_fails_leaves_everything_as_it_was(router: RouterWorld) -> None:
    submission = router.submission()
    router.keys.facts.clear()
    message = await park(router, submission, Code.UNKNOWN_KEY)
    before = await router.world.escalations.parked()
    assert (await retry(message, world=router.world)).problems == ("It stays parked: envelope.unknown-key.",)
    assert await router.world.escalations.parked() == before
    assert await state_of(router, submission) is State.PARKED


async def test_a_retry_takes_the_submission_whole_and_settles_it_in_one_transaction(router: RouterWorld) -> None:
    submission = router.submission()
    router.keys.facts.clear()
    message = await park(router, submission, Code.UNKNOWN_KEY)
    router.keys.facts[router.facts_key.id] = router.facts_key
    assert (await retry(message, world=router.world)).lines == (f"{submission.ref} goes on.",)
    assert await state_of(router, submission) is State.WAITING_CONFIRMATION
    assert (await list_parked(world=router.world)).lines == ("0 parked.",)
    escalations = router.world.escalations
    assert (await escalations.answers(submission.ref))["raiser_name"] == "Frankie Nettlebed"
    assert [one.what for one in await escalations.history(submission.ref)][:2] == [What.PARKED, What.RECEIVED]
    assert not [one for channel in await escalations.channels() for one in channel.waiting]


async def test_a_second_retry_finds_nothing_and_changes_nothing(router: RouterWorld) -> None:
    submission = router.submission()
    message = await park(router, submission, Code.UNKNOWN_KEY)
    await retry(message, world=router.world)
    history = await router.world.escalations.history(submission.ref)
    again = await retry(message, world=router.world)
    assert (again.code, again.lines) == (1, ())
    assert await router.world.escalations.history(submission.ref) == history


async def test_two_who_settle_at_once_are_not_both_told_that_they_did(router: RouterWorld) -> None:
    submission = router.submission()
    message = await park(router, submission, Code.UNKNOWN_KEY)
    known = await router.world.escalations.parked()
    assert (await settle(message, world=router.world)).lines == ("Settled.",)
    with pytest.raises(Transient) as raised:  # the other had read the list before
        await router.world.escalations.commit(_settling(router, known[0].message))
    assert raised.value.code is Code.STORE_CONFLICT


async def test_what_is_settled_leaves_the_list_but_is_never_taken_again(router: RouterWorld) -> None:
    submission = router.submission()
    message = await park(router, submission, Code.UNKNOWN_KEY)
    assert (await settle(message, world=router.world)).code == 0
    assert (await list_parked(world=router.world)).lines == ("0 parked.",)
    assert await router.world.escalations.taken(message)
    await take_submission(submission, message=message, world=router.world)  # the broker delivers it once more
    assert await state_of(router, submission) is State.PARKED
    assert (await settle(message, world=router.world)).code == 1
    assert (await retry(message, world=router.world)).code == 1


async def test_settling_a_wrong_signature_clears_health_and_it_is_never_read(router: RouterWorld) -> None:
    submission = router.submission()
    message = await park(router, submission, Code.BAD_SIGNATURE)
    assert await router.world.escalations.parked_signatures() == 1
    assert (await retry(message, world=router.world)).code == 1
    assert await router.world.escalations.escalation(submission.ref) is None
    assert (await settle(message, world=router.world)).code == 0
    assert await router.world.escalations.parked_signatures() == 0


async def test_a_frame_that_cannot_be_read_stays_until_somebody_settles_it(router: RouterWorld) -> None:
    message = await park(router, router.submission(), Code.UNREADABLE, body=b"\xff\x00")
    assert (await retry(message, world=router.world)).code == 1
    assert (await list_parked(world=router.world)).lines[-1] == "1 parked."
    assert (await settle(message, world=router.world)).code == 0


def _settling(router: RouterWorld, message: MessageId) -> Change:
    return Change(at=router.clock.now(), settles=message)
