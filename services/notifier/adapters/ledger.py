"""The ledger on SQL: every letter with its bytes, every attempt, and the reports owed to router. Shell."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Row, select

from services.notifier.adapters.sweeping import expire, find_lost, report_delayed
from services.notifier.adapters.tables import ATTEMPTS, CONTENTS, INBOX, LETTERS, RELAYS
from services.notifier.adapters.telling import tell_mail_state, tell_notice, tell_parked
from services.notifier.adapters.turning import begin
from services.notifier.domain.life import SETTLED, WAITING, State
from services.notifier.domain.outcome import Attempt, Change
from services.notifier.domain.relay import UP, RelayState
from services.notifier.ports import Aside, NewLetter, Plan
from shared.inbox import already_in, take_in
from shared.messages import NoticeDue, NoticeState
from shared.store import Database
from shared.terms import Instant, MessageId

_RELAY = msgspec.json.Decoder(RelayState)


class SqlLedger:
    """The Ledger port on a Database. instance: the name under which this process holds letters, kept over restarts."""

    def __init__(self, database: Database, *, instance: str = "one") -> None:
        self._database = database
        self._instance = instance

    async def put(self, letter: NewLetter, *, message: MessageId, at: Instant) -> bool:
        return await self._database.write(lambda connection: _put(connection, letter, message=message, at=at))

    async def cannot_say(self, due: NoticeDue, *, message: MessageId, at: Instant) -> None:
        def work(connection: Connection) -> None:
            if not already_in(connection, INBOX, message):
                take_in(connection, INBOX, message=message, at=at)
                tell_notice(connection, due, state=NoticeState.UNRENDERABLE, attempt=0, at=at)

        await self._database.write(work)

    async def set_aside(self, aside: Aside, *, at: Instant) -> None:
        def work(connection: Connection) -> None:
            if not already_in(connection, INBOX, aside.message):
                parked = {"message": aside.message, "code": aside.code, "subject": aside.subject, "frame": aside.frame}
                take_in(connection, INBOX, at=at, **parked)  # type: ignore[arg-type]  # the four fields of Aside
                tell_parked(connection, aside, at=at)

        await self._database.write(work)

    async def recover(self, *, at: Instant) -> int:
        return await self._database.write(lambda connection: find_lost(connection, holder=self._instance, at=at))

    async def turn(self, plan: Plan) -> Sequence[Attempt]:
        def work(connection: Connection) -> Sequence[Attempt]:
            for change in plan.changes:
                self._write(connection, change)
            self._write_relay(connection, plan)
            return begin(connection, plan, holder=self._instance) if plan.begin else ()

        return await self._database.write(work)

    async def sweep(self, *, at: Instant, relay_up: bool) -> int:
        def work(connection: Connection) -> int:
            find_lost(connection, holder=None, at=at)
            expire(connection, at=at)
            if relay_up:
                report_delayed(connection, at=at)
            waiting = select(LETTERS.c.id).where(LETTERS.c.state.in_([*WAITING, State.SENDING]))
            return len(connection.execute(waiting).all())

        return await self._database.write(work)

    async def relay(self) -> RelayState:
        return await self._database.read(self._relay)

    def _relay(self, connection: Connection) -> RelayState:
        row = connection.execute(select(RELAYS.c.state).where(RELAYS.c.instance == self._instance)).first()
        return UP if row is None else _RELAY.decode(row[0])

    def _write(self, connection: Connection, change: Change) -> None:
        """Only while the letter is still ours: another instance may have taken it for lost."""
        columns = LETTERS.c
        ours = (columns.state == State.SENDING, columns.holder == self._instance, columns.attempts == change.number)
        values = {
            "state": change.state.value,
            "next_at": change.next_at,
            "setbacks": change.setbacks,
            "deferred_since": change.deferred_since,
            "settled_at": change.at if change.state in SETTLED else None,
            "holder": None,
        }
        changed = connection.execute(LETTERS.update().where(columns.id == change.id, *ours).values(values)).rowcount
        if changed == 1:
            connection.execute(ATTEMPTS.insert(), _attempt_row(change))
            if change.report is not None:
                tell_notice(connection, change, state=change.report, attempt=change.number, at=change.at)

    def _write_relay(self, connection: Connection, plan: Plan) -> None:
        before = self._relay(connection)
        if before != plan.relay:
            connection.execute(RELAYS.delete().where(RELAYS.c.instance == self._instance))
            connection.execute(RELAYS.insert().values(instance=self._instance, state=msgspec.json.encode(plan.relay)))
        if before.down_since is not None and plan.relay.down_since is None:
            _clocks_start_again(connection, plan.at)
        if plan.tell_relay:
            tell_mail_state(connection, plan.relay.down_since, instance=self._instance, at=plan.at)


def _put(connection: Connection, letter: NewLetter, *, message: MessageId, at: Instant) -> bool:
    if already_in(connection, INBOX, message):
        return False
    take_in(connection, INBOX, message=message, at=at)
    known: Row[tuple[str]] | None = connection.execute(select(LETTERS.c.id).where(LETTERS.c.id == letter.id)).first()
    if known is not None:  # the same notice under another message id: it is written already
        return False
    row = {
        "id": letter.id,
        "ref": letter.ref,
        "partnership": letter.partnership,
        "kind": letter.kind.value,
        "domain": letter.domain,
        "address": letter.to,
        "message_id": letter.message_id,
        "state": State.DUE.value,
        "later": not letter.first,
        "attempts": 0,
        "setbacks": 0,
        "made_at": letter.made_at,
        "next_at": at,
        "expires_at": letter.expires_at,
    }
    connection.execute(LETTERS.insert().values(row))
    connection.execute(CONTENTS.insert().values(letter=letter.id, content=letter.content))
    return True


def _attempt_row(change: Change) -> dict[str, object]:
    return {
        "letter": change.id,
        "number": change.number,
        "began_at": change.began_at,
        "ended_at": change.at,
        "happening": change.happening.value,
        "code": change.code,
    }


def _clocks_start_again(connection: Connection, at: Instant) -> None:
    """The relay is back: everything may go now, and a recipient's quarter of an hour counts from here."""
    waiting = LETTERS.c.state.in_(WAITING)
    connection.execute(LETTERS.update().where(waiting, LETTERS.c.next_at > at).values(next_at=at))
    deferred = LETTERS.c.deferred_since.is_not(None)
    connection.execute(LETTERS.update().where(waiting, deferred).values(deferred_since=at))
