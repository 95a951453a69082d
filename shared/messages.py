"""Every message that crosses the wire between services, and the signed frame around each. Pure.

Consumers ignore unknown fields and park unknown tags. A new field has a default; a changed meaning is a new tag.
Nothing personal stands in a message outside a `Sealed`, save the reference.
"""

from datetime import date
from enum import StrEnum

import msgspec

from shared.private import Private
from shared.terms import (
    Digest,
    EscalationRef,
    Instant,
    KeyId,
    MessageId,
    NoticeId,
    PartnershipId,
    Service,
    SubmissionId,
)


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """One HPKE ciphertext, `enc || ct`, for the holder of `key`. Source: RFC 9180."""

    key: KeyId
    sealed: bytes

    def __repr__(self) -> str:
        return f"<Sealed to {self.key}, {len(self.sealed)} bytes>"


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What travels: a body signed by its sender. Sealing hides a body but does not say from whom it is.

    signature: Ed25519 over `signed_bytes`.
    """

    sender: Service
    key: KeyId
    message: MessageId
    at: Instant
    body: bytes
    signature: bytes

    def __repr__(self) -> str:
        return f"<Frame {self.message} from {self.sender}>"


def signed_bytes(subject: str, *, sender: Service, message: MessageId, at: Instant, body: bytes) -> bytes:
    """The bytes a frame's signature covers. Each part is preceded by its length: none can run into another."""
    parts = (b"candour/1 frame", subject.encode(), sender.encode(), message.encode(), at.isoformat().encode(), body)
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


# ── SUBMISSIONS: intake → router ──────────────────────────────────────────────────────────────────────────────


class SubmissionReceived(msgspec.Struct, frozen=True, kw_only=True, tag="submission.received"):
    """A sealed submission was stored. From intake to router; the record stays with intake.

    accepted_at: when it was committed, not when the form was opened.
    record_digest: SHA-256 of the record ciphertext as intake stored it, None where the form has no record.
    """

    submission: SubmissionId
    ref: EscalationRef
    partnership: PartnershipId
    form: str
    form_version: int
    accepted_at: Instant
    facts: Sealed
    envelope_digest: Digest
    record_digest: Digest | None = None


# ── NOTICES: router → notifier ────────────────────────────────────────────────────────────────────────────────


class NoticeKind(StrEnum):
    """One wording per kind of notice and part. Source: domain.md; issue 2, section 5."""

    CONFIRMATION_CODE = "confirmation-code"
    SIGN_IN_CODE = "sign-in-code"
    RAISED = "raised"  # to the raiser
    ACT = "act"  # to the contact who is asked to act
    CHALLENGED = "challenged"  # to the decision-maker
    STAFF_RAISED = "staff-raised"  # to the raiser's manager
    INFORMED = "informed"  # to an IRO, a conference chair, a safeguarding lead: told for information
    CODED = "coded"  # to the partnership: no child, no worker's name
    WAITING = "waiting"  # fixed text: unconfirmed, unopenable or invalid submissions wait for a person
    WAITING_URGENT = "waiting-urgent"  # fixed text: an unconfirmed urgent escalation waits
    NEWS = "news"  # something was added or decided in it: sign in to read it
    REMINDER = "reminder"  # the date for the answer is near, or here
    UNACKNOWLEDGED = "unacknowledged"  # nobody has said "I have this": to the deputy, the safeguarding lead, the raiser
    DATE = "date"  # another date is proposed: the stated one stands unless the raiser agrees
    OUTCOME = "outcome"  # one text of the outcome waits for this party's word
    CONFIRMATION = "confirmation"  # the written confirmation: every party confirmed this text
    ISSUE = "issue"  # an outstanding issue: a reminder to its owner and to the raiser
    PANEL = "panel"  # a seat on a resolution panel is offered
    DESK = "desk"  # fixed text to the duty contact: something needs a person (a gap, an address to release, a bounce)
    ADDRESS_CHANGED = "address-changed"  # to the address that a post of the directory no longer has
    DIRECTORY_DIGEST = "directory-digest"  # to a second person, a day later: what was changed in the directory
    STILL_RIGHT = "still-right"  # to whoever holds a post: is what the directory says of it still right?
    POST_CODE = "post-code"  # to whoever holds a post and signs in to say so


class NoticeDue(msgspec.Struct, frozen=True, kw_only=True, tag="notice.due"):
    """One notice is owed to one recipient. From router to notifier; `notice` opens to a `Notice`."""

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    kind: NoticeKind
    notice: Sealed


