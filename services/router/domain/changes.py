"""What one use case commits in one transaction, and the rows it is made of. Pure."""

from enum import StrEnum

from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.endings import Ending
from services.router.domain.admin.orders import Carried
from services.router.domain.decision import Circumstances
from services.router.domain.escalation import Escalation
from services.router.domain.keeping.asks import Ask, AskReported
from services.router.domain.keeping.changing import DirectoryChange, Draft
from services.router.domain.letters.owed import Owed as Owed
from services.router.domain.letters.waiting import Channel, ChannelState, Waiting
from services.router.domain.life import Added
from services.router.domain.sessions import Attempt, Session
from services.router.policy.facts import Facts
from shared.failures import Code
from shared.messages import NoticeKind, NoticeState
from shared.private import Private
from shared.terms import EscalationRef, Instant, MessageId, NoticeId, PartnershipId

FAILED = frozenset({NoticeState.REFUSED, NoticeState.DELAYED, NoticeState.EXPIRED, NoticeState.BOUNCED})
"""The recipient's own mail system does not take the notice: a contact is passed over."""

SETTLED = frozenset(NoticeState) - {NoticeState.DELAYED, NoticeState.AMBIGUOUS}
"""Nothing more becomes of the notice: what is reported later was overtaken on the way."""


class Taken(Private, frozen=True, kw_only=True):
    """The message that a change settles. code: not None where it is parked, and then its frame is kept."""

    message: MessageId
    code: Code | None = None
    subject: str = ""
    frame: bytes = b""


class ParkedMessage(Private, frozen=True, kw_only=True):
    """A message that was set aside and still waits for a person."""

    message: MessageId
    at: Instant
    code: str
    subject: str
    frame: bytes


class What(StrEnum):
    """The lines of an escalation's history. Codes, so that no free text is needed to tell what happened."""

    RECEIVED = "received"
    PARKED = "parked"
    CODE_SENT = "code-sent"
    CONFIRMED = "confirmed"
    DUTY_TOLD = "duty-told"
    URGENT_TOLD = "urgent-told"
    WAITS_FOR_RELEASE = "waits-for-release"
    RELEASED = "released"
    DECIDED = "decided"
    ROUTED_BY_HAND = "routed-by-hand"
    NOTICE_OWED = "notice-owed"
    NOTICE_REPORTED = "notice-reported"
    CONTACT_PASSED_OVER = "contact-passed-over"
    REDIRECTED = "redirected"
    SENT_AGAIN = "sent-again"
    ANSWERED_BY_MAIL = "answered-by-mail"
    REASSIGNED = "reassigned"
    DESK_TOLD = "desk-told"
    SEEN = "seen"
    READ = "read"
    SIGNED_IN = "signed-in"
    ACKNOWLEDGED = "acknowledged"
    NOT_MINE = "not-mine"
    CONFLICT = "conflict"
    HANDED_OVER = "handed-over"
    ACTION = "action"
    REPRESENTATION = "representation"
    DATE_PROPOSED = "date-proposed"
    DATE_AGREED = "date-agreed"
    DATE_DECLINED = "date-declined"
    OUTCOME_PROPOSED = "outcome-proposed"
    OUTCOME_CONFIRMED = "outcome-confirmed"
    OUTCOME_DISPUTED = "outcome-disputed"
    CLOSED = "closed"
    WENT_ON = "went-on"
    REOPENED = "reopened"
    ISSUE_DONE = "issue-done"
    ISSUE_BACK = "issue-back"
    DEBRIEF = "debrief"
    RAISER_REPLACED = "raiser-replaced"
    LINKED = "linked"
    PANEL_CONVENED = "panel-convened"
    SEAT_ACCEPTED = "seat-accepted"
    SEAT_DECLINED = "seat-declined"
    PROCESS = "process"
    HANDED_TO_PARTNERSHIP = "handed-to-partnership"
    AREA_OFFERED = "area-offered"
    AREA_ACCEPTED = "area-accepted"
    PROMPTED = "prompted"
    ACT_SET_ASIDE = "act-set-aside"
    RECORD_DELETED = "record-deleted"


