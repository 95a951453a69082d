"""Who stands before an escalation, and what they are in it at this moment: on today's directory. Shell."""

from typing import NamedTuple

from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, Move, Standing, may_move
from services.router.domain.ground import Ground
from services.router.domain.letters.routefacts import Wording
from services.router.domain.living.clocks import due_of, timed
from services.router.domain.living.outcome import Voice, shown
from services.router.domain.living.present import Present, of_address, present, standings_of
from services.router.domain.place import Place
from services.router.handlers.replying import Asker, find
from services.router.handlers.routing import facts_of, place_of
from services.router.ports import World
from shared.messages import NoticePerson
from shared.questions import Refused
from shared.terms import Instant

NOT_SIGNED_IN, NOT_ALLOWED, CHANGED = Refused(why="not-signed-in"), Refused(why="not-allowed"), Refused(why="changed")
NAME_NEEDED = Refused(why="name-needed")


class Here(NamedTuple):
    """Somebody at an escalation. decision: made afresh, and not stored: it says who may read and act now.

    me: None for somebody whom the decision does not name, as the duty contact.
    claimed: who they say they are, at a shared mailbox.
    """

    escalation: Escalation
    ground: Ground
    place: Place
    decision: Decision
    everybody: tuple[Present, ...]
    me: Present | None
    address: str
    at: Instant
    claimed: str = ""

    @property
    def standings(self) -> frozenset[Standing]:
        offered = self.escalation.life.offered_to
        other = self.ground.place(offered) if offered is not None else None
        return standings_of(self.address, self.everybody, place=self.place, other=other)

    @property
    def wording(self) -> Wording:
        return self.ground.wording(self.escalation.partnership, edition=self.escalation.edition or None)

    @property
    def nameless(self) -> bool:
        """Whether several people read this mailbox, and nobody has said who of them is here."""
        return not self.claimed and self.ground.is_mailbox(self.address)

    def may(self, move: Move) -> bool:
        """Whether the table of moves lets them."""
        return may_move(self.escalation.state, move, self.standings)

    @property
    def due(self) -> Instant | None:
        """The date for the answer as it stands."""
        return due_of(self.escalation, self.decision.due_at)

    def timed(self, after: Escalation) -> Escalation:
        """What is saved after a change, with the time at which its clock next asks for something."""
        due = due_of(after, self.decision.due_at)
        return timed(after, due, self.ground.calendar(after.partnership))

    def voice(self) -> Voice:
        """How the others are shown who speaks."""
        if self.me is not None:
            return Voice(address=self.address, who=shown(self.me, claimed=self.claimed), at=self.at)
        desk = f"the duty contact, {self.place.name}"
        who = f"{self.claimed} (as they say) for {desk}" if self.claimed else desk
        return Voice(address=self.address, who=who, at=self.at)

    def named(self) -> NoticePerson | None:
        """How a notice names who speaks."""
        if self.me is None:
            return None
        person = self.me.person
        name = f"{self.claimed} (as they say)" if self.claimed else person.name
        return NoticePerson(name=name, role=person.role, agency=person.agency, phone=person.phone)


async def here(ref: str, *, asker: Asker, ground: Ground, world: World, looks: bool = False) -> Here | Refused:
    """Where the asker stands in this escalation. Strangers, and wrong or undecided ones, are refused alike.

    Nobody acts or reads a record from a shared mailbox without saying who they are; looks: nothing else is asked for.
    """
    if not asker.address:
        return NOT_SIGNED_IN
    escalation = await find(ref, world=world)
    if escalation is None or not escalation.decisions or ground.place(escalation.partnership) is None:
        return NOT_ALLOWED
    found = stand(escalation, asker.address, ground=ground, at=asker.at, claimed=asker.session.claimed)
    if found.me is None and not found.standings:
        return NOT_ALLOWED
    return NAME_NEEDED if found.nameless and not looks else found


def stand(escalation: Escalation, address: str, *, ground: Ground, at: Instant, claimed: str = "") -> Here:
    """The same for an address that was proved. Raises: Permanent(UNKNOWN_PARTNERSHIP, FACTS_REFUSED)."""
    decision = fresh(escalation, ground=ground, at=at)
    everybody = present(escalation, decision)
    return Here(
        escalation=escalation,
        ground=ground,
        place=place_of(escalation, ground),
        decision=decision,
        everybody=everybody,
        me=of_address(everybody, address),
        address=address,
        at=at,
        claimed=claimed if ground.is_mailbox(address) else "",
    )


def fresh(escalation: Escalation, *, ground: Ground, at: Instant) -> Decision:
    """What would be decided at this moment, with all that happened since. It is not stored."""
    edition = escalation.edition or None
    facts, circumstances = facts_of(escalation), escalation.circumstances
    return ground.decide(escalation.ref, facts, circumstances=circumstances, at=at, edition=edition)
