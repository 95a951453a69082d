"""Who is what in an escalation now: the one answer that reading, acting and telling use. Shell."""

from datetime import date, timedelta

import msgspec

from services.router.domain.decision import Decision, Part, Person
from services.router.domain.escalation import Escalation, Standing
from services.router.domain.life import Issue, IssueState, Joined, Panel, Seat
from services.router.domain.living.present import Present, of_address, present, present_now, standings_of, those
from services.router.policy.facts import Named
from shared.terms import AgencyId
from tests.router_world import BEFORE_CHRISTMAS, CONTACT, DECISION_MAKER, DUTY, RAISER, RouterWorld
from tests.unit.test_router_questions import routed

replace = msgspec.structs.replace
SOMEBODY = Person(
    part=Part.CONTACT,
    name="Merle Oxlip",
    role="Team manager",
    agency="West Sussex Children’s Social Care",
    address="Merle.Oxlip@west-sussex-council.example",
    phone="01632 960001",
    told=True,
    must_act=True,
    may_read=True,
)
MERLE = "merle.oxlip@west-sussex-council.example"


async def decided() -> tuple[Escalation, Decision]:
    router, ref = await routed()
    escalation = await router.world.escalations.escalation(ref)
    assert escalation is not None
    stored = (await router.world.escalations.decisions(ref))[-1]
    return escalation, msgspec.json.decode(stored.body, type=Decision)


def joined(escalation: Escalation, *who: Joined) -> Escalation:
    return replace(escalation, life=replace(escalation.life, joined=who))


def of(everybody: tuple[Present, ...], address: str) -> frozenset[Standing]:
    found = of_address(everybody, address)
    return found.standings if found is not None else frozenset()


async def test_the_raiser_speaks_and_the_contact_holds_and_reads() -> None:
    escalation, decision = await decided()
    everybody = present(escalation, decision)
    assert {Standing.RAISER, Standing.CONFIRMER} <= of(everybody, RAISER)
    assert of(everybody, CONTACT) == {Standing.HOLDER, Standing.CONFIRMER, Standing.PARTY}
    assert [one.address for one in those(everybody, Standing.HOLDER)] == [CONTACT]


async def test_whoever_made_the_decision_has_no_word_in_the_written_confirmation() -> None:
    everybody = present(*await decided())
    assert of_address(everybody, DECISION_MAKER) is not None
    assert Standing.CONFIRMER not in of(everybody, DECISION_MAKER)


async def test_the_coded_part_and_an_address_that_waits_are_nobody() -> None:
    escalation, decision = await decided()
    coded = replace(SOMEBODY, part=Part.PARTNERSHIP)
    waits = replace(SOMEBODY, address_from="unreleased")
    nobody = replace(SOMEBODY, address="")
    only = replace(decision, persons=(coded, waits, nobody))
    assert [one.address for one in present(escalation, only)] == [RAISER]


async def test_the_raiser_is_in_it_also_where_the_decision_names_nobody() -> None:
    escalation, decision = await decided()
    (raiser,) = present(escalation, replace(decision, persons=()))
    assert (raiser.address, raiser.person.part) == (RAISER, Part.RAISER)
    assert raiser.standings == {Standing.RAISER, Standing.CONFIRMER}


async def test_somebody_who_joined_may_do_what_their_part_allows_from_then_on() -> None:
    escalation, decision = await decided()
    deputy = Joined(person=SOMEBODY, since=BEFORE_CHRISTMAS, why="deputy")
    found = of_address(present(joined(escalation, deputy), decision), MERLE.upper())
    assert found is not None
    assert found.may_read
    assert Standing.HOLDER in found.standings
    assert (found.since, found.why) == (BEFORE_CHRISTMAS, "deputy")


async def test_a_second_raiser_is_kept_informed_and_makes_no_move_here() -> None:
    escalation, decision = await decided()
    person = replace(SOMEBODY, part=Part.RAISER, must_act=False, may_read=False)
    second = Joined(person=person, since=BEFORE_CHRISTMAS, why="second-raiser")
    assert of(present(joined(escalation, second), decision), MERLE) == frozenset()
    assert of_address(present(joined(escalation, second), decision), MERLE) is not None


async def test_a_raiser_who_named_a_successor_is_nobody_any_more() -> None:
    escalation, decision = await decided()
    named = Named(name=SOMEBODY.name, role=SOMEBODY.role, address=SOMEBODY.address, phone=SOMEBODY.phone)
    replaced = replace(escalation, circumstances=replace(escalation.circumstances, raiser=named))
    after = joined(replaced, Joined(person=SOMEBODY, since=BEFORE_CHRISTMAS, why="raiser"))
    assert of_address(present(after, decision), RAISER) is None
    assert Standing.RAISER in of(present(after, decision), MERLE)
    assert after.raiser_address == MERLE


async def test_a_panel_member_reads_from_accepting_until_the_panel_decided() -> None:
    escalation, decision = await decided()

    def seated(answer: str, *, decided: bool = False) -> frozenset[Standing]:
        seat = Seat(person=SOMEBODY, agency=AgencyId("ws-social-care"), why="peer", answer=answer)
        decided_at = BEFORE_CHRISTMAS if decided else None
        panel = Panel(convened_at=BEFORE_CHRISTMAS, by=DUTY, seats=(seat,), decided_at=decided_at)
        after = replace(escalation, life=replace(escalation.life, panel=panel))
        return of(present(after, decision), MERLE)

    assert seated("") == {Standing.SEAT_OFFERED}
    assert seated("declined") == frozenset()
    assert seated("accepted") == {Standing.MEMBER, Standing.CONFIRMER, Standing.PARTY}
    assert seated("accepted", decided=True) == {Standing.MEMBER, Standing.CONFIRMER}


async def test_who_pursues_an_issue_owns_it_until_it_is_done() -> None:
    escalation, decision = await decided()

    def owning(state: IssueState) -> frozenset[Standing]:
        issue = Issue(number=1, text="A plan", owner=CONTACT, owner_who="", by_on=date(2027, 1, 8), state=state)
        return of(present(replace(escalation, life=replace(escalation.life, issues=(issue,))), decision), CONTACT)

    assert Standing.OWNER in owning(IssueState.OPEN)
    assert Standing.OWNER in owning(IssueState.BACK)
    assert Standing.OWNER not in owning(IssueState.DONE)


async def test_the_duty_contact_stands_beside_the_parties() -> None:
    escalation, decision = await decided()
    router = await RouterWorld().ready()
    place = (await router.world.grounds.now()).place(escalation.partnership)
    everybody = present(escalation, decision)
    assert standings_of(DUTY, everybody, place=place) == {Standing.DUTY}
    assert standings_of("", everybody, place=place) == frozenset()
    assert standings_of(DUTY, everybody, place=None, other=place) == {Standing.OTHER_DUTY}
    assert standings_of(CONTACT, everybody, place=place) == of(everybody, CONTACT)


async def test_nobody_is_in_it_before_it_is_decided() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    escalation = await router.world.escalations.escalation(ref)
    assert escalation is not None
    ground = await router.world.grounds.now()
    assert present_now(escalation, ground=ground, at=router.clock.now() + timedelta(days=1)) == ()
