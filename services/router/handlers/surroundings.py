"""Gathers what a page of an escalation is drawn from: its matter, records, notices, deputies. Shell."""

import msgspec

from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, Move, Standing
from services.router.domain.living.present import of_address, present_now
from services.router.domain.page.seen_life import Live
from services.router.domain.page.timeline import Reached
from services.router.domain.routing.handing import Deputy
from services.router.handlers.presence import Here
from services.router.handlers.reading import records_of
from services.router.handlers.routing import facts_of, is_trusted
from services.router.ports import World
from shared.following import ChoiceSeen


async def live_of(at: Here, *, world: World, needs_name: bool) -> Live:
    """All that is so at this moment."""
    return Live(
        everybody=at.everybody,
        me=at.me,
        address=at.address,
        standings=at.standings,
        now=at.at,
        calendar=at.ground.calendar(at.escalation.partnership),
        reached=tuple([await _reached(one, at, world=world) for one in await _stages(at, world=world)]),
        records=await records_of(at, world=world),
        notices=await world.escalations.notices(at.escalation.ref),
        deputies=_deputies(at),
        partnerships=_elsewhere(at),
        needs_name=needs_name,
    )


async def _stages(at: Here, *, world: World) -> tuple[Escalation, ...]:
    """Every stage of the matter; one that is not kept under its matter stands for itself."""
    found = await world.escalations.of_matter(at.escalation.matter)
    return found or (at.escalation,)


async def _reached(stage: Escalation, at: Here, *, world: World) -> Reached:
    """A stage of the matter. Its people are named to those who are in it, and to the duty contact."""
    decisions = await world.escalations.decisions(stage.ref)
    decision = msgspec.json.decode(decisions[-1].body, type=Decision) if decisions else None
    if Standing.DUTY in at.standings:
        return Reached(escalation=stage, decision=decision, named=True)
    own = stage.ref == at.escalation.ref
    everybody = at.everybody if own else present_now(stage, ground=at.ground, at=at.at)
    me = of_address(everybody, at.address)
    raised = me is not None and Standing.RAISER in me.standings
    return Reached(
        escalation=stage,
        decision=decision,
        named=me is not None
        and me.standings != {Standing.SEAT_OFFERED}
        and (not raised or is_trusted(stage, at.ground)),
    )


def _deputies(at: Here) -> tuple[Deputy, ...]:
    """Whom they may hand it over to, if it is theirs to hand over."""
    if at.me is None or not at.may(Move.HAND_OVER):
        return ()
    facts, circumstances = facts_of(at.escalation), at.escalation.circumstances
    return at.ground.deputies(at.me.person, facts, circumstances=circumstances, at=at.at)


def _elsewhere(at: Here) -> tuple[ChoiceSeen, ...]:
    """The other partnerships, for the duty contact."""
    if Standing.DUTY not in at.standings:
        return ()
    others = (one for one in at.ground.everywhere() if one.id != at.escalation.partnership)
    return tuple(ChoiceSeen(code=one.id, words=one.name) for one in others)
