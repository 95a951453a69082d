"""The life of an escalation after its first decision: who has it, what is agreed, what is still open. Pure.

Each struct is stored whole with its escalation. The moves that change it are the table in `escalation`.
"""

from datetime import date
from enum import StrEnum

from services.router.domain.decision import Person
from shared.private import Private
from shared.terms import AgencyId, Digest, EscalationRef, Instant, PartnershipId, SubmissionId

ACCEPTED, DECLINED = "accepted", "declined"
"""How one who was asked to sit on a panel answered: `Seat.answer`."""


class OutcomeCode(StrEnum):
    """How a stage ended. Source: domain.md section 3, Outcome."""

    AGREED = "agreed"
    PARTLY = "partly"
    NOT_AGREED = "not-agreed"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"


class IssueState(StrEnum):
    """Where an outstanding issue stands."""

    OPEN = "open"
    DONE = "done"
    BACK = "back"


class Holding(Private, frozen=True, kw_only=True):
    """One contact whom the stage asks to act. address: as `same_address` spells it.

    acknowledged_by: how the one who said "I have this" is shown; at a shared mailbox "X for <post>", claimed.
    on_call: they are asked only because offices are closed.
    """

    address: str
    asked_at: Instant
    acknowledged_at: Instant | None = None
    acknowledged_by: str = ""
    on_call: bool = False


class Joined(Private, frozen=True, kw_only=True):
    """Somebody who has a part beyond the stored decision. why: deputy, lead, handed-over, raiser, second-raiser, panel.

    instead_of: the address of the silent contact whom a deputy stands in for.
    """

    person: Person
    since: Instant
    why: str
    instead_of: str = ""


class Proposal(Private, frozen=True, kw_only=True):
    """Another date for the answer, which stands only if the raiser agrees. answer: "", "agreed", "declined"."""

    until: date
    due_at: Instant
    why: str
    by: str
    by_who: str
    at: Instant
    answer: str = ""


class Issue(Private, frozen=True, kw_only=True):
    """An outstanding issue: who pursues it and by when. owner: an address. how: what was said when it was settled."""

    number: int
    text: str
    owner: str
    owner_who: str
    by_on: date
    state: IssueState = IssueState.OPEN
    settled_at: Instant | None = None
    how: str = ""


class OutcomeAnswer(Private, frozen=True, kw_only=True):
    """One party's word on one version of the outcome. reason: why it is disputed."""

    address: str
    who: str
    agrees: bool
    at: Instant
    reason: str = ""


class OutcomeVersion(Private, frozen=True, kw_only=True):
    """One version of the outcome's text. An edit is a new version, and confirmation starts anew.

    digest: over all that the parties confirm: code, text, issues, pairs. learning, debrief: codes to count.
    submission: of the sealed details that came with it. pairs: which pairs of agencies it settles, () for all.
    """

    number: int
    code: OutcomeCode
    text: str
    issues: tuple[Issue, ...]
    by: str
    by_who: str
    at: Instant
    digest: Digest
    submission: SubmissionId
    answers: tuple[OutcomeAnswer, ...] = ()
    learning: tuple[str, ...] = ()
    debrief: str = ""
    pairs: tuple[str, ...] = ()


class Seat(Private, frozen=True, kw_only=True):
    """A member proposed for a resolution panel. answer: "", "accepted", "declined"; interest: what they declared.

    at: when the seat was offered, then when it was answered.
    """

    person: Person
    agency: AgencyId
    why: str
    answer: str = ""
    interest: str = ""
    at: Instant | None = None


class Panel(Private, frozen=True, kw_only=True):
    """A resolution panel that the partnership convened. excluded: (who, why) of those passed over for a conflict."""

    convened_at: Instant
    by: str
    seats: tuple[Seat, ...]
    excluded: tuple[tuple[str, str], ...] = ()
    decided_at: Instant | None = None


class Life(Private, frozen=True, kw_only=True):
    """All that happened since the first decision and is still true. Nothing of it is ever rewritten, only added to.

    matter: the first escalation of the chain, None for the first itself. next: that of the stage after.
    agreed_until: the date to which the raiser agreed. prompted: keys of the prompts given, each once.
    settled: pairs of agencies ("raising|receiving") that are settled. process: the scrutineer's words.
    offered_to: the partnership that is asked to take it over, because the child moved.
    """

    matter: EscalationRef | None = None
    next: EscalationRef | None = None
    linked: tuple[EscalationRef, ...] = ()
    holdings: tuple[Holding, ...] = ()
    joined: tuple[Joined, ...] = ()
    proposal: Proposal | None = None
    agreed_until: Instant | None = None
    agreed_on: date | None = None
    versions: tuple[OutcomeVersion, ...] = ()
    issues: tuple[Issue, ...] = ()
    closed_at: Instant | None = None
    prompted: tuple[str, ...] = ()
    debrief: str = ""
    panel: Panel | None = None
    process: str = ""
    settled: tuple[str, ...] = ()
    offered_to: PartnershipId | None = None


class Added(Private, frozen=True, kw_only=True):
    """Something sealed that somebody added. form, form_version, partnership, submission: what the record is bound to.

    by: an address; who: how they are shown. answers: the checked open answers. wrapped_key: b"" where it has no record.
    came_as: the reference under which intake keeps its envelope; None for one that was added before this was kept.
    """

    ref: EscalationRef
    submission: SubmissionId
    came_as: EscalationRef | None = None
    form: str
    form_version: int
    partnership: PartnershipId
    by: str
    who: str
    at: Instant
    answers: dict[str, object]
    wrapped_key: bytes = b""
    record_digest: Digest | None = None
    record_key_digest: Digest | None = None
