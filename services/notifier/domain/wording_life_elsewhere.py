"""It goes to another partnership: the wrong one was chosen, or the child moved. Pure."""

from collections.abc import Callable

from services.notifier.domain.letter import Block, Facts, Paragraph
from services.notifier.domain.wording_common import reference_of
from services.notifier.domain.wording_life import NOTHING_ASKED, life_of, told, whom_to_ring, why_you
from shared.messages import Notice


def _handed(notice: Notice) -> tuple[Block, ...]:
    return _gone(
        notice,
        f"This was raised with the wrong partnership. It is now with {_where(notice)}. {NOTHING_ASKED}",
        "Nothing has to be written again. That partnership’s policy says who is asked, and by when; those people, and "
        "the person who raised it, are told by email. The reference stays the same.",
    )


def _offered(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        f"The child has moved to another area: {_where(notice)} is asked to take this over. {NOTHING_ASKED}",
        "Until it is taken over it stays here: whoever is asked to act goes on, and the date stays as it is. Nobody "
        "waits for the other area.",
    )


def _accepted(notice: Notice) -> tuple[Block, ...]:
    return _gone(
        notice,
        f"The child has moved to another area: {_where(notice)} has taken this over. {NOTHING_ASKED}",
        "The clock is not set back. That partnership’s policy says who is asked; those people, and the person who "
        "raised it, are told by email. The reference stays the same.",
    )


def _gone(notice: Notice, opening: str, more: str) -> tuple[Block, ...]:
    """Stage, policy and date are the other partnership’s from now on: none of the notice’s is said."""
    rows = (("Reference", reference_of(notice)), ("Now with", life_of(notice).text))
    return (
        Paragraph(text=opening, strong=True),
        Paragraph(text=more),
        Facts(rows=rows),
        *whom_to_ring(notice),
        *why_you(notice),
    )


def _where(notice: Notice) -> str:
    """The other partnership’s name, which router gives as the text."""
    return life_of(notice).text or "another partnership"


ELSEWHERE: dict[str, Callable[[Notice], tuple[Block, ...]]] = {
    "handed-to-partnership": _handed,
    "area-offered": _offered,
    "area-accepted": _accepted,
}
