"""A whole router in memory for tests: the demonstration's directory, keys, a fixed clock, a browser. Shell."""

import hashlib
import json
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from services.router.adapters.grounds import StoredGrounds, read_rules
from services.router.adapters.keys import NEVER, TicketSigner
from services.router.domain.changes import Change
from services.router.domain.directory import Entries, entries_bytes
from services.router.domain.grounding import Rules
from services.router.domain.keeping.asks import Asks
from services.router.domain.keeping.directory_file import read_directory
from services.router.handlers.arriving import park, take
from services.router.handlers.asking import answer_sealed
from services.router.handlers.reports import take_report
from services.router.handlers.sweeping import sweep
from services.router.ports import Directories, Escalations, Sessions, World
from shared.clock import FixedClock
from shared.envelope import Binding, OpeningKey, StorageKey, digest_of, seal
from shared.failures import Code, Permanent
from shared.messages import (
    Frame,
    MailState,
    Notice,
    NoticeDue,
    NoticeKind,
    NoticeReported,
    NoticeState,
    Report,
    Sealed,
    SubmissionReceived,
)
from shared.public_book import PublicKey
from shared.questions import Answer, Asked, Question, SealedAnswer, SealedQuestion
from shared.receipts import Signer
from shared.references import derive_id, mint_reference, mint_secret, mint_submission_id
from shared.subjects import submissions
from shared.terms import (
    Digest,
    EscalationRef,
    Instant,
    KeyId,
    MessageId,
    PartnershipId,
    Service,
    SubmissionId,
)
from tests.router_fakes import FakeAsks, FakeDirectories, FakeEscalations, FakeSessions, Memory

ROOT = Path(__file__).parent.parent
BEFORE_CHRISTMAS = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
PARTNERSHIP = PartnershipId("west-sussex")
RAISER = "frankie.nettlebed@oakfield-primary.example"
CONTACT = "taylor.willowby@west-sussex-council.example"
DECISION_MAKER = "quinn.quaverley@west-sussex-council.example"
DUTY = "duty@west-sussex.example"
FORM, VERSION = "monitoring-form", 1
AGAIN = b'"notice.again"'

STAGE_TWO: dict[str, object] = {
    "immediate_harm": "no",
    "raiser_name": "Frankie Nettlebed",
    "raiser_role": "Designated safeguarding lead",
    "raiser_email": RAISER,
    "raiser_phone": "01632 960114",
    "raising_agency": "oakfield-primary",
    "receiving_agency": "ws-social-care",
    "receiving_team": "ws-social-care.assessment",
    "decision_maker_name": "Quinn Quaverley",
    "child_status": "in_need",
    "area": "referral_threshold",
    "stage_one": "yes",
    "timeframe": {"unit": "working_days", "amount": 5, "until": None},
}

URGENT: dict[str, object] = {"immediate_harm": "yes", "harm_consulted": "nobody_reached"}


@cache
def rules() -> Rules:
    return read_rules()


@cache
def demonstration() -> Entries:
    """The directory of the Sussex partnerships."""
    text = (ROOT / "deploy/demo/sussex.toml").read_text(encoding="utf-8")
    entries = read_directory({"sussex.toml": text}, policies=rules().newest)
    assert isinstance(entries, Entries), entries
    return entries


class Keys:
    """Facts keys, storage key and notifier's key in memory."""

    def __init__(self, *facts: OpeningKey) -> None:
        self.facts = {key.id: key for key in facts}
        self.storage = StorageKey.generate()
        self.notifier_key = OpeningKey.generate(key_id=KeyId("notifier"))
        self.signer = Signer.generate()

    id = KeyId("notifier")

    def open(self, sealed: Sealed, binding: Binding) -> bytes:
        if sealed.key not in self.facts:
            raise Permanent(Code.UNKNOWN_KEY)
        return self.facts[sealed.key].open(sealed.sealed, binding)

    def public(self) -> tuple[PublicKey, ...]:
        return tuple(PublicKey(id=key.id, key=key.public, expires_at=NEVER) for key in self.facts.values())

    def expiry(self) -> tuple[Instant, ...]:
        return tuple(NEVER for _ in self.facts)

    def unread(self) -> int:
        return 0

    def ended(self, before: Instant) -> tuple[KeyId, ...]:
        return ()

    def destroy(self, key: KeyId) -> bool:
        return self.facts.pop(key, None) is not None

    def wrap(self, record_key: bytes, ref: EscalationRef) -> bytes:
        return self.storage.wrap(record_key, ref)

    def unwrap(self, wrapped: bytes, ref: EscalationRef) -> bytes:
        return self.storage.unwrap(wrapped, ref)

    def seal(self, plaintext: bytes, binding: Binding) -> bytes:
        return seal(plaintext, to=self.notifier_key.public, binding=binding)


