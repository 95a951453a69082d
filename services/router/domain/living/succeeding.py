"""What passes to a successor of the raiser beside the escalation itself: open issues, being kept informed. Pure."""

from collections.abc import Sequence

import msgspec

from services.router.domain.escalation import Escalation, same_address
from services.router.domain.life import Issue, IssueState
from services.router.domain.living.present import SECOND_RAISER
from services.router.policy.facts import Named

replace = msgspec.structs.replace


def with_issues_passed(escalation: Escalation, before: str, successor: Named) -> Escalation:
    """With what the one at `before` had still to pursue in the successor's hands. What is done stays as it was."""
    life = escalation.life
    issues = tuple(_passed(one, before, successor) for one in life.issues)
    return escalation if issues == life.issues else replace(escalation, life=replace(life, issues=issues))


def with_second_raiser_passed(escalation: Escalation, before: str, successor: Named) -> Escalation | None:
    """A linked escalation that keeps the successor informed in place of the one at `before`; None where it did not."""
    joined = escalation.life.joined
    leaves = [one for one in joined if one.why == SECOND_RAISER and same_address(one.person.address) == before]
    if not leaves:
        return None
    person = replace(
        leaves[0].person,
        name=successor.name,
        role=successor.role,
        address=successor.address,
        phone=successor.phone,
        post=None,
    )
    own = escalation.raiser_address == same_address(successor.address)  # who raises the other is in it already
    stays = tuple(one for one in joined if one not in leaves)
    after = stays if own else (*stays, replace(leaves[0], person=person))
    return replace(escalation, life=replace(escalation.life, joined=after))


def linked_from(stages: Sequence[Escalation]) -> tuple[str, ...]:
    """The references that any of these stages is linked with, each once."""
    return tuple(dict.fromkeys(ref for one in stages for ref in one.life.linked))


def _passed(issue: Issue, before: str, successor: Named) -> Issue:
    if issue.state is IssueState.DONE or same_address(issue.owner) != before:
        return issue
    who = ", ".join(text for text in (successor.name, successor.role) if text)
    return replace(issue, owner=same_address(successor.address), owner_who=who)
