"""What was changed, by whom and why; taking it back; and what other partnerships propose. Shell."""

from collections.abc import Sequence

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, done, typed_in
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import against, told
from services.router.console.failing import NotHere
from services.router.domain.admins import Need, may
from services.router.domain.changing import Draft, Purpose
from services.router.domain.editing import Changed
from services.router.domain.gaps import agencies_of
from services.router.domain.rows import inverse

MOST = 200
_CHANGES = "/p/{partnership:str}/directory/changes"
_PROPOSALS = "/p/{partnership:str}/directory/proposals"


def routes(console: Console) -> Sequence[Route]:
    """The history, undoing, proposals."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_CHANGES, lambda asked: _recent(console, asked)),
        page(f"{_CHANGES}/{{revision:int}}", lambda asked: _revision(console, asked)),
        act(f"{_CHANGES}/{{revision:int}}/undo", lambda asked: _undo(console, asked), need=need),
        page(_PROPOSALS, lambda asked: _proposals(console, asked), need=need),
        act(f"{_PROPOSALS}/{{draft:str}}/accept", lambda asked: _accept(console, asked), need=need),
        act(f"{_PROPOSALS}/{{draft:str}}/refuse", lambda asked: _refuse(console, asked), need=need),
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
    outcome = await console.editor.make(asked, swaps, why=why, what="directory.undone") if not wrong else None
    if outcome is not None and (said := against(outcome)):
        wrong = {"": " ".join(said)}
    if wrong:
        return await _revision(console, asked, Act(wrong, typed_in(asked.form), "undo"))
    return go(f"/p/{asked.partnership.id}/directory?done=undone")


async def _proposals(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    waiting = await console.editor.history.drafts(asked.partnership.id, Purpose.PROPOSAL)
    return console.frame.page(
        asked.signed,
        "directory_proposals.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        proposals=[(one, [told(swap) for swap in one.swaps]) for one in waiting],
        errors=said.errors if said is not None else {},
        done=done(asked),
    )


async def _proposal(console: Console, asked: Asked) -> Draft:
    draft = await console.editor.history.draft(asked.named("draft"))
    if draft is None or draft.purpose is not Purpose.PROPOSAL or draft.partnership != asked.partnership.id:
        raise NotHere
    return draft


async def _accept(console: Console, asked: Asked) -> Answer:
    draft = await _proposal(console, asked)
    why = f"Proposed by {draft.name}: {draft.why}"
    outcome = await console.editor.make(asked, draft.swaps, why=why, what="proposal.accepted", uses=draft.id)
    if said := against(outcome):
        return await _proposals(console, asked, Act({"": " ".join(said)}, {}, draft.id))
    return go(f"/p/{asked.partnership.id}/directory/proposals?done=made")


async def _refuse(console: Console, asked: Asked) -> Answer:
    draft = await _proposal(console, asked)
    await console.editor.set_aside(asked, draft)
    return go(f"/p/{asked.partnership.id}/directory/proposals?done=refused")
