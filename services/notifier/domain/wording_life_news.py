"""News of an escalation: one wording for each thing that somebody did, with what it asks of the reader. Pure."""

from collections.abc import Callable

from services.notifier.domain.letter import Block
from services.notifier.domain.wording_life import (
    AT_THE_PAGE,
    NOTHING_ASKED,
    did,
    life_of,
    told,
)
from services.notifier.domain.wording_life_elsewhere import ELSEWHERE
from services.notifier.domain.wording_life_outcome import closed, disputed
from services.notifier.domain.wording_life_panel import PANELS
from services.notifier.domain.wording_life_settling import ISSUES
from shared.messages import Notice


def news(notice: Notice) -> tuple[Block, ...]:
    """Something happened in it: what, and where to read it. Something nobody foresaw is told in general words."""
    what = life_of(notice).what
    return SAID.get(what, _otherwise)(notice)


def _acknowledged(notice: Notice) -> tuple[Block, ...]:
    has = did(notice, "has said: I have this, and will act.", "have said: I have this, and will act.")
    return told(
        notice,
        f"{has} {NOTHING_ASKED}",
        f"If they wrote what keeps the child safe meanwhile, it is sealed; read it {AT_THE_PAGE}.",
        "Where several people are asked to act, each says so for themselves. The page shows who has.",
    )


def _not_mine(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        f"{did(notice, 'says', 'said')} that this is not theirs to answer. Somebody else is asked instead.",
        *_moved_on("Their reason and"),
        holders=False,
    )


def _conflict(notice: Notice) -> tuple[Block, ...]:
    stood = did(notice, "is too close to this, and has stood back.", "have stood back.")
    return told(notice, f"{stood} Somebody else is asked instead.", *_moved_on("The reason and"), holders=False)


def _handed_over(notice: Notice) -> tuple[Block, ...]:
    handed = did(notice, "has handed this over to a deputy,", "have handed this over to a deputy,")
    return told(notice, f"{handed} who is asked to act now.", *_moved_on("The reason and"), holders=False)


def _reassigned(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        "The partnership has named another contact for this: somebody else is asked instead of whoever was before.",
        *_moved_on("The reason and"),
        holders=False,
    )


def _moved_on(also: str) -> tuple[str, ...]:
    return (
        f"{also} who is asked now are at the page below. The new contact is asked by email, and the person who "
        "raised it is told who it is.",
        "The date for the answer stays as it is.",
    )


def _action(notice: Notice) -> tuple[Block, ...]:
    recorded = did(notice, "has recorded an action or a decision.", "have recorded an action or a decision.")
    return told(notice, f"{recorded} Please read it {AT_THE_PAGE}.", _SEALED, _ADD)


def _representation(notice: Notice) -> tuple[Block, ...]:
    added = did(notice, "has added a representation: how they see it.", "have added a representation.")
    return told(notice, f"{added} Please read it {AT_THE_PAGE}.", _SEALED, _ADD)


_SEALED = (
    "It is sealed, and not in this email: email is not the place for a child’s name or story. Whoever may read the "
    "record may read this too."
)
_ADD = "You may add to it at the page, too: an action or decision of yours, or how you see it."


def _date_proposed(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    return told(
        notice,
        f"{did(notice, 'asks', 'asked')} for another date for the answer: {life.until_words}. {NOTHING_ASKED}",
        f"{_stands(notice)} unless the person who raised it agrees. The reason is at the page below.",
    )


def _date_agreed(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    agreed = did(notice, "has agreed", "have agreed")
    return told(
        notice,
        f"The answer is now due by {life.until_words}. {agreed} to that date.",
        "The date stated before no longer counts.",
        dated=False,
    )


def _date_declined(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    declined = did(notice, "has not agreed", "have not agreed")
    return told(notice, f"{_stands(notice)}. {declined} to another: {life.until_words}.")


def _stands(notice: Notice) -> str:
    date = life_of(notice).due_words
    return f"The stated date, {date}, stands" if date else "What was said before stands"


def _went_on(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    to = f" to {life.next_stage}" if life.next_stage else " to the next stage"
    return told(
        notice,
        f"{did(notice, 'has taken', 'have taken')} this{to}. {_NO_MORE}",
        "It goes on there as an escalation with a reference of its own. Those whom the policy names for that stage "
        "are told by email.",
        "What was written and recorded at this stage stays as it was, and can still be read at the page below.",
        holders=False,
        dated=False,
    )


def _reopened(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        f"{did(notice, 'has raised', 'have raised')} this again after it was closed. {_NO_MORE}",
        "It goes on as a new escalation with a reference of its own. Those whom the policy names are told by "
        "email. What was confirmed in this one stays as it is.",
        holders=False,
        dated=False,
    )


_NO_MORE = "In this escalation nothing more is asked of you."


def _raiser_replaced(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    successor = life.text or "Somebody else"
    if life.by is not None and life.by.name and life.by.name == notice.name:
        return told(
            notice,
            f"{successor} takes your part in this escalation from now on, as you said. Nothing more is asked of you.",
            "They are told by email. They may read it and answer; you no longer can.",
        )
    return told(
        notice,
        f"{successor} takes the part of the person who raised this from now on. Please ring them if you need to.",
        f"{did(notice, 'said', 'said')} so; the reason is at the page below. Whoever raises it now may read it, is "
        "told everything, and decides as that person did.",
        "Everything else stays as it is.",
    )


def _linked(notice: Notice) -> tuple[Block, ...]:
    linked = did(notice, "has linked", "have linked")
    return told(
        notice,
        f"{linked} this with another escalation that raises the same matter. {NOTHING_ASKED}",
        "Each goes its own way. Those who raised them are kept informed of both. The other reference and the "
        "reason are at the page below.",
    )


def _read(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        f"{did(notice, 'has read', 'have read')} the record of the escalation that you raised. {NOTHING_ASKED}",
        "You are told once a day of each reader. The page below shows every time that somebody read it.",
        f"If you think that they should not read it, ring {notice.duty_phone.number} and quote the reference.",
    )


def _otherwise(notice: Notice) -> tuple[Block, ...]:
    return told(notice, f"There is news of this escalation. Please read it {AT_THE_PAGE}.")


SAID: dict[str, Callable[[Notice], tuple[Block, ...]]] = {
    "acknowledged": _acknowledged,
    "not-mine": _not_mine,
    "conflict": _conflict,
    "handed-over": _handed_over,
    "reassigned": _reassigned,
    "action": _action,
    "representation": _representation,
    "date-proposed": _date_proposed,
    "date-agreed": _date_agreed,
    "date-declined": _date_declined,
    "went-on": _went_on,
    "reopened": _reopened,
    "raiser-replaced": _raiser_replaced,
    "linked": _linked,
    "read": _read,
    "outcome-disputed": disputed,
    "closed": closed,
    **ISSUES,
    **PANELS,
    **ELSEWHERE,
}
"""The values are those of router's `What`. A test holds both tables to what router sends."""
