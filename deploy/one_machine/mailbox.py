"""The letters of the local inbox: kept as files, read back for the page, newest first. Shell."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

import msgspec

from shared.clock import Clock
from shared.terms import Instant


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One email as it arrived. html: "" where it has no such part."""

    number: int
    arrived_at: Instant
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    raw: bytes


class Mailbox:
    """Letters in a folder, one file each: they are still there after a restart."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._letters: list[Letter] = []
        self.look()

    def look(self) -> None:
        """Read what another process has put into the folder since."""
        while (path := self._path(len(self._letters) + 1)).exists():
            self._letters.append(_letter(len(self._letters) + 1, path.read_bytes()))

    def put(self, raw: bytes, *, sender: str, recipient: str) -> None:
        """Keep one more letter."""
        number = len(self._letters) + 1
        kept = (
            msgspec.json.encode(_Kept(arrived_at=self._clock.now(), sender=sender, recipient=recipient)) + b"\n" + raw
        )
        path = self._path(number)
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(kept)
        beside.replace(path)
        self._letters.append(_letter(number, kept))

    def newest_first(self, *, after: int = 0) -> list[Letter]:
        """Every letter whose number is above `after`."""
        return [letter for letter in reversed(self._letters) if letter.number > after]

    def find(self, number: int) -> Letter | None:
        """The letter of that number."""
        return self._letters[number - 1] if 0 < number <= len(self._letters) else None

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.eml"


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    arrived_at: datetime
    sender: str
    recipient: str


def _letter(number: int, kept: bytes) -> Letter:
    first, _, raw = kept.partition(b"\n")
    envelope = msgspec.json.decode(first, type=_Kept)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    return Letter(
        number=number,
        arrived_at=envelope.arrived_at,
        sender=envelope.sender,
        recipient=envelope.recipient,
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        raw=raw,
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""
