"""What a notice says of a route: names, roles, words of the policy; never a byte of the record. Pure."""

from collections.abc import Mapping

import msgspec

from services.router.domain.decision import Basis, Decision, Part, Person
from services.router.policy.facts import Facts, Named, Side
from services.router.policy.model import Policy, Rung, Words
from services.router.policy.wording import URGENT, URGENT_DAYS, next_stage
from shared.messages import CodedFacts, NoticePerson, RouteFacts
from shared.private import Private

_TYPE_WORDS = {
    "education": "School, college or early years",
    "childrens_social_care": "Children’s social care",
    "early_help": "Early help",
    "police": "Police",
    "health": "Hospital, community or mental health",
    "gp": "GP practice",
    "probation": "Probation",
    "youth_justice": "Youth justice",
    "cafcass": "Cafcass",
    "housing": "Housing provider",
    "voluntary": "Charity, voluntary or faith organisation",
    "adult_services": "Adult services",
}
_LETTER_WORDS = {
    URGENT: "",
    URGENT_DAYS: "the time limit is in days, although a child may be at risk of immediate harm. Agree by "
    "telephone whether hours are needed.",
}
"""Warnings of the form as a letter says them: an urgent letter begins with whom to ring, and does not say it twice."""


class Wording(Private, frozen=True, kw_only=True):
    """The words that a notice is written with. agencies, types: by agency id; phones: offices', by agency name."""

    policy: Policy
    agencies: Mapping[str, str]
    types: Mapping[str, str]
    phones: Mapping[str, str] = {}


def agency_name(side: Side, wording: Wording) -> str:
    """The agency as people call it; what was typed where it is not listed."""
    return side.other_name if side.agency is None else wording.agencies.get(side.agency, side.agency)


def agency_type(side: Side, wording: Wording) -> str:
    """The kind of agency in words, for the coded part."""
    known = wording.types.get(side.agency, "") if side.agency is not None else side.type or ""
    return _TYPE_WORDS.get(known, known.replace("_", " ")) or "not known"


def area_words(facts: Facts, wording: Wording) -> str:
    return _words(wording.policy.areas, facts.area)


def route_facts(facts: Facts, decision: Decision, *, wording: Wording, lead: NoticePerson | None) -> RouteFacts:
    """The route as a reader is told it. lead: the safeguarding lead of the reader's agency."""
    told = tuple(one for one in decision.persons if one.told and one.address and one.part is not Part.DUTY)
    return RouteFacts(
        policy_name=wording.policy.name,
        policy_url=wording.policy.source_url,
        stage_label=decision.stage_label,
        raiser=raiser(facts, wording),
        decision_maker=_decision_maker(facts, decision, wording),
        contacts=tuple(_named(one) for one in decision.persons if one.must_act),
        area_words=area_words(facts, wording),
        trigger_words=_words(wording.policy.triggers, facts.trigger),
        asked=tuple(_words(wording.policy.desired_actions, code) for code in facts.desired_actions),
        decided_on=facts.decided_on,
        due_at=decision.due_at,
        warnings=tuple(said for one in decision.warnings if (said := _LETTER_WORDS.get(one, one))),
        if_silent=decision.if_unresolved,
        lead=lead,
        told=tuple(_named(one) for one in told),
        immediate_harm=facts.immediate_harm,
        lines=facts.lines,
        example_rules=_examples(decision, wording.policy),
        ruling=decision.ruling.value,
    )


def to_the_raiser(route: RouteFacts, decision: Decision, wording: Wording) -> RouteFacts:
    """The route as the one who raised it is told it: whose choice it is to go on, how, and the rules of the step."""
    following = next_stage(wording.policy, decision.stage) if decision.stage is not None else None
    return msgspec.structs.replace(
        route,
        if_silent=decision.if_unresolved_you,
        next_stage=following.label if following is not None else "",
        because=_general_reasons(decision),
    )


def discreet(route: RouteFacts, wording: Wording) -> RouteFacts:
    """The route for a raiser whose address nobody vouches for yet: roles, agencies and office telephones."""
    return msgspec.structs.replace(
        route,
        decision_maker=_faceless(route.decision_maker, wording),
        contacts=tuple(_faceless(one, wording) for one in route.contacts),
        told=tuple(_faceless(one, wording) for one in route.told),
        lead=None,
    )


def coded_facts(facts: Facts, decision: Decision, *, wording: Wording) -> CodedFacts:
    """The part a partnership is told: no child, no worker's name, no team."""
    return CodedFacts(
        policy_name=wording.policy.name,
        stage_label=decision.stage_label,
        area_words=area_words(facts, wording),
        raising_agency_type=agency_type(facts.raising[0], wording),
        receiving_agency_types=tuple(agency_type(side, wording) for side in facts.receiving),
        entry_words="; ".join(entry_words(facts, wording)),
        due_on=decision.due_on,
        route_words="" if decision.route == "stages" else decision.stage_label,
    )


def entry_words(facts: Facts, wording: Wording) -> tuple[str, ...]:
    """Why this stage is entered, in the policy's words."""
    known = wording.policy.entries
    return tuple(known[entry].words if entry in known else entry.replace("_", " ") for entry in facts.entry)


def raiser(facts: Facts, wording: Wording) -> NoticePerson:
    side = facts.raising[0]
    return NoticePerson(
        name=facts.raiser.name, role=facts.raiser.role, agency=agency_name(side, wording), phone=facts.raiser.phone
    )


def _decision_maker(facts: Facts, decision: Decision, wording: Wording) -> NoticePerson:
    found = next((one for one in decision.persons if one.part is Part.DECISION_MAKER), None)
    if found is not None:
        return _named(found)
    if not facts.receiving:
        return NoticePerson()
    side = facts.receiving[0]
    typed: Named = side.decision_maker
    return NoticePerson(name=typed.name, role=typed.role, agency=agency_name(side, wording), phone=typed.phone)


def _named(person: Person) -> NoticePerson:
    return NoticePerson(
        name=person.name, role=person.role, agency=person.agency, phone=person.phone, asked_as=person.asked_as
    )


def _faceless(person: NoticePerson, wording: Wording) -> NoticePerson:
    return msgspec.structs.replace(person, name="", phone=wording.phones.get(person.agency, ""))


def _general_reasons(decision: Decision) -> tuple[str, ...]:
    """The rules of the whole step. Why each person is there is told to that person."""
    personal = {rule for person in decision.persons for rule in person.because}
    general = (one for one in decision.reasons if one.rule not in personal and one.basis is not Basis.DEMONSTRATION)
    return tuple(f"{one.says} ({one.source})" for one in general)


def _examples(decision: Decision, policy: Policy) -> tuple[str, ...]:
    """What no source states, as sentences that a reader can follow without the pack."""
    rungs = {rung.reason.rule: rung for by_stage in policy.rungs.values() for rung in by_stage.values()}
    examples = (one for one in decision.reasons if one.basis is Basis.DEMONSTRATION)
    return tuple(_rung_in_words(rungs[one.rule], policy) if one.rule in rungs else one.says for one in examples)


def _rung_in_words(rung: Rung, policy: Policy) -> str:
    kind = _TYPE_WORDS[rung.type]
    return f"At {policy.stage_word.lower()} {rung.stage} the {rung.words} speaks for this kind of agency: {kind}."


def _words(known: tuple[Words, ...], code: str) -> str:
    return next((one.words for one in known if one.code == code), code)
