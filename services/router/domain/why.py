"""Why one person is told or asked to act, in words meant for that person. Pure."""

from services.router.domain.by_hand import BY_HAND
from services.router.domain.decision import Decision, Part, Person
from services.router.policy.step import Basis
from services.router.policy.wording import STAGES
from shared.messages import AskedAs

_AT = {
    AskedAs.RECEIVING: " of the agency whose decision is challenged",
    AskedAs.RAISING: " of the agency that raised it",
}


def why(person: Person, decision: Decision) -> str:
    """One or two sentences, with their source where the policy's text has one."""
    if person.part is Part.RAISER:
        return "You raised it, or are named for an agency that raised it."
    if person.part is Part.DECISION_MAKER and not person.must_act:
        return "You are named as the person who made the decision."
    if BY_HAND in person.because:
        return "The partnership’s duty contact chose you to act on it."
    said = _by_policy(person, decision)
    if person.standing_in_for:
        said += f" You stand in for the {person.standing_in_for}: the directory gives nobody who can be asked for that."
    return said


def _by_policy(person: Person, decision: Decision) -> str:
    source = _source(person, decision)
    if person.part is Part.RAISERS_MANAGER and not person.must_act:
        return f"You are told as the manager of the person who raised it{source}."
    stage = decision.stage_label.partition(":")[0] if decision.route == STAGES else ""
    step = f"At {stage} the" if stage else "The"
    post = f"{person.seat}{_at(person)}"
    return (
        f"{step} policy asks the {post}{source}." if person.must_act else f"{step} policy has the {post} told{source}."
    )


def _at(person: Person) -> str:
    return _AT.get(person.asked_as, "") if person.asked_as is not None else ""


def _source(person: Person, decision: Decision) -> str:
    """` (the clause)`; nothing for what no source states, which the email lists and marks as an example."""
    rules = {reason.rule: reason for reason in decision.reasons}
    found = [rules[rule] for rule in person.because if rule in rules]
    return next((f" ({one.source})" for one in found if one.basis is Basis.CLAUSE), "")
