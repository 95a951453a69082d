"""Who would be told, and by when, for the codes of a form as it stands: roles and agencies, never people. Pure."""

from datetime import date, timedelta

import msgspec

from services.router.domain.decision import Basis, Decision, Part, Person, Ruling
from services.router.domain.letters.notices import kind_for
from services.router.domain.routing.reading import one_of
from services.router.domain.when import in_words
from services.router.policy.facts import (
    ChildStatus,
    Entry,
    Facts,
    Named,
    Raiser,
    Route,
    Side,
    Timeframe,
    TimeframeUnit,
)
from shared.forms import NOT_KNOWN, NOT_LISTED
from shared.messages import NoticeKind
from shared.questions import RouteAnswer, RoutePart, RouteQuestion
from shared.terms import AgencyId, AgencyType, Instant, StageNumber

_HIDDEN = frozenset({Part.DUTY})
_DEFAULT_STAGE = StageNumber(2)
_MOST_AMOUNT = 10_000
_MOST_AGENCIES = 10
_MOST_HOURS = 999
_SHOWN_GAPS = frozenset({"decision-elsewhere", "child-elsewhere"})
SOMEBODY = "somebody who is named in the form"
"""A preview knows that the decision-maker is named, never who."""
DECISION_MAKER = "the person who decided, if their work address is known"


def facts_of(question: RouteQuestion, *, at: Instant) -> Facts:
    """The Facts that the codes amount to, raised now by nobody in particular."""
    return Facts(
        partnership=question.partnership,
        opened_at=at,
        raiser=_raiser(question),
        raising=(
            _side(question.raising_agency, question.raising_agency_type, team=question.raising_team),
            *(Side(agency=AgencyId(one)) for one in question.more_raising[:_MOST_AGENCIES]),
        ),
        receiving=(
            _challenged(question),
            *(Side(agency=AgencyId(one)) for one in question.more_agencies[:_MOST_AGENCIES]),
        ),
        stage=question.stage if question.stage is not None else _DEFAULT_STAGE,
        entry=tuple(one_of(Entry, code, Entry.UNRESOLVED) for code in question.entry) or (Entry.UNRESOLVED,),
        route=one_of(Route, question.route, Route.STAGES),
        child_status=one_of(ChildStatus, question.child_status, ChildStatus.NOT_KNOWN),
        subject=question.subject,
        dissent=question.dissent,
        conference_ended_at=_conference_ended_at(question, at=at),
        lead_backs=question.lead_backs,
        decision_area=question.decision_area,
        child_area=question.child_area,
        area=question.area,
        timeframe=_timeframe(question),
        immediate_harm=question.immediate_harm,
        own_manager=question.own_manager,
        subject_of_concern=question.subject_of_concern,
    )


def _conference_ended_at(question: RouteQuestion, *, at: Instant) -> Instant | None:
    """When it ended at the latest, for all that whole hours tell: enough to say whether a dissent comes late."""
    if question.conference_hours is None:
        return None
    return at - timedelta(hours=min(max(question.conference_hours, 0), _MOST_HOURS))


def _challenged(question: RouteQuestion) -> Side:
    side = _side(question.receiving_agency, question.receiving_agency_type, team=question.receiving_team)
    told = question.decision_maker_named and side.agency is not None  # else a person looks at the address first
    made_by = Named(name=SOMEBODY) if told else Named()
    return msgspec.structs.replace(side, decision_maker=made_by)


def answer_of(decision: Decision, *, zone: str) -> RouteAnswer:
    """The decision without its people: what a page may show to anybody."""
    due = in_words(decision.due_at, zone) if decision.due_at is not None else ""
    shown_persons = (one for one in decision.persons if (one.told or _is_somebody(one)) and one.part not in _HIDDEN)
    shown = tuple(gap.says for gap in decision.gaps if gap.code in _SHOWN_GAPS)
    return RouteAnswer(
        stage_label=decision.stage_label,
        parts=tuple(_part(person, due) for person in shown_persons),
        due_words=due,
        warnings=(*decision.warnings, *shown),
        diversion=decision.diversion,
        referred=decision.ruling is Ruling.REFERRED,
        example_rules=tuple(one.says for one in decision.reasons if one.basis is Basis.DEMONSTRATION),
    )


def _raiser(question: RouteQuestion) -> Raiser:
    """Nobody in particular, on the rung that the form tells of."""
    return Raiser(
        name="",
        role=question.raiser_role_code,
        address="",
        phone="",
        is_manager=question.raiser_is == "manager",
        is_lead=question.raiser_is == "safeguarding_lead",
    )


def _is_somebody(person: Person) -> bool:
    return person.part is Part.DECISION_MAKER and person.name == SOMEBODY


def _part(person: Person, due: str) -> RoutePart:
    kind = kind_for(person)
    if _is_somebody(person):
        return RoutePart(role=DECISION_MAKER, agency=person.agency, part="told")
    if person.part is Part.RAISER:
        return RoutePart(role="you", agency="", part="raiser")
    if kind is NoticeKind.CODED:
        return RoutePart(role=person.role, agency=person.agency, part="coded")
    if person.must_act:
        return RoutePart(role=person.role, agency=person.agency, part="act", by=due)
    return RoutePart(role=person.role, agency=person.agency, part="told")


def _side(agency: str, agency_type: str, *, team: object = None) -> Side:
    listed = agency not in ("", NOT_LISTED)
    known = AgencyType(agency_type) if agency_type in set(AgencyType) else None
    chosen = team if listed and isinstance(team, str) and team not in ("", NOT_KNOWN) else None
    return Side(
        agency=AgencyId(agency) if listed else None,
        type=None if listed else known,
        team=chosen,  # type: ignore[arg-type]  # a TeamId is a str that was just checked
    )


def _timeframe(question: RouteQuestion) -> Timeframe:
    try:
        until = date.fromisoformat(question.timeframe_until) if question.timeframe_until else None
    except ValueError:
        until = None
    return Timeframe(
        unit=one_of(TimeframeUnit, question.timeframe_unit, TimeframeUnit.WORKING_DAYS),
        amount=min(max(question.timeframe_amount, 0), _MOST_AMOUNT),
        until=until,
    )
