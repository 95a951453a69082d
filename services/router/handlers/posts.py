"""Who holds a post signs in by an emailed code, and is shown what is theirs: "Is this still right?". Shell."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.router.domain.changes import Change
from services.router.domain.directory import Directory, Placed, Post
from services.router.domain.ground import Ground
from services.router.domain.keeping.own_posts import choice_of, deputies_for, digest_of, own_posts, post_seen
from services.router.domain.partnership import Partnership
from services.router.domain.sessions import DAY, HOUR, Purpose, Verdict, signed_in
from services.router.handlers.codes import try_each
from services.router.handlers.coding import Wanted, make_code
from services.router.handlers.presence import NOT_ALLOWED, NOT_SIGNED_IN
from services.router.handlers.replying import Asker, Reply
from services.router.ports import World
from shared.following.answered import ChoiceSeen
from shared.following.posts import OpenPosts, PostsSeen, SeePosts, SendPostCode
from shared.questions import CodeSent, Refused, SignedIn
from shared.references import derive_id
from shared.terms import EscalationRef, Instant

CODES_AN_HOUR = 200
"""To holders of posts, all together. They take nothing from the codes of those who raise something."""
MOST_CHANGES_A_DAY = 50
"""Of one post: each is kept for ever."""


class Own(NamedTuple):
    """A post of whoever asks, on its owner's day."""

    placed: Placed
    owner: Partnership
    day: date


async def send_post_code(question: SendPostCode, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Mail eight characters, if this address holds a post. Everybody else causes the same work and gets no mail."""
    address = question.address.strip().lower()
    sent = await world.sessions.sent(Purpose.POST, since=asker.at - HOUR)
    wanted = Wanted(
        purpose=Purpose.POST,
        partnership=asker.partnership,
        subject=Purpose.POST.value,
        address=address,
        ref=EscalationRef(""),
        cause=(asker.session.secret, str(asker.counter)),
        eligible=bool(own_of(address, ground.directory, at=asker.at)) and sent < CODES_AN_HOUR,
    )
    return Reply(
        CodeSent(), await make_code(wanted, secret=asker.session.secret, ground=ground, world=world, at=asker.at)
    )


async def open_posts(question: OpenPosts, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Try the code that this session asked for; the address is then proved, here as for an escalation."""
    attempts = await world.sessions.attempts_of(asker.session.secret, purpose=Purpose.POST)
    tried, verdict = try_each(attempts, question.code, at=asker.at)
    passed = next((one for one in tried if one.passed_at is not None), None)
    if verdict is not Verdict.RIGHT or passed is None:
        return Reply(Refused(why=verdict.value), Change(at=asker.at, attempts=tried))
    session = signed_in(asker.session, passed.address, at=asker.at)
    answer = SignedIn(until=session.until or asker.at, duty=False, shared=ground.is_mailbox(passed.address))
    return Reply(answer, Change(at=asker.at, attempts=tried), session)


async def see_posts(question: SeePosts, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Every post of whoever is signed in; none where the address holds none."""
    if not asker.address:
        return Reply(NOT_SIGNED_IN)
    mine = own_of(asker.address, ground.directory, at=asker.at)
    asks = {one.post: one for one in await world.asks.of([one.placed.post.id for one in mine])}
    waiting = await world.asks.waiting([draft_of(one.placed.post) for one in mine])
    deputies: dict[str, ChoiceSeen] = {}
    for one in mine:
        for other in deputies_for(one.placed, ground.directory, day=one.day):
            deputies.setdefault(other.post.id, choice_of(other, one.day))
    posts = tuple(
        post_seen(
            one.placed,
            ground.directory,
            asks.get(one.placed.post.id),
            owner=one.owner,
            waits=draft_of(one.placed.post) in waiting,
            at=asker.at,
            day=one.day,
        )
        for one in mine
    )
    return Reply(PostsSeen(posts=posts, deputies=tuple(deputies.values()), needs_name=needs_name(asker, ground)))


def own_of(address: str, directory: Directory, *, at: Instant) -> tuple[Own, ...]:
    """Each post of the address, on the day it is where the owner is."""
    days: Mapping[str, date] = {
        one.id: at.astimezone(ZoneInfo(one.zone)).date() for one in directory.partnerships.values()
    }
    found: dict[str, Own] = {}
    for day in sorted(set(days.values())):
        for placed in own_posts(directory, address, day=day):
            if days[placed.agency.owner] == day:
                found[placed.post.id] = Own(placed, directory.partnerships[placed.agency.owner], day)
    return tuple(found.values())


async def asked_about(post: str, seen: str, *, asker: Asker, ground: Ground, world: World) -> Own | Refused:
    """The post that is spoken of: one's own, as it was shown. Another's and one that is none are refused alike."""
    if not asker.address:
        return NOT_SIGNED_IN
    own = next(
        (one for one in own_of(asker.address, ground.directory, at=asker.at) if one.placed.post.id == post), None
    )
    if own is None:
        return NOT_ALLOWED
    if needs_name(asker, ground):
        return Refused(why="name-needed")
    if digest_of(own.placed.post) != seen:
        return Refused(why="changed")
    changes = await world.asks.changes(own.placed.post.id, since=asker.at - DAY)
    return Refused(why="too-many") if changes >= MOST_CHANGES_A_DAY else own


def needs_name(asker: Asker, ground: Ground) -> bool:
    return ground.is_mailbox(asker.address) and not asker.session.claimed


def draft_of(post: Post) -> str:
    """What the holder says waits once: whoever says more says it in place of that."""
    return derive_id("post-changed", post.id)