class NoticeAgain(msgspec.Struct, frozen=True, kw_only=True, tag="notice.again"):
    """A notice that did not get through goes out once more, the same bytes, as `id`. From router to notifier.

    of: the notice it was first.
    """

    id: NoticeId
    of: NoticeId
    ref: EscalationRef
    partnership: PartnershipId


class Telephone(Private, frozen=True, kw_only=True):
    """Whom to ring: `label` names the role or person, `number` is as people write it."""

    label: str
    number: str


class AskedAs(StrEnum):
    """Where the policy seats somebody: it chooses what an email asks of them."""

    RECEIVING = "receiving"  # the side whose decision is challenged
    RAISING = "raising"  # the raiser's own side
    CHAIR = "chair"  # of the child protection conference
    REVIEWING_OFFICER = "reviewing-officer"
    SCRUTINEER = "scrutineer"
    CONVENER = "convener"  # asks the partnership whether it convenes a panel
    DUTY = "duty"  # the duty contact, for a post that nobody in the directory can fill


class NoticePerson(Private, frozen=True, kw_only=True):
    """A professional as a notice names them. Empty strings where not known. asked_as: None where it is not said."""

    name: str = ""
    role: str = ""
    agency: str = ""
    phone: str = ""
    asked_as: AskedAs | None = None


class RouteFacts(Private, frozen=True, kw_only=True):
    """What a notice of an escalation says. No child data, no free text but `lines`, which the page marked as emailed.

    example_rules: what in this route has the basis `demonstration`: shown as "example, not in the policy text".
    if_silent: what happens if nothing happens by the due time, in the policy's words.
    lines: (label, text) of the `notice` fields.
    ruling: how the policy answered: "routed", "referred" to a person, or "recorded" without a route.
    next_stage: the label of the stage that the raiser may ask for next, "" where there is none.
    """

    policy_name: str
    policy_url: str
    stage_label: str
    raiser: NoticePerson
    decision_maker: NoticePerson
    contacts: tuple[NoticePerson, ...]
    area_words: str
    trigger_words: str = ""
    asked: tuple[str, ...] = ()
    decided_on: date | None = None
    due_at: Instant | None = None
    due_words: str = ""
    warnings: tuple[str, ...] = ()
    if_silent: str = ""
    lead: NoticePerson | None = None
    told: tuple[NoticePerson, ...] = ()
    immediate_harm: bool = False
    lines: tuple[tuple[str, str], ...] = ()
    example_rules: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    ruling: str = "routed"
    next_stage: str = ""


class CodedFacts(Private, frozen=True, kw_only=True):
    """The part a partnership is told: codes and words of the policy, no child, no worker's name, no team."""

    policy_name: str
    stage_label: str
    area_words: str
    raising_agency_type: str
    receiving_agency_types: tuple[str, ...]
    entry_words: str = ""
    due_on: date | None = None
    route_words: str = ""


class CodeFacts(Private, frozen=True, kw_only=True):
    """A code on its way to the one who asked for it. It works for 30 minutes from the relay's acceptance."""

    code: str


class WaitingFacts(Private, frozen=True, kw_only=True):
    """References that wait for a person; the text is fixed, nothing a visitor typed. `urgent` ones come first."""

    references: tuple[str, ...]
    urgent: tuple[str, ...] = ()
    reason: str = ""


class PostsFacts(Private, frozen=True, kw_only=True):
    """The posts that their holder is asked about, "title, agency" each. again: asked before, and not answered."""

    posts: tuple[str, ...]
    answer_by: date | None = None
    again: bool = False


class IssueFacts(Private, frozen=True, kw_only=True):
    """An outstanding issue as a notice names it: its text was written to be emailed. state: open, done, back."""

    number: int
    text: str
    owner: str
    by_words: str
    state: str = "open"


class AnswerFacts(Private, frozen=True, kw_only=True, array_like=True):
    """One party's word on the text of an outcome. answer: confirms, disputes, waits. at: when it was given.

    On the wire it is a list, as when it was a pair without `at`: a notice of then that still waits can be read.
    """

    who: str
    answer: str
    at: Instant | None = None


