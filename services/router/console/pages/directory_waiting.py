"""Changes that wait for a person: what other partnerships propose, and what a second admin must approve. Shell."""

from collections.abc import Sequence
from datetime import timedelta

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, done, onward, typed_in
from services.router.console.directory_forms import Problems, read_why
from services.router.console.directory_words import Told, against, told
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import HOLDER, AdminId, Need, Role
from services.router.domain.keeping.changing import Draft, Purpose
from services.router.domain.keeping.editing import CHANGED_MEANWHILE
from services.router.domain.partnership import Partnership

_PROPOSALS = "/p/{partnership:str}/directory/proposals"
_APPROVALS = "/p/{partnership:str}/directory/approvals"
_SHOWN_FOR = timedelta(days=30)
Shown = list[tuple[Draft, list[Told]]]


def routes(console: Console) -> Sequence[Route]:
    """Proposals and approvals, and the answers to them."""
    need = Need.CHANGE_DIRECTORY
    return [
        page(_PROPOSALS, lambda asked: _proposals(console, asked), need=need),
        act(f"{_PROPOSALS}/{{draft:str}}/accept", lambda asked: _accept(console, asked), need=need),
        act(f"{_PROPOSALS}/{{draft:str}}/refuse", lambda asked: _refuse(console, asked), need=need),
        page(_APPROVALS, lambda asked: _approvals(console, asked), need=need),
        act(f"{_APPROVALS}/{{draft:str}}/approve", lambda asked: _approve(console, asked), need=need, fresh=True),
        act(f"{_APPROVALS}/{{draft:str}}/decline", lambda asked: _decline(console, asked), need=need),
    ]


async def count_approvals(console: Console, partnership: Partnership) -> int:
    """How many changes wait for a second admin, for the front page."""
    return len(await console.editor.history.drafts(partnership.id, Purpose.APPROVAL))


def _shown(drafts: Sequence[Draft]) -> Shown:
    return [(one, [told(swap) for swap in one.swaps]) for one in drafts]


async def _declined(console: Console, asked: Asked) -> tuple[Draft, ...]:
    """What was declined here lately, the newest first."""
    history = console.editor.history
    await history.forget(Purpose.DECLINED, before=console.clock.now() - _SHOWN_FOR)
    return (await history.drafts(asked.partnership.id, Purpose.DECLINED))[::-1]


async def _proposals(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here, history = asked.partnership.id, console.editor.history
    theirs = [one for one in await _declined(console, asked) if one.origin != here]
    return console.frame.page(
        asked.signed,
        "directory_proposals.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        proposals=_shown(await history.drafts(here, Purpose.PROPOSAL)),
        declined=_shown(theirs),
        ours=_shown(await history.asked_by(here)),
        names={one.id: one.name for one in asked.directory.partnerships.values()},
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        which=said.which if said is not None else "",
        done=done(asked),
    )


async def _approvals(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here = asked.partnership.id
    managers = [one.id for one in await console.admins.everybody() if one.roles.get(here) is Role.MANAGER]
    return console.frame.page(
        asked.signed,
        "directory_approvals.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        waiting=_shown(await console.editor.history.drafts(here, Purpose.APPROVAL)),
        declined=_shown([one for one in await _declined(console, asked) if one.origin == here]),
        me=asked.signed.admin.id,
        alone=len(managers) < 2,
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        which=said.which if said is not None else "",
        done=done(asked),
    )


async def _draft(console: Console, asked: Asked, purpose: Purpose) -> Draft:
    """The draft that the address names. Raises: NotHere, the same for another partnership's."""
    draft = await console.editor.history.draft(asked.named("draft"))
    if draft is None or draft.purpose is not purpose or draft.partnership != asked.partnership.id:
        raise NotHere
    return draft


def _replaced(asked: Asked, draft: Draft) -> bool:
    """Whether the page showed something else: what a holder says takes the place of what they said before."""
    return draft.by == HOLDER and asked.form.one("seen") != draft.at.isoformat()


async def _accept(console: Console, asked: Asked) -> Answer:
    draft = await _draft(console, asked, Purpose.PROPOSAL)
    if _replaced(asked, draft):
        return await _proposals(console, asked, Act({"": CHANGED_MEANWHILE}, {}, draft.id))
    outcome = await console.editor.approve(asked, draft, of=await console.admins.admin(AdminId(draft.by)))
    if said := against(outcome):
        return await _proposals(console, asked, Act({"": " ".join(said)}, {}, draft.id))
    return onward(asked, outcome, to=f"/p/{asked.partnership.id}/directory/proposals")


async def _refuse(console: Console, asked: Asked) -> Answer:
    draft = await _draft(console, asked, Purpose.PROPOSAL)
    if _replaced(asked, draft):
        return await _proposals(console, asked, Act({"": CHANGED_MEANWHILE}, typed_in(asked.form), draft.id))
    wrong = await _decline_it(console, asked, draft)
    if wrong:
        return await _proposals(console, asked, Act(wrong, typed_in(asked.form), draft.id))
    return go(f"/p/{asked.partnership.id}/directory/proposals?done=refused")


async def _approve(console: Console, asked: Asked) -> Answer:
    draft = await _draft(console, asked, Purpose.APPROVAL)
    of = await console.admins.admin(AdminId(draft.by))
    if said := against(await console.editor.approve(asked, draft, of=of)):
        return await _approvals(console, asked, Act({"": " ".join(said)}, {}, draft.id))
    return go(f"/p/{asked.partnership.id}/directory/approvals?done=approved")


async def _decline(console: Console, asked: Asked) -> Answer:
    draft = await _draft(console, asked, Purpose.APPROVAL)
    wrong = await _decline_it(console, asked, draft)
    if wrong:
        return await _approvals(console, asked, Act(wrong, typed_in(asked.form), draft.id))
    return go(f"/p/{asked.partnership.id}/directory/approvals?done=declined")


async def _decline_it(console: Console, asked: Asked, draft: Draft) -> Problems:
    """What keeps it from being declined: it needs a reason."""
    wrong: Problems = {}
    why = read_why(asked.form, wrong)
    if not wrong and not await console.editor.decline(asked, draft, why=why):
        raise NotHere
    return wrong
