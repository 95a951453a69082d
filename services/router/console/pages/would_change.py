"""What would change, page by page: before a change is made live, under another revision, by another policy. Shell."""

from collections.abc import Sequence

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import onward
from services.router.console.directory_words import against, told
from services.router.console.failing import NotHere
from services.router.console.would_change import Found, Look
from services.router.domain.admin.admins import Need
from services.router.domain.keeping.changing import Draft, Purpose

MOST = (50, 100, 200, 500)
_SHOWN = 20
"""Rows of a change that are shown; how many more there are is said."""
_PATH = "/p/{partnership:str}/would-change"


def routes(console: Console) -> Sequence[Route]:
    """The choice and what it finds; a change that waits, looked at first, made live."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_PATH, lambda asked: _look(console, asked), need=need),
        page(f"{_PATH}/{{draft:str}}", lambda asked: _draft(console, asked), need=need),
        act(
            f"{_PATH}/{{draft:str}}", lambda asked: _made(console, asked), need=need, fresh=True
        ),  # it may be a setting
    ]


async def _look(console: Console, asked: Asked) -> Answer:
    """Another revision, or another policy, as the query names it."""
    revision, policy = asked.query("revision"), asked.query("policy")
    found: Found | None = None
    if revision.isascii() and revision.isdigit() and len(revision) < 9:
        found = await console.would_change.of_revision(_look_of(console, asked), int(revision))
    elif policy:
        found = await console.would_change.of_policy(_look_of(console, asked), policy)
    return _page(console, asked, found=found, nothing=bool(revision or policy) and found is None)


def _look_of(console: Console, asked: Asked) -> Look:
    most = asked.query("most")
    chosen = int(most) if most in {str(one) for one in MOST} else MOST[1]
    return Look(asked.directory, asked.partnership, console.clock.now(), chosen)


async def _draft(console: Console, asked: Asked, says: Sequence[str] = ()) -> Answer:
    """A change that is not live yet."""
    draft = await _kept(console, asked)
    found = await console.would_change.of_draft(_look_of(console, asked), draft)
    return _page(
        console,
        asked,
        draft=draft,
        rows=[told(one) for one in draft.swaps[:_SHOWN]],
        found=found,
        nothing=found is None,
        says=says,
    )


async def _made(console: Console, asked: Asked) -> Answer:
    """What was looked at first stands."""
    draft = await _kept(console, asked)
    if draft.purpose is not Purpose.LOOK:
        raise NotHere
    outcome = await console.editor.make(asked, draft.swaps, why=draft.why, what=draft.what, uses=draft.id)
    if says := against(outcome):
        return await _draft(console, asked, says)
    return onward(asked, outcome, to=f"/p/{asked.partnership.id}/directory/changes")


async def _kept(console: Console, asked: Asked) -> Draft:
    draft = await console.editor.history.draft(asked.named("draft"))
    if draft is None or draft.partnership != asked.partnership.id or draft.purpose is Purpose.DECLINED:
        raise NotHere
    return draft


def _page(
    console: Console,
    asked: Asked,
    *,
    found: Found | None,
    nothing: bool,
    draft: Draft | None = None,
    rows: Sequence[object] = (),
    says: Sequence[str] = (),
) -> Answer:
    return console.frame.page(
        asked.signed,
        "would_change.html",
        partnership=asked.partnership,
        status=422 if says else 200,
        found=found,
        nothing=nothing,
        draft=draft,
        rows=rows,
        editions=console.would_change.editions(),
        numbers=[(str(one), str(one)) for one in MOST],
        chosen={name: asked.query(name) for name in ("revision", "policy", "most")},
        revision=asked.directory.revision,
        errors={"": " ".join(says)} if says else {},
    )
