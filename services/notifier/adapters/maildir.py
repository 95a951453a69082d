"""The mailbox of our From address, as a Maildir that the mail system delivers into. Shell."""

from collections.abc import Sequence
from pathlib import Path

from services.notifier.domain.returned import Kind

_MOST_AT_ONCE = 100
_MOST_BYTES = 256 * 1024
_SEEN, _UNSEEN, _STRANGE = ":2,S", ":2,", ":2,F"
"""Flags of a Maildir: read; unread; flagged, which is unread too."""


class Maildir:
    """`new` is looked at, and what was taken in is moved to `cur`; several notifiers share one by its renames."""

    def __init__(self, folder: Path) -> None:
        self._new = folder / "new"
        self._cur = folder / "cur"

    def new(self) -> Sequence[str]:
        if not self._new.is_dir():
            return ()
        return sorted(path.name for path in self._new.iterdir() if path.is_file())[:_MOST_AT_ONCE]

    def read(self, name: str) -> bytes:
        with (self._new / name).open("rb") as file:
            return file.read(_MOST_BYTES)

    def put_by(self, name: str, kind: Kind) -> None:
        flags = {Kind.REPLIED: _UNSEEN, Kind.STRANGE: _STRANGE}.get(kind, _SEEN)
        self._cur.mkdir(exist_ok=True)
        (self._new / name).rename(self._cur / f"{name.partition(':')[0]}{flags}")

    def strange(self) -> int:
        return sum(path.name.endswith(_STRANGE) for path in self._cur.iterdir()) if self._cur.is_dir() else 0
