"""What notifier needs of the world: a ledger, a mailer and a key. Shell."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from services.notifier.domain.outcome import Attempt, Change, Outcome
from services.notifier.domain.relay import RelayState
from services.notifier.domain.returned import Back, Kind
from services.notifier.domain.turns import Lanes
from shared.failures import Code
from shared.messages import NoticeAgain, NoticeDue, NoticeKind
from shared.private import Private
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId


class NewLetter(Private, frozen=True, kw_only=True):
    """A letter as it is first written down, with the exact bytes of every attempt. first: goes before the others."""

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    kind: NoticeKind
    to: str
    domain: str
    message_id: str
    content: bytes
    first: bool
    made_at: Instant
    expires_at: Instant


class Aside(Private, frozen=True, kw_only=True):
    """A message that is set aside for a person, kept as it came."""

    message: MessageId
    subject: str
    frame: bytes
    code: Code


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to write and what may begin, in one transaction.

    changes: what ended. relay: its state now. tell_relay: router is to be told of it. begin: new letters may start.
    under_way: the domains of the letters still on their way, one entry a letter.
    """

    at: Instant
    changes: Sequence[Change] = ()
    relay: RelayState
    tell_relay: bool = False
    begin: bool = True
    under_way: Sequence[str] = ()
    troubled: frozenset[str] = frozenset()
    lanes: Lanes


class Ledger(Protocol):
    """Every letter, every attempt, and what router is still to be told. Raises Transient when it cannot be written."""

    async def put(self, letter: NewLetter, *, message: MessageId, at: Instant) -> bool:
        """Write the letter and the inbox row together. False where the message had come before: nothing changes."""
        ...

    async def cannot_say(self, due: NoticeDue, *, message: MessageId, at: Instant) -> None:
        """Report the notice as not renderable, together with its inbox row."""
        ...

    async def again(self, duty: NoticeAgain, *, message: MessageId, at: Instant) -> None:
        """The bytes of an earlier letter as a letter of its own, due now; not renderable where they are gone."""
        ...

    async def returned(self, back: Back, *, at: Instant) -> bool:
        """Report what came back, once, about the letter it names. False where it names none of ours."""
        ...

    async def set_aside(self, aside: Aside, *, at: Instant) -> None:
        """Park a message for a person, and report it."""
        ...

    async def recover(self, *, at: Instant) -> int:
        """Letters found on their way, of this instance, are ambiguous: reported, and due at once. How many."""
        ...

    async def turn(self, plan: Plan) -> Sequence[Attempt]:
        """Write what ended, and mark as begun what may go now: in one transaction."""
        ...

    async def sweep(self, *, at: Instant, relay_up: bool) -> int:
        """Expire what is too old; report what its recipient's own system has delayed. How many still wait."""
        ...

    async def forget(self, *, settled_before: Instant) -> int:
        """Delete what letters said that were settled before then, some at a time. How many; 0 where none is left."""
        ...

    async def relay(self) -> RelayState:
        """The relay's state as last written."""
        ...


class Returns(Protocol):
    """The mailbox of our From address. Raises OSError where it cannot be read."""

    def new(self) -> Sequence[str]:
        """The names of what is new, the oldest first, some at a time."""
        ...

    def read(self, name: str) -> bytes:
        """The beginning of it: enough for its headers."""
        ...

    def put_by(self, name: str, kind: Kind) -> None:
        """It is new no longer. What a person wrote stays marked as unread, for a person."""
        ...

    def strange(self) -> int:
        """How many that name no letter of ours still wait to be read by a person."""
        ...


class Mailer(Protocol):
    """Hands one letter to the relay. Never raises: every ending is an Outcome."""

    async def send(self, attempt: Attempt) -> Outcome: ...

    async def close(self) -> None: ...


class Opener(Protocol):
    """Opens what was sealed to notifier. Raises Permanent(CANNOT_OPEN, UNKNOWN_KEY, UNREADABLE)."""

    def open(self, due: NoticeDue) -> bytes: ...
