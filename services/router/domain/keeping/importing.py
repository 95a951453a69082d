"""An import: what the rows of a sheet would change, and every problem by line. All of it stands, or nothing. Pure.

A post that the sheet does not name stays as it is; so does what a column that is not there would say.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from services.router.domain.directory import Absence, Agency, Entries, Holder, Post
from services.router.domain.keeping.rows import Key, Kind, Swap, written
from services.router.domain.keeping.sheets import AWAY, CLOSE, COLUMNS, HOLDER, Row
from shared.private import Private
from shared.terms import PartnershipId, PostId, TeamId

replace = msgspec.structs.replace
_DAY = re.compile(r"(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4})")
_ID = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_YES = frozenset({"yes", "y", "1", "true", "x"})
_TEXTS = ("title", "role", "mailbox", "phone")
_MOST = 200


class LineProblem(Private, frozen=True, kw_only=True, order=True):
    """Something to mend in a sheet. line: 1 is its header, 0 the sheet as a whole."""

    line: int
    says: str


class Import(Private, frozen=True, kw_only=True):
    """What a sheet would change; lines: of each post it names. With a problem there is nothing to make stand."""

    swaps: tuple[Swap, ...] = ()
    problems: tuple[LineProblem, ...] = ()
    lines: dict[str, int] = msgspec.field(default_factory=dict)


def read_day(text: str) -> date | None:
    """The day that somebody typed: `14 12 2026`, `14/12/2026` or `2026-12-14`. None where it is none."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        return None


def read_import(header: Sequence[str], rows: Sequence[Row], entries: Entries, *, partnership: PartnershipId) -> Import:
    """What the sheet would change of the entries that `partnership` owns."""
    problems = list(_in_header(header))
    if problems:
        return Import(problems=tuple(problems))
    sheet = _Sheet(frozenset(header), entries, partnership)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.cells.get("agency", ""), row.cells.get("post", "")), []).append(row)
    swaps: list[Swap] = []
    for key, group in groups.items():
        swaps.extend(sheet.read(key, group))
    if not rows:
        sheet.problems.append(LineProblem(line=0, says="There is no row below the header."))
    lines = {post: group[0].line for (_, post), group in groups.items()}
    if sheet.problems:
        return Import(problems=tuple(sorted(set(sheet.problems))), lines=lines)
    return Import(swaps=tuple(swaps), lines=lines)


def _in_header(header: Sequence[str]) -> Iterator[LineProblem]:
    for column in dict.fromkeys(header):
        if column not in (*COLUMNS, CLOSE):
            yield LineProblem(
                line=1, says="There is a column that the directory does not have. Look at the list of columns."
            )
        elif header.count(column) > 1:
            yield LineProblem(line=1, says=f"The column {column} stands twice.")
    for column in ("agency", "post"):
        if column not in header:
            yield LineProblem(line=1, says=f"The column {column} is missing.")


