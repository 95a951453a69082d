"""One change of many posts: chosen by hand or by the filter, shown before it is made, all of it or nothing. Shell."""

import asyncio
from collections.abc import Sequence
from datetime import date
from math import ceil

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked, Form
from services.router.console.console import Console
from services.router.console.directory_acts import DONE
from services.router.console.directory_forms import A_DAY, Problems, read_absence, read_line, read_why
from services.router.console.directory_words import TYPES, against
from services.router.domain.admin.admins import Need
from services.router.domain.directory import Agency, Directory
from services.router.domain.keeping.attention import PostNow
from services.router.domain.keeping.bulk import Bulk, Many, swaps_of
from services.router.domain.keeping.changing import KEPT, Draft, Purpose, shown_as
from services.router.domain.keeping.importing import read_day
from shared.references import mint_submission_id
from shared.terms import AgencyType, PostId

_BULK = "/p/{partnership:str}/directory/many"
_PAGE = 100
_SHOW = ("attention", "all")
_NO_POST = "There is no such post here. Choose one by its short name, or leave it empty."
Rows = list[tuple[Agency, PostNow]]


def routes(console: Console) -> Sequence[Route]:
    """The posts with their boxes, and what is to be changed of them."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_BULK, lambda asked: _form(console, asked), need=need),
        act(_BULK, lambda asked: _read(console, asked), need=need, most_bytes=512 * 1024),
    ]


def _filter(asked: Asked) -> tuple[str, str]:
    """(kind, which) that are shown: from the address, or from the form."""
    kind, show = (asked.form.one(name) or asked.query(name) for name in ("type", "show"))
    return (kind if kind in set(AgencyType) else "", show if show in _SHOW else "all")


async def _rows(console: Console, asked: Asked) -> Rows:
    """The posts of this partnership's own entries that the filter finds."""
    kind, show = _filter(asked)
    return [
        (one.agency, post)
        for one in await console.editor.agencies(asked)
        if one.agency.owner == asked.partnership.id and (not kind or one.agency.type == kind)
        for post in one.posts
        if show == "all" or post.worries
    ]


async def _form(console: Console, asked: Asked, wrong: Problems | None = None) -> Answer:
    rows, (kind, show) = await _rows(console, asked), _filter(asked)
    pages = max(1, ceil(len(rows) / _PAGE))
    typed_page = asked.form.one("page") or asked.query("page")
    number = min(max(1, int(typed_page)), pages) if typed_page.isdecimal() else 1
    return console.frame.page(
        asked.signed,
        "directory_many.html",
        partnership=asked.partnership,
        status=422 if wrong else 200,
        rows=rows[(number - 1) * _PAGE : number * _PAGE],
        found=len(rows),
        chosen=asked.form.many("post"),
        page_number=number,
        pages=pages,
        kind=kind,
        show=show,
        kinds=[(one.value, words) for one, words in TYPES.items()],
        errors=wrong or {},
        typed={name: asked.form.one(name) for name in asked.form.names() if name != "csrf"},
    )


async def _read(console: Console, asked: Asked) -> Answer:
    """Keep what would be changed until it is confirmed; or the form again with what to mend."""
    wrong: Problems = {}
    rows = await _rows(console, asked)
    ticked, every = set(asked.form.many("post")), asked.form.one("every") == "yes"
    posts = [post.post.id for _, post in rows if every or post.post.id in ticked]
    if not posts:
        wrong["post"] = "Choose at least one post."
    today = console.editor.today(asked.partnership)
    bulk = _bulk(asked.form, wrong, today=today, known=asked.directory)
    why = read_why(asked.form, wrong)
    if wrong or bulk is None:
        return await _form(console, asked, wrong)
    swaps = await asyncio.to_thread(swaps_of, asked.directory, posts, bulk)
    if not swaps:
        return await _form(console, asked, {"": DONE["same"]})
    editor, entries = console.editor, asked.directory.entries
    refused = await asyncio.to_thread(lambda: editor.check(entries, swaps, partnership=asked.partnership))
    if refused is not None:
        return await _form(console, asked, {"": " ".join(against(refused))})
    draft = Draft(
        id=mint_submission_id(),
        purpose=Purpose.IMPORT,
        partnership=asked.partnership.id,
        revision=asked.directory.revision,
        swaps=swaps,
        at=console.clock.now(),
        by=asked.signed.admin.id,
        name=shown_as(asked.signed.admin),
        why=why,
        what="directory.many",
        origin=asked.partnership.id,
    )
    await editor.history.forget(Purpose.IMPORT, before=draft.at - KEPT)
    await editor.history.keep(draft)
    return go(f"/p/{asked.partnership.id}/directory/import/{draft.id}")


def _bulk(form: Form, wrong: Problems, *, today: date, known: Directory) -> Bulk | None:
    """What is to be changed, as the form has it; None where something must be mended."""
    chosen = form.one("change")
    if chosen not in set(Many):
        wrong["change"] = "Choose what to change."
        return None
    many = Many(chosen)
    if many is Many.ABSENCE:
        _known_post(form, "absence_deputy", wrong, known)
        absence, problems = read_absence(form)
        wrong.update(problems)
        return Bulk(many=many, today=today, absence=absence)
    if many is Many.DEPUTY:
        return Bulk(many=many, today=today, deputy=_known_post(form, "deputy", wrong, known))
    if many is Many.ENDS:
        last = read_day(form.one("last_day"))
        if last is None:
            wrong["last_day"] = A_DAY
        return Bulk(many=many, today=today, last_day=last)
    phone = read_line(form, "out_of_hours", wrong) if many is Many.OUT_OF_HOURS else ""
    return Bulk(many=many, today=today, out_of_hours=phone)


def _known_post(form: Form, name: str, wrong: Problems, known: Directory) -> PostId | None:
    """The post of that short name, if one is given and is there."""
    typed = PostId(form.one(name))
    if typed and typed not in known.posts:
        wrong[name] = _NO_POST
    return typed or None
