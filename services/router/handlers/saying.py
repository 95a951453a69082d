"""What a use case of the life commits: the escalation with its clock, its history, the notices owed. Shell.

A raiser for whose address nobody vouches is told by roles and offices, as the page shows them.
"""

from collections.abc import Callable, Iterable

from services.router.domain.changes import Change, Happened, SentNotice, What
from services.router.domain.escalation import Escalation, Standing
from services.router.domain.letters.news import News, life_facts, tell
from services.router.domain.letters.written import discreet
from services.router.domain.living.present import Present
from services.router.handlers.owing import owe_all
from services.router.handlers.presence import Here
from services.router.handlers.routing import is_trusted
from services.router.ports import World
from shared.messages import LifeFacts, Notice, NoticeKind

Told = tuple[tuple[Notice, SentNotice], ...]
Draw = Callable[[LifeFacts, bool], LifeFacts]


def as_it_is(facts: LifeFacts, faceless: bool) -> LifeFacts:
    """What every notice says, and nothing more."""
    return facts


def tell_them(
    at: Here, kind: NoticeKind, what: What, to: Iterable[Present], *, cause: str, to_do: str = "", draw: Draw = as_it_is
) -> Told:
    """A notice to each. draw: adds what this news says; faceless for a raiser whom nobody vouches for."""
    known = is_trusted(at.escalation, at.ground)
    everyone = tuple(to)
    plain = tuple(one for one in everyone if known or Standing.RAISER not in one.standings)
    hidden = tuple(one for one in everyone if one not in plain)
    said = life_facts(at.escalation, at.decision, what=what.value, place=at.place, wording=at.wording, by=at.named())
    told: Told = ()
    for people, faceless in ((plain, False), (hidden, True)):
        facts = draw(discreet(said, at.wording) if faceless else said, faceless)
        news = News(ref=at.escalation.ref, kind=kind, cause=(what.value, cause), facts=facts, at=at.at)
        told += tell(news, (one.person for one in people), place=at.place, to_do=to_do)
    return told


def in_it(at: Here) -> tuple[Present, ...]:
    """Everybody in it; not yet who is merely asked to sit on a panel."""
    return tuple(one for one in at.everybody if one.standings != {Standing.SEAT_OFFERED})


def line_of(at: Here, what: What, *, note: str = "") -> Happened:
    """What somebody did, under their name."""
    part = at.me.person.part.value if at.me is not None else ""
    return Happened(ref=at.escalation.ref, at=at.at, what=what, who=part, note=note, name=at.voice().who)


def change_of(
    at: Here, lines: tuple[Happened, ...], told: Told, *, world: World, after: Escalation | None = None
) -> Change:
    """The whole change. after: None where the escalation itself stays as it is."""
    owed = tuple(
        Happened(ref=row.ref, at=row.at, what=What.NOTICE_OWED, who=row.part, note=row.kind.value) for _, row in told
    )
    return Change(
        at=at.at,
        escalation=at.timed(after) if after is not None else None,
        happened=(*lines, *owed),
        sent=tuple(row for _, row in told),
        owed=owe_all((notice for notice, _ in told), world.notifier),
    )