class RouterWorld:
    """A router and what surrounds it."""

    def __init__(
        self,
        *,
        escalations: Escalations | None = None,
        sessions: Sessions | None = None,
        directories: Directories | None = None,
        asks: Asks | None = None,
        at: datetime = BEFORE_CHRISTMAS,
    ) -> None:
        self.memory = Memory()
        self.clock = FixedClock(at)
        self.facts_key = OpeningKey.generate(key_id=KeyId("facts-1"))
        self.keys = Keys(self.facts_key)
        self.changes: list[Change] = []
        held = directories or FakeDirectories(self.memory)
        self.world = World(
            escalations=escalations or FakeEscalations(self.memory),
            sessions=sessions or FakeSessions(self.memory),
            directories=held,
            grounds=StoredGrounds(held, rules=rules(), base_url="https://escalate.example"),
            facts_keys=self.keys,
            record_keys=self.keys,
            notifier=self.keys,
            tickets=TicketSigner(self.keys.signer),
            asks=asks or FakeAsks(self.memory),
            clock=self.clock,
        )
        self.opened: dict[MessageId, Notice] = {}

    async def ready(self) -> "RouterWorld":
        """With the demonstration's directory in it."""
        await self.world.directories.add(entries_bytes(demonstration()), at=self.clock.now())
        return self

    # what intake and the browser do

    def submission(
        self, answers: dict[str, object] | None = None, *, confirmation: dict[str, Any] | None = None, **changes: Any
    ) -> SubmissionReceived:
        """A submission as intake sends it on."""
        submission = changes.pop("submission", None) or mint_submission_id()
        record_key, record = os.urandom(32), os.urandom(64)
        compartment = {
            "answers": STAGE_TWO | (answers or {}),
            "record_key": _b64(record_key),
            "record_digest": digest_of(record),
            "record_key_digest": hashlib.sha256(record_key).hexdigest(),
            "confirmation": confirmation,
            "session": None,
        }
        return self.sealed(compartment, submission=submission, **{"record_digest": digest_of(record), **changes})

    def sealed(self, compartment: dict[str, Any], *, submission: SubmissionId, **changes: Any) -> SubmissionReceived:
        key = changes.pop("key", self.facts_key)
        binding = Binding(
            partnership=changes.get("partnership", PARTNERSHIP),
            key=key.id,
            form=changes.get("form", FORM),
            form_version=VERSION,
            compartment="facts",
            submission=submission,
        )
        plain = SubmissionReceived(
            submission=submission,
            ref=changes.pop("ref", None) or mint_reference("WS"),
            partnership=PARTNERSHIP,
            form=FORM,
            form_version=VERSION,
            accepted_at=self.clock.now(),
            facts=Sealed(key=key.id, sealed=seal(json.dumps(compartment).encode(), to=key.public, binding=binding)),
            envelope_digest=Digest("0" * 64),
        )
        return msgspec.structs.replace(plain, **changes)

    def act(
        self, form: str, answers: dict[str, object] | None = None, *, about: str, secret: bytes, **changes: Any
    ) -> SubmissionReceived:
        """What somebody who is signed in adds, with a sealed record, as intake sends it on."""
        record_key, record = os.urandom(32), os.urandom(64)
        compartment = {
            "answers": answers or {},
            "record_key": _b64(record_key),
            "record_digest": digest_of(record),
            "record_key_digest": digest_of(record_key),
            "about": about,
            "proof": {"secret": _b64(secret)},
        }
        submission = changes.pop("submission", None) or mint_submission_id()
        changes = {"form": form, "record_digest": digest_of(record), **changes}
        return self.sealed(compartment, submission=submission, **changes)

    async def take(self, submission: SubmissionReceived) -> EscalationRef:
        """The submission goes through router's door; what cannot be handled is set aside, as the consumer does."""
        message = MessageId(derive_id("submission", submission.submission, submission.ref))
        body = msgspec.json.encode(submission)
        try:
            await take(submission, message=message, world=self.world)
        except Permanent as failure:
            subject = submissions(submission.partnership, submission.ref)
            frame = self._framed(body, message)
            await park(subject, body, message=message, frame=frame, code=failure.code, world=self.world)
        await self.sweep()
        return submission.ref

    def _framed(self, body: bytes, message: MessageId) -> bytes:
        at, key = self.clock.now(), KeyId("intake")
        frame = Frame(sender=Service.INTAKE, key=key, message=message, at=at, body=body, signature=b"")
        return msgspec.msgpack.encode(frame)

    async def report(self, notice: Notice, state: NoticeState, *, attempt: int = 1) -> None:
        """What notifier says became of a notice."""
        report = NoticeReported(
            id=notice.id,
            ref=notice.ref,
            partnership=notice.partnership,
            state=state,
            at=self.clock.now(),
            attempt=attempt,
        )
        await self.take_report(report)

    async def mail_is(self, *, down_since: Instant | None) -> None:
        await self.take_report(MailState(since=down_since, at=self.clock.now()))

    async def take_report(self, report: Report) -> None:
        body = msgspec.json.encode(report)
        message = MessageId(derive_id(body.decode(), str(len(self.memory.inbox))))
        await take_report(report, message=message, world=self.world)
        await self.sweep()

    async def sweep(self) -> None:
        await sweep(self.world)

    async def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))
        await self.sweep()

    # what notifier sees

    def owed(self) -> dict[MessageId, tuple[str, bytes]]:
        return self.memory.outbox

    def notices(self, *kinds: NoticeKind) -> list[Notice]:
        """Every notice owed so far, opened with notifier's key, in order."""
        found = []
        for message, (_, body) in self.owed().items():
            if AGAIN in body:
                continue
            if message not in self.opened:
                self.opened[message] = open_notice(body, self.keys.notifier_key)
            found.append(self.opened[message])
        return [notice for notice in found if not kinds or notice.kind in kinds]

    def told(self) -> dict[NoticeKind, list[str]]:
        """Addresses by kind."""
        found: dict[NoticeKind, list[str]] = {}
        for notice in self.notices():
            found.setdefault(notice.kind, []).append(notice.address)
        return found

    def page(self) -> "Page":
        return Page(self)


