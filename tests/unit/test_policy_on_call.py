"""Whoever is on call is asked first, with immediate harm, while offices are closed. Pure.

Source: domain.md section 4, row 2.
"""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.router.domain.decision import Circumstances, Decision, Part, PassedOver, Person
from services.router.domain.directory import Absence, Directory
from services.router.domain.keeping.directory_file import read_directory
from services.router.domain.routing.explain import explain_decision
from services.router.policy.facts import Facts, Named, Side
from shared.terms import AgencyId, PostId, StageNumber
from tests.policy_world import DEMO, agency, changed, decided, decision_of, directory, policies, raiser, side, stage_two

CARE, POLICE = AgencyId("ws-social-care"), AgencyId("sussex-police")
ON_CALL = PostId("ws-social-care.on-call")
MANAGER = PostId("ws-social-care.manager-assessment")
SATURDAY = datetime(2027, 2, 6, 22, 0, tzinfo=UTC)


def at_night(**changes: object) -> Facts:
    return stage_two(**{"opened_at": SATURDAY, "immediate_harm": True, **changes})


def acting(decision: Decision) -> list[Person]:
    return [one for one in decision.persons if one.must_act]


def posts(decision: Decision) -> list[str | None]:
    return [one.post for one in acting(decision)]


def test_whoever_is_on_call_stands_before_the_contact_and_may_do_the_same() -> None:
    first, second = acting(decision_of(at_night()))
    assert (first.post, second.post) == (ON_CALL, MANAGER)
    assert (first.part, first.told, first.may_read) == (Part.CONTACT, True, second.may_read)
    assert first.asked_as is second.asked_as
    assert first.why_you == "You are on call for your agency, and a child may be at risk of immediate harm."


def test_whoever_is_on_call_is_rung_on_their_own_number_and_the_contact_by_night_and_by_day() -> None:
    first, second = acting(decision_of(at_night()))
    care = directory().agencies[CARE]
    assert first.phone == directory().posts[ON_CALL].post.phone
    assert second.phone.startswith(f"{care.out_of_hours} (out of hours); in office hours ")


def test_without_a_number_of_their_own_the_agencys_out_of_hours_number_finds_them() -> None:
    decision = decided(at_night(), changed(ON_CALL, phone=""))
    assert acting(decision)[0].phone == directory().agencies[CARE].out_of_hours


@pytest.mark.parametrize(
    ("at", "harm"),
    [
        (datetime(2027, 2, 5, 12, 0, tzinfo=UTC), True),  # a Friday, in office hours
        (SATURDAY, False),
    ],
)
def test_nobody_on_call_is_asked_in_office_hours_nor_without_immediate_harm(at: datetime, harm: bool) -> None:
    assert posts(decision_of(at_night(opened_at=at, immediate_harm=harm))) == [MANAGER]


def test_it_is_the_hour_of_the_decision_that_counts_for_it_is_then_that_somebody_rings() -> None:
    friday = datetime(2027, 2, 5, 16, 50, tzinfo=UTC)
    assert posts(decision_of(at_night(opened_at=friday), now=friday)) == [MANAGER]
    assert posts(decision_of(at_night(opened_at=friday), now=datetime(2027, 2, 5, 17, 5, tzinfo=UTC)))[0] == ON_CALL


def test_an_agency_that_has_nobody_on_call_is_asked_as_by_day() -> None:
    health = agency("community health trust", "west-sussex")
    assert not directory().with_role(health, "on_call")
    facts = at_night(raising=(side(CARE),), raiser=raiser(CARE, "social worker"), receiving=(side(health),))
    decision = decision_of(facts)
    assert [one.post for one in acting(decision) if one.post in directory().posts]
    assert "on-call" not in {one.rule for one in decision.reasons}
    assert "no-holder" not in {gap.code for gap in decision.gaps}


def test_every_agency_that_must_act_is_asked_through_whoever_is_on_call_first() -> None:
    decision = decision_of(at_night(receiving=(side(CARE, team="assessment"), side(POLICE)), stage=StageNumber(2)))
    assert posts(decision)[:2] == [ON_CALL, PostId("sussex-police.on-call")]
    assert len(acting(decision)) == 4


def test_both_sides_of_a_stage_that_asks_both_have_somebody_on_call() -> None:
    facts = at_night(raising=(side(POLICE),), raiser=raiser(POLICE, "investigating officer"), stage=StageNumber(3))
    first = acting(decision_of(facts))[:2]
    assert [(one.post, one.part) for one in first] == [
        (ON_CALL, Part.CONTACT),
        (PostId("sussex-police.on-call"), Part.RAISING_CONTACT),
    ]


