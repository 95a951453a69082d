"""Every worked example of scenarios.toml, held as a golden row: what must come out is read from the row itself."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.router.domain.decision import Basis, Decision, Part, Ruling
from services.router.policy.facts import ChildStatus, Entry, Facts, Named, Raiser, Route, Side, Timeframe
from shared.terms import AgencyId, AgencyType, EscalationRef, PartnershipId, StageNumber
from tests.policy_world import (
    agency,
    decision_of,
    named,
    policies,
    raiser,
    roles_of,
    scenarios,
    side,
    told,
)

ROWS = scenarios()
TEAM = "assessment"

AREAS = {
    "criteria for referrals and levels of need": "referral_threshold",
    "need for action": "need_for_action",
    "the need for action": "need_for_action",
    "information sharing and communication": "information_sharing",
}
ROUTES = {
    "dissent at a child protection conference": Route.CONFERENCE_DISSENT,
    "implementation of the child protection plan": Route.PLAN_NOT_IMPLEMENTED,
}
ENTRIES = {"unresolved": Entry.UNRESOLVED, "pattern": Entry.PATTERN, "policy significance": Entry.POLICY}
DECISION_MAKERS = {
    "social worker": "social_worker",
    "the same person who holds the stage-3 post": "head_of_service",
    "the independent reviewing officer": "independent_reviewing_officer",
}
ROLES = {
    "head teacher": "deputy_head_teacher",  # away over Christmas: the deputy stands in for the head teacher
    "team manager": "team_manager",
    "social worker": "social_worker",
    "lead social worker": "social_worker",
    "senior health visitor / nurse": "senior_nurse",
    "raiser's manager": "senior_nurse",
    "detective inspector": "detective_inspector",
    "conference chair": "conference_chair",
    "independent reviewing officer": "independent_reviewing_officer",
    "scrutineer": "independent_scrutineer",
    "partnership": "partnership",
    "partnership (coded)": "partnership",
    "raiser": "raiser",
}


def facts_of(row: dict[str, Any]) -> Facts:
    """The Facts of a row. People are given by role; the directory says who they are."""
    given, partnership = row["facts"], row["partnership"]
    care = agency("children's social care", partnership)
    entry = given.get("entry", "unresolved")
    return Facts(
        partnership=PartnershipId(partnership),
        opened_at=_opened(row),
        raiser=_raiser(given, partnership),
        raising=_raising(given, partnership),
        receiving=_receiving(given, partnership, care),
        stage=StageNumber(given.get("stage", 2)),
        entry=tuple(ENTRIES[one] for one in ([entry] if isinstance(entry, str) else entry)),
        route=ROUTES[given["route"]] if "route" in given else Route.STAGES,
        child_status=ChildStatus(given.get("child_status", "not_known")),
        subject=given.get("subject", "").replace(" ", "_"),
        area=AREAS[given["area"]] if "area" in given else "",
        timeframe=Timeframe(amount=int(given.get("timeframe", "5 working days").split()[0])),
        own_manager=given.get("own_manager", False),
        subject_of_concern=given.get("subject_of_concern", "child"),
        dissent=given.get("dissent", ""),
        conference_ended_at=_at(row["conference_ended_at"]) if "conference_ended_at" in row else None,
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _opened(row: dict[str, Any]) -> datetime:
    return _at(row["opened_at"]) if "opened_at" in row else datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


def _raising_agency(given: dict[str, Any], partnership: str) -> AgencyId | None:
    words = given.get("raising_agency", given.get("raising_agencies", ["community health trust"])[0])
    return None if words.startswith("not listed") else agency(words, partnership)


def _raiser(given: dict[str, Any], partnership: str) -> Raiser:
    at = _raising_agency(given, partnership)
    if at is None:
        return Raiser(name="Ash Tryer", role="nursery manager", address="ash@nursery.example", phone="01632 960999")
    return raiser(at, given.get("raising_role", "practitioner"))


def _raising(given: dict[str, Any], partnership: str) -> tuple[Side, ...]:
    at = _raising_agency(given, partnership)
    if at is None:
        return (Side(agency=None, type=AgencyType.EDUCATION, other_name="Little Acorns"),)
    if given.get("own_manager") is False:  # own agency, other team: the raiser's own team is another
        return (side(at, team="family-support"),)
    more = [agency(words, partnership) for words in given.get("raising_agencies", [])[1:]]
    colleagues = [raiser(one, "worker") for one in more]
    typed = (Named(name=each.name, address=each.address.replace("ash", "sam")) for each in colleagues)
    return (side(at), *(side(one, decision_maker=who) for one, who in zip(more, typed, strict=True)))


def _receiving(given: dict[str, Any], partnership: str, care: AgencyId) -> tuple[Side, ...]:
    if "receiving_agencies" in given:
        return tuple(side(agency(words, partnership)) for words in given["receiving_agencies"])
    team = "" if given.get("team") == "not known" else TEAM
    role = DECISION_MAKERS.get(given.get("decision_maker", "social worker"))
    return (side(care, team=team, decision_maker=named(care, role) if role else None),)


def contacts(decision: Decision) -> list[str]:
    return roles_of(decision, Part.CONTACT)


# ── What each row expects, word for word, and how it is looked for ────────────────────────────────────────────

CONTACTS: dict[str, Callable[[Decision], bool]] = {
    "children's social care: team manager": lambda one: contacts(one) == ["team_manager"],
    "child protection conference chair / advisor": lambda one: contacts(one) == ["conference_chair"],
    "independent reviewing officer": lambda one: contacts(one) == ["independent_reviewing_officer"],
    "none": lambda one: one.persons == () and one.stage is None and one.due_at is None and not one.form_required,
    "independent scrutineer, who decides the process; raised with the three partners' chief officers": lambda one: (
        contacts(one) == ["independent_scrutineer"] and roles_of(one, Part.INFORMED) == ["chief_officer"] * 3
    ),
    "that person's alternate, or the next rung": lambda one: contacts(one) == ["deputy_head_of_service"],
    "children's social care: the post that allocates (front door manager), who hands over by name": lambda one: (
        contacts(one) == ["front_door_manager"]
    ),
    "independent reviewing officer service manager": lambda one: contacts(one) == ["iro_service_manager"],
    "the other team's manager": lambda one: (
        [person.post for person in one.persons if person.part is Part.CONTACT] == ["ws-social-care.manager-assessment"]
    ),
    "child protection conference chair / advisor, with the ordinary stages beside it": lambda one: (
        contacts(one) == ["conference_chair"] and one.offered == ("stages",)
    ),
}
RAISING: dict[str, Callable[[Decision], bool]] = {
    "school: head teacher (the raiser's manager)": lambda one: (
        [person.standing_in_for for person in one.persons if person.part is Part.RAISERS_MANAGER] == ["head teacher"]
    ),
    "health trust: senior health visitor / nurse": lambda one: roles_of(one, Part.RAISERS_MANAGER) == ["senior_nurse"],
    "sponsor or duty contact; the desk is asked to add the agency": lambda one: (
        roles_of(one, Part.RAISERS_MANAGER) == ["safeguarding_lead"]
        and {"agency-not-listed"} <= {gap.code for gap in one.gaps}
        and roles_of(one, Part.DUTY) != []
    ),
}


def _contact(row: dict[str, Any], decision: Decision) -> None:
    expected = row["expect"]["contact"]
    if isinstance(expected, list):
        assert sorted(contacts(decision)) == ["designated_professional", "senior_cp_manager"]
        assert all(one.must_act for one in decision.persons if one.part is Part.CONTACT)
    else:
        assert CONTACTS[expected](decision)


def _confirmations(row: dict[str, Any], decision: Decision) -> None:
    expected = row["expect"]["confirmations"]
    if "both raisers" in expected:
        wanted = ["raiser"] * 2 + ["safeguarding_lead"] * 4 + ["independent_scrutineer"]
        assert sorted(told(decision)) == sorted([*wanted, *["chief_officer"] * 3, "partnership"])
    else:
        assert sorted(told(decision)) == sorted(ROLES[one] for one in expected)


def _if_unresolved(row: dict[str, Any], decision: Decision) -> None:
    assert row["expect"]["if_unresolved"].startswith("stage 3 would be the head teacher again (rung already used)")
    says = decision.if_unresolved
    assert says.startswith("The person who raised it may take it to stage 3: the head teacher is asked already")
    assert "the trust or local-authority education lead, with the Head of Service" in says
    assert "The partnership is then told." in says


def _warn(row: dict[str, Any], decision: Decision) -> None:
    assert "nine calendar days: ask whether the child can wait that long" in row["expect"]["warn"]
    assert decision.warnings[0].endswith("nine calendar days: ask whether the child can wait that long.")
    assert re.match("Head teacher is away until .*: the deputy is asked", decision.warnings[1])


def _partnership_told(row: dict[str, Any], decision: Decision) -> None:
    expected = row["expect"]["partnership_told"]
    assert decision.partnership_told == ("no" if expected is False else "coded")
    assert (roles_of(decision, Part.PARTNERSHIP) != []) is bool(expected)


def _late(row: dict[str, Any], _: Decision) -> None:
    facts = facts_of(row)
    assert facts.conference_ended_at is not None
    late = facts.conference_ended_at + timedelta(hours=72, minutes=1)
    decision = decision_of(_changed(facts, opened_at=late))
    assert decision.late
    assert contacts(decision) == ["conference_chair"]
    assert decision.offered == ("stages",)


def _changed(facts: Facts, **changes: Any) -> Facts:
    return msgspec.structs.replace(facts, **changes)


def _personal(row: dict[str, Any], _: Decision) -> None:
    decision = decision_of(_changed(facts_of(row), dissent="personal"))
    assert decision.ruling is Ruling.RECORDED
    assert told(decision) == ["raiser"]
    assert decision.due_at is None


def _placement(row: dict[str, Any], decision: Decision) -> None:
    assert row["expect"]["never_in_any_notice"] == "placement or foster address"
    assert not {"placement_address", "child_address"} & set(Facts.__struct_fields__)
    assert not any("placement_address" in one.says for one in decision.reasons)


def _excluded(_: dict[str, Any], decision: Decision) -> None:
    recused = [who for who, why in decision.excluded if "neither triages nor chairs" in why]
    assert recused == ["Local authority delegate to the partnership", "Police delegate to the partnership"]
    named_people = {one.post for one in decision.persons}
    assert not {"sussex-police.delegate", "bh-social-care.delegate"} & named_people


def _reopened(row: dict[str, Any], _: Decision) -> None:
    decision = decision_of(_changed(facts_of(row), previous=EscalationRef("SV-000-000-000")))
    assert decision.stage == 2
    assert decision.form_required
    assert any("linked to the one before; no form is edited" in one.says for one in decision.reasons)


def _diversion(row: dict[str, Any], decision: Decision) -> None:
    wanted = {"the safeguarding adults board's own procedure": "adult"}
    expected = row["expect"]["diversion"]
    assert decision.ruling is Ruling.DIVERTED
    assert decision.diversion == ("own_manager" if expected.startswith("whistle-blowing") else wanted[expected])


def _reason_recorded(_: dict[str, Any], decision: Decision) -> None:
    assert any("made the decision" in why for _, why in decision.excluded)


def _stage_six(_: dict[str, Any], decision: Decision) -> None:
    assert "stage-6" not in decision.offered
    assert "There is no further stage that a raiser can ask for." in decision.if_unresolved


CHECKS: dict[str, Callable[[dict[str, Any], Decision], None]] = {
    "contact": _contact,
    "raising_side": lambda row, one: _true(RAISING[row["expect"]["raising_side"]](one)),
    "due_on": lambda row, one: _true(one.due_on == date.fromisoformat(row["expect"]["due_on"])),
    "warn": _warn,
    "partnership_told": _partnership_told,
    "confirmations": _confirmations,
    "if_unresolved": _if_unresolved,
    "reopened_later": _reopened,
    "form_required": lambda row, one: _true(one.form_required is row["expect"]["form_required"]),
    "raise_before": lambda row, one: _true(one.raise_before == _at(row["expect"]["raise_before"])),
    "in_time": lambda row, one: _true(one.late is not row["expect"]["in_time"]),
    "at_72h_01min": _late,
    "if_personal_disagreement_only": _personal,
    "never_in_any_notice": _placement,
    "diversion": _diversion,
    "excluded": _excluded,
    "stage_6_offered": _stage_six,
    "reason_recorded": _reason_recorded,
    "turned_away": lambda row, one: _true(one.ruling is Ruling.ROUTED and row["expect"]["turned_away"] is False),
}


def _true(holds: bool) -> None:
    assert holds


@pytest.mark.parametrize(("name", "key"), [(name, key) for name, row in ROWS.items() for key in row["expect"]])
def test_the_worked_example_comes_out_as_written(name: str, key: str) -> None:
    CHECKS[key](ROWS[name], decision_of(facts_of(ROWS[name])))


@pytest.mark.parametrize("row", [row for row in ROWS.values() if "naive_due" in row], ids=lambda row: row["id"])
def test_forgetting_bank_holidays_never_comes_out(row: dict[str, Any]) -> None:
    assert decision_of(facts_of(row)).due_on != date.fromisoformat(row["naive_due"])


@pytest.mark.parametrize("row", list(ROWS.values()), ids=lambda row: row["id"])
def test_every_example_says_why_with_a_source(row: dict[str, Any]) -> None:
    decision = decision_of(facts_of(row))
    assert decision.policy == row["policy"]
    assert decision.reasons
    assert all(one.source and one.says for one in decision.reasons)
    assert all(one.basis is not Basis.CLAUSE or "example" not in one.source for one in decision.reasons)


def test_own_manager_shows_the_way_on_screen_and_names_who_can_help() -> None:
    text = next(one.text for one in policies()["pan-bedfordshire"].diversions if one.text.code == "own_manager")
    words = " ".join(text.paragraphs)
    assert "governing body" in words
    assert "You can still refer the child to children's social care yourself, now." in words
    assert "0800 028 0285" in {link.phone for link in text.links}
    assert any("Ofsted" in link.words for link in text.links)
