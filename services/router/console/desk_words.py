"""What is on the desk, in words: what it is, what to do about it, and where. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from services.router.domain.listing import ConcernKind
from services.router.domain.on_desk import OnDesk
from shared.messages import NoticeState


class Item(NamedTuple):
    """One line. path: after `/p/<partnership>/`, where `go` leads."""

    on_desk: OnDesk
    what: str
    do: str
    path: str
    go: str


_SEE = "See the escalation"
_RUNNER = "Whoever runs Candour can have it tried again: `python -m services.router parked list`."
_WORDS: Mapping[ConcernKind, tuple[str, str]] = {
    ConcernKind.PARKED: ("A form could not be opened, or its answers do not fit together.", _RUNNER),
    ConcernKind.UNCONFIRMED: (
        "The raiser’s address is not confirmed.",
        "The duty contact rings them and confirms it, signed in on the escalation’s own page.",
    ),
    ConcernKind.RELEASE: (
        "An address waits to be released.",
        "The duty contact checks and releases it, signed in on the escalation’s own page.",
    ),
    ConcernKind.NOT_LISTED: ("An agency is not in the directory.", "Add it, so that the next one finds its way."),
    ConcernKind.NOT_MINE: (
        "A contact said that it is not theirs.",
        "Another was looked for. See whether the directory names the right post.",
    ),
    ConcernKind.ACT_SET_ASIDE: (
        "Something that was sent about it could not be taken in.",
        "The duty contact asks those in it what was meant.",
    ),
    ConcernKind.PANEL: ("Its resolution panel has an empty seat.", "Convene it again: the seat is offered to another."),
}
_GAPS: Mapping[str, tuple[str, str]] = {
    "no-holder": ("The directory has nobody for a part of it.", "Name a holder."),
    "post-vacant": ("A post that it needs is vacant.", "Name a holder."),
    "several-holders": ("Several posts fit, and nobody allocates between them.", "Name the post that allocates."),
    "informed-not-reached": ("Email does not reach somebody who is to be told.", "Tell them yourself."),
    "deputy-gone": ("It was handed to a deputy whose post is vacant.", "Name a holder."),
}
_ANY_GAP = ("Nobody may be asked for a part of it.", "The duty contact decides who acts.")
_NOTICES: Mapping[str, tuple[str, str]] = {
    NoticeState.REFUSED.value: ("A mail system refused an email.", "Check the address, or name a deputy."),
    NoticeState.DELAYED.value: (
        "A mail system has not taken an email yet.",
        "It is tried again. Ring if it is urgent.",
    ),
    NoticeState.AMBIGUOUS.value: ("An email may have arrived, and is sent again.", "Ring if it is urgent."),
    NoticeState.EXPIRED.value: ("An email was not taken for five days.", "Check the address, or name a deputy."),
    NoticeState.UNRENDERABLE.value: ("An email could not be written.", "Tell whoever runs Candour for you."),
}


def item_of(one: OnDesk) -> Item:
    """The line of one thing."""
    kind, note, page = one.concern.kind, one.concern.note, f"escalations/{one.concern.ref}"
    if kind is ConcernKind.NOTICE:
        what, do = _NOTICES[note]
        return Item(one, what, do, *((f"directory/post/{one.post}", "Look at the post") if one.post else (page, _SEE)))
    if kind is ConcernKind.NOBODY:
        return Item(one, *_GAPS.get(note, _ANY_GAP), page, _SEE)
    what, do = _WORDS[kind]
    return Item(
        one, what, do, *(("directory/new-agency", "Add the agency") if kind is ConcernKind.NOT_LISTED else (page, _SEE))
    )
