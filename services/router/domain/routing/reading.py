"""Reads the answers of a checked form into the Facts that the policy may look at. Pure.

The answers have passed `shared.forms.check`; an answer that the form does not ask here counts for nothing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

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
from shared.forms import NOT_KNOWN, NOT_LISTED, FieldClass, FormDefinition, is_empty, shown_fields
from shared.references import parse_reference
from shared.terms import AgencyId, AgencyType, Instant, PartnershipId, StageNumber, TeamId

E = TypeVar("E", bound=StrEnum)
DEFAULT_STAGE = 2
_MOST_STAGE_DIGITS = 2


def stage_of(answers: Mapping[str, object]) -> StageNumber:
    """The stage that the answers ask for."""
    stage = answers.get("stage")
    if isinstance(stage, str) and stage.isdecimal() and len(stage) <= _MOST_STAGE_DIGITS:
        return StageNumber(int(stage))
    return StageNumber(DEFAULT_STAGE)


def read_facts(
    definition: FormDefinition,
    answers: Mapping[str, object],
    *,
    partnership: PartnershipId,
    opened_at: Instant,
    zone: str,
) -> Facts:
    """The Facts of a submission. zone: that of the partnership, in which the raiser's local times are read."""
    asked = {field.id for field in shown_fields(definition, answers)}
    given = _Answers({name: value for name, value in answers.items() if name in asked})
    ended_at = given.text("conference_ended_at")
    return Facts(
        partnership=partnership,
        opened_at=opened_at,
        raiser=_raiser(given),
        raising=(_raising(given), *(Side(agency=AgencyId(one)) for one in given.listed("more_raising"))),
        receiving=(_receiving(given), *(Side(agency=AgencyId(one)) for one in given.listed("more_agencies"))),
        stage=stage_of(given.values),
        entry=tuple(one_of(Entry, code, Entry.UNRESOLVED) for code in given.listed("entry")) or (Entry.UNRESOLVED,),
        route=one_of(Route, given.text("route"), Route.STAGES),
        child_status=one_of(ChildStatus, given.text("child_status"), ChildStatus.NOT_KNOWN),
        subject=given.text("subject"),
        area=given.text("area"),
        trigger=given.text("trigger"),
        timeframe=_timeframe(given.values.get("timeframe")),
        immediate_harm=given.yes("immediate_harm"),
        own_manager=given.yes("own_manager"),
        dissent=given.text("dissent"),
        conference_ended_at=_local(ended_at, zone) if ended_at else None,
        lead_backs=given.yes("lead_backs"),
        decided_on=_day(given.text("decided_on")),
        child_area=given.text("child_area"),
        decision_area=given.text("decision_area"),
        supporter=Named(name=given.text("supporter_name"), address=given.text("supporter_email")),
        lead_consulted=_named(given, name="lead_name", address="lead_email", phone="lead_phone"),
        desired_actions=given.listed("desired_actions"),
        lines=_lines(definition, given),
        previous=parse_reference(given.text("previous_reference")),
    )


def one_of(kind: type[E], code: str, otherwise: E) -> E:
    """The member that `code` names, else `otherwise`."""
    return kind(code) if code in set(kind) else otherwise


class _Answers:
    """Answers with their shapes: a text, a yes, a list; what was not answered is empty."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        return value.strip() if isinstance(value, str) else ""

    def yes(self, name: str) -> bool:
        return self.text(name) == "yes"

    def listed(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name)
        if isinstance(value, str):
            return (value,) if value else ()
        return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()


def _named(given: _Answers, *, name: str, address: str = "", role: str = "", phone: str = "") -> Named:
    return Named(
        name=given.text(name),
        role=given.text(role) if role else "",
        address=given.text(address) if address else "",
        phone=given.text(phone) if phone else "",
    )


def _raiser(given: _Answers) -> Raiser:
    return Raiser(
        name=given.text("raiser_name"),
        role=given.text("raiser_role"),
        address=given.text("raiser_email"),
        phone=given.text("raiser_phone"),
        is_manager=given.text("raiser_is") == "manager",
        is_lead=given.text("raiser_is") == "safeguarding_lead",
    )


def _raising(given: _Answers) -> Side:
    return _side(given, "raising", manager=_named(given, name="manager_name", address="manager_email"))


def _receiving(given: _Answers) -> Side:
    maker = _named(given, name="decision_maker_name", role="decision_maker_role", address="decision_maker_email")
    return _side(given, "receiving", decision_maker=maker)


def _side(given: _Answers, which: str, *, decision_maker: Named = Named(), manager: Named = Named()) -> Side:  # noqa: B008 - frozen
    agency, team = given.text(f"{which}_agency"), given.text(f"{which}_team")
    listed = agency not in ("", NOT_LISTED)
    other_type = given.text(f"{which}_agency_other_type")
    return Side(
        agency=AgencyId(agency) if listed else None,
        type=AgencyType(other_type) if not listed and other_type in set(AgencyType) else None,
        other_name="" if listed else given.text(f"{which}_agency_other_name"),
        other_phone="" if listed else given.text(f"{which}_agency_other_phone"),
        team=TeamId(team) if listed and team not in ("", NOT_KNOWN) else None,
        decision_maker=decision_maker,
        manager=manager,
    )


def _timeframe(value: object) -> Timeframe:
    if not isinstance(value, Mapping):
        return Timeframe()
    amount, until = value.get("amount"), value.get("until")
    return Timeframe(
        unit=one_of(TimeframeUnit, str(value.get("unit", "")), TimeframeUnit.WORKING_DAYS),
        amount=amount if isinstance(amount, int) else Timeframe().amount,
        until=_day(until) if isinstance(until, str) else None,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _local(text: str, zone: str) -> Instant:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _lines(definition: FormDefinition, given: _Answers) -> tuple[tuple[str, str], ...]:
    marked = (field for field in definition.fields if field.class_ is FieldClass.NOTICE)
    return tuple((field.label, given.text(field.id)) for field in marked if not is_empty(given.values.get(field.id)))
