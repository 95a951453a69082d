"""What a page says who will be told is what the decision then tells, by role and agency. Pure."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.decision import Decision, Part
from services.router.domain.page.preview import DECISION_MAKER, answer_of, facts_of
from services.router.policy.facts import Facts, Named, Raiser, Route, Side
from shared.questions import RouteQuestion
from shared.terms import AgencyId, AgencyType, PartnershipId, StageNumber, TeamId
from tests.policy_world import MONDAY, decision_of, directory, entries

SATURDAY = datetime(2027, 2, 6, 22, 0, tzinfo=UTC)
PARTNERSHIPS = [one.id for one in entries().partnerships]
ROLES = ["", "clinician", "designated_safeguarding_lead", "detective_sergeant", "head_teacher", "team_manager"]


@st.composite
def questions(draw: st.DrawFn) -> RouteQuestion:
    """The codes of a form, at agencies that serve the partnership."""
    partnership = draw(st.sampled_from(PARTNERSHIPS))
    serving = [
        one for one in entries().agencies if partnership in (one.owner, *one.serves) and str(one.id) != str(partnership)
    ]
    raising, receiving = draw(st.sampled_from(serving)), draw(st.sampled_from(serving))
    teams = (
        TeamId(draw(st.sampled_from([team.id for team in at.teams]))) if at.teams else None
        for at in (raising, receiving)
    )
    return RouteQuestion(
        partnership=PartnershipId(partnership),
        stage=StageNumber(draw(st.integers(1, 6))),
        child_status=draw(st.sampled_from(["not_known", "in_need", "looked_after", "child_protection"])),
        subject=draw(st.sampled_from(["", "care_plan", "conference", "service"])),
        route=draw(st.sampled_from(list(Route))),
        dissent=draw(st.sampled_from(["", "formal", "personal"])),
        conference_hours=draw(st.sampled_from([None, 1, 72, 73])),
        immediate_harm=draw(st.booleans()),
        own_manager=draw(st.sampled_from([False, False, True])),
        raiser_is=draw(st.sampled_from(["", "practitioner", "manager", "safeguarding_lead"])),
        raiser_role_code=draw(st.sampled_from(ROLES)),
        decision_maker_named=draw(st.booleans()),
        raising_agency=raising.id,
        raising_team=draw(st.sampled_from([None, next(teams)])),
        receiving_agency=draw(st.sampled_from([receiving.id, "not_listed"])),
        receiving_agency_type=draw(st.sampled_from(list(AgencyType))),
        receiving_team=draw(st.sampled_from([None, next(teams)])),
        more_agencies=tuple(draw(st.lists(st.sampled_from([one.id for one in serving]), max_size=2, unique=True))),
        timeframe_amount=draw(st.integers(1, 20)),
    )


def sent(question: RouteQuestion, at: datetime) -> Facts:
    """The form as it is then sent: the same codes, with people whom the directory does not hold."""
    facts = facts_of(question, at=at)
    return msgspec.structs.replace(
        facts,
        raiser=Raiser(
            name="Kit Raiser",
            role=question.raiser_role_code,
            address=f"kit.raiser@{domain(facts.raising[0].agency)}",
            phone="01632 960999",
            is_manager=facts.raiser.is_manager,
            is_lead=facts.raiser.is_lead,
        ),
        receiving=(named(facts.receiving[0], question), *facts.receiving[1:]),
    )


def named(side: Side, question: RouteQuestion) -> Side:
    if not question.decision_maker_named:
        return side
    made_by = Named(name="Sam Decider", role="worker", address=f"sam.decider@{domain(side.agency)}")
    return msgspec.structs.replace(side, decision_maker=made_by)


def domain(agency: AgencyId | None) -> str:
    return next(iter(directory().agencies[agency].domains), "elsewhere.example") if agency else "elsewhere.example"


def by_role(decision: Decision) -> list[tuple[str, str, str]]:
    return [(one.role, one.agency, one.part) for one in answer_of(decision, zone="Europe/London").parts]


def as_shown(decision: Decision) -> list[tuple[str, str, str]]:
    """The decision's parts, its decision-maker in the preview's words."""
    makers = {(one.role, one.agency) for one in decision.persons if one.part is Part.DECISION_MAKER}
    return [
        (DECISION_MAKER, agency, part) if (role, agency) in makers else (role, agency, part)
        for role, agency, part in by_role(decision)
    ]


@settings(max_examples=500, deadline=None)
@given(questions(), st.sampled_from([MONDAY, SATURDAY]))
def test_whoever_is_shown_is_told_and_nobody_else(question: RouteQuestion, at: datetime) -> None:
    facts = sent(question, at)
    shown, decided = decision_of(facts_of(question, at=at)), decision_of(facts)
    assert by_role(shown) == as_shown(decided)
    assert shown.due_at == decided.due_at
    assert (shown.late, shown.raise_before) == (decided.late, decided.raise_before)
    assert shown.stage_label == decided.stage_label
