"""Tells an address that a post of the directory no longer has: whoever read mail there should know. Shell."""

from collections.abc import Callable, Sequence

from services.router.domain.directory import Entries
from services.router.domain.keeping.editing import addresses_left
from services.router.domain.keeping.rows import Swap
from services.router.domain.letters.notices import to_old_address
from services.router.domain.letters.owed import Owed
from services.router.domain.place import Place
from services.router.handlers.owing import owe
from services.router.ports import NotifierKey
from shared.terms import PartnershipId, PostId


def tells_of(
    standing: Entries,
    swaps: Sequence[Swap],
    *,
    place: Callable[[PartnershipId], Place | None],
    notifier: NotifierKey,
    revision: int,
) -> tuple[tuple[str, Owed], ...]:
    """(address, message) for each of them, from the agency's owner. standing: before; revision: the one made now."""
    posts = {post.id: (agency, post) for agency in standing.agencies for post in agency.posts}
    found = []
    for key, address in addresses_left(swaps):
        agency, post = posts[PostId(key.id)]
        where = place(agency.owner)
        if where is not None:
            says = f"The post was {post.title}, {agency.name}."
            notice = to_old_address(where, address=address, post=key.id, says=says, revision=revision)
            found.append((address, owe(notice, notifier)))
    return tuple(found)
