"""A scrutineer who is concerned in the matter does not decide it, and who holds several sides apart. Pure.

Source: domain.md section 4, rows 15 and 18.
"""

import msgspec
import pytest

from services.router.domain.decision import Circumstances, Decision, Part, PassedOver, Ruling, decision_bytes
from services.router.domain.directory import Absence, Directory, Entries
from services.router.domain.routing.explain import explain_decision
from services.router.domain.routing.scrutiny import others_scrutineers
from services.router.policy.facts import Facts, Named, Side
from shared.messages import AskedAs
from shared.terms import AgencyId, PostId, StageNumber
from tests.policy_world import (
    MONDAY,
    agency,
    changed,
    decided,
    decision_of,
    directory,
    entries,
    named,
    raiser,
    roles_of,
    side,
    stage_two,
)

CARE, POLICE = AgencyId("ws-social-care"), AgencyId("sussex-police")
HEALTH = agency("community health trust", "west-sussex")
SCRUTINEER, NEIGHBOURS = PostId("west-sussex.scrutineer"), PostId("east-sussex.scrutineer")
HOLDER = directory().posts[SCRUTINEER].post.holders[0]


def stage_five(**changes: object) -> Facts:
    return stage_two(**{"stage": StageNumber(5), **changes})


def made_by(name: str = "", address: str = "", *, at: AgencyId | None = None) -> Facts:
    """Stage five, about a decision of that person's."""
    maker = Named(name=name, address=address)
    return stage_five(receiving=(Side(agency=at, other_name="" if at else "Scrutiny", decision_maker=maker),))


def gap(decision: Decision) -> str:
    (found,) = [one.says for one in decision.gaps if one.code == "scrutineer-concerned"]
    return found


CONCERNED = {
    "by the partnership's own entry": made_by(HOLDER.name, at=AgencyId("west-sussex")),
    "by address": made_by(address=HOLDER.address.upper(), at=AgencyId("west-sussex")),
    "by name alone, at an agency that is not listed": made_by(f" {HOLDER.name.upper()} "),
    "raised it": stage_five(raiser=msgspec.structs.replace(raiser(HEALTH, "nurse"), address=HOLDER.address)),
    "raised it, under another address": stage_five(
        raiser=msgspec.structs.replace(raiser(HEALTH, "nurse"), name=HOLDER.name)
    ),
}


@pytest.mark.parametrize("facts", CONCERNED.values(), ids=CONCERNED)
def test_a_scrutineer_who_is_concerned_is_not_asked_and_a_person_is_told_whom_to_ask(facts: Facts) -> None:
    decision = decision_of(facts)
    assert decision.ruling is Ruling.REFERRED
    assert not [one for one in decision.persons if one.must_act]
    assert "for example the independent scrutineer of East Sussex Safeguarding Children Partnership" in gap(decision)
    assert HOLDER.name not in gap(decision)
    assert [one.part for one in decision.persons].count(Part.DUTY) == 1


def test_a_scrutineer_who_works_for_an_agency_in_it_does_not_decide() -> None:
    known = changed("ws-social-care.panel", holders=(HOLDER,))
    decision = decided(stage_five(), known)
    assert decision.ruling is Ruling.REFERRED
    assert "works for an agency in this disagreement" in gap(decision)


def test_what_is_referred_has_no_deadline_yet_and_says_in_plain_words_why() -> None:
    decision = decision_of(made_by(HOLDER.name))
    assert (decision.due_at, decision.due_on, decision.warnings) == (None, None, ())
    assert decision.reasons[-1].source == "example, not in the policy text"
    lines = "\n".join(explain_decision(decision, zone="Europe/London"))
    assert "referred, decided" in lines
    assert "Independent scrutineer: made the decision that is challenged" in lines
    assert (
        "does not decide it: a person asks another's. [scrutineer-concerned; example, not in the policy text]" in lines
    )


def test_the_raiser_and_the_partners_chief_officers_are_told_all_the_same() -> None:
    facts = made_by(HOLDER.name)
    told = {one.part for one in decision_of(facts).persons if one.told}
    assert {Part.RAISER, Part.INFORMED, Part.LEAD} <= told


def test_another_partnerships_scrutineer_who_is_concerned_too_or_away_is_not_proposed() -> None:
    away = (Absence(first=MONDAY.date(), last=MONDAY.date()),)
    assert "of Brighton & Hove" in gap(decided(made_by(HOLDER.name), changed(NEIGHBOURS, absences=away)))
    theirs = directory().posts[NEIGHBOURS].post.holders[0]
    facts = stage_five(
        receiving=(Side(agency=None, other_name="Scrutiny", decision_maker=Named(name=HOLDER.name)),),
        raiser=msgspec.structs.replace(raiser(HEALTH, "nurse"), address=theirs.address),
    )
    assert "of Brighton & Hove" in gap(decision_of(facts))


