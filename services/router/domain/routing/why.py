"""Why one person is told or asked to act, in words meant for that person. Pure."""

from services.router.domain.decision import Decision, Part, Person
from services.router.policy.step import Basis

_OTHERWISE = {
    Part.RAISER: "You raised it, or are named for an agency that raised it.",
    Part.DECISION_MAKER: "You are named as the person who made the decision.",
}


def why(person: Person, decision: Decision) -> str:
    """One or two sentences to them, with the source of the rule that names them where the policy's text has one."""
    said = (person.why_you or _OTHERWISE.get(person.part, "The policy names your post.")).replace("'", "’")
    found = source(person, decision) if person.part is not Part.RAISER else ""
    return f"{said} From the policy: {found}." if found else said


def source(person: Person, decision: Decision) -> str:
    """The clause that names this person; "" for what no source states, which the email lists as an example."""
    rules = {reason.rule: reason for reason in decision.reasons}
    found = [rules[rule] for rule in person.because if rule in rules]
    return next((one.source for one in found if one.basis is Basis.CLAUSE), "")
