"""The audit: who did and looked at what, who read a record, and each of them as a file. For auditors. Shell."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from litestar import Response

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.audit_changes import Changed, changes
from services.router.console.audit_seeking import KINDS, Seeking, read_sought
from services.router.console.audit_words import AUDITED, PARTS
from services.router.console.console import Console
from services.router.console.learning_csv import csv_of
from services.router.domain.admin.admins import HOLDER, Admin, AdminId, Need
from services.router.domain.admin.auditing import Audited
from services.router.domain.changes import Happened
from shared.references import parse_reference
from shared.terms import EscalationRef, Instant, PartnershipId

_PATH = "/p/{partnership:str}/audit"
_SHOWN, _READS, _ALL_READS = 50, 200, 100_000


class Row(NamedTuple):
    """A row of the audit as its page shows it. ref: where it is about an escalation. changed: field by field."""

    number: int
    audited: Audited
    who: str
    did: str
    ref: EscalationRef | None
    changed: tuple[Changed, ...]


class Read(NamedTuple):
    """That somebody read a record: the escalation, what they are in it, and the record's id. No name, no child."""

    at: Instant
    ref: str
    who: str
    record: str


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/audit`."""
    pages = _Audit(console)
    return [
        page(_PATH, pages.show, need=Need.AUDIT, looked="looked.audit"),
        page(f"{_PATH}/reads", pages.reads, need=Need.AUDIT, looked="looked.reads"),
        act(f"{_PATH}/export", pages.export, need=Need.AUDIT),
        act(f"{_PATH}/reads/export", pages.export_reads, need=Need.AUDIT),
    ]


class _Audit:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        """The newest of the rows that are sought, or those before the one that the address names."""
        text, seeking = asked.query("before"), read_sought(asked.query)
        before = int(text[:9]) if text.isascii() and text.isdecimal() else None
        everybody = await self._console.admins.everybody()
        rows: tuple[tuple[int, Audited], ...] = ()
        if not seeking.errors:
            rows = await self._console.audit.rows(asked.partnership, seeking.sought, before=before, most=_SHOWN + 1)
        return self._console.frame.page(
            asked.signed,
            "audit.html",
            partnership=asked.partnership,
            status=422 if seeking.errors else 200,
            rows=_named(rows[:_SHOWN], everybody),
            older=rows[_SHOWN - 1][0] if len(rows) > _SHOWN else 0,
            newest=before is None,
            seeking=seeking,
            kinds=[(kind.value, words) for kind, words in KINDS],
            admins=_choices(seeking, everybody, asked.partnership.id),
        )

    async def reads(self, asked: Asked) -> Answer:
        typed = asked.query("ref")[:40]
        ref = parse_reference(typed) if typed else None
        found = []
        if ref is not None or not typed:
            found = list(await self._console.audit.reads(asked.partnership.id, ref=ref, most=_READS))
        return self._console.frame.page(
            asked.signed,
            "audit_reads.html",
            partnership=asked.partnership,
            status=422 if typed and ref is None else 200,
            reads=[_read(one) for one in found],
            most=_READS,
            ref=ref,
            typed=typed,
        )

    async def export(self, asked: Asked) -> Answer:
        """Every row that is sought, the oldest first; that it was exported is a row too."""
        seeking = read_sought(asked.form.one)
        await self._console.audit.add(_exported(asked, "audit.exported", seeking.address, at=self._console.clock.now()))
        found = () if seeking.errors else await self._console.audit.rows(asked.partnership, seeking.sought)
        rows = _named(found[::-1], await self._console.admins.everybody())
        head = ("Number", "When (UTC)", "Who", "Did", "Code", "About", "Before", "After", "Why")
        lines = [(str(one.number), one.audited.at.isoformat(), one.who, one.did, *_texts(one.audited)) for one in rows]
        return _file([head, *lines], f"{asked.partnership.id}-audit.csv")

    async def export_reads(self, asked: Asked) -> Answer:
        """Who read a record, as a file; that it was exported is a row too."""
        ref = parse_reference(asked.form.one("ref"))
        at = self._console.clock.now()
        await self._console.audit.add(_exported(asked, "exported.reads", ref or "", at=at))
        found = await self._console.audit.reads(asked.partnership.id, ref=ref, most=_ALL_READS)
        lines = [(one.at.isoformat(), one.ref, one.who, one.record) for one in map(_read, found)]
        return _file([("When (UTC)", "Escalation", "Who", "Record"), *lines], f"{asked.partnership.id}-reads.csv")


def _file(rows: Sequence[Sequence[str]], name: str) -> Answer:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(rows), status_code=200, media_type="text/csv; charset=utf-8", headers=headers)


def _exported(asked: Asked, what: str, filtered: str, *, at: Instant) -> Audited:
    here, by = asked.partnership.id, asked.signed.admin.id
    return Audited(at=at, admin=by, partnership=here, what=what, about=here, after=filtered)


def _named(rows: Sequence[tuple[int, Audited]], everybody: Sequence[Admin]) -> list[Row]:
    names = {one.id: one.name or one.address for one in everybody}
    return [
        Row(
            number,
            each,
            _who(each.admin, names),
            AUDITED.get(each.what, each.what),
            parse_reference(each.about or ""),
            changes(each.before, each.after),
        )
        for number, each in rows
    ]


def _choices(seeking: Seeking, everybody: Sequence[Admin], here: PartnershipId) -> list[tuple[str, str]]:
    """Who may be chosen: the admins of the partnership, and whoever is chosen, also one who is an admin no more."""
    found = {str(one.id): one.name or one.address for one in everybody if here in one.roles}
    chosen = seeking.sought.admin
    if chosen is not None and chosen not in found:
        found[chosen] = _who(chosen, {})
    return list(found.items())


def _who(admin: AdminId, names: Mapping[AdminId, str]) -> str:
    """Who it was; one who is an admin no more by the first digits of their id."""
    if admin == HOLDER:
        return "Whoever holds the post"
    return names.get(admin) or (f"A former admin, {admin[:8]}" if len(admin) == 32 else "A command")


def _read(one: Happened) -> Read:
    return Read(one.at, one.ref, PARTS.get(one.who, "a party"), one.note.rpartition(" ")[2][:8])


def _texts(audited: Audited) -> tuple[str, ...]:
    return audited.what, audited.about, audited.before, audited.after, audited.why
