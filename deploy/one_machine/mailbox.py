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
    """Letters in a folder, one file each: they are still there after a restart. Read when somebody looks at them."""

    def __init__(self, folder: Path, *, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock
        self._count = 0
        self._letters: list[Letter] = []
        self.look()

    def look(self) -> int:
        """Find what another process has put into the folder since; how many letters there are now."""
        while self._path(self._count + 1).exists():
            self._count += 1
        return self._count

    def put(self, raw: bytes, *, sender: str, recipient: str) -> None:
        """Keep one more letter."""
        kept = msgspec.json.encode(_Kept(arrived_at=self._clock.now(), sender=sender, recipient=recipient))
        path = self._path(self._count + 1)
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(kept + b"\n" + raw)
        beside.replace(path)
        self._count += 1

    def newest_first(self, *, after: int = 0) -> list[Letter]:
        """Every letter whose number is above `after`."""
        return [letter for letter in reversed(self._read()) if letter.number > after]

    def find(self, number: int) -> Letter | None:
        """The letter of that number."""
        return self._read()[number - 1] if 0 < number <= self._count else None

    def _read(self) -> list[Letter]:
        while len(self._letters) < self._count:
            number = len(self._letters) + 1
            self._letters.append(_letter(number, self._path(number).read_bytes()))
        return self._letters

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
