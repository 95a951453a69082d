"""Sessions and codes: router alone makes, checks and ends them. Pure.

A session is known by the digest of a secret that only the browser holds. An attempt is one code mailed to one
address; five tries, thirty minutes from the moment the mail relay accepted it.
"""

import hashlib
import hmac
from datetime import timedelta
from enum import StrEnum

import msgspec

from shared.private import Private
from shared.terms import Digest, Instant, NoticeId, PartnershipId

TRIES = 5
CODE_LIFE = timedelta(minutes=30)
UNSENT_LIFE = timedelta(hours=24)
"""A code whose mail was never reported accepted dies all the same."""
SESSION_LIFE = timedelta(hours=10)
"""A working day."""
SESSION_IDLE = timedelta(minutes=30)
SKEW = timedelta(minutes=1)
"""How far intake's clock may be behind router's."""
CODES_A_DAY, CODES_A_DAY_PARTY = 3, 20
CODES_KEPT = 10
"""Of a party's twenty: only for signing in to a confirmed escalation, whose reference no stranger has."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CODES_AN_HOUR, STRANGERS_AN_HOUR = 600, 100
"""Codes to confirm, to all addresses together; above the second number, to addresses of known domains alone.

A sender of mail to everybody is soon refused by everybody: then nobody at all is told. Parties are not counted.
"""


class Purpose(StrEnum):
    CONFIRM = "confirm"
    SIGN_IN = "sign-in"
    POST = "post"


class Verdict(StrEnum):
    """What a typed code was. The values are those of `Refused.why`."""

    RIGHT = "right"
    WRONG = "code-wrong"
    EXPIRED = "code-expired"
    TOO_MANY = "too-many"


class Session(Private, frozen=True, kw_only=True):
    """One browser's session. counter: of the last question that was answered. address: "" until signed in.

    name, role: who is signed in at a shared mailbox, as they say; "" where nobody has said.
    """

    secret: Digest
    counter: int = 0
    seen_at: Instant
    address: str = ""
    until: Instant | None = None
    name: str = ""
    role: str = ""

    @property
    def claimed(self) -> str:
        """Who somebody at a shared mailbox says they are, "" where nobody has said."""
        return f"{self.name}, {self.role}" if self.name and self.role else ""


class Attempt(Private, frozen=True, kw_only=True):
    """One code on its way to one address. id: that of the notice which carries it.

    subject: the submission whose raiser confirms, or the reference that a sign-in asked for; "post" of a post's holder.
    decoy: nothing was mailed (a stranger, or too many codes today); no code is ever right.
    """

    id: NoticeId
    purpose: Purpose
    partnership: PartnershipId
    secret: Digest
    subject: str
    address: str
    code: Digest
    asked_at: Instant
    accepted_at: Instant | None = None
    tries: int = 0
    passed_at: Instant | None = None
    decoy: bool = False
    version: int = 0


def secret_digest(secret: bytes) -> Digest:
    """What router keeps of a session's secret."""
    return Digest(hashlib.sha256(b"candour/1 session" + secret).hexdigest())


def code_digest(attempt: NoticeId, code: str) -> Digest:
    """What router keeps of a code: bound to its attempt, in the one spelling people may type it."""
    return Digest(hashlib.sha256(f"candour/1 code {attempt} {_bare(code)}".encode()).hexdigest())


def counts(session: Session | None, counter: int) -> bool:
    """Whether a question with this counter is new. A lower or equal counter is a replay."""
    return counter > (session.counter if session else 0)


def try_code(attempt: Attempt, code: str, *, at: Instant) -> tuple[Attempt, Verdict]:
    """The attempt after one try, and what the code was. An attempt passes once; later tries are wrong."""
    if attempt.tries >= TRIES:
        return attempt, Verdict.TOO_MANY
    tried = msgspec.structs.replace(attempt, tries=attempt.tries + 1)
    if has_expired(attempt, at=at):
        return tried, Verdict.EXPIRED
    same = hmac.compare_digest(attempt.code, code_digest(attempt.id, code))
    if not same or attempt.decoy or attempt.passed_at is not None:
        return tried, Verdict.WRONG
    return msgspec.structs.replace(tried, passed_at=at), Verdict.RIGHT


def passed_with(attempt: Attempt, code: str, *, at: Instant) -> bool:
    """Whether this very code passed already and is still alive."""
    same = hmac.compare_digest(attempt.code, code_digest(attempt.id, code))
    return same and attempt.passed_at is not None and not has_expired(attempt, at=at)


def has_expired(attempt: Attempt, *, at: Instant) -> bool:
    """Whether the code's thirty minutes are over; they begin when the relay accepts the mail."""
    if attempt.accepted_at is None:
        return at > attempt.asked_at + UNSENT_LIFE
    return at > attempt.accepted_at + CODE_LIFE


def may_mail(*, sent_today: int, party: bool, kept: bool) -> bool:
    """Whether another code may go to this address today. kept: it is one of those that strangers cannot use up."""
    most = CODES_A_DAY_PARTY - (0 if kept else CODES_KEPT) if party else CODES_A_DAY
    return sent_today < most


def may_mail_now(*, sent_this_hour: int, known: bool) -> bool:
    """Whether one more code may go to somebody who is no party. known: in the directory, or of an agency's domain."""
    return sent_this_hour < (CODES_AN_HOUR if known else STRANGERS_AN_HOUR)


def signed_in(session: Session, address: str, *, at: Instant) -> Session:
    """The session after its address was proved. Who it was before says nothing of who it is now."""
    return msgspec.structs.replace(session, address=address, until=at + SESSION_LIFE, seen_at=at, name="", role="")


def is_live(session: Session | None, *, at: Instant) -> bool:
    """Whether this session is signed in now: within its working day and not idle for half an hour."""
    if session is None or not session.address or session.until is None:
        return False
    return at < session.until and at <= session.seen_at + SESSION_IDLE


def was_signed_in(session: Session, *, accepted_at: Instant, now: Instant) -> bool:
    """Whether what intake accepted then came from whoever is signed in with this session now."""
    if session.until is None or not is_live(session, at=min(accepted_at, now)):
        return False
    return session.until - SESSION_LIFE <= accepted_at + SKEW  # whoever signed in since is not known to be who it was


def _bare(code: str) -> str:
    """As typed or pasted: without spaces and hyphens, letters as the reference alphabet reads them."""
    bare = "".join(symbol for symbol in code.upper() if symbol.isalnum())
    return bare.replace("O", "0").replace("I", "1").replace("L", "1")