class LifeFacts(Private, frozen=True, kw_only=True):
    """What a notice about the life of an escalation says. No child, no text but what a page marked as emailed.

    what: which news it is, a code of router's `What`, or which prompt. by: who did it; role and agency at least.
    to_do: what is asked of this reader now: "", acknowledge, stand-in (for one who is silent), answer, confirm,
    answer-date, answer-seat, pursue, ring.
    text, outcome, issues, version: of the outcome; outcome is its code.
    text is also a scrutineer's process, the partnership that it goes to, or who takes the raiser's part.
    until_words: the date that is proposed. ring: whom to ring, the first first.
    """

    what: str
    stage_label: str
    policy_name: str
    by: NoticePerson | None = None
    to_do: str = ""
    due_words: str = ""
    left_words: str = ""
    until_words: str = ""
    outcome: str = ""
    version: int = 0
    text: str = ""
    issues: tuple[IssueFacts, ...] = ()
    answers: tuple[AnswerFacts, ...] = ()
    holders: tuple[NoticePerson, ...] = ()
    ring: tuple[Telephone, ...] = ()
    next_stage: str = ""
    immediate_harm: bool = False


class DigestLine(Private, frozen=True, kw_only=True):
    """One entry of the directory that was changed on a day. did: added, changed or closed; who: by whom, in words."""

    entry: str
    did: str
    who: str
    fields: tuple[str, ...] = ()


class DigestFacts(Private, frozen=True, kw_only=True):
    """What was changed in the directory on `day`, without what stood or stands there. more: lines left out."""

    day: date
    lines: tuple[DigestLine, ...]
    more: int = 0
    url: str = ""


class Notice(Private, frozen=True, kw_only=True):
    """Everything notifier needs to render one email to one recipient.

    address: exactly one mailbox. zone: IANA name, for every time shown.
    duty_mailbox: the Reply-To. base_url: how people reach intake's pages; the plain link is `<base_url>/e/<ref>`.
    demonstration: the email must begin with the demonstration banner.
    asked_as: where the policy seats the reader, None where it is not said.
    own_words: what the partnership says at the end of letters about an escalation, paragraph by paragraph.
    """

    id: NoticeId
    kind: NoticeKind
    ref: EscalationRef
    partnership: PartnershipId
    partnership_name: str
    address: str
    name: str = ""
    zone: str = "Europe/London"
    base_url: str
    duty_mailbox: str
    duty_phone: Telephone
    danger: tuple[Telephone, ...] = ()
    demonstration: bool = False
    why_you: str = ""
    asked_as: AskedAs | None = None
    own_words: tuple[str, ...] = ()
    route: RouteFacts | None = None
    coded: CodedFacts | None = None
    code: CodeFacts | None = None
    waiting: WaitingFacts | None = None
    life: LifeFacts | None = None
    digest: DigestFacts | None = None
    posts: PostsFacts | None = None


# ── REPORTS: intake, notifier → router ────────────────────────────────────────────────────────────────────────


class NoticeState(StrEnum):
    """What is known of a notice. `accepted` is the relay's 250, never "delivered"."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # permanently, by the recipient's own mail system
    DELAYED = "delayed"  # this recipient's domain has refused temporarily for 15 minutes while other mail went out
    AMBIGUOUS = "ambiguous"  # the connection broke after DATA: it may have arrived; the same bytes are sent again
    EXPIRED = "expired"  # five days of attempts
    UNRENDERABLE = "unrenderable"
    BOUNCED = "bounced"  # accepted first; later a mail system sent it back


class NoticeReported(msgspec.Struct, frozen=True, kw_only=True, tag="notice.reported"):
    """What became of a notice. From notifier to router. attempt: 1 is the first."""

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    state: NoticeState
    at: Instant
    attempt: int


class NoticeAnswered(msgspec.Struct, frozen=True, kw_only=True, tag="notice.answered"):
    """Somebody wrote back to the address that emails come from, where no person reads. From notifier to router.

    Never what they wrote, nor who. id: the notice they answered, "" where only its reference is known.
    """

    id: NoticeId
    ref: EscalationRef
    partnership: PartnershipId
    at: Instant


class MailState(msgspec.Struct, frozen=True, kw_only=True, tag="mail.state"):
    """The relay itself went down or came back. `since`: when it went down, None when it is up."""

    since: Instant | None
    at: Instant


class Parked(msgspec.Struct, frozen=True, kw_only=True, tag="parked"):
    """A message was set aside for a person, in the reporting service's own store."""

    message: MessageId
    by: Service
    code: str
    at: Instant
    ref: EscalationRef | None = None
    partnership: PartnershipId | None = None


Submission = SubmissionReceived
Duty = NoticeDue | NoticeAgain
Report = NoticeReported | NoticeAnswered | MailState | Parked
Message = SubmissionReceived | NoticeDue | NoticeAgain | NoticeReported | NoticeAnswered | MailState | Parked
