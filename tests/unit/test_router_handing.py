"""Who stands in the place of somebody who handed over, and who raises it after a successor was named. Shell."""

from datetime import date

import msgspec

from services.router.domain.decision import (
    Circumstances,
    Decision,
    HandedOver,
    Part,
    PassedOver,
    Person,
    decision_bytes,
)
from services.router.domain.directory import Absence, Directory, Entries
from services.router.domain.routing.deciding import decide_escalation
from services.router.domain.routing.handing import deputies_of
from services.router.policy.facts import Facts, Named, Raiser, Side
from shared.terms import AgencyId, PartnershipId, StageNumber, TeamId
from shared.working_days import holidays_of
from tests.policy_world import MONDAY, REF, directory, entries, policies

replace = msgspec.structs.replace
TAYLOR = "taylor.willowby@west-sussex-council.example"
WREN = "wren.kestrelby@west-sussex-council.example"
ZAID = "zaid.rushlight@west-sussex-council.example"
FRANKIE = "frankie.nettlebed@oakfield-primary.example"
TO_WREN = HandedOver(by=TAYLOR, to=WREN, why="on leave from tomorrow")


def facts() -> Facts:
    return Facts(
        partnership=PartnershipId("west-sussex"),
        opened_at=MONDAY,
        raiser=Raiser(
            name="Frankie Nettlebed", role="designated_safeguarding_lead", address=FRANKIE, phone="01632 960114"
        ),
        raising=(Side(agency=AgencyId("oakfield-primary")),),
        receiving=(
            Side(
                agency=AgencyId("ws-social-care"),
                team=TeamId("ws-social-care.assessment"),
                decision_maker=Named(name="Quinn Quaverley"),
            ),
        ),
        stage=StageNumber(2),
        area="referral_threshold",
    )


def decided(circumstances: Circumstances, *, known: Directory | None = None, said: Facts | None = None) -> Decision:
    known = known or directory()
    partnership = known.partnerships[PartnershipId("west-sussex")]
    return decide_escalation(
        REF,
        said or facts(),
        policy=policies()[partnership.policy],
        directory=known,
        holidays=holidays_of(partnership.nation),
        now=MONDAY,
        circumstances=circumstances,
    )


def acting(decision: Decision) -> list[str]:
    return [one.address for one in decision.persons if one.must_act]


def person(decision: Decision, address: str) -> Person:
    return next(one for one in decision.persons if one.address == address)


def absent(post: str) -> Directory:
    away = Absence(first=date(2027, 2, 1), last=date(2027, 2, 5))
    agencies = tuple(
        replace(one, posts=tuple(replace(p, absences=(away,)) if p.id == post else p for p in one.posts))
        for one in entries().agencies
    )
    return Directory(Entries(partnerships=entries().partnerships, agencies=agencies), revision=2)


def test_the_deputy_who_was_named_acts_and_reads_in_their_place() -> None:
    before, after = decided(Circumstances()), decided(Circumstances(handed=(TO_WREN,)))
    assert (acting(before), acting(after)) == ([TAYLOR], [WREN])
    deputy = person(after, WREN)
    assert deputy.may_read
    assert deputy.told
    assert (deputy.part, deputy.standing_in_for, deputy.post) == (
        Part.CONTACT,
        person(before, TAYLOR).seat,
        "ws-social-care.manager-family",
    )
    assert all(one.address != TAYLOR for one in after.persons)
    assert after.due_at == before.due_at


def test_a_deputy_may_hand_over_in_turn_and_hand_it_back() -> None:
    to_zaid = HandedOver(by=WREN, to=ZAID, why="")
    back = HandedOver(by=ZAID, to=TAYLOR, why="")
    assert acting(decided(Circumstances(handed=(TO_WREN, to_zaid)))) == [ZAID]
    assert acting(decided(Circumstances(handed=(TO_WREN, to_zaid, back)))) == [TAYLOR]


def test_a_deputy_who_may_not_act_leaves_it_where_it_was_and_a_person_is_told() -> None:
    circumstances = Circumstances(handed=(TO_WREN,), passed_over=(PassedOver(address=WREN, why="no"),))
    after = decided(circumstances)
    assert acting(after) == [TAYLOR]
    assert "deputy-gone" in {gap.code for gap in after.gaps}


def test_a_deputy_who_is_away_today_leaves_it_where_it_was() -> None:
    after = decided(Circumstances(handed=(TO_WREN,)), known=absent("ws-social-care.manager-family"))
    assert acting(after) == [TAYLOR]


def test_nobody_hands_over_to_somebody_who_made_the_decision() -> None:
    to_quinn = HandedOver(by=TAYLOR, to="quinn.quaverley@west-sussex-council.example", why="")
    assert acting(decided(Circumstances(handed=(to_quinn,)))) == [TAYLOR]


def test_what_nobody_handed_over_changes_no_byte() -> None:
    nobody = HandedOver(by=ZAID, to=WREN, why="")
    assert decision_bytes(decided(Circumstances(handed=(nobody,)))) == decision_bytes(decided(Circumstances()))


def test_the_directorys_own_deputy_is_offered_first_and_nobody_who_may_not_act() -> None:
    contact = person(decided(Circumstances()), TAYLOR)
    offered = deputies_of(contact, directory(), day=MONDAY.date(), barred=frozenset({ZAID}))
    assert offered[0].address == WREN
    assert "Wren Kestrelby, Team manager, Family support" in offered[0].words
    assert {TAYLOR, ZAID}.isdisjoint(one.address for one in offered)


def test_somebody_whom_the_directory_does_not_hold_can_name_nobody() -> None:
    typed = replace(person(decided(Circumstances()), TAYLOR), post=None, address="typed@elsewhere.example")
    assert deputies_of(typed, directory(), day=MONDAY.date(), barred=frozenset()) == ()


def test_a_successor_is_the_raiser_and_neither_of_them_is_asked_to_act() -> None:
    head = Named(
        name="Sasha Candlewick", role="Head teacher", address="head@oakfield-primary.example", phone="01632 960115"
    )
    after = decided(Circumstances(raiser=head))
    raisers = [one for one in after.persons if one.part is Part.RAISER]
    assert [(one.name, one.address, one.told) for one in raisers] == [(head.name, head.address, True)]
    assert FRANKIE not in acting(after)
    raised_by_contact = replace(facts(), raiser=Raiser(name="Taylor", role="", address=TAYLOR, phone=""))
    assert TAYLOR not in acting(decided(Circumstances(raiser=head), said=raised_by_contact))


def test_a_successor_whom_nobody_vouches_for_gets_no_mail_until_somebody_does() -> None:
    stranger = Named(name="A Stranger", role="", address="someone@elsewhere.example", phone="")
    waits = decided(Circumstances(raiser=stranger))
    raiser = next(one for one in waits.persons if one.part is Part.RAISER)
    assert (raiser.told, raiser.address_from) == (False, "unreleased")
    released = decided(Circumstances(raiser=stranger, released=(stranger.address,)))
    assert next(one for one in released.persons if one.part is Part.RAISER).told
