"""Router's ports in memory. They count because they pass the contract suite of the real ones. Shell."""

from collections.abc import Callable, Collection, Sequence

import msgspec

from services.router.domain.admin.admins import HOLDER, Admin, AdminId
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.endings import Ending
from services.router.domain.admin.orders import Order, Ordered, OrderId, OrderState
from services.router.domain.changes import (
    Change,
    Happened,
    Mail,
    ParkedMessage,
    SentNotice,
    StoredDecision,
    Taken,
    overtakes,
)
from services.router.domain.escalation import Escalation, State, pattern_of
from services.router.domain.keeping.asks import Ask, heard
from services.router.domain.keeping.changing import Draft
from services.router.domain.keeping.editing import Changed
from services.router.domain.letters.waiting import Channel, ChannelState, Waiting
from services.router.domain.life import Added
from services.router.domain.sessions import Attempt, Purpose, Session
from services.router.ports import Mailed, Met, Reported
from shared.failures import Code, Transient
from shared.messages import NoticeState
from shared.terms import Digest, EscalationRef, Instant, MessageId, NoticeId, PostId, SubmissionId

replace = msgspec.structs.replace
_FAILED = (NoticeState.REFUSED, NoticeState.DELAYED, NoticeState.EXPIRED, NoticeState.BOUNCED)


class Memory:
    """All that a router keeps, as dictionaries."""

    def __init__(self) -> None:
        self.inbox: dict[MessageId, Code | None] = {}
        self.frames: dict[MessageId, ParkedMessage] = {}
        self.outbox: dict[MessageId, tuple[str, bytes]] = {}
        self.escalations: dict[EscalationRef, Escalation] = {}
        self.answers: dict[EscalationRef, dict[str, object]] = {}
        self.decisions: dict[tuple[EscalationRef, int], StoredDecision] = {}
        self.parties: dict[EscalationRef, frozenset[str]] = {}
        self.history: list[Happened] = []
        self.notices: dict[NoticeId, SentNotice] = {}
        self.waiting: dict[tuple[str, str, bool], dict[EscalationRef, Waiting]] = {}
        self.channels: dict[tuple[str, str, bool], ChannelState] = {}
        self.sessions: dict[Digest, Session] = {}
        self.attempts: dict[NoticeId, Attempt] = {}
        self.added: list[Added] = []
        self.mail = Mail()
        self.endings: tuple[Ending, ...] = ()
        self.orders: dict[OrderId, Ordered] = {}
        self.admins: dict[AdminId, Admin] = {}
        self.directories: list[bytes] = []
        self.asks: dict[PostId, Ask] = {}
        self.drafts: dict[str, Draft] = {}
        self.rows: list[Changed] = []
        self.audited: list[Audited] = []
        self.books: list[tuple[Digest, Instant]] = []


