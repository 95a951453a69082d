"""Which holders have not said whether their post is still right, the worst first; and asking one now. Shell."""

from collections.abc import Mapping, Sequence

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.keeping.asks import Standing
from services.router.domain.partnership import Partnership
from shared.terms import PostId

MOST = 200
SAYS: Mapping[Standing, str] = {
    Standing.BOUNCED: "The email came back",
    Standing.OVERDUE: "Overdue",
    Standing.ASKED: "Asked",
}
DONE: Mapping[str, str] = {
    "asked": "The holder is asked now, by email.",
    "soon": "The holder was asked within the last day. Ring them instead.",
    "vacant": "Nobody holds this post, so nobody can be asked. Name a holder first.",
}


def routes(console: Console) -> Sequence[Route]:
    """The list, and the button."""
    need = Need.CHANGE_DIRECTORY
    path = "/p/{partnership:str}/directory/asked"
    return [
        page(path, lambda asked: _list(console, asked)),
        act(f"{path}/{{post:str}}", lambda asked: _ask(console, asked), need=need),
    ]


async def _list(console: Console, asked: Asked) -> Answer:
    waiting = await console.holders.waiting(asked.directory, asked.partnership)
    return console.frame.page(
        asked.signed,
        "directory_asked.html",
        partnership=asked.partnership,
        waiting=[(one, SAYS[one.standing]) for one in waiting[:MOST]],
        found=len(waiting),
        most=MOST,
        days=asked.partnership.asked_every_days,
        said=DONE.get(asked.query("done"), ""),
        went_well=asked.query("done") == "asked",
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


async def _ask(console: Console, asked: Asked) -> Answer:
    placed = asked.directory.posts.get(PostId(asked.named("post")))
    if placed is None or placed.agency.owner != asked.partnership.id:
        raise NotHere
    said = await console.holders.ask_now(asked, placed, why="Asked now, from the console.")
    return go(f"/p/{asked.partnership.id}/directory/asked?done={said}")


async def count_unanswered(console: Console, partnership: Partnership) -> int:
    """How many posts nobody confirmed in time, or whose holder's email came back."""
    waiting = await console.holders.waiting(await console.directories.now(), partnership)
    return sum(one.standing is not Standing.ASKED for one in waiting)
