"""What the sealed questions of a party's page are answered. Pure."""

from shared.private import Private
from shared.releases import SignedTicket
from shared.terms import Digest, Instant, PartnershipId, SubmissionId


class Line(Private, frozen=True, kw_only=True):
    """One labelled line of a page drawn in the browser."""

    label: str
    text: str


class Entry(Private, frozen=True, kw_only=True):
    """One line of what happened, in order. at: UTC."""

    at: Instant
    what: str
    who: str = ""


class ChoiceSeen(Private, frozen=True, kw_only=True):
    """Something this person may choose. code: goes back in the question; words: as people read it."""

    code: str
    words: str


class StageSeen(Private, frozen=True, kw_only=True):
    """A stage that this matter went through. ref: its escalation. how: how it ended, "" while it is open."""

    ref: str
    label: str
    who: str
    began_at: Instant
    ended_at: Instant | None = None
    how: str = ""


class ClockSeen(Private, frozen=True, kw_only=True):
    """The clock. Days left are whole ones, negative when it is past; None where there is no date."""

    due_at: Instant
    due_words: str
    working_days_left: int
    calendar_days_left: int
    proposed: str = ""


class PersonSeen(Private, frozen=True, kw_only=True):
    """One person in it. told, acknowledged, read: in words, "" where there is nothing to say."""

    label: str
    who: str
    phone: str = ""
    told: str = ""
    acknowledged: str = ""
    read: str = ""
    you: bool = False


class AddedSeen(Private, frozen=True, kw_only=True):
    """Something sealed that belongs to it: the form itself, or what was added. readable: by this person, now."""

    submission: SubmissionId
    words: str
    by: str
    at: Instant
    readable: bool


class ProposalSeen(Private, frozen=True, kw_only=True):
    until_words: str
    why: str
    by: str


class IssueSeen(Private, frozen=True, kw_only=True):
    """An outstanding issue: who pursues it, by when. state: "open", "done", "back"."""

    number: int
    text: str
    owner: str
    by_words: str
    state: str = "open"


class AnswerSeen(Private, frozen=True, kw_only=True):
    """What one party says of the outcome's text. answer: "waits", "confirms", "disputes"."""

    who: str
    answer: str
    at: Instant | None = None
    reason: str = ""


class OutcomeSeen(Private, frozen=True, kw_only=True):
    """One version of the outcome's text. code: agreed, partly, not-agreed, withdrawn, overtaken.

    final: every party confirmed it.
    """

    version: int
    digest: Digest
    code: str
    text: str
    issues: tuple[IssueSeen, ...]
    by: str
    at: Instant
    answers: tuple[AnswerSeen, ...]
    final: bool = False


class SeenEscalation(Private, frozen=True, kw_only=True, tag="seen"):
    """What this person may see of an escalation. Lists are empty where their part does not show them.

    state: of `services.router.domain.escalation.State`. releases: addresses waiting for the duty contact.
    posts: (post id, words) the duty contact may route to. diversion: the code of the advice it leads to instead.
    moves: codes of `Move` that this person may make now. needs_name: a shared mailbox that has not said who it is.
    sits: on its resolution panel, so that an answer about the seat is to stand down.
    next_stages: (number, words) that the form may be opened for. owners: who may pursue an outstanding issue.
    pairs: of agencies between which an outcome may settle it, where there is more than one.
    """

    ref: str
    state: str
    stage_label: str = ""
    part: str = ""
    due_words: str = ""
    facts: tuple[Line, ...] = ()
    parties: tuple[Line, ...] = ()
    because: tuple[Line, ...] = ()
    history: tuple[Entry, ...] = ()
    releases: tuple[str, ...] = ()
    posts: tuple[tuple[str, str], ...] = ()
    may_confirm: bool = False
    may_route: bool = False
    diversion: str = ""
    partnership: str = ""
    stages: tuple[StageSeen, ...] = ()
    clock: ClockSeen | None = None
    people: tuple[PersonSeen, ...] = ()
    added: tuple[AddedSeen, ...] = ()
    outcome: OutcomeSeen | None = None
    issues: tuple[IssueSeen, ...] = ()
    proposal: ProposalSeen | None = None
    moves: tuple[str, ...] = ()
    deputies: tuple[ChoiceSeen, ...] = ()
    owners: tuple[ChoiceSeen, ...] = ()
    next_stages: tuple[ChoiceSeen, ...] = ()
    pairs: tuple[ChoiceSeen, ...] = ()
    partnerships: tuple[ChoiceSeen, ...] = ()
    phones: tuple[Line, ...] = ()
    linked: tuple[str, ...] = ()
    immediate_harm: bool = False
    needs_name: bool = False
    sits: bool = False


class YourEscalation(Private, frozen=True, kw_only=True):
    """One line of "yours". asks: whether something waits for this person."""

    ref: str
    partnership: str
    state: str
    stage_label: str
    part: str
    due_words: str = ""
    asks: bool = False


class YourEscalations(Private, frozen=True, kw_only=True, tag="your-escalations"):
    """Those that ask something first, then open ones by their date, then ended ones."""

    escalations: tuple[YourEscalation, ...]


class RecordOpened(Private, frozen=True, kw_only=True, tag="record"):
    """All that a browser needs to fetch one record and open it. The reader compares both digests.

    key: the record key. partnership, form, form_version, submission: what the record is bound to.
    """

    key: bytes
    key_digest: Digest
    record_digest: Digest
    partnership: PartnershipId
    form: str
    form_version: int
    submission: SubmissionId
    ticket: SignedTicket


LifeAnswer = SeenEscalation | YourEscalations | RecordOpened
