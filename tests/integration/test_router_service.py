"""Router on a real nats-server: a submission in, notices out that only notifier opens. Shell."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from machines import NatsServer

from services.router.adapters.tables import MIGRATIONS
from services.router.commands import explain, replay
from services.router.domain.escalation import State
from shared.messages import NoticeKind, NoticeReported, NoticeState
from shared.public_book import PublicBook, PublicQuestion, PublicUnchanged
from shared.questions import CodeSent, RouteAnswer, RouteQuestion, SendConfirmationCode, TallyAnswer, TallyQuestion
from shared.references import derive_id, mint_secret, mint_submission_id
from shared.subjects import ASK_PUBLIC, ASK_ROUTE, ask_tally, reports
from shared.terms import MessageId, Service
from tests.migrated import migrated
from tests.router_live import Files, LiveRouter, live_router
from tests.router_world import CONTACT, PARTNERSHIP, RAISER


async def confirmed(live: LiveRouter) -> str:
    """One escalation whose code travelled with the form; its reference."""
    submission, secret = mint_submission_id(), mint_secret()
    question = SendConfirmationCode(submission=submission, address=RAISER)
    assert await live.ask(question, secret=secret, counter=1) == CodeSent()
    await live.until(lambda: bool(live.of(NoticeKind.CONFIRMATION_CODE)))
    code = live.of(NoticeKind.CONFIRMATION_CODE)[-1].code
    assert code is not None
    confirmation = {"secret": msgspec.to_builtins(secret), "code": code.code}
    received = live.browser.submission(confirmation=confirmation, submission=submission)
    await live.send(received)
    await live.until(lambda: len([one for one in live.notices if one.ref == received.ref]) == 4)
    return received.ref


async def test_a_sealed_submission_becomes_five_sealed_notices(
    fresh_nats_server: NatsServer, tmp_path: Path, database_url: str
) -> None:
    async with live_router(tmp_path, fresh_nats_server, database_url=database_url) as live:
        ref = await confirmed(live)
        kinds = sorted(notice.kind for notice in live.notices)
        assert kinds == sorted(
            (
                NoticeKind.CONFIRMATION_CODE,
                NoticeKind.RAISED,
                NoticeKind.ACT,
                NoticeKind.CHALLENGED,
                NoticeKind.STAFF_RAISED,
            )
        )
        assert not [mark for body in live.bodies for mark in (b".example", b"Nettlebed", b"Willowby") if mark in body]
        said = await replay(world=live.router.world)
        assert (said.code, said.lines[-1]) == (0, "1 decisions replayed, 0 differ.")
        assert (await explain(ref.lower(), world=live.router.world)).code == 0
        assert (await explain("WS-000-000-000", world=live.router.world)).code == 1


async def test_a_refused_contact_is_followed_by_the_next(fresh_nats_server: NatsServer, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    async with live_router(tmp_path, fresh_nats_server, database_url=url) as live:
        ref = await confirmed(live)
        (act,) = live.of(NoticeKind.ACT)
        report = NoticeReported(
            id=act.id,
            ref=act.ref,
            partnership=act.partnership,
            state=NoticeState.REFUSED,
            at=live.router.world.clock.now(),
            attempt=1,
        )
        subject = reports(Service.NOTIFIER, act.partnership, act.ref)
        await live.notifier.publish(subject, message=MessageId("report-1"), body=msgspec.json.encode(report))
        await live.until(lambda: len(live.of(NoticeKind.ACT)) == 2)
        assert live.of(NoticeKind.ACT)[0].address == CONTACT
        assert live.of(NoticeKind.ACT)[1].address != CONTACT
        assert len(await live.router.world.escalations.decisions(act.ref)) == 2
        assert (await replay(world=live.router.world)).code == 0
        assert ref == act.ref


async def test_the_book_the_preview_and_the_tally_are_answered(fresh_nats_server: NatsServer, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    async with live_router(tmp_path, fresh_nats_server, database_url=url) as live:
        raw = await live.intake.ask(ASK_PUBLIC, msgspec.json.encode(PublicQuestion(revision=0)), timeout_seconds=10)
        book = msgspec.json.decode(raw, type=PublicBook)
        assert [one.id for one in book.partnerships] == ["west-sussex", "east-sussex", "brighton-hove"]
        assert b"@west-sussex-council.example" not in raw
        assert b"Willowby" not in raw
        again = msgspec.json.encode(PublicQuestion(revision=book.revision))
        unchanged = await live.intake.ask(ASK_PUBLIC, again, timeout_seconds=10)
        assert msgspec.json.decode(unchanged, type=PublicUnchanged).revision == book.revision
        question = RouteQuestion(
            partnership=PARTNERSHIP, raising_agency="oakfield-primary", receiving_agency="ws-social-care", stage=2
        )
        route = await live.intake.ask(ASK_ROUTE, msgspec.json.encode(question), timeout_seconds=10)
        answer = msgspec.json.decode(route, type=RouteAnswer)
        assert {part.part for part in answer.parts} >= {"act", "raiser"}
        assert b"@" not in route
        received = live.browser.submission()
        await live.send(received)
        await live.until(lambda: bool(live.notices))
        known = MessageId(derive_id("submission", received.submission, received.ref))
        tally = msgspec.json.encode(TallyQuestion(owed=(known, MessageId("unknown"))))
        settled = await live.intake.ask(ask_tally(Service.ROUTER), tally, timeout_seconds=10)
        assert msgspec.json.decode(settled, type=TallyAnswer).settled == (known,)


async def test_a_submission_published_under_another_reference_is_parked(
    fresh_nats_server: NatsServer, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    async with live_router(tmp_path, fresh_nats_server, database_url=url) as live:
        received = live.browser.submission(partnership="east-sussex")
        await live.send(received)
        await live.until(lambda: bool(live.of(NoticeKind.WAITING)))
        escalation = await live.router.world.escalations.escalation(received.ref)
        assert escalation is not None
        assert escalation.state is State.PARKED


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_the_process_ends_cleanly_with_the_broker_down(
    number: signal.Signals, nats_server: NatsServer, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/r.db"
    migrated(url, scripts=MIGRATIONS)
    settings = Files(tmp_path / "router", nats_server, database_url=url).settings
    port_file = tmp_path / "port"
    given = msgspec.structs.asdict(settings) | {
        "nats_url": "nats://127.0.0.1:1",
        "port_file": port_file,
        "one_machine": "no",
    }
    environ = {f"CANDOUR_ROUTER_{name.upper()}": str(value) for name, value in given.items() if value is not None}
    process = subprocess.Popen(
        [sys.executable, "-m", "services.router"], env={**os.environ, **environ}, stdout=subprocess.PIPE
    )
    try:
        async with asyncio.timeout(30):
            while not port_file.exists():
                assert process.poll() is None
                await asyncio.sleep(0.05)
        process.send_signal(number)
        assert await asyncio.to_thread(process.wait, 15) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()
