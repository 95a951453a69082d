"""Every escalation in which the address that is signed in has a part now. Shell."""

from services.router.domain.decision import Part
from services.router.domain.escalation import ENDED, Escalation
from services.router.domain.ground import Ground
from services.router.domain.page.offers import Chance, offered
from services.router.domain.page.yours import Mine, listed
from services.router.handlers.presence import NOT_SIGNED_IN, stand
from services.router.handlers.replying import Asker, Reply
from services.router.handlers.seeing import part_of
from services.router.ports import World
from shared.following import Yours

MOST = 100


async def yours(question: Yours, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The newest hundred of them, open ones before any that has ended. Whoever was replaced has it no more."""
    if not asker.address:
        return Reply(NOT_SIGNED_IN)
    known = await world.escalations.of_address(asker.address)
    kept = sorted(known, key=lambda one: one.state not in ENDED)[-MOST:]
    mine = (_mine(one, asker=asker, ground=ground) for one in kept)
    return Reply(listed(one for one in mine if one is not None))


def _mine(escalation: Escalation, *, asker: Asker, ground: Ground) -> Mine | None:
    place = ground.place(escalation.partnership)
    if place is None:
        return None
    bare = Mine(
        escalation=escalation,
        address=asker.address,
        partnership=place.name,
        zone=place.zone,
        part=Part.RAISER.value if asker.address == escalation.raiser_address else Part.CONTACT.value,
    )
    if not escalation.decisions:
        return bare
    at = stand(escalation, asker.address, ground=ground, at=asker.at)
    if at.me is None:
        return None
    chance = Chance(
        escalation=escalation, standings=at.standings, address=asker.address, me=at.me, everybody=at.everybody
    )
    return Mine(
        escalation=escalation,
        address=asker.address,
        partnership=place.name,
        zone=place.zone,
        part=part_of(at),
        stage_label=at.decision.stage_label,
        decided=at.decision.due_at,
        moves=offered(chance),
        standings=at.standings,
    )
