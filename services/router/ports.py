"""What router's use cases need of the world, as Protocols. Fakes and adapters pass one contract suite. Pure."""

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from services.router.domain.admin.admins import Admin, AdminId
from services.router.domain.admin.orders import Order, OrderId
from services.router.domain.changes import Change, Happened, Mail, ParkedMessage, SentNotice, StoredDecision
from services.router.domain.escalation import Escalation
from services.router.domain.ground import Ground
from services.router.domain.keeping.asks import Asks
from services.router.domain.letters.waiting import ChannelState
from services.router.domain.life import Added
from services.router.domain.sessions import Attempt, Purpose, Session
from shared.clock import Clock
from shared.envelope import Binding
from shared.messages import Sealed
from shared.public_book import PublicKey
from shared.releases import ReleaseTicket, SignedTicket
from shared.terms import Digest, EscalationRef, Instant, KeyId, MessageId, NoticeId, PartnershipId, SubmissionId


class Reported(NamedTuple):
    """taken: the report had its effect before. attempt: where the notice carries a code; else the notice, if known."""

    taken: bool
    attempt: Attempt | None = None
    notice: SentNotice | None = None


class Met(NamedTuple):
    """What a submission is met by, on one snapshot. taken: its message had its effect before; no more is said then.

    known: there is an escalation of it, or under its reference; else attempts: the codes to confirm it, newest first.
    """

    taken: bool = False
    known: bool = False
    attempts: tuple[Attempt, ...] = ()


class Mailed(NamedTuple):
    """How many codes were truly mailed to an address, and to confirm any; whether it stands in a decision."""

    today: int
    to_confirm_this_hour: int
    party: bool