def test_without_another_partnership_in_the_directory_the_gap_says_so() -> None:
    held = entries()
    alone = tuple(one for one in held.partnerships if one.id == "west-sussex")
    known = Directory(Entries(partnerships=alone, agencies=held.agencies), revision=2)
    assert "the directory has none" in gap(decided(made_by(HOLDER.name), known))


def test_another_partnerships_scrutineer_is_chosen_by_hand_and_asked_to_decide() -> None:
    decision = decision_of(made_by(HOLDER.name), circumstances=Circumstances(by_hand=NEIGHBOURS))
    (acting,) = [one for one in decision.persons if one.must_act]
    assert (acting.post, acting.asked_as, acting.may_read) == (NEIGHBOURS, AskedAs.SCRUTINEER, True)
    assert decision.ruling is Ruling.ROUTED
    assert decision.due_at is not None
    assert not [one for one in decision.gaps if one.code == "scrutineer-concerned"]


def test_the_scrutineer_who_is_concerned_cannot_be_chosen_by_hand_either() -> None:
    decision = decision_of(made_by(HOLDER.name), circumstances=Circumstances(by_hand=SCRUTINEER))
    assert not [one for one in decision.persons if one.must_act]
    assert decision.ruling is Ruling.REFERRED


def test_the_duty_contact_may_choose_among_the_others_neighbours_first() -> None:
    offered = [post for post, _ in others_scrutineers(directory().partnerships[stage_two().partnership], directory())]
    assert offered[:2] == [NEIGHBOURS, "brighton-hove.scrutineer"]
    assert SCRUTINEER not in offered
    assert len(offered) == 7


def test_a_scrutineer_whose_mail_is_refused_is_not_concerned() -> None:
    refused = (PassedOver(address=HOLDER.address, why="their mail system refused"),)
    decision = decision_of(stage_five(), circumstances=Circumstances(passed_over=refused))
    assert decision.ruling is Ruling.ROUTED
    assert "scrutineer-concerned" not in {one.code for one in decision.gaps}


def test_a_scrutineer_who_is_not_concerned_decides() -> None:
    decision = decision_of(stage_five())
    assert roles_of(decision, Part.CONTACT) == ["independent_scrutineer"]
    assert decision.ruling is Ruling.ROUTED


def test_the_same_again_gives_the_same_bytes() -> None:
    facts = made_by(HOLDER.name)
    assert decision_bytes(decision_of(facts)) == decision_bytes(decision_of(facts))


# ── Row 15: the receiving agency itself disagrees with a third ────────────────────────────────────────────────


def three_sides(**changes: object) -> Facts:
    """Health and social care each raise it; what is challenged are decisions of social care and of the police."""
    return stage_two(
        **{
            "raiser": raiser(HEALTH, "health visitor"),
            "raising": (side(HEALTH), side(CARE, decision_maker=named(CARE, "team_manager"))),
            "receiving": (
                side(CARE, team="looked-after", decision_maker=named(CARE, "social_worker")),
                side(POLICE, decision_maker=named(POLICE, "investigating_officer")),
            ),
            **changes,
        }
    )


def test_each_receiving_side_has_its_own_contact_and_its_own_decision_maker() -> None:
    decision = decision_of(three_sides())
    agencies = {directory().posts[one.post].agency.id for one in decision.persons if one.must_act and one.post}
    assert agencies == {CARE, POLICE}
    makers = [one.address for one in decision.persons if one.part is Part.DECISION_MAKER]
    assert makers == [named(CARE, "social_worker").address, named(POLICE, "investigating_officer").address]
    assert all(one.asked_as is AskedAs.RECEIVING for one in decision.persons if one.must_act)


def test_an_agency_on_both_sides_raises_the_one_and_answers_for_the_other() -> None:
    decision = decision_of(three_sides())
    colleague = named(CARE, "team_manager").address
    assert [one.part for one in decision.persons if one.address == colleague] == [Part.RAISER]
    acting = {one.address for one in decision.persons if one.must_act}
    assert colleague not in acting
    assert not acting & {named(CARE, "social_worker").address, named(POLICE, "investigating_officer").address}


def test_who_decided_for_one_side_answers_for_neither() -> None:
    manager = named(CARE, "team_manager")
    decision = decision_of(
        stage_two(
            receiving=(side(POLICE, decision_maker=manager), side(CARE, team="assessment", decision_maker=manager))
        )
    )
    assert manager.address not in {one.address for one in decision.persons if one.must_act}
