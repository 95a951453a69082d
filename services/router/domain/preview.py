"""Who would be told, and by when, for the codes of a form as it stands: roles and agencies, never people. Pure."""

from datetime import date

from services.router.domain.decision import Basis, Decision, Part, Person, Ruling
from services.router.domain.notices import kind_for
from services.router.domain.reading import one_of
from services.router.domain.when import in_words
from services.router.policy.facts import (
    ChildStatus,
    Entry,
    Facts,
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


def facts_of(question: RouteQuestion, *, at: Instant) -> Facts:
    """The Facts that the codes amount to, raised now by nobody in particular."""
    return Facts(
        partnership=question.partnership,
        opened_at=at,
        raiser=Raiser(name="", role="", address="", phone=""),
        raising=(_side(question.raising_agency, question.raising_agency_type),),
        receiving=(_side(question.receiving_agency, question.receiving_agency_type, team=question.receiving_team),),
        stage=question.stage if question.stage is not None else _DEFAULT_STAGE,
        entry=tuple(one_of(Entry, code, Entry.UNRESOLVED) for code in question.entry) or (Entry.UNRESOLVED,),
        route=one_of(Route, question.route, Route.STAGES),
        child_status=one_of(ChildStatus, question.child_status, ChildStatus.NOT_KNOWN),
        subject=question.subject,
        area=question.area,
        timeframe=_timeframe(question),
        immediate_harm=question.immediate_harm,
        own_manager=question.own_manager,
        subject_of_concern=question.subject_of_concern,
    )


def answer_of(decision: Decision, *, zone: str) -> RouteAnswer:
    """The decision without its people: what a page may show to anybody."""
    due = in_words(decision.due_at, zone) if decision.due_at is not None else ""
    return RouteAnswer(
        stage_label=decision.stage_label,
        parts=tuple(_part(person, due) for person in decision.persons if person.told and person.part not in _HIDDEN),
        due_words=due,
        warnings=decision.warnings,
        diversion=decision.diversion,
        referred=decision.ruling is Ruling.REFERRED,
        example_rules=tuple(one.says for one in decision.reasons if one.basis is Basis.DEMONSTRATION),
    )


def _part(person: Person, due: str) -> RoutePart:
    kind = kind_for(person)
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
