"""Revisions of the directory one after the other, each prepared from what it shares with the one before. Pure."""

import msgspec

from services.router.domain.directory import Agency, Directory, Entries
from services.router.domain.partnership import Partnership


class _Parts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stored revision, its agencies not read yet."""

    partnerships: tuple[Partnership, ...] = msgspec.field(default=(), name="partnership")
    agencies: tuple[msgspec.Raw, ...] = msgspec.field(default=(), name="agency")


_parts = msgspec.json.Decoder(_Parts).decode
_agency = msgspec.json.Decoder(Agency).decode


class Revisions:
    """Prepares revisions as they come. An agency whose bytes are the same stays the same Agency, looked up once."""

    def __init__(self) -> None:
        self._known: dict[bytes, Agency] = {}
        self._last = Directory(Entries(), revision=0)

    def prepare(self, body: bytes, *, revision: int) -> Directory:
        """The revision of these bytes: in all that it says the same as one prepared alone."""
        parts = _parts(body)
        known, now = self._known, dict[bytes, Agency]()
        for text in map(bytes, parts.agencies):
            now[text] = known.get(text) or _agency(text)
        entries = Entries(partnerships=parts.partnerships, agencies=tuple(now[bytes(one)] for one in parts.agencies))
        self._known, self._last = now, Directory(entries, revision=revision, like=self._last)
        return self._last
