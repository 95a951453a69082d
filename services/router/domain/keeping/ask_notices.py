"""The letter that asks a holder whether their posts are still right. Pure."""

from collections.abc import Sequence

import msgspec

from services.router.domain.directory import holder_on
from services.router.domain.keeping.asks import Todo, answer_by
from services.router.domain.letters.notices import blank
from services.router.domain.place import Place
from shared.messages import Notice, NoticeKind, PostsFacts
from shared.terms import EscalationRef, Instant


def of_ask(place: Place, todos: Sequence[Todo], *, at: Instant) -> Notice:
    """One letter about every post of one holder. A reminder names the day of the first letter."""
    first = todos[0]
    asked = msgspec.structs.replace(first.ask, asked_at=first.ask.asked_at if first.again else at)
    day = answer_by(asked, zone=place.zone)
    notice = blank(
        place,
        kind=NoticeKind.STILL_RIGHT,
        ref=EscalationRef(""),
        address=first.ask.address,
        cause=("still-right", place.id, at.isoformat(), "again" if first.again else "first"),
    )
    holder = holder_on(first.placed.post, day) if day is not None else None
    posts = tuple(f"{one.placed.post.title}, {one.placed.agency.name}" for one in todos)
    return msgspec.structs.replace(
        notice,
        name=holder.name if holder is not None and holder.address.casefold() == first.ask.address else "",
        posts=PostsFacts(posts=posts, answer_by=day, again=first.again),
    )
