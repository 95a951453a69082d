"""Mail that comes back, from its Maildir to router's ears; and a letter that goes out once more. Shell."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest_asyncio
from notifier_world import LANES, NOW, SENDER, letter
from sqlalchemy import select

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.maildir import Maildir
from services.notifier.adapters.tables import LETTERS, MIGRATIONS, OUTBOX
from services.notifier.consumer import NOT_READ, STRANGE, Postbox
from services.notifier.domain.life import Happening
from services.notifier.domain.outcome import Outcome, change_after
from services.notifier.domain.relay import UP
from services.notifier.ports import NewLetter, Plan
from shared.clock import FixedClock
from shared.messages import Message, NoticeAgain, NoticeAnswered, NoticeReported, NoticeState
from shared.store import Database
from shared.terms import EscalationRef, MessageId, NoticeId
from tests.migrated import migrated
from tests.returned_mail import SAYS, absence, bounce, parts_within_parts, reply

_DECODE: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


class Post:
    """A ledger with one letter that was sent, and the mailbox that its answers come to."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.ledger, self.letter = SqlLedger(database), letter(1)
        clock = FixedClock(NOW)
        self.postbox = Postbox(Maildir(folder), ledger=self.ledger, clock=clock, sender=SENDER, committed=lambda: None)

    def named(self) -> str:
        """The letter as whoever had it names it."""
        return self.letter.message_id[1:].partition("@")[0]

    async def sent(self, happening: Happening = Happening.ACCEPTED) -> None:
        await self.ledger.put(self.letter, message=MessageId(self.letter.id), at=NOW)
        await self.end(happening)

    async def end(self, happening: Happening) -> list[bytes]:
        plan = Plan(at=NOW, relay=UP, lanes=LANES)
        begun = await self.ledger.turn(plan)
        outcome = Outcome(happening=happening, code="", answered=True)
        changes = [change_after(one, outcome, NOW) for one in begun]
        await self.ledger.turn(msgspec.structs.replace(plan, changes=changes, begin=False))
        return [one.content for one in begun]

    async def arrives(self, mail: bytes, name: str = "1") -> None:
        (self.folder / "new").mkdir(exist_ok=True)
        (self.folder / "new" / name).write_bytes(mail)
        await self.postbox.look()

    def kept(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "cur").iterdir())

    async def told(self) -> list[Message]:
        query = select(OUTBOX.c.body).order_by(OUTBOX.c.owed_at)
        bodies = await self.database.read(lambda connection: connection.execute(query).scalars().all())
        assert not any(SAYS.encode() in body for body in bodies)
        return [_DECODE.decode(body) for body in bodies]

    async def states(self) -> list[NoticeState]:
        return [one.state for one in await self.told() if isinstance(one, NoticeReported)]


@pytest_asyncio.fixture
async def post(database_url: str, tmp_path: Path) -> AsyncIterator[Post]:
    migrated(database_url, scripts=MIGRATIONS)
    database = Database(database_url)
    yield Post(database, tmp_path)
    await database.close()


def again(one: NewLetter, **changes: object) -> NoticeAgain:
    plain = NoticeAgain(id=NoticeId("again-1"), of=one.id, ref=one.ref, partnership=one.partnership)
    return msgspec.structs.replace(plain, **changes)


async def test_a_return_is_reported_once_about_the_letter_it_names(post: Post) -> None:
    await post.sent()
    for name in ("1", "2"):
        await post.arrives(bounce(post.named()), name)
    assert await post.states() == [NoticeState.ACCEPTED, NoticeState.BOUNCED]
    assert post.kept() == ["1:2,S", "2:2,S"]


async def test_nobody_makes_a_letter_come_back_who_never_had_it(post: Post) -> None:
    await post.sent()
    forged = (post.letter.id, f"{post.letter.id}.{'0' * 32}", f"{post.letter.id}.")
    for name, guessed in enumerate(forged):
        await post.arrives(bounce(guessed), str(name))
    assert await post.states() == [NoticeState.ACCEPTED]
    assert post.postbox.warnings() == (STRANGE,)


