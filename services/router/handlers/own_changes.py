"""What the holder of a post says of it: still right, changed, away, back. They change their own posts alone. Shell."""

import asyncio
from datetime import date

import msgspec

from services.router.domain.admin.admins import HOLDER, Admin
from services.router.domain.admin.auditing import Audited
from services.router.domain.changes import Change
from services.router.domain.directory import Placed, Post
from services.router.domain.ground import Ground
from services.router.domain.keeping.changing import Draft, Purpose, change_of
from services.router.domain.keeping.editing import Edited, edit, setting
from services.router.domain.keeping.guarding import change_routes_to_nobody
from services.router.domain.keeping.own_posts import away, back, proposed
from services.router.domain.keeping.rows import Key, Kind, Swap
from services.router.handlers.coding import is_address
from services.router.handlers.posts import Own, asked_about, draft_of
from services.router.handlers.presence import NOT_ALLOWED
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.ports import World
from shared.following.posts import PostAway, PostBack, PostChanged, PostIsRight
from shared.questions import Done, Refused

replace = msgspec.structs.replace

_MOST_WHY = 200
_SAYS = "Whoever holds the post says that this has changed."


async def confirm_post(question: PostIsRight, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The post was looked at today, by whoever holds it."""
    own = await asked_about(question.post, question.seen, asker=asker, ground=ground, world=world)
    if isinstance(own, Refused):
        return Reply(own)
    after = replace(own.placed.post, verified_on=own.day)
    return await _stands(own, after, "post.confirmed", asker=asker, ground=ground, world=world, answers=True)


async def be_away(question: PostAway, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """The absence stands at once, unless an escalation would then reach nobody."""
    own = await asked_about(question.post, question.seen, asker=asker, ground=ground, world=world)
    if isinstance(own, Refused):
        return Reply(own)
    changing = away(
        own.placed, ground.directory, first=question.first, last=question.last, deputy=question.deputy, day=own.day
    )
    if changing.after is None:
        return Reply(Refused(why=changing.refused))
    return await _stands(own, changing.after, "post.absence", asker=asker, ground=ground, world=world)


async def be_back(question: PostBack, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """An absence is taken out; one that has begun ends yesterday."""
    own = await asked_about(question.post, question.seen, asker=asker, ground=ground, world=world)
    if isinstance(own, Refused):
        return Reply(own)
    after = back(own.placed.post, question.first, day=own.day)
    return await _stands(own, after, "post.absence", asker=asker, ground=ground, world=world)


async def say_what_changed(question: PostChanged, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Kept for an admin of the partnership that owns the entry: a new name or address never goes straight in."""
    own = await asked_about(question.post, question.seen, asker=asker, ground=ground, world=world)
    if isinstance(own, Refused):
        return Reply(own)
    said = _tidied(question)
    if said.address and not is_address(said.address):
        return Reply(NOT_ALLOWED)
    changing = proposed(own.placed, said, day=own.day)
    if changing.after is None:
        return Reply(Refused(why=changing.refused))
    swaps = setting(ground.directory.entries, _key(own.placed), changing.after)
    draft = _draft(own, swaps, asker=asker, why=said.why or _SAYS)
    audited = Audited(
        at=asker.at,
        admin=HOLDER,
        partnership=own.owner.id,
        what="post.proposed",
        about=f"post:{own.placed.post.id}",
        before=swaps[0].before,
        after=swaps[0].after,
        why=draft.why,
    )
    answered = await _answered(own, asker=asker, world=world)
    return Reply(Done(), replace(answered, proposal=draft, audited=(audited,)))


def _tidied(question: PostChanged) -> PostChanged:
    """What was typed, each on one line."""
    return replace(
        question,
        name=plain_line(question.name),
        address=question.address.strip().lower(),
        phone=plain_line(question.phone),
        why=plain_line(question.why, most=_MOST_WHY),
    )


def _draft(own: Own, swaps: tuple[Swap, ...], *, asker: Asker, why: str) -> Draft:
    """What waits for an admin of the owner."""
    return Draft(
        id=draft_of(own.placed.post),
        purpose=Purpose.PROPOSAL,
        partnership=own.owner.id,
        revision=0,
        swaps=swaps,
        at=asker.at,
        by=HOLDER,
        name=_shown(own, asker),
        why=why,
        what="post.holder",
    )


async def _stands(
    own: Own, after: Post, what: str, *, asker: Asker, ground: Ground, world: World, answers: bool = False
) -> Reply:
    """The post as its holder has it, from now on."""
    change = await _answered(own, asker=asker, world=world) if answers else Change(at=asker.at)
    swaps = setting(ground.directory.entries, _key(own.placed), after)
    if not swaps:
        return Reply(Done(), change)
    edited = await asyncio.to_thread(_checked, ground, swaps, own.day)
    if edited is None:
        return Reply(Refused(why="nobody-left"))
    made = change_of(
        edited,
        expected=ground.directory.revision,
        partnership=own.owner.id,
        by=Admin(id=HOLDER, address=asker.address, name=_shown(own, asker), roles={}),
        at=asker.at,
        why="By whoever holds the post.",
        what=what,
    )
    return Reply(Done(), replace(change, directory=made))


def _checked(ground: Ground, swaps: tuple[Swap, ...], day: date) -> Edited | None:
    """The change made in mind; None where the directory's rules or an escalation speak against it."""
    before, policies = ground.directory.entries, ground.policies
    edited = edit(before, swaps, policies=policies)
    if not isinstance(edited, Edited):
        return None
    touched = frozenset(one.agency or one.id for one in swaps)
    lost = change_routes_to_nobody(before, edited.entries, policies=policies, touched=touched, day=day)
    return None if lost else edited


async def _answered(own: Own, *, asker: Asker, world: World) -> Change:
    """What marks the question about this post as answered."""
    known = await world.asks.of([own.placed.post.id])
    return Change(at=asker.at, asks=tuple(replace(one, answered_at=asker.at) for one in known))


def _shown(own: Own, asker: Asker) -> str:
    """Whom the history names: whoever holds the post, or says so at its shared mailbox."""
    mine = (one.name for one in own.placed.post.holders if one.address.casefold() == asker.address)
    return asker.session.claimed or next(mine, asker.address)


def _key(placed: Placed) -> Key:
    return Key(Kind.POST, placed.agency.id, placed.post.id)
