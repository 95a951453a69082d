"""The gaps: agency by stage over 60 days as a grid, and one line of it: who, since when, how to mend. Shell."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil

from services.router.console.access import Answer, Route, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_words import REACHES, rung_marks
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.keeping.attention import in_days, post_now
from services.router.domain.keeping.gaps import DAYS, Line
from services.router.domain.routing.reaching import Reach

PAGE = 25
_MOST_FINDINGS = 50
_SHOW = ("all", "gaps")


def routes(console: Console) -> Sequence[Route]:
    """The grid, and a line of it."""
    return [
        page("/p/{partnership:str}/gaps", lambda asked: _grid(console, asked)),
        page("/p/{partnership:str}/gaps/{agency:str}/{rung:str}", lambda asked: _line(console, asked)),
    ]


async def _grid(console: Console, asked: Asked) -> Answer:
    found = await console.editor.grid(asked.directory, asked.partnership)
    show = asked.query("show") if asked.query("show") in _SHOW else "all"
    lines = [line for line in found.lines if show == "all" or line.worst is not Reach.FINE]
    worried = {line.agency.id for line in lines if line.worst is not Reach.FINE}
    lines.sort(key=lambda line: line.agency.id not in worried)
    agencies = list(dict.fromkeys(line.agency.id for line in lines))
    pages = max(1, ceil(len(agencies) / PAGE))
    number = min(max(1, int(asked.query("page"))), pages) if asked.query("page").isdecimal() else 1
    shown = set(agencies[(number - 1) * PAGE : number * PAGE])
    return console.frame.page(
        asked.signed,
        "gaps.html",
        partnership=asked.partnership,
        lines=[(line, rung_marks(line)) for line in lines if line.agency.id in shown],
        page_number=number,
        pages=pages,
        findings=[(asked.directory.agencies[one.agency], one) for one in found.findings[:_MOST_FINDINGS]],
        more=max(0, len(found.findings) - _MOST_FINDINGS),
        weeks=[f"{day.day} {day:%b}" for day in (found.first + timedelta(days=n) for n in range(0, DAYS, 7))],
        widths=[min(7, DAYS - day) for day in range(0, DAYS, 7)],
        first=in_days(found.first),
        last=in_days(found.first + timedelta(days=DAYS - 1)),
        to_mend=found.to_mend,
        show=show,
        days=DAYS,
    )


async def _line(console: Console, asked: Asked) -> Answer:
    found = await console.editor.grid(asked.directory, asked.partnership)
    wanted = (asked.named("agency"), asked.named("rung"))
    line = next((one for one in found.lines if (one.agency.id, one.rung.code) == wanted), None)
    if line is None:
        raise NotHere
    return console.frame.page(
        asked.signed,
        "gaps_line.html",
        partnership=asked.partnership,
        line=line,
        spans=_spans(asked, line),
        first=in_days(found.first),
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


def _spans(asked: Asked, line: Line) -> list[dict[str, object]]:
    """Each span with whoever is reached, and the posts to mend."""
    posts = asked.directory.posts
    spans: list[dict[str, object]] = []
    for span in line.spans:
        reached = [posts[post] for post in dict.fromkeys(post for post, _ in span.found)]
        spans.append(
            {
                "first": in_days(span.first),
                "last": in_days(span.last),
                "reach": span.reach.value,
                "word": REACHES[span.reach][0],
                "shape": REACHES[span.reach][1],
                "says": span.says,
                "reached": [(one, post_now(asked.directory, one.post, span.first)) for one in reached],
            }
        )
    return spans