class Escalations(Protocol):
    """Everything router keeps of escalations; one `commit` is one transaction."""

    async def commit(self, change: Change) -> None:
        """All of `change`, or nothing. A message taken in before, or an order ended, makes it nothing, silently.

        Raises Transient: STORE_CONFLICT where a row was saved by somebody else meanwhile, STORE_UNAVAILABLE.
        """

    async def taken(self, message: MessageId) -> bool: ...

    async def reported(self, message: MessageId, notice: NoticeId) -> Reported:
        """What a report of this message, about this notice, is met by."""

    async def escalation(self, ref: EscalationRef) -> Escalation | None: ...

    async def met(self, message: MessageId, submission: SubmissionId, ref: EscalationRef) -> Met:
        """What a submission that arrives as this message is met by."""

    async def is_known(self, submission: SubmissionId, ref: EscalationRef) -> bool:
        """Whether there is an escalation of this submission, or under this reference."""

    async def of_submission(self, submission: SubmissionId) -> Escalation | None: ...

    async def answers(self, ref: EscalationRef) -> dict[str, object]:
        """The checked open answers of its form; none where it was never opened."""

    async def similar(self, pattern: str, *, since: Instant) -> int:
        """How many confirmed escalations of this pattern (see `pattern_of`) were received since then."""

    async def due(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        """Escalations whose `wait_until` has come, oldest first."""

    async def decisions(self, ref: EscalationRef) -> tuple[StoredDecision, ...]:
        """In order, the newest last."""

    async def decided(self) -> tuple[EscalationRef, ...]:
        """Every escalation that has a stored decision."""

    async def history(self, ref: EscalationRef) -> tuple[Happened, ...]: ...

    async def notice(self, notice: NoticeId) -> SentNotice | None: ...

    async def notices(self, ref: EscalationRef) -> tuple[SentNotice, ...]: ...

    async def passed_over(self, *, most: int) -> tuple[SentNotice, ...]:
        """Notices to contacts that failed for the contact's own reason and whose contact is not yet replaced."""

    async def channels(self) -> tuple[ChannelState, ...]:
        """The channels in which something waits to be told."""

    async def mail(self) -> Mail: ...

    async def of_matter(self, matter: EscalationRef) -> tuple[Escalation, ...]:
        """Every stage of one matter, the first received first."""

    async def of_address(self, address: str) -> tuple[Escalation, ...]:
        """Those whose party list names this address, the first received first."""

    async def added(self, ref: EscalationRef) -> tuple[Added, ...]:
        """What was added to it, in order."""

    async def added_as(self, submission: SubmissionId) -> Added | None:
        """What came as this submission."""

    async def due_clocks(self, at: Instant, *, most: int) -> tuple[EscalationRef, ...]:
        """Escalations whose `act_at` has come, oldest first."""

    async def parked(self) -> tuple[ParkedMessage, ...]:
        """What was set aside and not yet settled, oldest first."""

    async def ordered(self, *, most: int, beside: Collection[OrderId] = ()) -> tuple[Order, ...]:
        """What admins ordered and nobody carried out yet, oldest first; none of those `beside`."""

    async def admin(self, admin: AdminId) -> Admin | None:
        """Who ordered something, as they are now."""

    async def parked_signatures(self) -> int:
        """How many messages with a wrong signature were parked."""


class Sessions(Protocol):
    """Sessions and codes. They change through `Escalations.commit` alone."""

    async def session(self, secret: Digest) -> Session | None: ...

    async def attempts(self, *, purpose: Purpose, subject: str) -> tuple[Attempt, ...]:
        """Newest first."""

    async def attempts_of(self, secret: Digest, *, purpose: Purpose) -> tuple[Attempt, ...]:
        """Those this session asked for, newest first."""

    async def attempt(self, attempt: NoticeId) -> Attempt | None: ...

    async def mailed(self, address: str, *, today: Instant, this_hour: Instant) -> Mailed:
        """What was mailed to the address since `today`, and to confirm any since `this_hour`."""

    async def sent(self, purpose: Purpose, *, since: Instant) -> int:
        """How many codes of that purpose were truly mailed since then, to all addresses together."""
        ...

    async def is_party(self, address: str, *, ref: EscalationRef) -> bool:
        """Whether the address stands in the newest decision of `ref`."""

    async def forget(self, *, before: Instant) -> None:
        """Drop sessions not seen, and attempts asked, before this."""


class Directories(Protocol):
    """Every revision of the directory, as the bytes that were imported, and the public book's revisions."""

    async def revision(self) -> int | None:
        """The newest revision's number, None before the first import."""

    async def at(self, revision: int) -> bytes | None: ...

    async def add(self, body: bytes, *, at: Instant) -> int:
        """The new revision. The same bytes as the newest keep its revision."""

    async def book(self, digest: Digest, *, at: Instant) -> tuple[int, Instant]:
        """The revision of the public book whose content has this digest, and when it was made; a new one rises."""


class FactsKeys(Protocol):
    """The keys that browsers seal to."""

    def open(self, sealed: Sealed, binding: Binding) -> bytes:
        """Raises: Permanent (UNKNOWN_KEY, CANNOT_OPEN), Transient where the key may stand in a file still unread."""

    def public(self) -> tuple[PublicKey, ...]: ...

    def expiry(self) -> Sequence[Instant]: ...

    def unread(self) -> int:
        """How many key files cannot be read."""
        ...

    def ended(self, before: Instant) -> tuple[KeyId, ...]:
        """The keys that expired before this, in no order. One is always kept: the last to expire."""
        ...

    def destroy(self, key: KeyId) -> bool:
        """Take the private half away for good. False where this process may not: its user owns no key file."""
        ...


class RecordKeys(Protocol):
    """Wraps record keys for storage."""

    def wrap(self, record_key: bytes, ref: EscalationRef) -> bytes: ...

    def unwrap(self, wrapped: bytes, ref: EscalationRef) -> bytes:
        """The record key. Raises: Permanent(CANNOT_OPEN)."""
        ...


class Tickets(Protocol):
    """Signs the tickets by which a browser fetches one sealed record from intake."""

    def sign(self, ticket: ReleaseTicket) -> SignedTicket: ...


class NotifierKey(Protocol):
    """The public key of the service that mails notices."""

    @property
    def id(self) -> KeyId: ...

    def seal(self, plaintext: bytes, binding: Binding) -> bytes: ...


class CustodyKeys(Protocol):
    """The custodian keys of the partnerships, public halves."""

    def of(self, partnership: PartnershipId) -> PublicKey | None: ...


class Grounds(Protocol):
    """The directory read afresh at each decision, never from a cache that could be old."""

    async def now(self) -> Ground: ...

    async def at(self, revision: int) -> Ground | None: ...


class World(NamedTuple):
    """All of router's ports, as `app` wires them."""

    escalations: Escalations
    sessions: Sessions
    directories: Directories
    grounds: Grounds
    facts_keys: FactsKeys
    record_keys: RecordKeys
    notifier: NotifierKey
    tickets: Tickets
    asks: Asks
    clock: Clock
