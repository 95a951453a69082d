"""Whether the audit still is what was written: each row follows from the one before it, or the damage is named. Pure.

A chain shows what was altered, taken out or put between. Rows missing at its end, or a chain that was written anew,
show only against a number and digest that somebody noted elsewhere: the command prints them each time.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, AuditRow, chained
from shared.terms import Digest


class Noted(NamedTuple):
    """A row as somebody noted it elsewhere."""

    number: int
    digest: Digest

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class AuditChain:
    """Takes every row in order and says what is wrong with it. noted: what somebody has from before, if anything."""

    def __init__(self, noted: Noted | None = None) -> None:
        self.head = Noted(0, NOTHING_BEFORE)
        self.damaged = 0
        self._noted = noted

    def take(self, row: AuditRow, *, columns: Audited | None = None) -> Iterator[str]:
        """What is wrong with the next row. columns: what the table says beside the body; None where it says nothing."""
        for problem in self._wrong(row, columns):
            self.damaged += 1
            yield problem
        self.head = Noted(row.number, row.digest)

    def end(self) -> Iterator[str]:
        """What is wrong with the whole, once every row was taken."""
        if self._noted is not None and self._noted.number > self.head.number:
            self.damaged += 1
            yield f"Rows {self.head.number + 1} to {self._noted.number} are missing at the end."

    def _wrong(self, row: AuditRow, columns: Audited | None) -> Iterator[str]:
        expected = self.head.number + 1
        if row.number != expected:
            missing = f"Row {expected} is" if row.number == expected + 1 else f"Rows {expected} to {row.number - 1} are"
            yield f"{missing} missing."
        try:
            audited = msgspec.json.decode(row.body, type=Audited)
        except msgspec.MsgspecError:
            yield f"Row {row.number} cannot be read."
            return
        follows = chained(audited, number=row.number, previous=self.head.digest)
        if row.number == expected and (follows.body, follows.digest) != (row.body, row.digest):
            yield f"Row {row.number} does not follow from row {row.number - 1}: it or its digest was altered."
        if columns is not None and _shown(columns) != _shown(audited):
            yield f"Row {row.number} is filed under another time, admin, partnership or thing than it says."
        if self._noted is not None and row.number == self._noted.number and row.digest != self._noted.digest:
            yield f"Row {row.number} has another digest than was noted: the chain up to it was written anew."


def read_noted(text: str) -> Noted | None:
    """`NUMBER:DIGEST` as the command prints it; None for anything else."""
    number, _, digest = text.partition(":")
    well_formed = number.isdecimal() and number.isascii() and len(digest) == len(NOTHING_BEFORE)
    return Noted(int(number), Digest(digest)) if well_formed and int(number) > 0 else None


def _shown(audited: Audited) -> tuple[object, ...]:
    return audited.at, audited.admin, audited.partnership, audited.what, audited.about
