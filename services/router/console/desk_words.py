"""What is on the desk, in words: what it is, what to do about it, and where. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from services.router.domain.admin.endings import Ends
from services.router.domain.admin.listing import ConcernKind
from services.router.domain.admin.on_desk import LATE, Can, OnDesk
from services.router.domain.directory import Directory
from services.router.domain.keeping.attention import in_days
from shared.failures import Code
from shared.messages import NoticeState
from shared.terms import PostId


class Item(NamedTuple):
    """One line. path: after `/p/<partnership>/`, where `go` leads; "" where there is nothing to look at.

    ring: whom, at which number of the directory. acts: (code, the words of its button, whether a reason is asked for).
    """

    on_desk: OnDesk
    what: str
    do: str
    path: str
    go: str
    ring: str = ""
    acts: tuple[tuple[str, str, bool], ...] = ()


ACTS: Mapping[Can, tuple[str, bool]] = {
    Can.RESEND: ("Send it again", False),
    Can.RETRY: ("Try it again", False),
    Can.REDIRECT: ("Ask somebody else", True),
    Can.SETTLE: ("It was dealt with", True),
}
"""The button, and whether it wants a reason."""

_SEE = "See the escalation"
_WORDS: Mapping[ConcernKind, tuple[str, str]] = {
    ConcernKind.ORDER: (
        "Something that was asked for here is not done yet.",
        "Router carries it out within a second. Tell whoever runs Candour for you that it may not be running.",
    ),
    ConcernKind.UNCONFIRMED: (
        "The raiser’s address is not confirmed.",
        "The duty contact rings the raiser and confirms it, signed in on the escalation’s own page.",
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
    ConcernKind.SILENT: (
        "Nobody who was asked has said “I have this”.",
        "Their deputy and the safeguarding lead were told. Ring whoever was asked, or have somebody else asked.",
    ),
    ConcernKind.REPLIED: (
        "Somebody replied to an email, to an address where nobody reads.",
        "What they wrote is not in Candour. Ask those in it, or have the mailbox looked at.",
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
_PARKED: Mapping[str, tuple[str, str]] = {
    Code.UNKNOWN_KEY.value: (
        "A form is sealed to a key that is not here.",
        "Whoever runs Candour for you puts the key back; then try it again.",
    ),
    Code.CANNOT_OPEN.value: ("A form cannot be opened.", "Ring whoever sent it, if somebody says that they did."),
    Code.ACT_REFUSED.value: (
        "Something that was added to an escalation could not be taken in.",
        "The session had ended, or who sent it has no part in it now. Ask those in it what was meant.",
    ),
}
_ANY_PARKED = (
    "A form could not be taken in: its answers do not fit together.",
    "If the directory was put right since, try it again.",
)
_ENDS: Mapping[Ends, tuple[str, str]] = {
    Ends.FACTS_KEY: (
        "The key that forms are sealed to ends on {}.",
        "Whoever runs Candour for you makes the next one: python -m deploy.provisioning keys, as its RUNBOOK says.",
    ),
    Ends.TO_DESTROY: (
        "Old keys could not be destroyed by themselves, seen since {}.",
        "Whoever runs Candour for you destroys them: see Keys in its RUNBOOK.",
    ),
    Ends.HOLIDAYS: (
        "The bank holidays that are known end on {}.",
        "Whoever runs Candour for you brings it up to date: a date past them is left to a person.",
    ),
}
_ANY_GAP = ("Nobody may be asked for a part of it.", "The duty contact decides who acts.")
_NOTICES: Mapping[str, tuple[str, str]] = {
    NoticeState.REFUSED.value: ("A mail system refused an email.", "Check the address; then send it again."),
    NoticeState.DELAYED.value: (
        "A mail system has not taken an email yet.",
        "It is tried again. Ring if it is urgent.",
    ),
    NoticeState.AMBIGUOUS.value: ("An email may have arrived, and is sent again.", "Ring if it is urgent."),
    NoticeState.EXPIRED.value: ("An email was not taken for five days.", "Check the address, or name a deputy."),
    NoticeState.BOUNCED.value: (
        "An email was accepted, and sent back later.",
        "Check the address, or name a deputy; then send it again.",
    ),
    LATE: (
        "Email about it has waited for more than an hour, although other email goes out.",
        "Ring if it is urgent, and tell whoever runs Candour for you.",
    ),
    NoticeState.UNRENDERABLE.value: ("An email could not be written.", "Tell whoever runs Candour for you."),
}


def item_of(one: OnDesk, directory: Directory | None = None) -> Item:
    """The line of one thing. directory: for whom to ring; without it nobody is named."""
    path, go = _where(one)
    acts = tuple((can.value, *ACTS[can]) for can in one.can)
    return Item(one, *_says(one), path, go, _ring(one, directory) if directory is not None else "", acts)


def _says(one: OnDesk) -> tuple[str, str]:
    kind, note = one.concern.kind, one.concern.note
    if kind is ConcernKind.NOTICE:
        return _NOTICES[note]
    if kind is ConcernKind.PARKED:
        return _PARKED.get(note, _ANY_PARKED)
    if kind is ConcernKind.KEY:
        code, _, on = note.partition(" ")
        what, do = _ENDS[Ends(code)]
        return what.format(in_days(date.fromisoformat(on))), do
    return _GAPS.get(note, _ANY_GAP) if kind is ConcernKind.NOBODY else _WORDS[kind]


def _where(one: OnDesk) -> tuple[str, str]:
    if one.concern.kind is ConcernKind.NOT_LISTED:
        kind = one.concern.type
        return f"directory/new-agency{f'?type={kind.value}' if kind is not None else ''}", "Add the agency"
    if one.post and one.concern.kind is ConcernKind.NOTICE:
        return f"directory/post/{one.post}", "Look at the post"
    return (f"escalations/{one.concern.ref}", _SEE) if one.linked else ("", "")


def _ring(one: OnDesk, directory: Directory) -> str:
    """The office of the directory's number: never one that was typed into a form."""
    if one.concern.agency is not None and (agency := directory.agencies.get(one.concern.agency)) is not None:
        return f"{agency.name}, {agency.phone}" if agency.phone else ""
    placed = directory.posts.get(PostId(one.post)) if one.post else None
    if placed is None:
        return ""
    number = placed.post.phone or placed.agency.phone
    return f"{placed.post.title}, {placed.agency.name}, {number}" if number else ""
