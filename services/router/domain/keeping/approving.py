"""Which changes wait for a second admin: those of an address that mail goes to, where the partnership says so. Pure."""

from collections.abc import Iterable

import msgspec

from services.router.domain.directory import Post
from services.router.domain.keeping.rows import Kind, Swap
from services.router.domain.partnership import Partnership

BY_ANOTHER = "Whoever asked for a change does not approve it. Another manager of this partnership must."


def waits_for_another(partnership: Partnership, swaps: Iterable[Swap]) -> bool:
    """Whether the swaps change where mail goes, or would end this very demand, and the partnership demands it."""
    return partnership.second_approval and any(_weighs(one) for one in swaps)


def _weighs(swap: Swap) -> bool:
    if swap.kind is Kind.POST:
        return _of_post(swap.before) != _of_post(swap.after)
    return swap.kind is Kind.PARTNERSHIP and _of_partnership(swap.before) != _of_partnership(swap.after)


def _of_post(text: str) -> frozenset[str]:
    """The addresses of a row that is a post."""
    if not text:
        return frozenset()
    post = msgspec.json.decode(text, type=Post)
    return frozenset(one.casefold() for one in (post.mailbox, *(each.address for each in post.holders)) if one)


def _of_partnership(text: str) -> tuple[str, str, bool] | None:
    """The duty contact's addresses, and whether a second admin is demanded."""
    if not text:
        return None
    found = msgspec.json.decode(text, type=Partnership)
    return found.duty.mailbox.casefold(), found.duty.told.casefold(), found.second_approval