class Happened(Private, frozen=True, kw_only=True):
    """One line of an escalation's history. It is only ever added. note: a code, or what a person wrote.

    name: how the one who did it is shown to the parties; "" where `who`, a part, says enough.
    """

    ref: EscalationRef
    at: Instant
    what: What
    who: str = ""
    note: str = ""
    name: str = ""


class Inputs(Private, frozen=True, kw_only=True):
    """All that a decision was made from, beside the directory revision and the policy edition."""

    facts: Facts
    circumstances: Circumstances


class StoredDecision(Private, frozen=True, kw_only=True):
    """A decision as it is stored: the bytes, and what is needed to make the same bytes again."""

    ref: EscalationRef
    number: int
    directory_revision: int
    policy: str
    edition: str
    decided_at: Instant
    inputs: Inputs
    body: bytes


class SentNotice(Private, frozen=True, kw_only=True):
    """A notice that was owed to somebody. part, post: of the person in the decision; "" for codes and the desk.

    replaced: somebody else was asked to act instead. reported_at: when the mail system said what stands in `state`.
    """

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    kind: NoticeKind
    address: str
    at: Instant
    decision: int = 0
    part: str = ""
    post: str = ""
    must_act: bool = False
    state: NoticeState | None = None
    replaced: bool = False
    reported_at: Instant | None = None
    sent_again: bool = False


def overtakes(known: SentNotice, new: SentNotice) -> bool:
    """Whether `new` may stand in the place of `known`: what is settled, or replaced, stays so."""
    settled = known.state in SETTLED and new.state not in SETTLED
    return not settled and not (known.replaced and not new.replaced)


class Mail(Private, frozen=True, kw_only=True):
    """What is known of the mail relay. down_since: None while it is up."""

    down_since: Instant | None = None
    at: Instant | None = None


class Change(Private, frozen=True, kw_only=True):
    """Everything one use case commits, whole or not at all. Rows that exist are replaced only at their version.

    answers: what a form said, kept beside its escalation and never changed; None where none was opened.
    also: other escalations that change with it. also_parties: their party lists in the same order, () where they stay.
    added: what somebody added, each once. emptied: what was added before, without its record key from now on.
    settles: a parked message that a person has dealt with. waits_no_more: a reference that merged mail need not name.
    carried: the order that this carries out or refuses. One that ended before makes the whole change nothing, silently.
    directory: a new revision, made from the newest. proposal: in place of one with its id. asks: each at its version.
    """

    at: Instant
    taken: Taken | None = None
    settles: MessageId | None = None
    escalation: Escalation | None = None
    also: tuple[Escalation, ...] = ()
    also_parties: tuple[tuple[str, ...], ...] = ()
    added: tuple[Added, ...] = ()
    emptied: tuple[Added, ...] = ()
    answers: dict[str, object] | None = None
    decision: StoredDecision | None = None
    parties: tuple[str, ...] | None = None
    happened: tuple[Happened, ...] = ()
    sent: tuple[SentNotice, ...] = ()
    owed: tuple[Owed, ...] = ()
    waiting: tuple[tuple[Channel, Waiting], ...] = ()
    waits_no_more: EscalationRef | None = None
    told: tuple[ChannelState, tuple[Waiting, ...]] | None = None
    session: Session | None = None
    attempts: tuple[Attempt, ...] = ()
    mail: Mail | None = None
    carried: Carried | None = None
    endings: tuple[Ending, ...] | None = None
    directory: DirectoryChange | None = None
    proposal: Draft | None = None
    audited: tuple[Audited, ...] = ()
    asks: tuple[Ask, ...] = ()
    ask_reported: AskReported | None = None
