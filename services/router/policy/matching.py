"""The kind of an escalation, made of codes alone, and whether a rule's conditions hold for it. Pure."""

from typing import NamedTuple

from services.router.policy.facts import ChildStatus, Entry, Facts, Route
from services.router.policy.model import Policy, When
from shared.terms import AgencyType


class Kind(NamedTuple):
    """Everything of an escalation that a policy looks at, save its times. It names nobody.

    stage: as asked for. role: the raiser's, by its code in the policy, "" where it is not one of them.
    """

    route: Route
    stage: int
    child_status: ChildStatus
    subject: str
    dissent: str
    subject_of_concern: str
    own_manager: bool
    own_agency: bool
    raising: tuple[AgencyType | None, ...]
    receiving: tuple[AgencyType | None, ...]
    role: str
    is_manager: bool
    is_lead: bool
    entry: tuple[Entry, ...]
    urgent: bool
    pattern: bool
    ladder: bool = False


def kind_of(policy: Policy, facts: Facts) -> Kind:
    """The kind of escalation that `facts` tell of."""
    raiser = facts.raiser
    return Kind(
        facts.route,
        facts.stage,
        facts.child_status,
        facts.subject,
        facts.dissent,
        facts.subject_of_concern,
        facts.own_manager,
        same_agency(facts),
        tuple([side.type for side in facts.raising]),
        tuple([side.type for side in facts.receiving]),
        policy.role_names.get(raiser.role.strip().casefold(), ""),
        raiser.is_manager,
        raiser.is_lead,
        facts.entry,
        facts.immediate_harm,
        policy.general.pattern_at is not None and facts.pattern_count >= policy.general.pattern_at,
        facts.ladder,
    )


def same_agency(facts: Facts) -> bool:
    """Whether the raiser's agency is also the one whose decision is challenged, and no other is."""
    own = facts.raising[0].agency if facts.raising else None
    return own is not None and bool(facts.receiving) and all(side.agency == own for side in facts.receiving)


def holds(when: When, kind: Kind) -> bool:
    """Whether every condition of `when` holds; an empty condition asks nothing."""
    return (
        (not when.route or kind.route in when.route)
        and (not when.child_status or kind.child_status in when.child_status)
        and (not when.subject or kind.subject in when.subject)
        and (not when.dissent or kind.dissent in when.dissent)
        and (not when.subject_of_concern or kind.subject_of_concern in when.subject_of_concern)
        and (not when.own_manager or kind.own_manager)
        and (not when.receiving_type or any(one in when.receiving_type for one in kind.receiving))
        and not any(one in when.not_receiving_type for one in kind.receiving)
    )
