"""Import from a spreadsheet, with a preview of exactly what will change, all or nothing; and export to one. Shell."""

import asyncio
from collections.abc import Sequence

from litestar import Response

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import DONE, onward
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import against, told
from services.router.console.failing import NotHere
from services.router.console.spreadsheets import MOST_BYTES, read_file
from services.router.console.written_sheets import as_csv, as_xlsx
from services.router.domain.admin.admins import Need
from services.router.domain.keeping.changing import KEPT, Draft, Purpose, shown_as
from services.router.domain.keeping.gaps import agencies_of
from services.router.domain.keeping.guarding import lost_words
from services.router.domain.keeping.importing import Import, LineProblem, at_lines, read_import
from services.router.domain.keeping.sheets import CLOSE, COLUMNS, sheet
from shared.references import mint_submission_id

_IMPORT = "/p/{partnership:str}/directory/import"
_AROUND = 64 * 1024
_MOST_SHOWN = 200
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes(console: Console) -> Sequence[Route]:
    """Import and export."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_IMPORT, lambda asked: _start(console, asked), need=need),
        act(_IMPORT, lambda asked: _read(console, asked), need=need, most_bytes=MOST_BYTES + _AROUND),
        page(f"{_IMPORT}/{{draft:str}}", lambda asked: _preview(console, asked), need=need),
        act(f"{_IMPORT}/{{draft:str}}", lambda asked: _made(console, asked), need=need),
        page("/p/{partnership:str}/directory/export.csv", _csv, looked="exported.directory"),
        page("/p/{partnership:str}/directory/export.xlsx", _xlsx, looked="exported.directory"),
    ]


async def _start(
    console: Console, asked: Asked, errors: Problems | None = None, found: Sequence[LineProblem] = ()
) -> Answer:
    return console.frame.page(
        asked.signed,
        "directory_import.html",
        partnership=asked.partnership,
        status=422 if errors or found else 200,
        errors=errors or {},
        found=found[:_MOST_SHOWN],
        left=max(0, len(found) - _MOST_SHOWN),
        typed={"why": asked.form.one("why")},
        columns=(*COLUMNS, CLOSE),
        waiting=[
            one
            for one in await console.editor.history.drafts(asked.partnership.id, Purpose.IMPORT)
            if console.clock.now() - one.at < KEPT
        ],
    )


async def _read(console: Console, asked: Asked) -> Answer:
    """Read the file, and keep what it would change until it is confirmed; or say every problem by line."""
    wrong: Problems = {}
    why, file = read_why(asked.form, wrong), asked.form.file("sheet")
    body = await file.read() if file is not None else b""
    if not body:
        wrong["sheet"] = "Choose a spreadsheet."
    if wrong:
        return await _start(console, asked, wrong)
    found = await asyncio.to_thread(_looked_at, console, asked, body)
    if found.problems:
        return await _start(console, asked, found=found.problems)
    if not found.swaps:
        return await _start(console, asked, {"sheet": DONE["same"]})
    admin, at = asked.signed.admin, console.clock.now()
    draft = Draft(
        id=mint_submission_id(),
        purpose=Purpose.IMPORT,
        partnership=asked.partnership.id,
        revision=asked.directory.revision,
        swaps=found.swaps,
        at=at,
        by=admin.id,
        name=shown_as(admin),
        why=why,
        what="directory.imported",
        origin=asked.partnership.id,
    )
    await console.editor.history.forget(Purpose.IMPORT, before=at - KEPT)
    await console.editor.history.keep(draft)
    return go(f"/p/{asked.partnership.id}/directory/import/{draft.id}")


def _looked_at(console: Console, asked: Asked, body: bytes) -> Import:
    read, entries = read_file(body), asked.directory.entries
    if read.problems:
        return Import(problems=tuple(sorted(set(read.problems))))
    found = read_import(read.header, read.rows, entries, partnership=asked.partnership.id)
    if found.problems or not found.swaps:
        return found
    refused = console.editor.check(entries, found.swaps, partnership=asked.partnership)
    if refused is None:
        return found
    problems = at_lines([(one.key, one.says) for one in refused.wrong], found.lines)
    lost = tuple(LineProblem(line=0, says=says) for says in lost_words(refused.lost))
    return Import(problems=(*problems, *lost))


async def _draft(console: Console, asked: Asked) -> Draft:
    draft: Draft | None = await console.editor.history.draft(asked.named("draft"))
    if draft is None or draft.purpose is not Purpose.IMPORT or draft.partnership != asked.partnership.id:
        raise NotHere
    return draft


async def _preview(console: Console, asked: Asked, says: Sequence[str] = ()) -> Answer:
    draft = await _draft(console, asked)
    rows = [told(swap) for swap in draft.swaps]
    counts = {did: sum(one.did == did for one in rows) for did in ("added", "changed", "closed")}
    return console.frame.page(
        asked.signed,
        "directory_preview.html",
        partnership=asked.partnership,
        status=422 if says else 200,
        draft=draft,
        rows=rows,
        counts=counts,
        errors={"": " ".join(says)} if says else {},
    )


async def _made(console: Console, asked: Asked) -> Answer:
    draft = await _draft(console, asked)
    what = draft.what or "directory.imported"
    outcome = await console.editor.make(asked, draft.swaps, why=draft.why, what=what, uses=draft.id)
    if says := against(outcome):
        return await _preview(console, asked, says)
    return onward(asked, outcome, to=f"/p/{asked.partnership.id}/directory", made=what.rpartition(".")[2])


async def _csv(asked: Asked) -> Answer:
    agencies = agencies_of(asked.directory, asked.partnership)
    body = await asyncio.to_thread(lambda: as_csv(COLUMNS, sheet(agencies)))
    return _download(asked, body, kind="text/csv; charset=utf-8", ending="csv")


async def _xlsx(asked: Asked) -> Answer:
    agencies = agencies_of(asked.directory, asked.partnership)
    body = await asyncio.to_thread(lambda: as_xlsx(COLUMNS, sheet(agencies), title="Directory"))
    return _download(asked, body, kind=_XLSX, ending="xlsx")


def _download(asked: Asked, body: bytes, *, kind: str, ending: str) -> Response[bytes]:
    name = f"directory-{asked.partnership.id}-revision-{asked.directory.revision}.{ending}"
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
