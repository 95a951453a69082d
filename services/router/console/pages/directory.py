"""The directory: agencies with what needs somebody first, a search, and one agency with its teams and posts. Shell."""

from collections.abc import Sequence
from math import ceil

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import done
from services.router.console.directory_words import TYPES, rung_marks, told
from services.router.console.editor import Editor
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.keeping.attention import AgencyNow, found_by
from services.router.domain.keeping.changing import Purpose
from services.router.domain.partnership import Partnership
from shared.terms import AgencyType

PAGE = 50
MOST_FOUND = 100
_MOST_HISTORY = 20
_SHOW = ("attention", "all")


def routes(console: Console) -> Sequence[Route]:
    """What shows the directory and changes nothing."""
    return [
        page("/p/{partnership:str}/directory", lambda asked: _list(console, asked)),
        act("/p/{partnership:str}/directory/search", lambda asked: _search(console, asked), need=Need.SEE),
        page("/p/{partnership:str}/directory/a/{agency:str}", lambda asked: _agency(console, asked)),
    ]


async def _list(console: Console, asked: Asked) -> Answer:
    editor, everybody = console.editor, await console.editor.agencies(asked)
    show = asked.query("show") if asked.query("show") in _SHOW else "all"
    kind = asked.query("type") if asked.query("type") in set(AgencyType) else ""
    listed = [one for one in everybody if (not kind or one.agency.type == kind) and (show == "all" or one.worries)]
    pressing = await console.holders.pressing(asked.directory, asked.partnership)
    listed.sort(key=lambda one: (-pressing.get(one.agency.id, 0), -one.worries))
    number = int(asked.query("page")) if asked.query("page").isdecimal() else 1
    pages = max(1, ceil(len(listed) / PAGE))
    number = min(max(1, number), pages)
    return console.frame.page(
        asked.signed,
        "directory.html",
        partnership=asked.partnership,
        agencies=listed[(number - 1) * PAGE : number * PAGE],
        show=show,
        kind=kind,
        kinds=_kinds(everybody),
        page_number=number,
        pages=pages,
        found=len(listed),
        posts=sum(len(one.posts) for one in everybody),
        pressing=pressing,
        proposals=await _waiting(editor, asked, Purpose.PROPOSAL),
        approvals=await _waiting(editor, asked, Purpose.APPROVAL),
        done=done(asked),
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


async def _waiting(editor: Editor, asked: Asked, purpose: Purpose) -> int:
    return len(await editor.history.drafts(asked.partnership.id, purpose))


def _kinds(everybody: Sequence[AgencyNow]) -> list[tuple[str, str]]:
    there = {one.agency.type for one in everybody}
    return [(kind.value, words) for kind, words in TYPES.items() if kind in there]


async def _search(console: Console, asked: Asked) -> Answer:
    """Posted, so that a name never stands in an address."""
    words = asked.form.one("q")[:100]
    everybody = await console.editor.agencies(asked)
    found = found_by(everybody, words, most=MOST_FOUND)
    return console.frame.page(
        asked.signed, "directory_found.html", partnership=asked.partnership, found=found, words=words, most=MOST_FOUND
    )


async def _agency(console: Console, asked: Asked) -> Answer:
    wanted = asked.named("agency")
    found = next((one for one in await console.editor.agencies(asked) if one.agency.id == wanted), None)
    if found is None:
        raise NotHere
    editor = console.editor
    grid = await editor.grid(asked.directory, asked.partnership)
    agency, directory = found.agency, asked.directory
    return console.frame.page(
        asked.signed,
        "directory_agency.html",
        partnership=asked.partnership,
        now=found,
        done=done(asked),
        agency=agency,
        kind=TYPES[agency.type],
        owner=directory.partnerships.get(agency.owner),
        partner=directory.agencies.get(agency.partner) if agency.partner is not None else None,
        serves=[directory.partnerships[one].name for one in agency.serves if one in directory.partnerships],
        sponsor=directory.agencies.get(agency.sponsor) if agency.sponsor is not None else None,
        lines=[(line, rung_marks(line)) for line in grid.lines if line.agency.id == wanted],
        findings=[one for one in grid.findings if one.agency == wanted],
        history=[(one, told(one.swap)) for one in await editor.history.of_agency(wanted, most=_MOST_HISTORY)],
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
        owns=agency.owner == asked.partnership.id,
    )


async def count_gaps(console: Console, partnership: Partnership) -> int:
    """How many gaps there are to mend, for the front page."""
    return (await console.editor.grid(await console.directories.now(), partnership)).to_mend


async def count_attention(console: Console, partnership: Partnership) -> int:
    """How many posts need somebody, for the front page."""
    directory = await console.directories.now()
    found = await console.editor.agencies_of(directory, partnership)
    return sum(bool(post.worries) for one in found for post in one.posts)
