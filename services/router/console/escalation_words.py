"""An escalation as an admin sees it: states, people by their posts, notices; no name, nothing anybody wrote. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from services.router.domain.changes import Happened, SentNotice
from services.router.domain.decision import Basis, Decision, Person, Reason
from services.router.domain.directory import Directory
from services.router.domain.escalation import State
from services.router.domain.life import Life, OutcomeCode
from services.router.domain.page.history import for_an_admin
from services.router.domain.page.history_words import WHOM
from shared.messages import NoticeState
from shared.terms import Instant, PostId

STATES: Mapping[State, str] = {
    State.WAITING_CONFIRMATION: "Address not confirmed",
    State.WAITING_RELEASE: "Address to be released",
    State.PARKED: "Could not be opened",
    State.REFERRED: "The duty contact decides",
    State.ROUTED: "With a contact",
    State.RECORDED: "On record",
    State.RECEIVED: "Received",
    State.DIVERTED: "Another way than an escalation",
    State.CLOSED: "Closed",
    State.MOVED_ON: "Went on to the next stage",
}
OUTCOMES: Mapping[OutcomeCode, str] = {
    OutcomeCode.AGREED: "Agreed",
    OutcomeCode.PARTLY: "Agreed in part",
    OutcomeCode.NOT_AGREED: "Not agreed",
    OutcomeCode.WITHDRAWN: "Withdrawn",
    OutcomeCode.OVERTAKEN: "Overtaken by events",
}
BASES: Mapping[Basis, str] = {
    Basis.CLAUSE: "the policy’s text",
    Basis.SETTING: "the partnership’s setting",
    Basis.DEMONSTRATION: "an example of ours: no source states it",
}
BECAME: Mapping[NoticeState | None, str] = {
    None: "Made ready; nothing is reported yet",
    NoticeState.ACCEPTED: "Accepted by their mail system",
    NoticeState.REFUSED: "Refused by their mail system",
    NoticeState.DELAYED: "Not taken yet, and tried again",
    NoticeState.AMBIGUOUS: "May have arrived, and is sent again",
    NoticeState.EXPIRED: "Not taken for five days, and not tried again",
    NoticeState.BOUNCED: "Accepted first, and later sent back",
    NoticeState.UNRENDERABLE: "Could not be written",
}
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class Who(NamedTuple):
    """A person as the post they hold. post: for the link, "" where none is known."""

    words: str
    post: str = ""


class Asked(NamedTuple):
    """One who is in a decision. does: what they are told and asked."""

    who: Who
    does: str


class Why(NamedTuple):
    """A rule that was applied. source: "" for an example of ours."""

    says: str
    basis: str
    source: str


class Decided(NamedTuple):
    """A decision in codes. passed_over: how many people it does not ask although their posts fit."""

    decision: Decision
    asked: tuple[Asked, ...]
    whys: tuple[Why, ...]
    gaps: tuple[str, ...]
    passed_over: int


class Told(NamedTuple):
    """A notice and what became of it."""

    at: Instant
    whom: Who
    became: str
    when: Instant | None
    replaced: bool


def who_of(person: Person, directory: Directory) -> Who:
    """By the post alone: a role that somebody typed is not shown."""
    return who_at(person.post, person.part.value, directory)


def who_at(post: PostId | None, part: str, directory: Directory) -> Who:
    """The post's title and agency in the directory of now; where there is none, the part."""
    placed = directory.posts.get(post) if post is not None else None
    if placed is not None:
        return Who(f"{placed.post.title}, {placed.agency.name}", placed.post.id)
    part_words = WHOM.get(part, "somebody in it")
    return Who(part_words[0].upper() + part_words[1:])


def holders(decision: Decision | None, directory: Directory) -> tuple[Who, ...]:
    """Who is asked to act."""
    persons = decision.persons if decision is not None else ()
    return tuple(dict.fromkeys(who_of(one, directory) for one in persons if one.must_act))


def decided(decision: Decision, directory: Directory) -> Decided:
    """One decision, rule by rule."""
    return Decided(
        decision=decision,
        asked=tuple(Asked(who_of(one, directory), does(one)) for one in decision.persons),
        whys=whys(decision.reasons),
        gaps=tuple(dict.fromkeys(gap.says for gap in decision.gaps)),
        passed_over=len(decision.excluded),
    )


def whys(reasons: Sequence[Reason]) -> tuple[Why, ...]:
    return tuple(Why(one.says, BASES[one.basis], source_of(one)) for one in reasons)


def source_of(reason: Reason) -> str:
    return reason.source if reason.basis is not Basis.DEMONSTRATION else ""


def does(person: Person) -> str:
    """ "Is told, is asked to act, may read the record"."""
    answers = ((person.told, "is told"), (person.must_act, "is asked to act"), (person.may_read, "may read the record"))
    return (", ".join(words for holds, words in answers if holds) or "is not told").capitalize()


def told(notices: Sequence[SentNotice], directory: Directory) -> tuple[Told, ...]:
    """Every notice, the newest first."""
    ordered = sorted(notices, key=lambda one: one.at, reverse=True)
    return tuple(
        Told(
            one.at,
            who_at(PostId(one.post) if one.post else None, one.part or one.kind.value, directory),
            BECAME[one.state],
            one.reported_at,
            one.replaced,
        )
        for one in ordered
    )


def last_said(line: Happened | None) -> str:
    """What happened last, in words."""
    return for_an_admin([line])[0].what if line is not None else ""


def ended(life: Life) -> str:
    """How it closed, "" while it is open."""
    return OUTCOMES[life.versions[-1].code] if life.closed_at is not None and life.versions else ""


def acknowledged(life: Life) -> str:
    """How many of those asked have said that they have it."""
    said = sum(one.acknowledged_at is not None for one in life.holdings)
    return f"{said} of {len(life.holdings)} said “I have this”" if life.holdings else ""


def left(due_at: Instant | None, *, now: Instant) -> tuple[str, bool]:
    """The clock in words, and whether the date has passed."""
    if due_at is None:
        return "No date", False
    between = abs(due_at - now)
    many = between // _DAY if between >= 2 * _DAY else between // _HOUR
    unit = "days" if between >= 2 * _DAY else "hours" if many != 1 else "hour"
    much = f"{many} {unit}" if many else "less than an hour"
    return (f"{much} over", True) if due_at < now else (f"{much} left", False)
