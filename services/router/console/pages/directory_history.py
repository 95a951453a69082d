"""What was changed, by whom and why; and taking it back. Shell."""

from collections.abc import Sequence

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, onward, typed_in
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import against, told
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.gaps import agencies_of
from services.router.domain.keeping.rows import Kind, inverse

MOST = 50
_MOST_ROWS = 200
_MOST_REVISION = 2**31 - 1
"""As the store holds them."""
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
    typed = asked.query("before")
    before = int(typed) if typed.isdecimal() and typed.isascii() and len(typed) < 10 else None
    found = await console.editor.history.revisions(asked.partnership.id, before=before, most=MOST + 1)
    return console.frame.page(
        asked.signed,
        "directory_changes.html",
        partnership=asked.partnership,
        changes=[(one, told(one.swap), rows) for rows, one in found[:MOST]],
        older=found[MOST - 1][1].revision if len(found) > MOST else None,
        newest=before is None,
    )


async def _mine(console: Console, asked: Asked) -> tuple[tuple[Changed, ...], bool]:
    """The rows of the revision that this partnership owns; else those that it sees, and may propose to take back.

    Raises: NotHere where there are none.
    """
    history, revision = console.editor.history, int(asked.named("revision"))
    if revision > _MOST_REVISION:
        raise NotHere
    owned = await history.owned(revision, asked.partnership.id)
    if owned:
        return owned, True
    here = {one.id for one in agencies_of(asked.directory, asked.partnership)}
    seen = tuple(one for one in await history.of_revision(revision) if one.swap.agency in here)
    if not seen:
        raise NotHere
    return seen, False


async def _revision(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    rows, owns = await _mine(console, asked)
    return console.frame.page(
        asked.signed,
        "directory_change.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        first=rows[0],
        rows=[told(one.swap) for one in rows[:_MOST_ROWS]],
        more=max(0, len(rows) - _MOST_ROWS),
        owns=owns,
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        may_change=may(asked.signed.admin, asked.partnership.id, Need.CHANGE_DIRECTORY),
    )


async def _undo(console: Console, asked: Asked) -> Answer:
    """Take back every row of that revision which this partnership owns; none, where one was changed again since.

    Its settings, as where they are changed, by a sign-in that is fresh.
    """
    rows, _ = await _mine(console, asked)
    if any(one.swap.kind is Kind.PARTNERSHIP for one in rows):
        console.gate.prove_again(asked.signed, then=asked.request.url.path.removesuffix("/undo"))
    wrong: Problems = {}
    why = read_why(asked.form, wrong)
    if wrong:
        return await _revision(console, asked, Act(wrong, typed_in(asked.form), "undo"))
    swaps = inverse([one.swap for one in rows])
    outcome = await console.editor.make(asked, swaps, why=why, what="directory.undone")
    if said := against(outcome):
        return await _revision(console, asked, Act({"": " ".join(said)}, typed_in(asked.form), "undo"))
    return onward(asked, outcome, to=f"/p/{asked.partnership.id}/directory", made="undone")
