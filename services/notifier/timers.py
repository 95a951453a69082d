"""What runs by itself: letters to the relay, several at once, and what time alone does to them. Shell."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from services.notifier.domain.life import Happening, State
from services.notifier.domain.outcome import (
    Attempt,
    Change,
    Outcome,
    change_after,
    relay_after,
    troubled_after,
)
from services.notifier.domain.relay import UP, RelayState, is_news, may_try
from services.notifier.domain.turns import Lanes
from services.notifier.handlers import carry
from services.notifier.ports import Ledger, Mailer, Plan
from shared.clock import Clock
from shared.failures import Code, Transient
from shared.log import Event, record
from shared.metrics import counter, gauge
from shared.terms import Instant, NoticeId

ENDINGS = counter("candour_notifier_attempts_total", "Attempts to send, by how they ended.", labels=("happening",))
WAITING = gauge("candour_notifier_letters_waiting", "Letters that are not settled yet.")
MAIL_UP = gauge("candour_notifier_mail_up", "1 while the mail relay works, 0 while it is down.")

_EVENTS = {
    State.ACCEPTED: Event.NOTICE_ACCEPTED,
    State.REFUSED: Event.NOTICE_REFUSED,
    State.TEMPORARY: Event.NOTICE_DELAYED,
    State.AMBIGUOUS: Event.NOTICE_AMBIGUOUS,
}
ONE_AT_A_TIME = Lanes(all=1, domain=1, troubled=1)
_UNHEALTHY = timedelta(minutes=5)


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often the sender looks by itself; a new notice wakes it at once.

    look_seconds: for letters whose time has come, also when a demonstration's clock jumps.
    gather_seconds: how long an ended letter waits for others to be written with it, while no connection is idle.
    stop_seconds: how long letters on their way may take at the end. keep: how long a settled letter's bytes stay.
    """

    look_seconds: float = 1.0
    sweep_seconds: float = 5.0
    gather_seconds: float = 0.01
    stop_seconds: float = 10.0
    forget_seconds: float = 3600.0
    keep: timedelta = timedelta(days=35)


