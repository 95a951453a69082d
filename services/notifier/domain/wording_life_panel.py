"""A resolution panel and an independent scrutineer: a seat is offered, taken or not; how it is dealt with. Pure."""

from collections.abc import Callable

from services.notifier.domain.letter import Block, Heading, Points, Quoted
from services.notifier.domain.wording_life import AT_THE_PAGE, NOTHING_ASKED, did, life_of, named, told
from shared.messages import Notice

_ADD = "You may add how you see it, at the page below: the panel hears those concerned."


def panel(notice: Notice) -> tuple[Block, ...]:
    """A seat is offered. Nothing can be read before it is accepted."""
    return told(
        notice,
        "You are asked to sit on a resolution panel about a disagreement between agencies about a child. Please "
        f"accept or decline {AT_THE_PAGE}.",
        "The partnership has convened it. The panel hears those concerned, decides what happens next, and each member "
        "confirms that decision in writing.",
        then=(
            Heading(text="Before you answer"),
            Points(
                items=(
                    "Declare any interest: you took part in the decision, manage or are close to somebody in it, or "
                    "know the family. Whoever declares one stands down, and another is asked.",
                    f"If you cannot tell, ring {notice.duty_phone.number} and ask who is concerned.",
                    "You can read nothing of it before you accept. From then on you can read the record at the page, "
                    "until the panel has decided.",
                )
            ),
        ),
        dated=False,
    )


def _convened(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        f"The partnership has convened a resolution panel to resolve this. {NOTHING_ASKED}",
        "People from up to three agencies are asked to sit on it: nobody who is known to have had a part in the "
        "decision. Whoever has an interest stands down. The page below shows who sits.",
        _ADD,
    )


def _accepted(notice: Notice) -> tuple[Block, ...]:
    sits = did(notice, "has accepted a seat on the resolution panel.", "have accepted a seat on the resolution panel.")
    return told(
        notice,
        f"{sits} {NOTHING_ASKED}",
        "They can read the record from now on, until the panel has decided. If you know of a reason why they should "
        f"not sit, ring {notice.duty_phone.number} now.",
        _ADD,
    )


def _declined(notice: Notice) -> tuple[Block, ...]:
    stands = did(notice, "does not sit on the resolution panel.", "do not sit on the resolution panel.")
    return told(
        notice,
        f"{stands} {NOTHING_ASKED}",
        "They read nothing of it. Where that leaves a seat empty, the partnership’s duty contact is asked to fill it.",
    )


def _process(notice: Notice) -> tuple[Block, ...]:
    """The scrutineer's words, which the page marked as emailed."""
    life = life_of(notice)
    decided = did(notice, "has decided how this is dealt with.", "have decided how this is dealt with.")
    said = Quoted(label="What happens next", text=life.text, whose=f"in the words of {named(life.by)}")
    return told(
        notice,
        f"{decided} Please read what happens next, below.",
        "Both sides and the safeguarding partners’ chief officers are told the same.",
        then=(said,),
    )


PANELS: dict[str, Callable[[Notice], tuple[Block, ...]]] = {
    "panel-convened": _convened,
    "seat-accepted": _accepted,
    "seat-declined": _declined,
    "process": _process,
}
