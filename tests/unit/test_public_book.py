"""Which public book stands, and how it is kept fresh."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.intake.domain.public_book import Book, BookStand, Taken
from services.intake.handlers import BookKeeper
from shared.clock import FixedClock
from shared.failures import Code, Permanent, Transient
from shared.terms import PartnershipId
from tests.intake_fakes import FakeRouter, MemoryShelf, TableSeal
from tests.intake_world import book

NOW = datetime(2026, 12, 21, 14, 32, tzinfo=UTC)


class Kept:
    """A keeper with everything around it."""

    def __init__(self) -> None:
        self.stand, self.router, self.shelf, self.seal = BookStand(), FakeRouter(), MemoryShelf(), TableSeal()
        self.seal.books = {b"one": book(1), b"two": book(2)}
        self.keeper = BookKeeper(
            stand=self.stand, router=self.router, shelf=self.shelf, seal=self.seal, clock=FixedClock(NOW)
        )


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_a_newer_book_takes_the_place_of_the_one_before() -> None:
    stand = BookStand()
    assert stand.offer(book(1)) is Taken.TAKEN
    assert stand.offer(book(2)) is Taken.TAKEN
    assert stand.revision == 2


def test_an_older_book_is_refused() -> None:
    stand = BookStand()
    stand.offer(book(2))
    assert stand.offer(book(1)) is Taken.OLDER
    assert stand.revision == 2


def test_the_same_book_again_changes_nothing() -> None:
    stand = BookStand()
    stand.offer(book(1))
    assert stand.offer(book(1)) is Taken.UNCHANGED


def test_another_book_of_the_same_revision_is_refused_unless_it_was_made_later() -> None:
    stand = BookStand()
    stand.offer(book(1))
    other = msgspec.structs.replace(book(1), forms=())
    assert stand.offer(other) is Taken.OLDER
    assert stand.offer(msgspec.structs.replace(other, made_at=other.made_at + timedelta(1))) is Taken.TAKEN


def test_a_partnership_and_the_newest_form_are_found_by_id() -> None:
    stand = BookStand()
    stand.offer(book(1))
    assert stand.book is not None
    found = stand.book.partnership(PartnershipId("west-sussex"))
    assert found is not None
    assert found.prefix == "WS"
    assert stand.book.partnership(PartnershipId("nowhere")) is None
    newest = stand.book.newest("monitoring-form")
    assert newest is not None
    assert newest.version == 1
    assert stand.book.newest("no-form") is None


async def test_a_book_from_router_stands_and_is_kept(kept: Kept) -> None:
    kept.router.offered = b"one"
    assert await kept.keeper.refresh() is Taken.TAKEN
    assert kept.shelf.signed == b"one"
    assert kept.keeper.problem() is None


async def test_an_unsigned_book_is_refused_and_fails_health(kept: Kept) -> None:
    kept.router.offered = b"forged"
    with pytest.raises(Permanent):
        await kept.keeper.refresh()
    assert kept.stand.book is None
    assert kept.shelf.signed is None
    assert kept.keeper.problem() is Code.BOOK_REFUSED


async def test_an_older_book_from_router_is_refused_and_the_newer_one_stays(kept: Kept) -> None:
    kept.router.offered = b"two"
    await kept.keeper.refresh()
    kept.router.offered = b"one"
    with pytest.raises(Permanent):
        await kept.keeper.refresh()
    assert kept.stand.revision == 2
    assert kept.shelf.signed == b"two"
    assert kept.keeper.problem() is Code.BOOK_REFUSED


async def test_health_is_well_again_once_router_says_unchanged(kept: Kept) -> None:
    kept.router.offered = b"two"
    await kept.keeper.refresh()
    kept.router.offered = b"forged"
    with pytest.raises(Permanent):
        await kept.keeper.refresh()
    kept.router.offered = None
    assert await kept.keeper.refresh() is Taken.UNCHANGED
    assert kept.keeper.problem() is None


async def test_the_kept_book_stands_while_router_is_silent(kept: Kept) -> None:
    kept.shelf.signed = b"one"
    kept.router.silent = True
    await kept.keeper.open_kept()
    with pytest.raises(Transient):
        await kept.keeper.refresh()
    assert kept.stand.revision == 1
    assert kept.keeper.problem() is None


async def test_a_kept_book_that_was_changed_is_not_stood_up(kept: Kept) -> None:
    kept.shelf.signed = b"changed"
    await kept.keeper.open_kept()
    assert kept.stand.book is None
    assert kept.keeper.problem() is Code.BOOK_REFUSED


async def test_the_keeper_goes_on_after_silence_and_refusal(kept: Kept) -> None:
    turns: list[float] = []

    class EnoughError(Exception):
        pass

    async def pause(seconds: float) -> None:
        turns.append(seconds)
        kept.router.silent, kept.router.offered = False, b"one" if len(turns) == 2 else b"forged"
        if len(turns) == 4:
            raise EnoughError

    kept.router.silent = True
    with pytest.raises(EnoughError):
        await kept.keeper.run(every_seconds=30, pause=pause)
    assert kept.stand.revision == 1
    soon, later = set(turns[:2]), set(turns[2:])
    assert max(soon) <= 1, "while there is no book it asks again at once"
    assert later == {30}


async def test_a_facts_key_past_its_date_fails_health_and_takes_nothing_away(kept: Kept) -> None:
    made = book()
    partnership = made.partnerships[0]
    for end, problem in ((NOW + timedelta(seconds=1), None), (NOW, Code.UNKNOWN_KEY)):
        keys = tuple(msgspec.structs.replace(key, expires_at=end) for key in partnership.facts_keys)
        with_keys = msgspec.structs.replace(partnership, facts_keys=keys)
        standing = Book(msgspec.structs.replace(made, partnerships=(with_keys,)))
        kept.stand.book = standing
        assert kept.keeper.key_problem() is problem
        assert standing.partnership(partnership.id) == with_keys


def test_health_has_no_complaint_about_keys_before_the_first_book(kept: Kept) -> None:
    assert kept.keeper.key_problem() is None
