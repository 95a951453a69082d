"""What passes to a successor of the raiser: what they had still to pursue, and being kept informed elsewhere. Shell."""

import msgspec

from services.router.domain.escalation import Escalation, State
from services.router.domain.life import Issue, IssueState
from services.router.domain.living.present import SECOND_RAISER
from shared.following import LinkEscalation, SeeEscalation, SeenEscalation
from shared.questions import Done
from shared.terms import EscalationRef
from tests.life_world import at, changed, escalation_of
from tests.router_world import BEFORE_CHRISTMAS, RAISER, RouterWorld
from tests.unit.test_router_going_on import goes_on
from tests.unit.test_router_questions import routed, signed_in
from tests.unit.test_router_raisers import SECOND, SUCCESSOR, on_duty, successor, two

replace = msgspec.structs.replace


def issue(number: int, owner: str, **changes: object) -> Issue:
    by_on = BEFORE_CHRISTMAS.date().replace(year=2030)
    plain = Issue(number=number, text="Say who rings.", owner=owner, owner_who="Frankie Nettlebed, lead", by_on=by_on)
    return replace(plain, **changes)


async def closed_with(router: RouterWorld, ref: EscalationRef, *issues: Issue) -> None:
    def close(found: Escalation) -> Escalation:
        life = replace(found.life, issues=issues, closed_at=found.opened_at)
        return replace(found, state=State.CLOSED, life=life)

    await changed(router, ref, close)


async def linked() -> tuple[RouterWorld, EscalationRef, EscalationRef]:
    """The first raiser's escalation, of which the second raiser of the same matter is kept informed."""
    router, first, second = await two()
    duty = await on_duty(router, first)
    assert await duty.ask(LinkEscalation(ref=first, other=second, why="The same child.")) == Done()
    assert informed(await escalation_of(router, first)) == [SECOND]
    return router, first, second


def informed(escalation: Escalation) -> list[str]:
    return [one.person.address for one in escalation.life.joined if one.why == SECOND_RAISER]


async def test_what_a_replaced_raiser_had_still_to_pursue_is_the_successors() -> None:
    router, ref = await routed()
    await closed_with(
        router, ref, issue(1, RAISER), issue(2, RAISER, state=IssueState.DONE), issue(3, "another@x.example")
    )
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(successor(ref)) == Done()
    issues = (await escalation_of(router, ref)).life.issues
    assert [(one.owner, one.owner_who) for one in issues] == [
        (SUCCESSOR, "Sam Successor, Deputy lead"),
        (RAISER, "Frankie Nettlebed, lead"),
        ("another@x.example", "Frankie Nettlebed, lead"),
    ]
    assert RAISER not in {one.address for one in (await at(router, ref, SUCCESSOR)).everybody}
    assert not isinstance(await page.ask(SeeEscalation(ref=ref)), SeenEscalation)


async def test_a_replaced_second_raiser_leaves_the_linked_escalation_to_the_successor() -> None:
    router, first, second = await linked()
    page = await signed_in(router, second, SECOND)
    assert await page.ask(successor(second)) == Done()
    assert informed(await escalation_of(router, first)) == [SUCCESSOR]
    assert not isinstance(await page.ask(SeeEscalation(ref=first)), SeenEscalation)
    new = await signed_in(router, first, SUCCESSOR)
    assert isinstance(await new.ask(SeeEscalation(ref=first)), SeenEscalation)


async def test_they_leave_the_stages_to_which_the_linked_one_went_on_too() -> None:
    router, first, second = await linked()
    third, _ = await goes_on(router, first)
    assert informed(await escalation_of(router, third)) == [SECOND]
    page = await signed_in(router, second, SECOND)
    assert await page.ask(successor(second)) == Done()
    assert [informed(await escalation_of(router, one)) for one in (first, third)] == [[SUCCESSOR], [SUCCESSOR]]


async def test_a_successor_who_raised_the_other_is_not_kept_informed_of_their_own() -> None:
    router, first, second = await linked()
    page = await signed_in(router, second, SECOND)
    assert await page.ask(successor(second, RAISER)) == Done()
    assert informed(await escalation_of(router, first)) == []
