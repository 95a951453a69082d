"""What happens to an escalation after its first decision, for tests: outcomes, records, another directory. Shell."""

from collections.abc import Callable

import msgspec

from services.router.domain.changes import Change
from services.router.domain.directory import Entries, Post, entries_bytes
from services.router.domain.escalation import Escalation
from services.router.domain.life import OutcomeVersion
from services.router.domain.living.outcome import Unfit
from services.router.domain.page.choosing import code_of
from services.router.handlers.outcomes import propose
from services.router.handlers.presence import Here, stand
from shared.following import SeeEscalation, SeenEscalation
from shared.references import mint_submission_id
from shared.terms import EscalationRef
from tests.router_world import Page, RouterWorld, demonstration

MANAGER = "jamie.lavenderhill@oakfield-primary.example"
OTHER_MANAGER = "wren.kestrelby@west-sussex-council.example"
CONTACTS_POST = "ws-social-care.manager-assessment"
AGREED: dict[str, object] = {"outcome": "agreed", "agreed_outcome": "A strategy meeting is held this week."}
replace = msgspec.structs.replace


async def escalation_of(router: RouterWorld, ref: EscalationRef) -> Escalation:
    found = await router.world.escalations.escalation(ref)
    assert found is not None
    return found


async def at(router: RouterWorld, ref: EscalationRef, address: str) -> Here:
    """Where somebody stands now."""
    escalation, ground = await escalation_of(router, ref), await router.world.grounds.now()
    return stand(escalation, address, ground=ground, at=router.clock.now())


async def put(
    router: RouterWorld, ref: EscalationRef, address: str, answers: dict[str, object] | None = None
) -> OutcomeVersion | Unfit:
    """The outcome that somebody put to the parties, as it was taken in; why not, where it was not."""
    here = await at(router, ref, address)
    change = propose(here, {**AGREED, **(answers or {})}, submission=mint_submission_id(), world=router.world)
    if not isinstance(change, Change):
        return change
    await router.world.escalations.commit(change)
    return (await escalation_of(router, ref)).life.versions[-1]


async def changed(router: RouterWorld, ref: EscalationRef, change: Callable[[Escalation], Escalation]) -> Escalation:
    """The escalation after something that another use case would have done."""
    after = change(await escalation_of(router, ref))
    await router.world.escalations.commit(Change(at=router.clock.now(), escalation=after))
    return await escalation_of(router, ref)


async def with_post(router: RouterWorld, post: str, change: Callable[[Post], Post]) -> None:
    """A new revision of the directory in which this post is another."""
    found = demonstration()
    agencies = tuple(
        replace(agency, posts=tuple(change(one) if one.id == post else one for one in agency.posts))
        for agency in found.agencies
    )
    entries = Entries(partnerships=found.partnerships, agencies=agencies)
    await router.world.directories.add(entries_bytes(entries), at=router.clock.now())


def person_code(escalation: Escalation, address: str) -> str:
    """The code by which a page names somebody."""
    return code_of(escalation, address)


async def look(page: Page, ref: EscalationRef) -> SeenEscalation:
    answer = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(answer, SeenEscalation), msgspec.to_builtins(answer)
    return answer
