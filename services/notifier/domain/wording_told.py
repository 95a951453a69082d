"""To those who are told: for information, and the partnership in codes alone. Pure."""

from services.notifier.domain.letter import Block, Facts, Heading, Paragraph
from services.notifier.domain.when import day_in_words
from services.notifier.domain.wording_common import (
    Unsayable,
    are_asked,
    facts_of,
    if_nothing_happens,
    others_told,
    reasons,
    reference_of,
    route_of,
)
from services.notifier.domain.wording_people import capital, introduced
from shared.messages import Notice

OUTCOME_WAITS = "outcome-partnership"
_REACHED = (
    "An escalation has reached a stage at which the policy has the partnership told. Nothing is asked of you: the "
    "agencies concerned resolve it."
)
_WAITS = (
    "The outcome of an escalation is written down, and after six working days not every party has said whether they "
    "confirm it. It stays open: please see whether the agencies need your help."
)


def informed(notice: Notice) -> tuple[Block, ...]:
    """To an IRO, a conference chair, a safeguarding lead: told in writing, not asked to act."""
    route = route_of(notice)
    return (
        Paragraph(
            text=f"This is for your information: nothing is asked of you now. {are_asked(route, notice)}", strong=True
        ),
        Paragraph(
            text=f"{capital(introduced(route.raiser, 'a professional'))} has challenged a decision about a child under "
            f"{route.policy_name}. The child is not named here, on purpose. If your part lets you read what was "
            "written, it is at the page below, after signing in. Or ring the person who raised it."
        ),
        *facts_of(notice),
        *if_nothing_happens(notice),
        *others_told(route),
        *reasons(notice),
    )


def coded(notice: Notice) -> tuple[Block, ...]:
    """To the partnership: no child, no worker, no team."""
    facts = notice.coded
    if facts is None:
        raise Unsayable
    waits = notice.life is not None and notice.life.what == OUTCOME_WAITS
    return (
        Paragraph(text=_WAITS if waits else _REACHED, strong=True),
        Paragraph(text="This notice names no child, no worker and no team, on purpose. It is for learning."),
        Facts(
            rows=(
                ("Reference", reference_of(notice)),
                ("Policy", facts.policy_name),
                ("Stage", facts.stage_label),
                ("How it came to this stage", facts.entry_words),
                ("Route", facts.route_words),
                ("Area of disagreement", facts.area_words),
                ("Raised by", facts.raising_agency_type),
                ("Decision of", "; ".join(facts.receiving_agency_types)),
                ("Answer due", day_in_words(facts.due_on) if facts.due_on else ""),
            )
        ),
        Heading(text="Why the partnership is told"),
        Paragraph(text=notice.why_you or "The policy, or this partnership’s own setting, has it told at this stage."),
    )
