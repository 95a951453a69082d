"""Links a form to the escalation of the stage before, for those alone who have a part in that one. Shell."""

import msgspec

from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, same_address
from services.router.domain.living.onwards import held_posts
from services.router.handlers.replying import is_party
from services.router.policy.facts import Facts
from services.router.ports import World


async def linked(facts: Facts, *, world: World) -> Facts:
    """The facts with the posts that the earlier stages used.

    A reference that is not the raiser's to give is left out silently: nobody learns from it if it is one.
    """
    if facts.previous is None:
        return facts
    earlier = await world.escalations.escalation(facts.previous)
    if earlier is None or not await _may_link(facts, earlier, world=world):
        return msgspec.structs.replace(facts, previous=None)
    return msgspec.structs.replace(facts, held=await _held(earlier, world=world))


async def _may_link(facts: Facts, earlier: Escalation, *, world: World) -> bool:
    here = earlier.partnership == facts.partnership
    return here and earlier.decisions > 0 and await is_party(same_address(facts.raiser.address), earlier, world=world)


async def _held(earlier: Escalation, *, world: World) -> tuple[str, ...]:
    decisions = await world.escalations.decisions(earlier.ref)
    return held_posts(earlier, msgspec.json.decode(decisions[-1].body, type=Decision))
