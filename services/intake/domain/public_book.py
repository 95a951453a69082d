"""The public book: which one stands, and what is looked up in it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.forms import FormDefinition, definition_from_json
from shared.public_book import PublicBook, PublicPartnership
from shared.terms import PartnershipId


class Taken(StrEnum):
    """What became of a book that router offered."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    OLDER = "older"


class Book:
    """A public book, ready to be looked up in."""

    def __init__(self, book: PublicBook) -> None:
        self.revision = book.revision
        self.made_at = book.made_at
        self.partnerships: Mapping[PartnershipId, PublicPartnership] = MappingProxyType(
            {partnership.id: partnership for partnership in book.partnerships}
        )
        definitions = [definition_from_json(form) for form in book.forms]
        self.forms: Mapping[tuple[str, int], FormDefinition] = MappingProxyType(
            {(definition.id, definition.version): definition for definition in definitions}
        )
        self.book = book

    def partnership(self, partnership: PartnershipId) -> PublicPartnership | None:
        """The partnership of this id, None where there is none."""
        return self.partnerships.get(partnership)

    def newest(self, form: str) -> FormDefinition | None:
        """The newest version of a form definition."""
        versions = [version for name, version in self.forms if name == form]
        return self.forms[form, max(versions)] if versions else None


class BookStand:
    """Holds the one book that pages and the interface read. Empty until the first one came."""

    def __init__(self) -> None:
        self.book: Book | None = None

    @property
    def revision(self) -> int:
        """The revision to ask after; 0 before the first book."""
        return 0 if self.book is None else self.book.revision

    def offer(self, offered: PublicBook) -> Taken:
        """Take `offered` unless it is older than the one that stands: an old book would bring back old keys."""
        if self.book is not None and offered.revision < self.book.revision:
            return Taken.OLDER
        if self.book is not None and offered == self.book.book:
            return Taken.UNCHANGED
        if self.book is not None and (offered.revision, offered.made_at) <= (self.book.revision, self.book.made_at):
            return Taken.OLDER
        self.book = Book(offered)
        return Taken.TAKEN