async def test_nothing_comes_back_that_was_never_accepted(post: Post) -> None:
    await post.sent(Happening.REFUSED)
    await post.arrives(bounce(post.named()))
    assert await post.states() == [NoticeState.REFUSED]


async def test_a_reply_is_told_by_its_notice_alone_and_stays_unread_for_a_person(post: Post) -> None:
    await post.sent()
    await post.arrives(reply(post.named()))
    [said] = [one for one in await post.told() if isinstance(one, NoticeAnswered)]
    assert (said.id, said.ref, said.partnership) == (post.letter.id, post.letter.ref, post.letter.partnership)
    assert post.kept() == ["1:2,"]
    assert post.postbox.warnings() == ()


async def test_a_reply_without_a_thread_is_found_by_its_reference(post: Post) -> None:
    await post.sent()
    await post.arrives(reply("", subject=f"RE: Escalation {post.letter.ref}"))
    assert [type(one) for one in await post.told()].count(NoticeAnswered) == 1


async def test_what_names_no_letter_of_ours_waits_for_a_person_and_health_says_so(post: Post) -> None:
    await post.arrives(reply("unknown"))
    assert await post.told() == []
    assert post.kept() == ["1:2,F"]
    assert post.postbox.warnings() == (STRANGE,)


async def test_a_machines_answer_is_put_by(post: Post) -> None:
    await post.sent()
    await post.arrives(absence(post.named()))
    assert await post.states() == [NoticeState.ACCEPTED]
    assert post.kept() == ["1:2,S"]


async def test_a_letter_goes_out_once_more_with_the_same_bytes(post: Post) -> None:
    await post.sent(Happening.REFUSED)
    for _ in range(2):
        await post.ledger.again(again(post.letter), message=MessageId("again-1"), at=NOW)
    assert await post.end(Happening.ACCEPTED) == [post.letter.content]
    assert await post.states() == [NoticeState.REFUSED, NoticeState.ACCEPTED]
    rows = select(LETTERS.c.id).where(LETTERS.c.message_id == post.letter.message_id)
    found = await post.database.read(lambda connection: connection.execute(rows).scalars().all())
    assert sorted(found) == sorted([post.letter.id, "again-1"])


async def test_a_return_is_about_the_last_of_the_letters_with_its_id(post: Post) -> None:
    await post.sent(Happening.REFUSED)
    await post.ledger.again(again(post.letter), message=MessageId("again-1"), at=NOW)
    await post.end(Happening.ACCEPTED)
    await post.arrives(bounce(post.named()))
    told = [(one.id, one.state) for one in await post.told() if isinstance(one, NoticeReported)]
    assert ("again-1", NoticeState.BOUNCED) in told
    assert (post.letter.id, NoticeState.BOUNCED) not in told


async def test_what_is_not_here_any_more_cannot_be_sent_again(post: Post) -> None:
    await post.sent(Happening.REFUSED)
    other = again(post.letter, ref=EscalationRef("WS-000-000-000"))
    await post.ledger.again(other, message=MessageId("again-1"), at=NOW)
    assert await post.states() == [NoticeState.REFUSED, NoticeState.UNRENDERABLE]
    assert await post.end(Happening.ACCEPTED) == []


async def test_mail_that_no_parser_follows_waits_for_a_person(post: Post) -> None:
    await post.arrives(parts_within_parts(2_000, kind="report"))
    assert post.kept() == ["1:2,F"]
    assert post.postbox.warnings() == (STRANGE,)


async def test_a_mailbox_that_cannot_be_read_is_said_and_ends_nothing(post: Post) -> None:
    clock, nowhere = FixedClock(NOW), Maildir(post.folder / ("x" * 300))  # longer than a name may be
    unread = Postbox(nowhere, ledger=post.ledger, clock=clock, sender=SENDER, committed=lambda: None)
    await unread.look()
    assert unread.warnings() == (NOT_READ,)
