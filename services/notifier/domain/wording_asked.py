"""To those whose decision or action is sought: the contact who is asked to act, and the decision-maker. Pure."""

from services.notifier.domain.letter import Block, Heading, Paragraph, Points
from services.notifier.domain.wording_common import (
    REFLECT,
    advice,
    are_asked,
    by_when,
    capital,
    facts_of,
    if_nothing_happens,
    introduced,
    others_told,
    reasons,
    ring,
    route_of,
    short,
)
from shared.messages import Notice

_RAISER = "the person who raised it"


def act(notice: Notice) -> tuple[Block, ...]:
    """To the contact. They can act from this email alone."""
    route = route_of(notice)
    limit = by_when(route, notice).strip()
    please = "please look again at a decision about a child, with the person who raised it"
    asks = capital(f"{limit}, {please}" if limit else please)
    others = len(route.contacts) > 1
    return (
        Paragraph(text=f"{asks}. First, {ring(route.raiser, _RAISER)}.", strong=True),
        Paragraph(
            text=f"{capital(introduced(route.raiser, 'a colleague in another agency'))} has raised an escalation under "
            f"the policy that your agency has agreed to. {REFLECT} The child is not named in this email."
        ),
        *facts_of(notice, asked_of=f"You, with {_others(notice)}" if others else "You"),
        Heading(text="What to do"),
        Points(
            numbered=True,
            items=(
                f"{capital(ring(route.raiser, _RAISER))}. Ask what worries them, and agree how the child is kept safe "
                "while you talk.",
                advice(route),
                "Look at the decision again together, and decide what you will do.",
                "Put it in writing between you: each side confirms the same text, saying what was agreed and how "
                "anything left open will be pursued. Until then it stays open.",
            ),
        ),
        *if_nothing_happens(route),
        *others_told(route),
        *reasons(notice),
    )


def challenged(notice: Notice) -> tuple[Block, ...]:
    """To the decision-maker: a chance to reflect, not a finding."""
    route = route_of(notice)
    raiser = capital(introduced(route.raiser, "a colleague in another agency"))
    return (
        Paragraph(
            text=f"{raiser} disagrees with a decision of yours about a child. Please look at it again with them: "
            f"{ring(route.raiser, _RAISER)}.",
            strong=True,
        ),
        Paragraph(
            text=f"{REFLECT} This is not a complaint about you, and nobody has found that you were wrong. The child is "
            "not named in this email."
        ),
        *facts_of(notice),
        Heading(text="What to do"),
        Points(
            items=(
                f"{capital(ring(route.raiser, _RAISER))}. Tell them what you knew and why you decided as you did, and "
                "hear what they see differently.",
                f"{are_asked(route, notice)} Talk to them, and have your reasons to hand.",
                advice(route),
                "Until it is settled, carry on with whatever keeps the child safe.",
            ),
        ),
        *if_nothing_happens(route),
        *others_told(route),
        *reasons(notice),
    )


def _others(notice: Notice) -> str:
    route = route_of(notice)
    names = tuple(short(one, "another contact") for one in route.contacts if one.name != notice.name or not one.name)
    return "; ".join(names)
