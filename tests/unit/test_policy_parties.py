"""Who is named for a step: holders, deputies, allocating posts, sponsors, the duty contact; and who never is. Pure."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.router.domain.decision import Circumstances, Decision, Part, PassedOver, Person, Ruling
from services.router.domain.directory import Absence, Holder, Post
from services.router.policy.facts import Named, Raiser, Side
from shared.terms import AgencyId, AgencyType, PostId, StageNumber, TeamId
from tests.policy_world import changed, decided, decision_of, directory, roles_of, side, stage_two

CARE = AgencyId("ws-social-care")
MANAGER = PostId("ws-social-care.manager-assessment")


def contact(decision: Decision) -> Person:
    return next(one for one in decision.persons if one.part is Part.CONTACT)


def test_the_deputy_acts_while_the_holder_is_away_and_everybody_is_told_so() -> None:
    away = (Absence(first=date(2027, 1, 30), last=date(2027, 2, 5)),)
    decision = decided(stage_two(), changed(MANAGER, absences=away))
    assert contact(decision).post == "ws-social-care.manager-family"
    assert contact(decision).standing_in_for == "team manager"
    assert decision.warnings == ("Team manager, Assessment is away until 5 February 2027: the deputy is asked.",)


def test_the_last_day_of_an_absence_still_counts_and_the_next_does_not() -> None:
    away = changed(MANAGER, absences=(Absence(first=date(2027, 1, 30), last=date(2027, 2, 1)),))
    assert contact(decided(stage_two(), away)).standing_in_for
    tuesday = datetime(2027, 2, 2, 9, 0, tzinfo=UTC)
    assert not contact(decided(stage_two(), away, now=tuesday)).standing_in_for


def test_two_deputies_of_each_other_both_away_end_at_the_post_that_allocates() -> None:
    away = (Absence(first=date(2027, 1, 30), last=date(2027, 2, 5)),)
    known = changed(MANAGER, absences=away, deputy=MANAGER)
    assert contact(decided(stage_two(), known)).post == "ws-social-care.front-door-manager"


def test_a_vacant_post_is_a_gap_and_its_deputy_is_asked() -> None:
    decision = decided(stage_two(), changed(MANAGER, holders=()))
    assert [gap.code for gap in decision.gaps] == ["post-vacant"]
    assert contact(decision).post == "ws-social-care.manager-family"
    assert decision.persons[-1].part is Part.DUTY


def test_who_holds_a_post_depends_on_the_day() -> None:
    holders = (
        Holder(name="Old Hand", address="old@west-sussex-council.example", valid_until=date(2027, 1, 31)),
        Holder(name="New Hand", address="new@west-sussex-council.example", valid_from=date(2027, 2, 1)),
    )
    assert contact(decided(stage_two(), changed(MANAGER, holders=holders))).name == "New Hand"


def test_a_shared_mailbox_stands_for_its_holders() -> None:
    decision = decided(stage_two(), changed(MANAGER, mailbox="assessment@west-sussex-council.example", holders=()))
    assert contact(decision).address == "assessment@west-sussex-council.example"
    assert contact(decision).name == ""


def test_a_contact_whose_mail_is_refused_is_passed_over_for_the_deputy_and_it_is_recorded() -> None:
    first = decision_of(stage_two())
    refused = PassedOver(address=contact(first).address, why="their mail system refused")
    second = decision_of(stage_two(), circumstances=Circumstances(passed_over=(refused,)))
    assert contact(second).post == "ws-social-care.manager-family"
    assert ("Team manager, Assessment", "their mail system refused") in second.excluded


def test_somebody_only_informed_is_not_replaced_by_a_deputy_but_left_to_the_duty_contact() -> None:
    facts = stage_two(stage=StageNumber(5))
    lead = next(one for one in decision_of(facts).persons if one.part is Part.LEAD)
    refused = PassedOver(address=lead.address, why="their mail system refused")
    decision = decision_of(facts, circumstances=Circumstances(passed_over=(refused,)))
    assert lead.address not in {one.address for one in decision.persons}
    assert "informed-not-reached" in [gap.code for gap in decision.gaps]


def test_a_post_chosen_by_hand_acts_and_the_reason_says_so() -> None:
    chosen = Circumstances(by_hand=PostId("ws-social-care.head-of-service"), by_hand_why="both managers are ill")
    decision = decision_of(stage_two(), circumstances=chosen)
    assert roles_of(decision, Part.CONTACT) == ["head_of_service"]
    assert decision.reasons[-1].rule == "by-hand"


def test_a_post_chosen_by_hand_answers_a_stage_that_the_policy_does_not_have() -> None:
    facts = stage_two(stage=StageNumber(9))
    assert decision_of(facts).ruling is Ruling.REFERRED
    decision = decision_of(facts, circumstances=Circumstances(by_hand=PostId("ws-social-care.head-of-service")))
    assert decision.ruling is Ruling.ROUTED
    assert roles_of(decision, Part.CONTACT) == ["head_of_service"]
    assert decision.gaps == ()


def test_what_is_routed_by_hand_is_due_as_the_raiser_states() -> None:
    facts = stage_two(stage=StageNumber(9))
    assert decision_of(facts).due_at is None
    decision = decision_of(facts, circumstances=Circumstances(by_hand=PostId("ws-social-care.head-of-service")))
    assert decision.due_on == date(2027, 2, 8)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (datetime(2027, 2, 1, 10, 0, tzinfo=UTC), "in the office"),
        (datetime(2027, 2, 1, 16, 59, tzinfo=UTC), "in the office"),
        (datetime(2027, 2, 1, 17, 0, tzinfo=UTC), "out of hours"),
        (datetime(2027, 2, 6, 12, 0, tzinfo=UTC), "out of hours"),  # a Saturday
        (datetime(2027, 3, 29, 12, 0, tzinfo=UTC), "out of hours"),  # Easter Monday
        (datetime(2027, 6, 7, 8, 30, tzinfo=UTC), "in the office"),  # 9:30 in London
    ],
)
def test_with_immediate_harm_the_out_of_hours_number_stands_first_while_offices_are_closed(
    at: datetime, first: str
) -> None:
    number = directory().agencies[CARE].out_of_hours
    decision = decision_of(stage_two(opened_at=at, immediate_harm=True))
    phone = next(one.phone for one in decision.persons if one.post == MANAGER)
    assert number
    assert phone.startswith(f"{number} (out of hours); in office hours 01632") is (first == "out of hours")
    assert number not in contact(decision_of(stage_two(opened_at=at))).phone


def test_one_post_for_both_sides_of_an_agency_is_shown_to_a_person() -> None:
    decision = decision_of(stage_two(raising=(Side(agency=CARE),), receiving=(Side(agency=CARE),)))
    assert "own-agency-same-post" in [gap.code for gap in decision.gaps]
    apart = stage_two(raising=(side(CARE, team="family-support"),), receiving=(side(CARE, team="assessment"),))
    assert "own-agency-same-post" not in [gap.code for gap in decision_of(apart).gaps]


def test_a_choice_by_hand_leaves_the_contacts_of_other_agencies_alone() -> None:
    facts = stage_two(receiving=(side(CARE, team="assessment"), Side(agency=AgencyId("sussex-police"))))
    decision = decision_of(facts, circumstances=Circumstances(by_hand=PostId("ws-social-care.head-of-service")))
    assert sorted(roles_of(decision, Part.CONTACT)) == ["head_of_service", "investigations_desk"]


def test_somebody_who_made_the_decision_cannot_be_chosen_by_hand() -> None:
    chosen = Circumstances(by_hand=PostId("ws-social-care.social-worker-assessment"))
    decision = decision_of(stage_two(), circumstances=chosen)
    assert "nobody" in [gap.code for gap in decision.gaps]
    assert "social_worker" not in roles_of(decision, Part.CONTACT)


def test_a_contact_who_goes_away_before_it_is_due_is_warned_of() -> None:
    away = (Absence(first=date(2027, 2, 4), last=date(2027, 2, 5)),)
    decision = decided(stage_two(), changed(MANAGER, absences=away))
    assert contact(decision).post == MANAGER
    assert decision.warnings == ("Team manager, Assessment is away from 4 February 2027: agree who acts then.",)


def test_the_raisers_own_manager_never_answers_for_the_other_team() -> None:
    facts = stage_two(raising=(side(CARE, team="family-support"),), receiving=(side(CARE, team="family-support"),))
    both = msgspec.structs.replace(
        facts, raising=(msgspec.structs.replace(facts.raising[0], team=TeamId("ws-social-care.assessment")),)
    )
    assert contact(decision_of(both)).post == "ws-social-care.manager-family"
    manager = directory().posts[PostId("ws-social-care.manager-family")].post.holders[0]
    own = Side(agency=CARE, manager=Named(name=manager.name, address=manager.address))
    decision = decision_of(msgspec.structs.replace(both, raising=(own,)))
    assert contact(decision).address != manager.address
    assert any("own manager" in why for _, why in decision.excluded)


def test_a_name_counts_only_where_it_is_in_the_directory() -> None:
    worker = directory().posts[PostId("ws-social-care.social-worker-assessment")].post.holders[0]
    known = stage_two(receiving=(side(CARE, team="assessment", decision_maker=Named(name=worker.name.upper())),))
    unknown = stage_two(receiving=(side(CARE, team="assessment", decision_maker=Named(name="Nobody Known")),))
    maker = next(one for one in decision_of(known).persons if one.part is Part.DECISION_MAKER)
    assert maker.address == worker.address
    nobody = next(one for one in decision_of(unknown).persons if one.part is Part.DECISION_MAKER)
    assert (nobody.told, nobody.may_read, nobody.address) == (False, False, "")


@pytest.mark.parametrize(
    ("address", "source", "told"),
    [
        ("someone@west-sussex-council.example", "typed", True),
        ("someone@evil-west-sussex-council.example", "unreleased", False),
        ("someone@west-sussex-council.example.elsewhere.example", "unreleased", False),
        ("SOMEONE@West-Sussex-Council.example", "typed", True),
    ],
)
def test_a_typed_address_is_written_to_only_in_the_agencys_registered_domain(
    address: str, source: str, told: bool
) -> None:
    facts = stage_two(receiving=(side(CARE, team="assessment", decision_maker=Named(name="X", address=address)),))
    decision = decision_of(facts)
    maker = next(one for one in decision.persons if one.part is Part.DECISION_MAKER)
    assert (maker.address_from, maker.told, maker.may_read) == (source, told, told)
    assert ("address-unreleased" in [gap.code for gap in decision.gaps]) is not told


def test_an_address_that_the_duty_contact_released_is_written_to() -> None:
    facts = stage_two(receiving=(side(CARE, decision_maker=Named(name="X", address="x@elsewhere.example")),))
    decision = decision_of(facts, circumstances=Circumstances(released=("x@elsewhere.example",)))
    maker = next(one for one in decision.persons if one.part is Part.DECISION_MAKER)
    assert (maker.address_from, maker.told) == ("released", True)


def test_a_manager_whom_the_raiser_names_is_told_where_the_address_is_their_agencys() -> None:
    health = AgencyId("sussex-community-health")
    manager = Named(name="Own Manager", address="own.manager@sussex-community-health.example")
    decision = decision_of(stage_two(raising=(Side(agency=health, manager=manager),)))
    assert [one.name for one in decision.persons if one.part is Part.RAISERS_MANAGER] == ["Own Manager"]


def test_a_manager_at_a_strange_address_waits_and_the_directorys_manager_is_told() -> None:
    health = AgencyId("sussex-community-health")
    manager = Named(name="Own Manager", address="own.manager@elsewhere.example")
    decision = decision_of(stage_two(raising=(Side(agency=health, manager=manager),)))
    assert roles_of(decision, Part.RAISERS_MANAGER) == ["senior_nurse"]
    assert "address-unreleased" in [gap.code for gap in decision.gaps]


def test_a_raiser_outside_the_registered_domains_is_shown_to_the_duty_contact() -> None:
    raiser = Raiser(name="Ash", role="health visitor", address="ash@elsewhere.example", phone="")
    decision = decision_of(stage_two(raiser=raiser))
    assert decision.persons[0].address_from == "unreleased"
    assert "raiser-unreleased" in [gap.code for gap in decision.gaps]


def test_an_agency_without_its_own_rung_is_spoken_for_by_its_sponsor() -> None:
    surgery = AgencyId("sussex-surgery")
    decision = decision_of(stage_two(stage=StageNumber(3), receiving=(Side(agency=surgery),)))
    assert contact(decision).post == "sussex-icb.named-gp"


def test_a_challenged_agency_that_is_not_listed_is_left_to_its_sponsor_and_the_desk() -> None:
    nursery = Side(agency=None, type=AgencyType.EDUCATION, other_name="Little Acorns")
    decision = decision_of(stage_two(receiving=(nursery,)))
    assert contact(decision).post == "ws-education.safeguarding-lead"
    assert "agency-not-listed" in [gap.code for gap in decision.gaps]


def test_what_nobody_can_answer_goes_to_the_duty_contact_and_is_never_dropped() -> None:
    unknown = Side(agency=None, type=AgencyType.HOUSING, other_name="A landlord")
    decision = decision_of(stage_two(receiving=(unknown,)))
    assert contact(decision).address == "duty@west-sussex.example"
    assert "duty-stands-in" in [gap.code for gap in decision.gaps]


def test_the_demonstrations_gap_is_found() -> None:
    decision = decision_of(stage_two(receiving=(Side(agency=AgencyId("ws-youth-justice")),)))
    assert "post-vacant" in [gap.code for gap in decision.gaps]
    assert contact(decision).post == "ws-youth-justice.safeguarding-lead"


def test_no_gap_names_a_person() -> None:
    strange = Named(name="Secret Name", address="secret@elsewhere.example")
    facts = stage_two(receiving=(side(CARE, decision_maker=strange),), raising=(Side(agency=None, manager=strange),))
    for gap in decision_of(facts).gaps:
        assert "ecret" not in gap.says


def test_a_post_in_the_directory_shows_its_own_words_and_the_raiser_their_typed_role() -> None:
    decision = decision_of(stage_two())
    assert decision.persons[0].role == "health visitor"
    assert contact(decision).role == "Team manager, Assessment"
    assert isinstance(directory().posts[MANAGER].post, Post)


@pytest.mark.parametrize("address", ["stranger@elsewhere.example", ""])
def test_a_colleague_who_also_raises_it_is_told_only_where_the_address_is_known(address: str) -> None:
    """Only the raiser proved an address; one typed for a colleague waits for the duty contact like any other."""
    facts = stage_two()
    named = Named(name="Sam Stranger", address=address)
    colleague = Side(agency=AgencyId("police"), decision_maker=named)
    decision = decision_of(msgspec.structs.replace(facts, raising=(*facts.raising, colleague)))
    assert "stranger@elsewhere.example" not in {one.address for one in decision.persons if one.told or one.may_read}