class Postman:
    """Carries due letters to the relay, `lanes` at once. What ended is written in the transaction of what begins."""

    name = "mail"

    def __init__(
        self,
        *,
        ledger: Ledger,
        mailer: Mailer,
        clock: Clock,
        lanes: Lanes,
        committed: Callable[[], None],
        pace: Pace | None = None,
    ) -> None:
        self._ledger = ledger
        self._mailer = mailer
        self._clock = clock
        self._lanes = lanes
        self._committed = committed
        self._pace = pace or Pace()
        self._relay: RelayState = UP
        self._troubled: frozenset[str] = frozenset()
        self._under_way: dict[NoticeId, Attempt] = {}
        self._ended: list[tuple[Attempt, Outcome]] = []
        self._woken = asyncio.Event()
        self._stopping = False
        self._stop_at: float | None = None

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    def stop(self) -> None:
        """Begin nothing more; `run` returns once what is on its way has ended or ten seconds are gone."""
        self._stopping = True
        self._stop_at = asyncio.get_running_loop().time() + self._pace.stop_seconds
        self.wake()

    def problem(self) -> Code | None:
        """For health: mail has been down for over five minutes."""
        since = self._relay.down_since
        return Code.MAIL_DOWN if since is not None and self._clock.now() - since > _UNHEALTHY else None

    async def run(self) -> None:
        """Send until told to stop."""
        await self._recover()
        async with asyncio.TaskGroup() as group:
            others = [group.create_task(work) for work in (self._sweep_for_ever(), self._forget_for_ever())]
            await self._send_for_ever()
            for task in others:
                task.cancel()

    async def _recover(self) -> None:
        """What a process that is no more had begun is ambiguous. Nothing is sent before that is written."""
        while True:
            try:
                lost = await self._ledger.recover(at=self._clock.now())
                self._relay = await self._ledger.relay()
            except Transient as failure:
                record(Event.SWEEP_FAILED, failure=failure)
                await asyncio.sleep(self._pace.look_seconds)
                continue
            if lost:
                record(Event.NOTICE_AMBIGUOUS, count=lost)
            self._committed()
            return

    async def _send_for_ever(self) -> None:
        async with asyncio.TaskGroup() as sending:
            carried: set[asyncio.Task[None]] = set()
            while not (self._stopping and not self._under_way and not self._ended):
                self._woken.clear()
                if self._is_late():  # the rest is found at the next start, as after a crash
                    for task in carried:
                        task.cancel()
                    return
                for attempt in await self._turn():
                    self._under_way[attempt.id] = attempt
                    task = sending.create_task(self._carry(attempt))
                    carried.add(task)
                    task.add_done_callback(carried.discard)
                if not self._ended:
                    await self._woken_or_later()
                if self._keeps_busy():
                    await asyncio.sleep(self._pace.gather_seconds)

    def _keeps_busy(self) -> bool:
        """Whether every connection has its next letter, so that what else ends meanwhile may be written together."""
        return bool(self._ended) and not self._stopping and len(self._under_way) >= self._lanes.all // 2 > 0

    def _is_late(self) -> bool:
        return self._stop_at is not None and asyncio.get_running_loop().time() > self._stop_at

    async def _turn(self) -> Sequence[Attempt]:
        """Write what ended and begin what may. Nothing is forgotten when it cannot be written."""
        now, ended = self._clock.now(), tuple(self._ended)
        plan = self._plan(ended, now)
        if not (plan.begin or plan.changes or plan.tell_relay):
            return ()
        try:
            begun = await self._ledger.turn(plan)
        except Transient as failure:
            record(Event.SWEEP_FAILED, failure=failure)
            await asyncio.sleep(self._pace.look_seconds)
            return ()
        del self._ended[: len(ended)]
        for change in plan.changes:
            _log(change)
        if (plan.relay.down_since is None) != (self._relay.down_since is None):
            record(Event.MAIL_UP if plan.relay.down_since is None else Event.MAIL_DOWN)
        self._relay, self._troubled = plan.relay, plan.troubled
        MAIL_UP.set(plan.relay.down_since is None)
        if ended or plan.tell_relay:
            self._committed()
        return begun

    def _plan(self, ended: Sequence[tuple[Attempt, Outcome]], now: Instant) -> Plan:
        relay = relay_after(self._relay, [outcome for _, outcome in ended], now)
        went_down = is_news(relay, now)
        came_back = self._relay.reported and relay.down_since is None
        down = relay.down_since is not None
        return Plan(
            at=now,
            changes=[change_after(attempt, outcome, now) for attempt, outcome in ended],
            relay=msgspec.structs.replace(relay, reported=True) if went_down else relay,
            tell_relay=went_down or came_back,
            begin=self._may_begin(relay, now),
            under_way=[attempt.domain for attempt in self._under_way.values()],
            troubled=troubled_after(self._troubled, [(attempt.domain, outcome) for attempt, outcome in ended]),
            lanes=ONE_AT_A_TIME if down else self._lanes,
        )

    def _may_begin(self, relay: RelayState, now: Instant) -> bool:
        room = 1 if relay.down_since is not None else self._lanes.all
        return not self._stopping and may_try(relay, now) and len(self._under_way) < room

    async def _carry(self, attempt: Attempt) -> None:
        outcome = await carry(attempt, mailer=self._mailer)
        del self._under_way[attempt.id]
        self._ended.append((attempt, outcome))
        self.wake()

    async def _woken_or_later(self) -> None:
        try:
            async with asyncio.timeout(self._pace.look_seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                WAITING.set(await self._ledger.sweep(at=self._clock.now(), relay_up=self._relay.down_since is None))
            except Transient as failure:
                record(Event.SWEEP_FAILED, failure=failure)
            self._committed()
            await asyncio.sleep(self._pace.sweep_seconds)

    async def _forget_for_ever(self) -> None:
        while True:
            try:
                while await self._ledger.forget(settled_before=self._clock.now() - self._pace.keep):
                    pass
            except Transient as failure:
                record(Event.SWEEP_FAILED, failure=failure)
            await asyncio.sleep(self._pace.forget_seconds)


def _log(change: Change) -> None:
    ENDINGS.labels(happening=change.happening.value).inc()
    event = _EVENTS.get(change.state)
    if event is not None and change.happening is not Happening.RELAY_FAILED:
        record(event, ref=change.ref, attempt=change.number, code=change.code)