class _Sheet:
    """One reading, with the problems met on the way."""

    def __init__(self, header: frozenset[str], entries: Entries, partnership: PartnershipId) -> None:
        self._header = header
        self._partnership = partnership
        self._agencies = {one.id: one for one in entries.agencies}
        self._elsewhere = {post.id: one.id for one in entries.agencies for post in one.posts}
        self._added: dict[str, int] = {}
        self.problems: list[LineProblem] = []

    def read(self, key: tuple[str, str], rows: list[Row]) -> Iterator[Swap]:
        """The swap of one post, or nothing."""
        first, agency = rows[0].line, self._agencies.get(key[0])  # type: ignore[call-overload]  # an id as typed
        if agency is None or self._partnership not in (agency.owner, *agency.serves):
            self._says(first, "There is no agency of this short name here. Add it on its page first.")
            return
        if not _ID.fullmatch(key[1]):
            self._says(first, "A post needs a short name of small letters, digits, hyphens and dots.")
            return
        if self._elsewhere.get(PostId(key[1]), agency.id) != agency.id:
            self._says(first, "Another agency has a post of this short name.")
            return
        before = next((one for one in agency.posts if one.id == key[1]), None)
        after = self._post(agency, before, rows)
        swap = Swap(
            kind=Kind.POST,
            agency=agency.id,
            id=key[1],
            before=written(before),
            after=written(after),
            place=self._place(agency, before),
        )
        if swap.before == swap.after:
            return
        if agency.owner != self._partnership:
            self._says(first, "Another partnership owns this agency: propose the change on the post’s page.")
        yield swap

    def _place(self, agency: Agency, before: Post | None) -> int:
        if before is not None:
            return agency.posts.index(before)
        self._added[agency.id] = self._added.get(agency.id, 0) + 1
        return len(agency.posts) + self._added[agency.id] - 1

    def _post(self, agency: Agency, before: Post | None, rows: list[Row]) -> Post | None:
        cells, line = rows[0].cells, rows[0].line
        if cells.get(CLOSE, "").casefold() in _YES:
            return None
        self._agree(rows)
        for name in ("title", "role"):
            if not cells.get(name) and (before is None or name in self._header):
                self._says(line, f"The {name} is missing.")
        base = before or Post(id=PostId(cells["post"]), title="", role="")
        values: dict[str, object] = {name: cells[name] for name in _TEXTS if name in cells}
        if "team" in cells:
            values["team"] = TeamId(cells["team"]) if cells["team"] else None
        if "deputy" in cells:
            values["deputy"] = PostId(cells["deputy"]) if cells["deputy"] else None
        if "allocates" in cells:
            values["allocates"] = tuple(cells["allocates"].replace(",", " ").split())
        if "verified_on" in cells:
            values["verified_on"] = self._day(rows[0], "verified_on")
        if {"name", "address"} & self._header:
            values["holders"] = tuple(self._holders(rows))
        if "away_from" in self._header:
            values["absences"] = tuple(self._absences(rows))
        return replace(base, **values)

    def _agree(self, rows: list[Row]) -> None:
        """Every row of a post says the same of the post itself, and no cell is too long."""
        own = (*HOLDER, *AWAY)
        for row in rows:
            if any(row.cells.get(name) != rows[0].cells.get(name) for name in row.cells if name not in own):
                self._says(row.line, f"This row says another thing of the post than line {rows[0].line}.")
            if any(len(cell) > _MOST or not cell.isprintable() for cell in row.cells.values()):
                self._says(row.line, f"A cell has more than {_MOST} characters, or more than one line.")

    def _holders(self, rows: list[Row]) -> Iterator[Holder]:
        for row in rows:
            cells = row.cells
            if not any(cells.get(name) for name in HOLDER):
                continue
            if not cells.get("name") or not cells.get("address"):
                self._says(row.line, "A holder needs a name and an address.")
            yield Holder(
                name=cells.get("name", ""),
                address=cells.get("address", ""),
                phone=cells.get("holder_phone", ""),
                valid_from=self._day(row, "valid_from"),
                valid_until=self._day(row, "valid_until"),
            )

    def _absences(self, rows: list[Row]) -> Iterator[Absence]:
        for row in rows:
            if not any(row.cells.get(name) for name in AWAY):
                continue
            first, last = self._day(row, "away_from"), self._day(row, "away_until")
            if first is None or last is None:
                self._says(row.line, "An absence needs a first and a last day.")
                continue
            deputy = row.cells.get("away_deputy", "")
            yield Absence(
                first=first,
                last=last,
                deputy=PostId(deputy) if deputy else None,
                why=row.cells.get("away_why", ""),
            )

    def _day(self, row: Row, name: str) -> date | None:
        text = row.cells.get(name, "")
        day = read_day(text) if text else None
        if text and day is None:
            self._says(row.line, f"{name} is no day. Write it as 2026-12-14 or 14/12/2026.")
        return day

    def _says(self, line: int, says: str) -> None:
        self.problems.append(LineProblem(line=line, says=says))


def at_lines(keys: Sequence[tuple[Key, str]], lines: dict[str, int]) -> tuple[LineProblem, ...]:
    """Problems of rows of the directory, at the lines that name them; 0 for what the sheet does not name."""
    found = {LineProblem(line=lines.get(key.id, 0), says=f"{key.id}: {says}") for key, says in keys}
    return tuple(sorted(found))
