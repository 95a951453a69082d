"""Tells an address that stands in the directory no longer: whoever read mail there should know. Shell."""

from collections.abc import Callable, Sequence

import msgspec

from services.router.domain.directory import Entries
from services.router.domain.escalation import same_address
from services.router.domain.keeping.changing import Tell
from services.router.domain.keeping.editing import addresses_left
from services.router.domain.keeping.rows import Kind, Swap
from services.router.domain.letters.notices import to_old_address
from services.router.domain.partnership import Partnership
from services.router.domain.place import Place
from services.router.handlers.owing import owe
from services.router.ports import NotifierKey
from shared.messages import AskedAs
from shared.terms import PartnershipId, PostId

replace = msgspec.structs.replace


def tells_of(
    standing: Entries,
    swaps: Sequence[Swap],
    *,
    place: Callable[[PartnershipId], Place | None],
    notifier: NotifierKey,
    revision: int,
) -> tuple[Tell, ...]:
    """What each of them is told, from the agency's owner. standing: before; revision: the one made now."""
    posts = {post.id: (agency, post) for agency in standing.agencies for post in agency.posts}
    partnerships = {one.id: one for one in standing.partnerships}
    found: list[Tell] = []
    for key, address in addresses_left(swaps):
        own = partnerships.get(PartnershipId(key.id)) if key.kind is Kind.PARTNERSHIP else None
        if own is not None:
            where, says = place(own.id), _was(own, address)
        else:
            agency, post = posts[PostId(key.id)]
            where, says = place(agency.owner), f"The post was {post.title}, {agency.name}."
        if where is not None:
            notice = to_old_address(where, address=address, post=key.id, says=says, revision=revision)
            notice = replace(notice, asked_as=AskedAs.DUTY if own is not None else None)
            found.append(Tell(address, owe(notice, notifier), own.id if own is not None else None))
    return tuple(found)


def _was(partnership: Partnership, address: str) -> str:
    if same_address(partnership.duty.mailbox) == same_address(address):
        return f"It was the mailbox of the duty contact, {partnership.name}."
    return f"It was where {partnership.name} is told of its escalations, in codes."
