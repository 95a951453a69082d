"""Whether a rule's conditions hold for the facts. Pure."""

from services.router.policy.facts import Facts
from services.router.policy.model import When


def holds(when: When, facts: Facts) -> bool:
    """Whether every condition of `when` holds; an empty condition asks nothing."""
    return _holds_for_matter(when, facts) and _holds_for_agencies(when, facts)


def _holds_for_matter(when: When, facts: Facts) -> bool:
    return (
        (not when.route or facts.route in when.route)
        and (not when.child_status or facts.child_status in when.child_status)
        and (not when.subject or facts.subject in when.subject)
        and (not when.dissent or facts.dissent in when.dissent)
        and (not when.subject_of_concern or facts.subject_of_concern in when.subject_of_concern)
        and (not when.own_manager or facts.own_manager)
    )


def _holds_for_agencies(when: When, facts: Facts) -> bool:
    if not (when.receiving_type or when.not_receiving_type):
        return True
    types = [side.type for side in facts.receiving]
    wanted = not when.receiving_type or any(one in when.receiving_type for one in types)
    unwanted = bool(when.not_receiving_type) and any(one in when.not_receiving_type for one in types)
    return wanted and not unwanted


def same_agency(facts: Facts) -> bool:
    """Whether the raiser's agency is also the one whose decision is challenged, and no other is."""
    own = facts.raising[0].agency if facts.raising else None
    return own is not None and bool(facts.receiving) and all(side.agency == own for side in facts.receiving)
