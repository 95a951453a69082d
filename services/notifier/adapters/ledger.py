"""The ledger on SQL: every letter with its bytes, every attempt, and the reports owed to router. Shell."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from services.notifier.adapters.returning import put_again, report_back
from services.notifier.adapters.sweeping import expire, find_lost, forget, how_many_wait, report_delayed
from services.notifier.adapters.tables import CONTENTS, INBOX, LETTERS, RELAYS
from services.notifier.adapters.telling import tell_mail_state, tell_notice, tell_parked
from services.notifier.adapters.turning import begin, write_changes
from services.notifier.domain.life import WAITING, State
from services.notifier.domain.outcome import Attempt
from services.notifier.domain.relay import UP, RelayState
from services.notifier.domain.returned import Back
from services.notifier.ports import Aside, NewLetter, Plan
from shared.inbox import already_in, take_in, take_in_once
from shared.messages import NoticeAgain, NoticeDue, NoticeState
from shared.statements import Prepared, insert_once
from shared.store import Database
from shared.terms import Instant, MessageId

_RELAY = msgspec.json.Decoder(RelayState)


class SqlLedger:
    """The Ledger port on a Database. instance: the name under which this process holds letters, kept over restarts."""

    def __init__(self, database: Database, *, instance: str = "one") -> None:
        self._database = database
        self._instance = instance
        self._written_relay: RelayState | None = None

    async def put(self, letter: NewLetter, *, message: MessageId, at: Instant) -> bool:
        return await self._database.write(lambda connection: _put(connection, letter, message=message, at=at))

    async def cannot_say(self, due: NoticeDue, *, message: MessageId, at: Instant) -> None:
        def work(connection: Connection) -> None:
            if not already_in(connection, INBOX, message):
                take_in(connection, INBOX, message=message, at=at)
                tell_notice(connection, due, state=NoticeState.UNRENDERABLE, attempt=0, at=at)

        await self._database.write(work)

    async def again(self, duty: NoticeAgain, *, message: MessageId, at: Instant) -> None:
        await self._database.write(lambda connection: put_again(connection, duty, message=message, at=at))

    async def returned(self, back: Back, *, at: Instant) -> bool:
        return await self._database.write(lambda connection: report_back(connection, back, at=at))

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
            if plan.changes:
                write_changes(connection, plan.changes, holder=self._instance)
            if plan.relay != self._written_relay or plan.tell_relay:
                self._write_relay(connection, plan)
            return begin(connection, plan, holder=self._instance) if plan.begin else ()

        begun = await self._database.write(work)
        self._written_relay = plan.relay
        return begun

    async def sweep(self, *, at: Instant, relay_up: bool) -> int:
        def work(connection: Connection) -> int:
            find_lost(connection, holder=None, at=at)
            expire(connection, at=at)
            if relay_up:
                report_delayed(connection, at=at)
            return how_many_wait(connection)

        return await self._database.write(work)

    async def forget(self, *, settled_before: Instant) -> int:
        return await self._database.write(lambda connection: forget(connection, before=settled_before))

    async def relay(self) -> RelayState:
        return await self._database.read(self._relay)

    def _relay(self, connection: Connection) -> RelayState:
        row = connection.execute(select(RELAYS.c.state).where(RELAYS.c.instance == self._instance)).first()
        return UP if row is None else _RELAY.decode(row[0])

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
    """False too where the same notice came under another message id: it is written already."""
    if not take_in_once(connection, INBOX, message=message, at=at):
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
    if not insert_once(connection, LETTERS, row):
        return False
    _INTO_CONTENTS.run(connection, {"letter": letter.id, "content": letter.content})
    return True


_INTO_CONTENTS = Prepared(CONTENTS.insert())


def _clocks_start_again(connection: Connection, at: Instant) -> None:
    """The relay is back: everything may go now, and a recipient's quarter of an hour counts from here."""
    waiting = LETTERS.c.state.in_(WAITING)
    connection.execute(LETTERS.update().where(waiting, LETTERS.c.next_at > at).values(next_at=at))
    deferred = LETTERS.c.deferred_since.is_not(None)
    connection.execute(LETTERS.update().where(waiting, deferred).values(deferred_since=at))
