"""The sealed questions of a party's page. Pure."""

from datetime import date

from shared.private import Private
from shared.terms import Digest, PartnershipId, SubmissionId


class Yours(Private, frozen=True, kw_only=True, tag="yours"):
    """Every escalation in which this address has a part."""


class GiveName(Private, frozen=True, kw_only=True, tag="name"):
    """Who is signed in at a shared mailbox, as they say: shown as "X for <post>", marked as claimed."""

    name: str
    role: str


class SeeEscalation(Private, frozen=True, kw_only=True, tag="see"):
    ref: str


class ReadRecord(Private, frozen=True, kw_only=True, tag="read"):
    """One sealed record: the form's, or that of something added since. Every read is logged and shown."""

    ref: str
    submission: SubmissionId


class NotMine(Private, frozen=True, kw_only=True, tag="not-mine"):
    """Goes to the next contact with the reason. why: at most 200 characters, without the child."""

    ref: str
    why: str


class DeclareConflict(Private, frozen=True, kw_only=True, tag="conflict"):
    """The one asked is too close to it: goes to the next contact."""

    ref: str
    why: str


class HandOver(Private, frozen=True, kw_only=True, tag="hand-over"):
    """To a named deputy. to: a code of `SeenEscalation.deputies`."""

    ref: str
    to: str
    why: str


class ProposeDate(Private, frozen=True, kw_only=True, tag="date.propose"):
    """Another date for the answer. The stated one stands unless the raiser agrees."""

    ref: str
    until: date
    why: str


class AnswerDate(Private, frozen=True, kw_only=True, tag="date.answer"):
    """The raiser's answer to the date that was proposed."""

    ref: str
    agrees: bool


class AnswerOutcome(Private, frozen=True, kw_only=True, tag="outcome.answer"):
    """A party confirms or disputes the exact version whose digest it read. reason: required to dispute."""

    ref: str
    digest: Digest
    agrees: bool
    reason: str = ""


class SettleIssue(Private, frozen=True, kw_only=True, tag="issue"):
    """An outstanding issue of the written confirmation is done, or brought back."""

    ref: str
    issue: int
    done: bool
    how: str = ""


class RecordDebrief(Private, frozen=True, kw_only=True, tag="debrief"):
    """Whether a debrief was offered or taken. what: "offered", "taken", "declined"; never its content."""

    ref: str
    what: str


class ReplaceRaiser(Private, frozen=True, kw_only=True, tag="raiser.replace"):
    """The raiser names a successor, or their manager does. The successor proves the address by signing in."""

    ref: str
    name: str
    role: str
    address: str
    phone: str
    why: str


class LinkEscalation(Private, frozen=True, kw_only=True, tag="link"):
    """Two raisers raise the same matter: both are kept informed of both. By the duty contact, or a contact of both."""

    ref: str
    other: str
    why: str


class AnswerSeat(Private, frozen=True, kw_only=True, tag="panel.answer"):
    """A member of a resolution panel accepts or declines. interest: what they declare, "" for none."""

    ref: str
    accepts: bool
    interest: str = ""


class HandToPartnership(Private, frozen=True, kw_only=True, tag="duty.hand-to"):
    """The wrong partnership was chosen: the duty contact hands it over without retyping. The raiser is told."""

    ref: str
    to: PartnershipId
    why: str


class OfferToArea(Private, frozen=True, kw_only=True, tag="area.offer"):
    """The child moved: it stays here until the other area's duty contact accepts. The clock is not reset."""

    ref: str
    to: PartnershipId
    why: str


class AcceptArea(Private, frozen=True, kw_only=True, tag="area.accept"):
    ref: str


LifeQuestion = (
    Yours
    | GiveName
    | SeeEscalation
    | ReadRecord
    | NotMine
    | DeclareConflict
    | HandOver
    | ProposeDate
    | AnswerDate
    | AnswerOutcome
    | SettleIssue
    | RecordDebrief
    | ReplaceRaiser
    | LinkEscalation
    | AnswerSeat
    | HandToPartnership
    | OfferToArea
    | AcceptArea
)
