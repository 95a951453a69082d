"""What happened to an escalation, in words for the people in it: never a code, nothing that is not known. Pure."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from services.router.domain.changes import Happened, What
from services.router.domain.decision import Part, Ruling
from services.router.domain.escalation import ConfirmedBy
from shared.following import Entry
from shared.messages import NoticeKind, NoticeState

_MOST_LOOKS, _MOST_LINES = 50, 500
"""The newest are shown: an answer has an end, and looking often must not push the rest out of it."""

_FOR_ALL = frozenset(
    {
        What.RECEIVED,
        What.CONFIRMED,
        What.DECIDED,
        What.NOTICE_OWED,
        What.NOTICE_REPORTED,
        What.CONTACT_PASSED_OVER,
        What.ROUTED_BY_HAND,
    }
)
_SAYS = {
    What.RECEIVED: "The form was received and opened.",
    What.PARKED: "The form could not be opened, or its answers do not fit together.",
    What.CODE_SENT: "An email with a code for the raiser’s address was made ready.",
    What.CONFIRMED: "The raiser’s address was confirmed.",
    What.DUTY_TOLD: "An email was made ready that tells the duty contact: the address is not confirmed.",
    What.URGENT_TOLD: "Emails were made ready that tell the duty contact, and this stage’s contact, that it is urgent.",
    What.WAITS_FOR_RELEASE: "It waits until the duty contact has checked the raiser’s address.",
    What.RELEASED: "The duty contact let email go to an address.",
    What.DECIDED: "The policy was applied.",
    What.ROUTED_BY_HAND: "The duty contact named who is to act.",
    What.CONTACT_PASSED_OVER: "Email does not reach the person who was asked to act: another is looked for.",
    What.DESK_TOLD: "An email was made ready that asks the duty contact to look.",
}
_CONFIRMED = {
    ConfirmedBy.CODE.value: "The raiser’s address was confirmed with the code emailed to it.",
    ConfirmedBy.SIGN_IN.value: "The raiser’s address was confirmed by signing in here.",
    ConfirmedBy.TELEPHONE.value: "The raiser’s address was confirmed by telephone.",
}
_DECIDED = {
    Ruling.ROUTED.value: "it says who acts.",
    Ruling.REFERRED.value: "it does not say who acts, so the duty contact decides.",
    Ruling.DIVERTED.value: "it gives another way than an escalation.",
    Ruling.RECORDED.value: "it keeps this on record and opens no route.",
}
_ASKED_TO_LOOK = {
    "referred": "the policy or the directory does not say who acts",
    "release": "an address waits to be checked",
    "unregistered": "the raiser’s address is of no agency in the directory",
    "not-listed": "an agency is not in the directory",
    "gap": "somebody could not be found in the directory",
    "refused": "a mail system refused an email",
    "delayed": "a mail system has not taken an email yet",
    "expired": "an email was not taken for five days",
    "informed-refused": "a mail system refused an email to somebody told for information",
    "unrenderable": "an email could not be written",
}
_REPORTED = {
    NoticeState.ACCEPTED.value: "Accepted by the mail system: the email to {}.",
    NoticeState.REFUSED.value: "Refused by their mail system: the email to {}.",
    NoticeState.DELAYED.value: "Not taken yet by their mail system, and tried again: the email to {}.",
    NoticeState.AMBIGUOUS.value: "May have arrived, and is sent again to be sure: the email to {}.",
    NoticeState.EXPIRED.value: "Not taken for five days, and not tried again: the email to {}.",
    NoticeState.UNRENDERABLE.value: "Could not be written: the email to {}.",
}
_WHOM = {
    Part.RAISER.value: "the person who raised it",
    Part.RAISERS_MANAGER.value: "the raiser’s manager",
    Part.CONTACT.value: "the person asked to act",
    Part.RAISING_CONTACT.value: "the contact of the side that raised it",
    Part.DECISION_MAKER.value: "the person who decided",
    Part.INFORMED.value: "somebody told for information",
    Part.LEAD.value: "a safeguarding lead",
    Part.PARTNERSHIP.value: "the partnership, in codes only",
    Part.DUTY.value: "the duty contact",
    NoticeKind.DESK.value: "the duty contact",
    NoticeKind.WAITING.value: "the duty contact",
    NoticeKind.WAITING_URGENT.value: "those told at once",
}
_SOMEBODY = "somebody in it"
_OF_PARTS = frozenset(part.value for part in Part)
_TOGETHER = frozenset({What.NOTICE_OWED, What.NOTICE_REPORTED, What.SEEN})
"""Several of one minute are one line: each was for another person."""


def for_the_duty_contact(lines: Iterable[Happened]) -> tuple[Entry, ...]:
    """All that happened, with what the duty contact wrote."""
    return _entries(list(lines), notes=True)


def for_the_parties(lines: Iterable[Happened]) -> tuple[Entry, ...]:
    """What everybody in it may know. What the duty contact wrote of a telephone call is not among it."""
    return _entries([line for line in lines if _is_for_all(line)], notes=False)


def _is_for_all(line: Happened) -> bool:
    if line.what is What.CONFIRMED:
        return line.who != Part.DUTY.value  # beside it stands the line that says how
    if line.what is What.NOTICE_REPORTED:
        return line.who in _OF_PARTS
    return line.what in _FOR_ALL


def _entries(lines: Sequence[Happened], *, notes: bool) -> tuple[Entry, ...]:
    found = []
    for _, group in groupby(_newest(lines), key=_together):
        same = list(group)
        says = _of_several(same) if same[0].what in _TOGETHER else _of_one(same[0], notes=notes)
        found.append(Entry(at=same[0].at, what=says))
    return tuple(found)


def _together(line: Happened) -> tuple[object, ...]:
    if line.what not in _TOGETHER:
        return (id(line),)
    return line.what, line.note if line.what is What.NOTICE_REPORTED else "", line.at.replace(second=0, microsecond=0)


def _of_several(lines: Sequence[Happened]) -> str:
    whom = _listed([_WHOM.get(line.who, _SOMEBODY) for line in lines])
    what, state = lines[0].what, lines[0].note
    if what is What.SEEN:
        return f"Looked at here by {whom}."
    if what is What.NOTICE_OWED:
        return f"Made ready to go: an email to {whom}."
    return _REPORTED.get(state, "The mail system answered about the email to {}.").format(whom)


def _of_one(line: Happened, *, notes: bool) -> str:
    """One line. notes: what the duty contact wrote is quoted; a code of ours never is."""
    if line.who == Part.DUTY.value:
        return f"{_SAYS[line.what]} They wrote: “{line.note}”" if notes and line.note else _SAYS[line.what]
    if line.what is What.CONFIRMED:
        return _CONFIRMED.get(line.note, _SAYS[line.what])
    if line.what is What.DESK_TOLD and line.note in _ASKED_TO_LOOK:
        return f"{_SAYS[line.what].rstrip('.')}: {_ASKED_TO_LOOK[line.note]}."
    if line.what is What.DECIDED:
        return _decided(line)
    return _SAYS[line.what]


def _decided(line: Happened) -> str:
    number, _, ruling = line.note.partition(" ")
    applied = "The policy was applied" if number in ("", "1") else "The policy was applied again"
    return f"{applied}: {_DECIDED[ruling]}" if ruling in _DECIDED else f"{applied}."


def _listed(whom: Sequence[str]) -> str:
    """`a, b and c`, each once. One with a comma in it stands last."""
    each = sorted(dict.fromkeys(whom), key=lambda one: "," in one)
    return each[0] if len(each) == 1 else f"{', '.join(each[:-1])} and {each[-1]}"


def _newest(lines: Sequence[Happened]) -> list[Happened]:
    """As many lines as an answer has room for, in their order."""
    room, kept = {True: _MOST_LOOKS, False: _MOST_LINES}, []
    for line in reversed(lines):
        looked = line.what is What.SEEN
        room[looked] -= 1
        if room[looked] >= 0:
            kept.append(line)
    return kept[::-1]
