"""Who raises it: a raiser names a successor; a second raiser of the same matter is kept informed. Shell."""

import msgspec

from services.router.domain.changes import Change, What
from services.router.domain.decision import Circumstances, Part, Person
from services.router.domain.escalation import Escalation, Move, Standing, State, same_address
from services.router.domain.ground import Ground
from services.router.domain.life import Joined
from services.router.domain.living.present import SECOND_RAISER, Present, of_address, party_list, those
from services.router.domain.living.records import up_to
from services.router.domain.living.succeeding import linked_from, with_issues_passed, with_second_raiser_passed
from services.router.domain.routing.handing import raised_now
from services.router.handlers.coding import is_address
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, fresh, here, stand
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.routing import decide, facts_of, is_trusted
from services.router.handlers.saying import Draw, change_of, in_it, line_of, tell_them
from services.router.policy.facts import Named
from services.router.ports import World
from shared.following import LinkEscalation, ReplaceRaiser
from shared.messages import LifeFacts, NoticeKind, Telephone
from shared.questions import Done, Refused
from shared.terms import EscalationRef

replace = msgspec.structs.replace

MOST_WORDS = 200
NOT_REGISTERED = Refused(why="address-not-registered")
WHY_SECOND = "You raised the same matter in another escalation, and are kept informed of this one too."


