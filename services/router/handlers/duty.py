"""What the duty contact does at an escalation's page: confirm, release an address, route by hand. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import ConfirmedBy, Escalation, State, same_address
from services.router.domain.ground import Ground
from services.router.domain.page.seen import may_route, releases
from services.router.domain.sessions import is_live
from services.router.handlers.replying import Asker, Reply, find, is_duty, plain_line
from services.router.handlers.routing import confirm, decide
from services.router.ports import World
from shared.questions import Answer, ConfirmByTelephone, Done, Refused, ReleaseAddress, RouteByHand
from shared.terms import PostId

replace = msgspec.structs.replace

MOST_WORDS = 200
NOT_ALLOWED, NAME_NEEDED = Refused(why="not-allowed"), Refused(why="name-needed")


async def confirm_by_telephone(question: ConfirmByTelephone, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The duty contact rang the raiser: the escalation goes on. What was checked is kept in the history."""
    escalation = await find(question.ref, world=world)
    refusal = _refusal(escalation, asker, ground=ground)
    if refusal is not None or escalation is None:
        return Reply(refusal or NOT_ALLOWED)
    if escalation.state is not State.WAITING_CONFIRMATION:
        return Reply(NOT_ALLOWED)
    change = confirm(escalation, by=ConfirmedBy.TELEPHONE, ground=ground, world=world, at=asker.at)
    return _done(change, escalation, what=What.CONFIRMED, note=question.how, asker=asker)


async def release_address(question: ReleaseAddress, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The duty contact lets mail go to an address typed by another, or to a raiser outside the registered domains."""
    escalation = await find(question.ref, world=world)
    refusal = _refusal(escalation, asker, ground=ground)
    if refusal is not None or escalation is None:
        return Reply(refusal or NOT_ALLOWED)
    address = same_address(question.address)
    if address not in releases(escalation, await world.escalations.decisions(escalation.ref)):
        return Reply(NOT_ALLOWED)
    circumstances = replace(escalation.circumstances, released=(*escalation.circumstances.released, address))
    change = decide(
        replace(escalation, circumstances=circumstances),
        ground=ground,
        world=world,
        at=asker.at,
        sent=await world.escalations.notices(escalation.ref),
    )
    return _done(change, escalation, what=What.RELEASED, note=question.how, asker=asker)


async def route_by_hand(question: RouteByHand, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The duty contact names the post that is to act, where the policy or the directory gives nobody."""
    escalation = await find(question.ref, world=world)
    refusal = _refusal(escalation, asker, ground=ground)
    if refusal is not None or escalation is None:
        return Reply(refusal or NOT_ALLOWED)
    known = {post for post, _ in ground.posts(escalation.partnership)}
    if question.post not in known or not may_route(escalation):
        return Reply(NOT_ALLOWED)
    circumstances = replace(
        escalation.circumstances, by_hand=PostId(question.post), by_hand_why=plain_line(question.why, most=MOST_WORDS)
    )
    change = decide(
        replace(escalation, circumstances=circumstances),
        ground=ground,
        world=world,
        at=asker.at,
        sent=await world.escalations.notices(escalation.ref),
    )
    return _done(change, escalation, what=What.ROUTED_BY_HAND, note=question.why, asker=asker)


def _refusal(escalation: Escalation | None, asker: Asker, *, ground: Ground) -> Refused | None:
    if not is_live(asker.session, at=asker.at):
        return Refused(why="not-signed-in")
    if escalation is None or not is_duty(asker.address, escalation, ground=ground):
        return NOT_ALLOWED
    if not asker.session.claimed and ground.is_mailbox(asker.address):
        return NAME_NEEDED  # several people read this mailbox: what is done is somebody's
    return None


def _done(change: Change, escalation: Escalation, *, what: What, note: str, asker: Asker) -> Reply:
    note, who = plain_line(note, most=MOST_WORDS), asker.session.claimed
    name = f"{who} (as they say) for the duty contact" if who else ""
    line = Happened(ref=escalation.ref, at=asker.at, what=what, who="duty", note=note, name=name)
    answer: Answer = Done()
    return Reply(answer, replace(change, happened=(line, *change.happened)))
