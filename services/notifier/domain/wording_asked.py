"""To those whose decision or action is sought: whoever is asked to act, and the decision-maker. Pure."""

from services.notifier.domain.letter import Block, Heading, Paragraph, Points
from services.notifier.domain.wording_common import (
    REFLECT,
    advice,
    are_asked,
    facts_of,
    if_nothing_happens,
    others_told,
    reasons,
    route_of,
)
from services.notifier.domain.wording_parts import RAISER, Asking, asking, have_it, opening, which_child
from services.notifier.domain.wording_people import capital, introduced, ring, short
from shared.messages import Notice


def act(notice: Notice) -> tuple[Block, ...]:
    """To whoever must act, in the words of their part. They can act from this email alone."""
    route, asked = route_of(notice), asking(notice)
    others = _others(notice)
    return (
        Paragraph(text=opening(notice, asked), strong=True),
        Paragraph(text=f"{asked.about} {which_child(notice)}"),
        *facts_of(notice, asked_of=f"You, with {others}" if others else "You"),
        Heading(text="What to do"),
        Points(numbered=True, items=_steps(notice, asked)),
        *if_nothing_happens(notice),
        *others_told(route),
        *reasons(notice),
    )


def _steps(notice: Notice, asked: Asking) -> tuple[str, ...]:
    """What is asked of their seat, with the step at the page: first, or after the call where it cannot wait."""
    if not route_of(notice).immediate_harm:
        return (have_it(notice), *asked.steps)
    return (*asked.steps[:1], have_it(notice), *asked.steps[1:])


def challenged(notice: Notice) -> tuple[Block, ...]:
    """To the decision-maker: a chance to reflect, not a finding."""
    route = route_of(notice)
    raiser = capital(introduced(route.raiser, "a colleague in another agency"))
    now = " now" if route.immediate_harm else ""
    return (
        Paragraph(
            text=f"{raiser} disagrees with a decision of yours about a child. Please look at it again with them: "
            f"{ring(route.raiser, RAISER)}{now}.",
            strong=True,
        ),
        Paragraph(
            text=f"{REFLECT} This is not a complaint about you, and nobody has found that you were wrong. "
            f"{which_child(notice)}"
        ),
        *facts_of(notice),
        Heading(text="What to do"),
        Points(
            items=(
                f"{capital(ring(route.raiser, RAISER))}{now}. Say what you knew and why you decided as you did, and "
                "hear what they see differently.",
                "You may read what was written, and add how you see it, at the page below, after signing in.",
                f"{are_asked(route, notice)} Talk to them, and have your reasons to hand.",
                advice(route),
                "Until it is settled, carry on with whatever keeps the child safe.",
            ),
        ),
        *if_nothing_happens(notice),
        *others_told(route),
        *reasons(notice),
    )


def _others(notice: Notice) -> str:
    route = route_of(notice)
    names = tuple(short(one, "another contact") for one in route.contacts if one.name != notice.name or not one.name)
    return "; ".join(names)