async def replace_raiser(question: ReplaceRaiser, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """A successor raises it from now on, in every respect. Both are told, and everybody in it.

    Their address must be one that the directory knows for the agency, unless the duty contact names them: nobody
    proved it yet, and mail to a mistyped one would tell a stranger.
    """
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    successor = Named(
        name=plain_line(question.name),
        role=plain_line(question.role),
        address=question.address.strip(),
        phone=plain_line(question.phone),
    )
    if not at.may(Move.REPLACE_RAISER) or not is_address(successor.address) or not successor.name:
        return Reply(NOT_ALLOWED)
    if _answers_for_it(at, successor.address):
        return Reply(NOT_ALLOWED)
    if same_address(successor.address) == at.escalation.raiser_address or at.escalation.life.next is not None:
        return Reply(CHANGED)  # of a matter that went on the raiser is replaced where it stands now
    theirs = at.escalation.raiser_address
    circumstances = replace(at.escalation.circumstances, raiser=successor)
    known = at.ground.is_registered(raised_now(facts_of(at.escalation), circumstances))
    if not known and Standing.DUTY not in at.standings:
        return Reply(NOT_REGISTERED)
    if not known:
        circumstances = replace(circumstances, released=(*circumstances.released, same_address(successor.address)))
    why = plain_line(question.why, most=MOST_WORDS)
    after = with_issues_passed(replace(at.escalation, circumstances=circumstances), theirs, successor)
    return Reply(Done(), await _replaced(at, after, why, world=world))


def _answers_for_it(at: Here, address: str) -> bool:
    """Whether this is somebody of the side whose decision it is: they raise it for nobody."""
    known = of_address(at.everybody, address)
    return known is not None and known.person.part in (Part.CONTACT, Part.DECISION_MAKER)


async def _replaced(at: Here, after: Escalation, why: str, *, world: World) -> Change:
    cause = f"{after.raiser_address} {at.at.isoformat()}"
    everybody = (*in_it(at), *_new(at, after))
    told = tell_them(at, NoticeKind.NEWS, What.RAISER_REPLACED, everybody, cause=cause, draw=_successor(after))
    said = change_of(at, (line_of(at, What.RAISER_REPLACED, note=why),), told, world=world)
    sent = await world.escalations.notices(after.ref)
    decided = decide(after, ground=at.ground, world=world, at=at.at, sent=(*sent, *said.sent))
    others = (*await _stages_before(at, after, world=world), *await _linked_with(at, after, world=world))
    return replace(
        decided,
        also=others,
        also_parties=tuple(party_list(one, fresh(one, ground=at.ground, at=at.at)) for one in others),
        happened=(*said.happened, *decided.happened),
        sent=(*said.sent, *decided.sent),
        owed=(*said.owed, *decided.owed),
    )


async def _stages_before(at: Here, after: Escalation, *, world: World) -> tuple[Escalation, ...]:
    """The stages before, where the successor takes the raiser's part too: whoever was replaced reads nowhere."""
    theirs, now = at.escalation.raiser_address, after.circumstances
    return tuple(
        _succeeded(one, theirs, now)
        for one in up_to(await world.escalations.of_matter(after.matter), at.escalation)
        if one.ref != after.ref and one.raiser_address == theirs
    )


def _succeeded(stage: Escalation, theirs: str, now: Circumstances) -> Escalation:
    after = replace(stage, circumstances=replace(stage.circumstances, raiser=now.raiser, released=now.released))
    return with_issues_passed(after, theirs, now.raiser) if now.raiser is not None else after


async def _linked_with(at: Here, after: Escalation, *, world: World) -> tuple[Escalation, ...]:
    """The linked escalations that kept whoever is replaced informed: the successor is, from now on."""
    successor, theirs = after.circumstances.raiser, at.escalation.raiser_address
    stages = up_to(await world.escalations.of_matter(after.matter), at.escalation)
    found = dict[EscalationRef, Escalation]()
    for ref in linked_from(stages) if successor is not None else ():
        other = await world.escalations.escalation(EscalationRef(ref))
        for one in await world.escalations.of_matter(other.matter) if other is not None else ():
            passed = with_second_raiser_passed(one, theirs, successor) if successor is not None else None
            if passed is not None and one.matter != after.matter:
                found[one.ref] = passed
    return tuple(found.values())


def _new(at: Here, after: Escalation) -> tuple[Present, ...]:
    """The successor, where no decision is going to tell them: it is closed, and they follow what is still open."""
    if after.state is not State.CLOSED:
        return ()
    me = stand(after, after.raiser_address, ground=at.ground, at=at.at).me
    return (me,) if me is not None and of_address(at.everybody, me.address) is None else ()


def _successor(after: Escalation) -> Draw:
    """Everybody is told who takes the raiser's part, and on which telephone."""
    raiser = after.circumstances.raiser
    name, role, phone = (raiser.name, raiser.role, raiser.phone) if raiser is not None else ("", "", "")

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        ring = (Telephone(label=f"{name}, {role}" if role else name, number=phone),) if phone else ()
        return replace(facts, text=f"{name} ({role})" if role else name, ring=(*ring, *facts.ring))

    return drawn


async def link_escalation(question: LinkEscalation, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Two raisers raised the same matter: each is kept informed of both. Each escalation goes its own way."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    other = await here(question.other, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if isinstance(other, Refused) or other.escalation.ref == at.escalation.ref:
        return Reply(NOT_ALLOWED)
    if not at.may(Move.LINK) or not other.may(Move.LINK):
        return Reply(NOT_ALLOWED)
    if not all(is_trusted(one.escalation, ground) for one in (at, other)):
        return Reply(NOT_REGISTERED)  # the news of the one would tell a raiser for whom nobody vouches of the other
    if other.escalation.ref in at.escalation.life.linked:
        return Reply(Done())
    one, two = _linked(at, other), _linked(other, at)
    why = plain_line(question.why, most=MOST_WORDS)
    change = _told(at, one, why, world=world)
    beside = _told(other, two, why, world=world)
    return Reply(
        Done(),
        replace(
            change,
            parties=party_list(one, at.decision),
            also=(other.timed(two),),
            also_parties=(party_list(two, other.decision),),
            happened=(*change.happened, *beside.happened),
            sent=(*change.sent, *beside.sent),
            owed=(*change.owed, *beside.owed),
        ),
    )


def _told(at: Here, after: Escalation, why: str, *, world: World) -> Change:
    raisers = those(at.everybody, Standing.RAISER, Standing.HOLDER)
    told = tell_them(at, NoticeKind.NEWS, What.LINKED, raisers, cause=after.life.linked[-1])
    return change_of(at, (line_of(at, What.LINKED, note=why),), told, world=world, after=after)


def _linked(at: Here, other: Here) -> Escalation:
    """One of the two with the other's raisers in it: kept informed, and given nothing to read or to act on."""
    life = at.escalation.life
    known = {one.address for one in at.everybody}
    second = tuple(
        Joined(person=_informed(one.person), since=at.at, why=SECOND_RAISER)
        for one in those(other.everybody, Standing.RAISER)
        if one.address not in known
    )
    linked = (*life.linked, other.escalation.ref)
    return replace(at.escalation, life=replace(life, linked=linked, joined=(*life.joined, *second)))


def _informed(raiser: Person) -> Person:
    return replace(
        raiser, part=Part.INFORMED, told=True, must_act=False, may_read=False, why_you=WHY_SECOND, seat="", because=()
    )
