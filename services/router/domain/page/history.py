"""What happened to an escalation, in words for the people in it: never a code, nothing that is not known. Pure."""

from calendar import day_name
from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from services.router.domain.changes import Happened, What
from services.router.domain.decision import Part
from services.router.domain.page.history_words import (
    ASKED_TO_LOOK,
    CONFIRMED,
    DEBRIEFS,
    DECIDED,
    FOR_ALL,
    OUTCOMES,
    PASSING,
    PROMPTED,
    QUOTED,
    REPORTED,
    SAYS,
    SOMEBODY,
    WHOM,
)
from shared.following import Entry
from shared.references import parse_reference

_MOST_LOOKS, _MOST_LINES = 50, 200
"""The newest are shown: an answer has an end, and looking often must not push the rest out of it."""

_OF_PARTS = frozenset(part.value for part in Part)
_TOGETHER = frozenset({What.NOTICE_OWED, What.NOTICE_REPORTED, What.SEEN, What.READ})
"""Several of one minute are one line: each was for another person, or one person's next record."""
_LEADS_TO = frozenset({What.WENT_ON, What.REOPENED, What.LINKED})
"""The note is the reference of the other escalation."""


def for_the_duty_contact(lines: Iterable[Happened]) -> tuple[Entry, ...]:
    """All that happened, with what the duty contact wrote."""
    return _entries(list(lines), notes=True)


def for_the_parties(lines: Iterable[Happened], *, faceless: bool = False) -> tuple[Entry, ...]:
    """What everybody in it may know. What the duty contact wrote of a telephone call is not among it.

    faceless: to somebody whose address nobody vouches for: without names, and without what anybody wrote.
    """
    shown = [line for line in lines if _is_for_all(line)]
    bare = [msgspec.structs.replace(line, name="") for line in shown] if faceless else shown
    return _entries(bare, notes=False)


def for_an_admin(lines: Iterable[Happened]) -> tuple[Entry, ...]:
    """All that happened, in codes put into words: without a name, and without what anybody wrote."""
    return _entries([msgspec.structs.replace(line, name="") for line in lines], notes=False)


def _is_for_all(line: Happened) -> bool:
    if line.what is What.CONFIRMED:
        return line.who != Part.DUTY.value  # beside it stands the line that says how
    if line.what is What.NOTICE_REPORTED:
        return line.who in _OF_PARTS and line.note.partition(" ")[2] not in PASSING
    if line.what is What.NOTICE_OWED:
        return line.note not in PASSING
    return line.what in FOR_ALL


def _entries(lines: Sequence[Happened], *, notes: bool) -> tuple[Entry, ...]:
    found = []
    for _, group in groupby(_newest(lines), key=_together):
        same = list(group)
        says = _of_several(same) if same[0].what in _TOGETHER else _of_one(same[0], notes=notes)
        found.append(Entry(at=same[0].at, what=says, who=same[0].name))
    return tuple(found)


def _together(line: Happened) -> tuple[object, ...]:
    if line.what not in _TOGETHER:
        return (id(line),)
    state = line.note.partition(" ")[0] if line.what is What.NOTICE_REPORTED else ""
    return line.what, line.name, state, line.at.replace(second=0, microsecond=0)


def _of_several(lines: Sequence[Happened]) -> str:
    whom = _listed([WHOM.get(line.who, SOMEBODY) for line in lines])
    what, state = lines[0].what, lines[0].note.partition(" ")[0]
    if what is What.READ:
        return SAYS[what] if len(lines) == 1 else f"Read {len(lines)} sealed records of it."
    if what is What.SEEN:
        return f"Looked at here by {whom}."
    if what is What.NOTICE_OWED:
        return f"Made ready to go: an email to {whom}."
    return REPORTED.get(state, "The mail system answered about the email to {}.").format(whom)


def _of_one(line: Happened, *, notes: bool) -> str:
    """One line. What a person wrote beside their name is quoted; a code of ours never is.

    notes: what the duty contact wrote is quoted too.
    """
    if line.who == Part.DUTY.value:
        return f"{SAYS[line.what]} They wrote: “{line.note}”" if notes and line.note else SAYS[line.what]
    if line.what is What.CONFIRMED:
        return CONFIRMED.get(line.note, SAYS[line.what])
    if line.what is What.DESK_TOLD and line.note in ASKED_TO_LOOK:
        return f"{SAYS[line.what].rstrip('.')}: {ASKED_TO_LOOK[line.note]}."
    if line.what is What.DECIDED:
        return _decided(line)
    if line.what is What.OUTCOME_PROPOSED and line.note in OUTCOMES:
        return f"Recorded an outcome, {OUTCOMES[line.note]}. Every party is asked to confirm its text."
    if line.what is What.DEBRIEF:
        return DEBRIEFS.get(line.note, SAYS[line.what])
    if line.what is What.RECORD_DELETED and line.note.partition(" ")[0] in day_name:
        return f"{SAYS[line.what].rstrip('.')}; the last backup of it ends on {line.note}."
    if line.what is What.PROMPTED:
        return PROMPTED.get(line.note.partition("|")[0], SAYS[line.what])
    if line.what in _LEADS_TO and (ref := parse_reference(line.note)) is not None:
        return f"{SAYS[line.what].rstrip('.')}: {ref}."
    if line.what in QUOTED and line.name and line.note:
        return f"{SAYS[line.what]} They wrote: “{line.note}”"
    return SAYS[line.what]


def _decided(line: Happened) -> str:
    number, _, ruling = line.note.partition(" ")
    applied = "The policy was applied" if number in ("", "1") else "The policy was applied again"
    return f"{applied}: {DECIDED[ruling]}" if ruling in DECIDED else f"{applied}."


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
