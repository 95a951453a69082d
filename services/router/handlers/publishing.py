"""Makes the public book: what it says has a revision that rises only when something in it changes. Shell."""

import hashlib

import msgspec

from services.router.domain.grounding import with_keys
from services.router.ports import CustodyKeys, World
from shared.forms import definition_json
from shared.public_book import PublicBook, PublicPartnership, PublicUnchanged
from shared.terms import Digest


class BookMaker:
    """The public book of this release, this directory and these keys."""

    def __init__(self, world: World, *, custody: CustodyKeys) -> None:
        self._world = world
        self._custody = custody

    async def answer(self, revision: int) -> PublicBook | PublicUnchanged:
        """What intake is told that has `revision`."""
        book = await self.book()
        return PublicUnchanged(revision=book.revision) if book.revision == revision else book

    async def book(self) -> PublicBook:
        """The book as it is now. A partnership without a custodian's key is not in it: it could take no form."""
        ground, now = await self._world.grounds.now(), self._world.clock.now()
        partnerships = tuple(
            with_keys(public, facts_keys=self._world.facts_keys.public(), custody_key=custody)
            for public in ground.everywhere()
            if (custody := self._custody.of(public.id)) is not None
        )
        forms = tuple(definition_json(form) for form in ground.forms())
        revision, made_at = await self._world.directories.book(_digest(partnerships, forms), at=now)
        return PublicBook(revision=revision, made_at=made_at, partnerships=partnerships, forms=forms)


def _digest(partnerships: tuple[PublicPartnership, ...], forms: tuple[bytes, ...]) -> Digest:
    content = msgspec.json.encode((partnerships, forms), order="deterministic")
    return Digest(hashlib.sha256(content).hexdigest())