def test_whoever_made_the_decision_is_not_asked_because_they_are_on_call() -> None:
    holder = directory().posts[ON_CALL].post.holders[0]
    made_it = Named(name=holder.name, address=holder.address)
    decision = decision_of(at_night(receiving=(side(CARE, team="assessment", decision_maker=made_it),)))
    assert posts(decision) == [MANAGER]
    assert holder.address not in {one.address for one in acting(decision)}


def test_whoever_is_on_call_and_cannot_be_reached_is_passed_over() -> None:
    address = directory().posts[ON_CALL].post.holders[0].address
    passed_over = (PassedOver(address=address, why="their mail system refused"),)
    decision = decision_of(at_night(), circumstances=Circumstances(passed_over=passed_over))
    assert posts(decision) == [MANAGER]
    assert "their mail system refused" in {why for _, why in decision.excluded}


def test_the_deputy_of_whoever_is_on_call_stands_in() -> None:
    away = (Absence(first=date(2027, 2, 6), last=date(2027, 2, 7)),)
    known = changed(ON_CALL, absences=away, deputy=PostId("ws-social-care.front-door-manager"))
    first = acting(decided(at_night(), known))[0]
    assert (first.post, first.standing_in_for) == ("ws-social-care.front-door-manager", "person on call")


def test_one_person_who_is_the_contact_and_on_call_is_asked_once_and_first() -> None:
    known = changed(ON_CALL, holders=directory().posts[MANAGER].post.holders)
    decision = decided(at_night(), known)
    assert posts(decision) == [ON_CALL]
    assert "on-call" in acting(decision)[0].because


def test_where_the_duty_contact_stands_in_whoever_is_on_call_is_asked_still() -> None:
    nobody = {post.id for post in directory().agencies[CARE].posts if post.role != "on_call"}
    held = directory().entries
    emptied = tuple(
        msgspec.structs.replace(
            one,
            posts=tuple(
                msgspec.structs.replace(post, holders=(), mailbox="") if post.id in nobody else post
                for post in one.posts
            ),
        )
        for one in held.agencies
    )
    decision = decided(at_night(), Directory(msgspec.structs.replace(held, agencies=emptied), revision=3))
    assert acting(decision)[0].post == ON_CALL
    assert acting(decision)[1].post is None


def test_an_agency_that_is_not_listed_has_nobody_on_call() -> None:
    decision = decision_of(at_night(receiving=(Side(agency=None, other_name="A charity"),)))
    assert "on-call" not in {one.rule for one in decision.reasons}


def test_the_reason_says_that_it_is_the_directorys_and_not_the_policys() -> None:
    lines = "\n".join(explain_decision(decision_of(at_night()), zone="Europe/London"))
    assert "whoever is on call is asked first. [on-call; the partnership's setting: the agency's own entry" in lines


def test_being_on_call_is_nobodys_own_post() -> None:
    holder = directory().posts[MANAGER].post.holders[0]
    known = changed(ON_CALL, holders=(holder,))
    found = known.own_post(CARE, holder.address)
    assert found is not None
    assert found.post.id == MANAGER


UNREACHABLE = """
[[agency]]
id = "ws-night"
name = "Night service"
type = "voluntary"
owner = "west-sussex"
serves = ["west-sussex"]
phone = "01632 960700"

[[agency.post]]
id = "ws-night.on-call"
title = "On call"
role = "on_call"

[[agency.post.holder]]
name = "Robin Nightly"
address = "robin.nightly@night.example"
"""


@pytest.mark.parametrize(
    ("said", "problems"),
    [
        (UNREACHABLE, 1),
        (UNREACHABLE.replace('role = "on_call"', 'role = "on_call"\nphone = "01632 960701"'), 0),
        (UNREACHABLE.replace('phone = "01632 960700"', 'phone = "01632 960700"\nout_of_hours = "01632 960702"'), 0),
        (UNREACHABLE + 'phone = "01632 960703"\n', 0),
        (UNREACHABLE.replace('role = "on_call"', 'role = "project_worker"'), 0),
    ],
    ids=["no number", "the post's", "the agency's", "the holder's", "not on call"],
)
def test_whoever_is_on_call_must_have_a_telephone_that_is_answered_at_night(said: str, problems: int) -> None:
    sussex = (DEMO / "sussex.toml").read_text(encoding="utf-8")
    found = read_directory({"sussex.toml": sussex, "night.toml": said}, policies=policies())
    told = [str(one) for one in found] if isinstance(found, tuple) else []
    assert len(told) == problems
    assert all(one.startswith("night.toml, line 10: ") and "on call is rung" in one for one in told)