class Page:
    """One browser tab: a secret and a counter that rises."""

    def __init__(self, router: RouterWorld) -> None:
        self._router = router
        self.secret = mint_secret()
        self.counter = 0
        self.submission = mint_submission_id()

    async def ask(self, question: Question, *, counter: int | None = None, secret: bytes | None = None) -> Answer:
        self.counter += 1
        return await ask(
            self._router, question, secret=secret or self.secret, counter=self.counter if counter is None else counter
        )

    async def raise_escalation(self, answers: dict[str, object] | None = None, *, code: str) -> EscalationRef:
        """Send the form with the code typed before."""
        confirmation = {"secret": _b64(self.secret), "code": code}
        submission = self._router.submission(answers, confirmation=confirmation, submission=self.submission)
        return await self._router.take(submission)

    async def add(
        self, form: str, about: EscalationRef, answers: dict[str, object] | None = None, **changes: Any
    ) -> SubmissionReceived:
        """Add something sealed to an escalation, with this page's session."""
        submission = self._router.act(form, answers, about=about, secret=self.secret, **changes)
        await self._router.take(submission)
        return submission

    def code(self, kind: NoticeKind = NoticeKind.CONFIRMATION_CODE) -> str:
        """The code in the newest mail of that kind."""
        found = self._router.notices(kind)[-1].code
        assert found is not None
        return found.code


async def ask(router: RouterWorld, question: Question, *, secret: bytes, counter: int) -> Answer:
    """A sealed question as a page asks it, and the opened answer."""
    key = OpeningKey.generate()
    sealed = sealed_question(router, question, secret=secret, counter=counter, answer_key=key.public)
    raw = await answer_sealed(msgspec.json.encode(sealed), world=router.world)
    return open_answer(raw, key)


def sealed_question(
    router: RouterWorld, question: Question, *, secret: bytes, counter: int, answer_key: bytes
) -> SealedQuestion:
    asked = Asked(question=question, answer_key=answer_key, secret=secret, counter=counter)
    binding = Binding(
        partnership=PARTNERSHIP,
        key=router.facts_key.id,
        form="question",
        form_version=1,
        compartment="question",
        submission="",
    )
    sealed = seal(msgspec.json.encode(asked), to=router.facts_key.public, binding=binding)
    return SealedQuestion(partnership=PARTNERSHIP, question=Sealed(key=router.facts_key.id, sealed=sealed))


def open_answer(raw: bytes, key: OpeningKey) -> Answer:
    binding = Binding(
        partnership=PARTNERSHIP, key="", form="question", form_version=1, compartment="answer", submission=""
    )
    sealed = msgspec.json.decode(raw, type=SealedAnswer)
    answer: Answer = msgspec.json.decode(key.open(sealed.sealed, binding), type=Answer)
    return answer


def open_notice(body: bytes, key: OpeningKey) -> Notice:
    """A NoticeDue's notice, as notifier opens it."""
    due = msgspec.json.decode(body, type=NoticeDue)
    binding = Binding(
        partnership=due.partnership,
        key=due.notice.key,
        form="notice",
        form_version=1,
        compartment="notice",
        submission=due.id,
    )
    return msgspec.json.decode(key.open(due.notice.sealed, binding), type=Notice)


def _b64(raw: bytes) -> str:
    encoded: str = msgspec.to_builtins(raw)
    return encoded
