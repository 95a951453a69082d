"""To the raising side: the raiser, always, and the raiser's manager. Pure."""

from services.notifier.domain.letter import Block, Heading, Paragraph, Points
from services.notifier.domain.wording_common import (
    are_asked,
    capital,
    contacts_in_words,
    facts_of,
    if_nothing_happens,
    introduced,
    others_told,
    reasons,
    route_of,
    short,
)
from shared.messages import Notice, RouteFacts

_OUTCOME = (
    "It closes only when each side has confirmed the same text in writing: what was agreed, and how anything left "
    "open will be pursued. You are sent that text too."
)


def raised(notice: Notice) -> tuple[Block, ...]:
    """To the raiser: it is with somebody, with whom, and by when."""
    route = route_of(notice)
    return (
        Paragraph(
            text=f"Your escalation is confirmed. {are_asked(route, notice)} You need do nothing now.",
            strong=True,
        ),
        Paragraph(
            text="Raising this is legitimate, and expected of you. Keep this email: it is your written confirmation, "
            "and it names nobody’s child."
        ),
        *facts_of(notice),
        Heading(text="What happens next"),
        Points(
            numbered=True,
            items=(
                _first(route),
                "Agree with them how the child is kept safe while you talk. If things get worse, do not wait: ring the "
                f"numbers {'above' if route.immediate_harm else 'below'}.",
                "You take part at every stage. Ask your manager or safeguarding lead to support you.",
                _OUTCOME,
            ),
        ),
        *if_nothing_happens(route),
        *others_told(route),
        *reasons(notice),
    )


def staff_raised(notice: Notice) -> tuple[Block, ...]:
    """To the raiser's manager: support, and be ready to be rung."""
    route = route_of(notice)
    raiser = capital(short(route.raiser, "a member of your staff"))
    return (
        Paragraph(
            text=f"{raiser} has challenged another agency’s decision about a child. Please support them: talk it "
            f"through{_today(route)}, and be ready for a call from {contacts_in_words(route)}.",
            strong=True,
        ),
        Paragraph(
            text=f"{capital(introduced(route.raiser, 'a member of your staff'))} has raised an escalation under "
            f"{route.policy_name}. Raising this is legitimate, and expected of them. The child is not named "
            "in this email."
        ),
        *facts_of(notice),
        Heading(text="What helps"),
        Points(
            items=(
                "Give them the time to take part: the policy has the person who raised it involved at every stage.",
                "Where the policy puts managers together, speak to the other agency’s manager yourself.",
                "Ask your own safeguarding lead for advice.",
                "Together, keep the child’s safety in view while people talk.",
            ),
        ),
        *if_nothing_happens(route),
        *others_told(route),
        *reasons(notice),
    )


def _first(route: RouteFacts) -> str:
    if not route.contacts:
        return "Your escalation is on record. When somebody is asked to act, we tell you who, and by when."
    return f"{capital(contacts_in_words(route))} should ring you first. You may ring them: the numbers are above."


def _today(route: RouteFacts) -> str:
    return " now" if route.immediate_harm else " this week"
