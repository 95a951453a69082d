"""What a page may say of a route from codes alone. Pure."""

from datetime import timedelta
from math import ceil

import msgspec
import pytest

from services.router.domain.page.preview import answer_of, facts_of
from services.router.policy.wording import LATE
from shared.questions import RouteQuestion
from shared.terms import PartnershipId
from tests.policy_world import MONDAY, decision_of

DISSENT = RouteQuestion(
    partnership=PartnershipId("west-sussex"),
    route="conference_dissent",
    dissent="formal",
    raising_agency="sussex-community-health",
    receiving_agency="ws-social-care",
)


def said_late(hours: int | None) -> bool:
    question = msgspec.structs.replace(DISSENT, conference_hours=hours)
    decision = decision_of(facts_of(question, at=MONDAY))
    assert decision.late == (LATE in answer_of(decision, zone="Europe/London").warnings)
    return decision.late


@pytest.mark.parametrize(("hours", "late"), [(None, False), (0, False), (72, False), (73, True), (999, True)])
def test_a_dissent_is_called_late_once_more_than_72_hours_have_begun(hours: int | None, late: bool) -> None:
    assert said_late(hours) is late


@pytest.mark.parametrize("hours", [-5, 10**12])
def test_hours_that_no_page_sends_do_no_harm(hours: int) -> None:
    assert said_late(hours) is (hours > 0)


@pytest.mark.parametrize("minutes", [0, 1, 71 * 60 + 59, 72 * 60, 72 * 60 + 1, 90 * 60])
def test_the_page_says_late_exactly_where_the_decision_then_does(minutes: int) -> None:
    ended_at = MONDAY - timedelta(minutes=minutes)
    sent = msgspec.structs.replace(facts_of(DISSENT, at=MONDAY), conference_ended_at=ended_at)
    assert said_late(ceil(minutes / 60)) is decision_of(sent).late
