"""Nothing reaches the raiser's own manager where the agency's own decision is challenged. Pure."""

import msgspec
import pytest

from services.router.domain.decision import Decision, Part, Ruling
from services.router.domain.letters.notices import reachable
from services.router.policy.facts import Facts, Named, Side
from shared.terms import AgencyId, PostId, StageNumber, TeamId
from tests.policy_world import decision_of, directory, side, stage_two

CARE = AgencyId("ws-social-care")
MANAGER = directory().posts[PostId("ws-social-care.manager-family")].post.holders[0]
IN_FAMILY = TeamId("ws-social-care.family-support")


def within(*, maker: Named = Named(), manager: Named = Named(), team: str = "", own: TeamId | None = None) -> Facts:  # noqa: B008 - frozen
    """A social worker of one team challenges their own agency's decision."""
    return stage_two(
        raiser=msgspec.structs.replace(stage_two().raiser, role="social worker", address="ash@west-sussex.example"),
        raising=(Side(agency=CARE, team=own, manager=manager),),
        receiving=(side(CARE, team=team, decision_maker=maker),),
    )


def reached(decision: Decision) -> set[str]:
    return {one.address for one in reachable(decision)}


def test_a_decision_of_the_own_manager_is_diverted_where_the_raiser_says_so() -> None:
    decision = decision_of(msgspec.structs.replace(within(), own_manager=True))
    assert decision.ruling is Ruling.DIVERTED
    assert decision.persons == ()


@pytest.mark.parametrize("stage", [2, 3, 4])
@pytest.mark.parametrize(
    "facts",
    [
        within(maker=Named(name=MANAGER.name), manager=Named(name=MANAGER.name, address=MANAGER.address)),
        within(maker=Named(address=MANAGER.address.upper()), manager=Named(name=MANAGER.name)),
        within(maker=Named(name=MANAGER.name, address=MANAGER.address), own=IN_FAMILY),
        within(maker=Named(name=MANAGER.name), team="assessment", own=IN_FAMILY),
        within(team="family-support", own=IN_FAMILY),
    ],
    ids=["both named", "by address", "by the team", "other team said", "own team, nobody named"],
)
def test_no_notice_goes_to_the_own_manager_who_made_the_decision(facts: Facts, stage: int) -> None:
    decision = decision_of(msgspec.structs.replace(facts, stage=StageNumber(stage)))
    assert MANAGER.address not in reached(decision)
    assert MANAGER.address not in {one.address for one in decision.persons}


def test_a_manager_who_is_in_no_directory_is_not_told_either() -> None:
    typed = Named(name="Robin Unlisted", address="robin@west-sussex-council.example")
    decision = decision_of(within(maker=typed, manager=Named(name="robin unlisted")))
    assert typed.address not in reached(decision)
    by_name = within(maker=Named(name="Robin Unlisted"), manager=typed)
    assert typed.address not in reached(decision_of(by_name))


def test_the_duty_contact_is_asked_to_look_when_the_own_manager_made_the_decision() -> None:
    decision = decision_of(within(maker=Named(address=MANAGER.address), manager=Named(address=MANAGER.address)))
    assert "own-manager" in [gap.code for gap in decision.gaps]
    assert decision.persons[-1].part is Part.DUTY


def test_the_own_manager_is_told_of_a_decision_by_another_team() -> None:
    decision = decision_of(within(team="assessment", own=IN_FAMILY))
    assert [one.address for one in decision.persons if one.part is Part.RAISERS_MANAGER] == [MANAGER.address]


def test_the_own_manager_is_told_where_the_decision_is_another_agencys() -> None:
    facts = msgspec.structs.replace(within(own=IN_FAMILY), receiving=(Side(agency=AgencyId("sussex-police")),))
    assert MANAGER.address in reached(decision_of(facts))
