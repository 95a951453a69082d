"""What was changed, by whom and why; and taking it back. Shell."""

from collections.abc import Sequence

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, onward, typed_in
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import against, told
from services.router.console.failing import NotHere
from services.router.domain.admins import Need, may
from services.router.domain.editing import Changed
from services.router.domain.gaps import agencies_of
from services.router.domain.rows import inverse

MOST = 200
_CHANGES = "/p/{partnership:str}/directory/changes"


def routes(console: Console) -> Sequence[Route]:
    """The history, and undoing."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_CHANGES, lambda asked: _recent(console, asked)),
        page(f"{_CHANGES}/{{revision:int}}", lambda asked: _revision(console, asked)),
        act(f"{_CHANGES}/{{revision:int}}/undo", lambda asked: _undo(console, asked), need=need),
    ]


async def _recent(console: Console, asked: Asked) -> Answer:
    changes = await console.editor.history.recent(asked.partnership.id, most=MOST)
    return console.frame.page(
        asked.signed,
        "directory_changes.html",
        partnership=asked.partnership,
        changes=[(one, told(one.swap)) for one in changes],
        most=MOST,
    )


async def _mine(console: Console, asked: Asked) -> tuple[Changed, ...]:
    """The rows of the revision that this partnership sees. Raises: NotHere where there are none."""
    rows = await console.editor.history.of_revision(int(asked.named("revision")))
    here = {one.id for one in agencies_of(asked.directory, asked.partnership)}
    recent = {one.swap.key for one in await console.editor.history.recent(asked.partnership.id, most=10_000)}
    seen = tuple(one for one in rows if one.swap.agency in here or one.swap.key in recent)
    if not seen:
        raise NotHere
    return seen


async def _revision(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    rows = await _mine(console, asked)
    return console.frame.page(
        asked.signed,
        "directory_change.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        first=rows[0],
        rows=[told(one.swap) for one in rows],
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


async def _undo(console: Console, asked: Asked) -> Answer:
    """Take back every row of that revision which this partnership sees; none, where one was changed again since."""
    rows = await _mine(console, asked)
    wrong: Problems = {}
    why = read_why(asked.form, wrong)
    swaps = inverse([one.swap for one in rows])
    if wrong:
        return await _revision(console, asked, Act(wrong, typed_in(asked.form), "undo"))
    outcome = await console.editor.make(asked, swaps, why=why, what="directory.undone")
    if said := against(outcome):
        return await _revision(console, asked, Act({"": " ".join(said)}, typed_in(asked.form), "undo"))
    return onward(asked, outcome, to=f"/p/{asked.partnership.id}/directory", made="undone")
