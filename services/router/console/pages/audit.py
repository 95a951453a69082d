"""The audit: who did what, who read a record, and all of it as a file. For auditors. Shell."""

from collections.abc import Sequence
from typing import NamedTuple

from litestar import Response

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.audit_words import AUDITED, PARTS
from services.router.console.console import Console
from services.router.console.learning_csv import csv_of
from services.router.domain.admins import AdminId, Need
from services.router.domain.auditing import Audited

_PATH = "/p/{partnership:str}/audit"
_SHOWN, _READS = 50, 200


class Row(NamedTuple):
    """A row of the audit as its page shows it."""

    number: int
    audited: Audited
    who: str
    did: str


class Read(NamedTuple):
    """That somebody read a record: the escalation, what they are in it, and the record's id. No name, no child."""

    at: object
    ref: str
    who: str
    record: str


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/audit`."""
    pages = _Audit(console)
    return [
        page(_PATH, pages.show, need=Need.AUDIT),
        page(f"{_PATH}/reads", pages.reads, need=Need.AUDIT),
        act(f"{_PATH}/export", pages.export, need=Need.AUDIT),
    ]


class _Audit:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        """The newest rows, or those before the one that the address names."""
        text = asked.query("before")
        before = int(text[:9]) if text.isascii() and text.isdecimal() else None
        rows = await self._console.audit.rows(asked.partnership.id, before=before, most=_SHOWN + 1)
        return self._console.frame.page(
            asked.signed,
            "audit.html",
            partnership=asked.partnership,
            rows=await self._named(rows[:_SHOWN]),
            older=rows[_SHOWN - 1][0] if len(rows) > _SHOWN else 0,
            newest=before is None,
        )

    async def reads(self, asked: Asked) -> Answer:
        found = await self._console.audit.reads(asked.partnership.id, most=_READS)
        reads = [Read(one.at, one.ref, PARTS.get(one.who, "a party"), one.note.rpartition(" ")[2][:8]) for one in found]
        return self._console.frame.page(
            asked.signed, "audit_reads.html", partnership=asked.partnership, reads=reads, most=_READS
        )

    async def export(self, asked: Asked) -> Answer:
        """Every row of the partnership, the oldest first; that it was exported is a row too."""
        here, by = asked.partnership.id, asked.signed.admin.id
        at = self._console.clock.now()
        await self._console.audit.add(Audited(at=at, admin=by, partnership=here, what="audit.exported", about=here))
        rows = await self._named((await self._console.audit.rows(here))[::-1])
        head = ("Number", "When (UTC)", "Who", "Did", "Code", "About", "Before", "After", "Why")
        lines = [(str(one.number), one.audited.at.isoformat(), one.who, one.did, *_texts(one.audited)) for one in rows]
        headers = {"content-disposition": f'attachment; filename="{here}-audit.csv"'}
        return Response(csv_of([head, *lines]), media_type="text/csv; charset=utf-8", headers=headers)

    async def _named(self, rows: Sequence[tuple[int, Audited]]) -> list[Row]:
        names = {one.id: one.name or one.address for one in await self._console.admins.everybody()}
        return [Row(number, each, _who(each.admin, names), AUDITED.get(each.what, each.what)) for number, each in rows]


def _who(admin: AdminId, names: dict[AdminId, str]) -> str:
    """Who it was; one who is an admin no more by the first digits of their id."""
    return names.get(admin) or (f"A former admin, {admin[:8]}" if len(admin) == 32 else "A command")


def _texts(audited: Audited) -> tuple[str, ...]:
    return audited.what, audited.about, audited.before, audited.after, audited.why
