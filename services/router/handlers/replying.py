"""What every sealed question's handler is given and gives back. Pure."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from services.router.domain.changes import Change
from services.router.domain.escalation import Escalation, State
from services.router.domain.ground import Ground
from services.router.domain.living.present import of_address, present_now
from services.router.domain.sessions import Session, is_live
from services.router.ports import World
from shared.questions import Answer
from shared.references import parse_reference
from shared.terms import Instant, PartnershipId

MOST_LINE = 100


class Asker(NamedTuple):
    """Who asks: the session as it was before this question, and through which partnership's page."""

    session: Session
    partnership: PartnershipId
    counter: int
    at: Instant

    @property
    def address(self) -> str:
        """The address that was proved, "" where nobody is signed in now."""
        return self.session.address if is_live(self.session, at=self.at) else ""


class Reply(NamedTuple):
    """An answer and what is committed with it.

    session: where the session itself changes. after: what is looked at again once this is committed.
    """

    answer: Answer
    change: Change | None = None
    session: Session | None = None
    after: Callable[[], Awaitable[object]] | None = None


async def find(ref: str, *, world: World) -> Escalation | None:
    """The escalation that a typed reference means, None for a wrong one."""
    known = parse_reference(ref)
    return None if known is None else await world.escalations.escalation(known)


def plain_line(text: str, *, most: int = MOST_LINE) -> str:
    """What a person typed, as one line: no control character, no run of spaces, never longer than `most`."""
    return " ".join("".join(symbol if symbol.isprintable() else " " for symbol in text).split())[:most].strip()


def is_duty(address: str, escalation: Escalation, *, ground: Ground) -> bool:
    """Whether the address is the duty contact's of the escalation's partnership, as the directory has it now."""
    place = ground.place(escalation.partnership)
    return bool(address) and place is not None and address == place.duty_address


async def is_party(address: str, escalation: Escalation, *, world: World) -> bool:
    """Whether the address stands in the newest decision, or is that of a raiser who has still to confirm."""
    if not address:
        return False
    if address == escalation.raiser_address and escalation.state is not State.PARKED:
        return True
    return await world.sessions.is_party(address, ref=escalation.ref)


async def is_in_it(address: str, escalation: Escalation, *, ground: Ground, world: World) -> bool:
    """Whether the address is a party, or would be one on today's directory: a deputy, from the day they are one.

    So is the duty contact of the partnership that is asked to take it over.
    """
    offered = escalation.life.offered_to
    other = ground.place(offered) if offered is not None else None
    if (other is not None and address == other.duty_address) or await is_party(address, escalation, world=world):
        return True
    return of_address(present_now(escalation, ground=ground, at=world.clock.now()), address) is not None
