"""Emails a second through notifier, against a bare aiosmtplib loop on one connection to the same sink. Shell.

python -m tests.bench.bench_mail [LETTERS]

Through notifier: sealed notices are opened, rendered, stored with an fsync, marked as begun, sent, and their ends and
reports stored. The bare loop sends the same bytes, ready made, and stores nothing.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import aiosmtplib
import msgspec

from services.notifier.adapters.ledger import SqlLedger
from services.notifier.adapters.opening import OpeningKeyFile
from services.notifier.adapters.smtp import RelayAddress, Security, SmtpMailer
from services.notifier.adapters.tables import MIGRATIONS
from services.notifier.app import lanes_of
from services.notifier.domain.previews import previews
from services.notifier.handlers import letter_of, take_notice
from services.notifier.timers import Postman
from shared.clock import SystemClock
from shared.envelope import Binding, OpeningKey, seal
from shared.log import set_up
from shared.messages import Notice, NoticeDue, Sealed
from shared.references import derive_id
from shared.store import Database, migrate
from shared.terms import MessageId, NoticeId, Service

ROOT = Path(__file__).parents[2]
SENDER = "no-reply@escalate.example"
CONNECTIONS = 8
AT_ONCE = 32
ROUNDS = 3


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. ratio: through notifier to bare, the median of the rounds.

    sending_a_second: notifier's sending alone, of letters that are in the ledger already.
    """

    notifier_a_second: float
    sending_a_second: float
    bare_a_second: float
    ratio: float
    letter_bytes: int


def measure(letters: int = 600) -> Figures:
    """Rounds of each in turn, so that what else the machine does falls on both."""
    # where the service's log lines go: they are part of the work
    with tempfile.TemporaryFile("w") as log, _sink() as port, contextlib.redirect_stdout(log):
        set_up(Service.NOTIFIER)
        rounds = [_round(letters, port) for _ in range(ROUNDS)]
    return sorted(rounds, key=lambda found: found.ratio)[ROUNDS // 2]


def _round(letters: int, port: int) -> Figures:
    bare, size = asyncio.run(_bare(letters, port))
    whole = asyncio.run(_through_notifier(letters, port, all_the_way=True))
    sending = asyncio.run(_through_notifier(letters, port, all_the_way=False))
    return Figures(
        notifier_a_second=whole,
        sending_a_second=sending,
        bare_a_second=bare,
        ratio=whole / bare,
        letter_bytes=size,
    )


@contextlib.contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "tests.bench.mail_sink"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def _notices(letters: int) -> Sequence[Notice]:
    """The five notices of one escalation, over and over, to fifty domains."""
    of = dict(previews())
    kinds = [of[name] for name in ("confirmation-code", "raised", "act", "challenged", "staff-raised")]
    return [
        msgspec.structs.replace(
            kinds[number % 5], id=NoticeId(derive_id(str(number))), address=f"p{number}@a{number % 50}.example"
        )
        for number in range(letters)
    ]


async def _bare(letters: int, port: int) -> tuple[float, int]:
    now = SystemClock().now()
    made = [letter_of(notice, secret="5" * 32, made_at=now, at=now, sender=SENDER) for notice in _notices(letters)]
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=port, use_tls=False, start_tls=False)
    await client.connect()
    began = time.perf_counter()
    for letter in made:
        await client.sendmail(SENDER, letter.to, letter.content)
    took = time.perf_counter() - began
    await client.quit()
    return letters / took, sum(len(letter.content) for letter in made) // letters


async def _through_notifier(letters: int, port: int, *, all_the_way: bool) -> float:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/notifier.db"
        migrate(url, scripts=MIGRATIONS)
        key = OpeningKey.generate()
        key.save(Path(folder) / "opening.key")
        database, clock = Database(url), SystemClock()
        ledger, opener = SqlLedger(database), OpeningKeyFile(Path(folder) / "opening.key")
        mailer = SmtpMailer(
            RelayAddress(host="127.0.0.1", port=port, security=Security.PLAIN, sender=SENDER), connections=CONNECTIONS
        )
        postman = Postman(
            ledger=ledger, mailer=mailer, clock=clock, lanes=lanes_of(CONNECTIONS), committed=lambda: None
        )
        dues = [_due(notice, key) for notice in _notices(letters)]
        room = asyncio.Semaphore(AT_ONCE)

        async def take(due: NoticeDue) -> None:
            async with room:
                await take_notice(
                    due,
                    message=MessageId(due.id),
                    sent_at=clock.now(),
                    sender=SENDER,
                    opener=opener,
                    ledger=ledger,
                    clock=clock,
                )
            postman.wake()

        if not all_the_way:
            await asyncio.gather(*(take(due) for due in dues))
        began = time.perf_counter()
        running = asyncio.ensure_future(postman.run())
        if all_the_way:
            await asyncio.gather(*(take(due) for due in dues))
        while await ledger.sweep(at=clock.now(), relay_up=True):
            await asyncio.sleep(0.05)
        took = time.perf_counter() - began
        postman.stop()
        await running
        await mailer.close()
        await database.close()
        return letters / took


def _due(notice: Notice, key: OpeningKey) -> NoticeDue:
    binding = Binding(
        partnership=notice.partnership,
        key=key.id,
        form="notice",
        form_version=1,
        compartment="notice",
        submission=notice.id,
    )
    sealed = seal(msgspec.json.encode(notice), to=key.public, binding=binding)
    return NoticeDue(
        id=notice.id,
        ref=notice.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        notice=Sealed(key=key.id, sealed=sealed),
    )


if __name__ == "__main__":
    print(json.dumps(msgspec.to_builtins(measure(*(int(each) for each in sys.argv[1:]))), indent=2))