class FakeEscalations:
    """Escalations in `memory`. It checks every version before it writes anything, as one transaction would."""

    def __init__(self, memory: Memory, *, after_commit: Callable[[Change], None] = lambda _: None) -> None:
        self._memory = memory
        self._after_commit = after_commit

    async def commit(self, change: Change) -> None:
        held = self._memory
        if change.taken is not None and change.taken.message in held.inbox:
            return
        carried = change.carried
        if carried is not None:
            known = held.orders.get(carried.order)
            if known is None or known.state is not OrderState.WAITING:
                return
        self._refuse_conflicts(change)
        if carried is not None and known is not None:
            held.orders[carried.order] = replace(known, state=carried.state, ended_at=carried.at, code=carried.code)
        if change.taken is not None:
            held.inbox[change.taken.message] = change.taken.code
            self._park(change.taken, at=change.at)
        if change.settles is not None:
            held.inbox[change.settles] = None
            del held.frames[change.settles]
        self._escalation(change)
        held.history.extend(change.happened)
        for notice in change.sent:
            if notice.id not in held.notices or overtakes(held.notices[notice.id], notice):
                held.notices[notice.id] = notice
        for waiting_here in held.waiting.values():
            waiting_here.pop(change.waits_no_more or EscalationRef(""), None)
        for channel, waiting in change.waiting:
            held.waiting.setdefault(_key(channel), {}).setdefault(waiting.ref, waiting)
        self._told(change)
        if change.session is not None:
            held.sessions[change.session.secret] = change.session
        for attempt in change.attempts:
            held.attempts[attempt.id] = replace(attempt, version=attempt.version + 1)
        if change.mail is not None and (held.mail.at is None or (change.mail.at and change.mail.at >= held.mail.at)):
            held.mail = change.mail
        if change.endings is not None:
            held.endings = change.endings
        for owed in change.owed:
            held.outbox.setdefault(owed.message, (owed.subject, owed.body))
        self._posts(change)
        self._after_commit(change)

    def _posts(self, change: Change) -> None:
        held = self._memory
        if change.directory is not None:
            held.directories.append(change.directory.body)
            held.rows.extend(changed for _, changed in change.directory.rows)
            held.audited.extend(change.directory.audited)
        if change.proposal is not None:
            held.drafts[change.proposal.id] = change.proposal
        held.audited.extend(change.audited)
        for ask in change.asks:
            held.asks[ask.post] = replace(ask, version=ask.version + 1)
        if (told := change.ask_reported) is not None:
            for ask in [one for one in held.asks.values() if one.notice == told.notice]:
                held.asks[ask.post] = replace(heard(ask, told), version=ask.version + 1)

    def _park(self, taken: Taken, *, at: Instant) -> None:
        if taken.code is not None:
            self._memory.frames[taken.message] = ParkedMessage(
                message=taken.message, at=at, code=taken.code.value, subject=taken.subject, frame=taken.frame
            )

    def _refuse_conflicts(self, change: Change) -> None:
        held, conflict = self._memory, Transient(Code.STORE_CONFLICT)
        if change.directory is not None and change.directory.expected != len(held.directories):
            raise conflict
        if any(one.version != (held.asks[one.post].version if one.post in held.asks else 0) for one in change.asks):
            raise conflict
        if change.settles is not None and change.settles not in held.frames:
            raise conflict
        if {one.submission for one in change.added} & {one.submission for one in held.added}:
            raise conflict
        for one in (*([change.escalation] if change.escalation is not None else []), *change.also):
            known = held.escalations.get(one.ref)
            twin = any(e.submission == one.submission and e.ref != one.ref for e in held.escalations.values())
            if (known.version if known else 0) != one.version or twin:
                raise conflict
        if change.decision is not None and (change.decision.ref, change.decision.number) in held.decisions:
            raise conflict
        if change.session is not None:
            known_session = held.sessions.get(change.session.secret)
            if known_session is not None and known_session.counter >= change.session.counter:
                raise conflict
        for attempt in change.attempts:
            known_attempt = held.attempts.get(attempt.id)
            if (known_attempt.version if known_attempt else 0) != attempt.version:
                raise conflict
        if change.told is not None:
            known_channel = held.channels.get(_key(change.told[0].channel))
            if (known_channel.version if known_channel else 0) != change.told[0].version:
                raise conflict

    def _escalation(self, change: Change) -> None:
        held = self._memory
        if change.escalation is not None:
            held.escalations[change.escalation.ref] = replace(change.escalation, version=change.escalation.version + 1)
            if change.answers is not None:
                held.answers[change.escalation.ref] = change.answers
            if change.parties is not None:
                held.parties[change.escalation.ref] = frozenset(change.parties)
        for one in change.also:
            held.escalations[one.ref] = replace(one, version=one.version + 1)
        for one, parties in zip(change.also, change.also_parties, strict=False):
            held.parties[one.ref] = frozenset(parties)
        emptied = {one.submission: one for one in change.emptied}
        held.added = [emptied.get(one.submission, one) for one in held.added] + list(change.added)
        if change.decision is not None:
            held.decisions[(change.decision.ref, change.decision.number)] = change.decision

    def _told(self, change: Change) -> None:
        if change.told is None:
            return
        state, told = change.told
        key = _key(state.channel)
        self._memory.channels[key] = replace(state, waiting=(), version=state.version + 1)
        for one in told:
            self._memory.waiting.get(key, {}).pop(one.ref, None)

    async def taken(self, message: MessageId) -> bool:
        return message in self._memory.inbox

    async def reported(self, message: MessageId, notice: NoticeId) -> Reported:
        if await self.taken(message):
            return Reported(True)
        attempt = self._memory.attempts.get(notice)
        return Reported(False, attempt, None if attempt is not None else self._memory.notices.get(notice))

    async def met(self, message: MessageId, submission: SubmissionId, ref: EscalationRef) -> Met:
        if await self.taken(message):
            return Met(taken=True)
        if await self.is_known(submission, ref):
            return Met(known=True)
        attempts = FakeSessions(self._memory)
        return Met(attempts=await attempts.attempts(purpose=Purpose.CONFIRM, subject=submission))

    async def is_known(self, submission: SubmissionId, ref: EscalationRef) -> bool:
        return ref in self._memory.escalations or await self.of_submission(submission) is not None

    async def escalation(self, ref: EscalationRef) -> Escalation | None:
        return self._memory.escalations.get(ref)

    async def of_submission(self, submission: SubmissionId) -> Escalation | None:
        return next((e for e in self._memory.escalations.values() if e.submission == submission), None)

    async def answers(self, ref: EscalationRef) -> dict[str, object]:
        return self._memory.answers.get(ref, {})

    async def similar(self, pattern: str, *, since: Instant) -> int:
        going = (e for e in self._memory.escalations.values() if e.state in (State.ROUTED, State.REFERRED))
        return sum(e.facts is not None and pattern_of(e.facts) == pattern and e.accepted_at > since for e in going)

    async def due(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        waiting = [e for e in self._memory.escalations.values() if e.wait_until is not None and e.wait_until <= at]
        return tuple(e.ref for e in sorted(waiting, key=lambda e: e.wait_until or at))[:most]

    async def decisions(self, ref: EscalationRef) -> tuple[StoredDecision, ...]:
        return tuple(one for key, one in sorted(self._memory.decisions.items()) if key[0] == ref)

    async def decided(self) -> tuple[EscalationRef, ...]:
        return tuple(sorted({ref for ref, _ in self._memory.decisions}))

    async def history(self, ref: EscalationRef) -> tuple[Happened, ...]:
        return tuple(line for line in self._memory.history if line.ref == ref)

    async def notice(self, notice: NoticeId) -> SentNotice | None:
        return self._memory.notices.get(notice)

    async def notices(self, ref: EscalationRef) -> tuple[SentNotice, ...]:
        return tuple(one for one in self._memory.notices.values() if one.ref == ref)

    async def passed_over(self, *, most: int) -> tuple[SentNotice, ...]:
        failed = (
            one for one in self._memory.notices.values() if one.must_act and not one.replaced and one.state in _FAILED
        )
        return tuple(failed)[:most]

    async def channels(self) -> tuple[ChannelState, ...]:
        blank = {
            key: ChannelState(channel=Channel(partnership=key[0], address=key[1], urgent=key[2]))
            for key in self._memory.waiting
        }
        return tuple(
            replace(self._memory.channels.get(key, blank[key]), waiting=tuple(items.values()))
            for key, items in self._memory.waiting.items()
            if items
        )

    async def mail(self) -> Mail:
        return self._memory.mail

    async def of_matter(self, matter: EscalationRef) -> tuple[Escalation, ...]:
        return self._received(lambda one: one.matter == matter)

    async def of_address(self, address: str) -> tuple[Escalation, ...]:
        return self._received(lambda one: address in self._memory.parties.get(one.ref, ()))

    async def added(self, ref: EscalationRef) -> tuple[Added, ...]:
        return tuple(one for one in self._memory.added if one.ref == ref)

    async def added_as(self, submission: SubmissionId) -> Added | None:
        return next((one for one in self._memory.added if one.submission == submission), None)

    async def due_clocks(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        due = [one for one in self._memory.escalations.values() if one.act_at is not None and one.act_at <= at]
        return tuple(one.ref for one in sorted(due, key=lambda one: one.act_at or at))[:most]

    def _received(self, holds: Callable[[Escalation], bool]) -> tuple[Escalation, ...]:
        found = (one for one in self._memory.escalations.values() if holds(one))
        return tuple(sorted(found, key=lambda one: (one.accepted_at, one.ref)))

    async def parked(self) -> tuple[ParkedMessage, ...]:
        return tuple(sorted(self._memory.frames.values(), key=lambda one: one.at))

    async def ordered(self, *, most: int, beside: Collection[OrderId] = ()) -> tuple[Order, ...]:
        waiting = (one.order for one in self._memory.orders.values() if _waits(one, beside))
        return tuple(sorted(waiting, key=lambda one: one.at))[:most]

    async def admin(self, admin: AdminId) -> Admin | None:
        return self._memory.admins.get(admin)

    async def parked_signatures(self) -> int:
        return sum(code is Code.BAD_SIGNATURE for code in self._memory.inbox.values())


def _waits(one: Ordered, beside: Collection[OrderId]) -> bool:
    return one.state is OrderState.WAITING and one.order.id not in beside


class FakeSessions:
    """Sessions and codes in `memory`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def session(self, secret: Digest) -> Session | None:
        return self._memory.sessions.get(secret)

    async def attempts(self, *, purpose: Purpose, subject: str) -> tuple[Attempt, ...]:
        return self._where(lambda one: one.purpose is purpose and one.subject == subject)

    async def attempts_of(self, secret: Digest, *, purpose: Purpose) -> tuple[Attempt, ...]:
        return self._where(lambda one: one.purpose is purpose and one.secret == secret)

    async def attempt(self, attempt: NoticeId) -> Attempt | None:
        return self._memory.attempts.get(attempt)

    async def mailed(self, address: str, *, today: Instant, this_hour: Instant) -> Mailed:
        to_it = self._where(lambda one: one.address == address and one.asked_at > today and not one.decoy)
        confirms = self._where(lambda o: o.purpose is Purpose.CONFIRM and o.asked_at > this_hour and not o.decoy)
        party = any(address in parties for parties in self._memory.parties.values())
        return Mailed(today=len(to_it), to_confirm_this_hour=len(confirms), party=party)

    async def sent(self, purpose: Purpose, *, since: Instant) -> int:
        return len(self._where(lambda one: one.purpose is purpose and not one.decoy and one.asked_at > since))

    async def is_party(self, address: str, *, ref: EscalationRef) -> bool:
        return address in self._memory.parties.get(ref, ())

    async def forget(self, *, before: Instant) -> None:
        held = self._memory
        held.sessions = {key: one for key, one in held.sessions.items() if one.seen_at >= before}
        held.attempts = {key: one for key, one in held.attempts.items() if one.asked_at >= before}

    def _where(self, holds: Callable[[Attempt], bool]) -> tuple[Attempt, ...]:
        found = [one for one in self._memory.attempts.values() if holds(one)]
        return tuple(sorted(sorted(found, key=lambda one: one.id), key=lambda one: one.asked_at, reverse=True))


class FakeAsks:
    """Whether holders were asked, in `memory`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def all(self) -> tuple[Ask, ...]:
        return tuple(self._memory.asks.values())

    async def of(self, posts: Sequence[PostId]) -> tuple[Ask, ...]:
        return tuple(self._memory.asks[post] for post in posts if post in self._memory.asks)

    async def forget(self, posts: Sequence[PostId]) -> None:
        for post in posts:
            self._memory.asks.pop(post, None)

    async def waiting(self, drafts: Sequence[str]) -> frozenset[str]:
        return frozenset(one for one in drafts if one in self._memory.drafts)

    async def changes(self, post: PostId, *, since: Instant) -> int:
        about = f"post:{post}"
        return sum(one.about == about and one.admin == HOLDER and one.at >= since for one in self._memory.audited)


class FakeDirectories:
    """Revisions in `memory`."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    async def revision(self) -> int | None:
        return len(self._memory.directories) or None

    async def at(self, revision: int) -> bytes | None:
        held = self._memory.directories
        return held[revision - 1] if 0 < revision <= len(held) else None

    async def add(self, body: bytes, *, at: Instant) -> int:
        held = self._memory.directories
        if not held or held[-1] != body:
            held.append(body)
        return len(held)

    async def book(self, digest: Digest, *, at: Instant) -> tuple[int, Instant]:
        held = self._memory.books
        if not held or held[-1][0] != digest:
            held.append((digest, at))
        return len(held), held[-1][1]


def _key(channel: Channel) -> tuple[str, str, bool]:
    return channel.partnership, channel.address, channel.urgent
