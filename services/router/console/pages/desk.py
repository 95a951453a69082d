"""The desk: everything that a person must look at, what to do, and what was set aside with its reason. Shell."""

from collections.abc import Sequence
from math import ceil

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.desk_words import ACTS, item_of
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.on_desk import Can, OnDesk, SetAside, do_of
from services.router.domain.partnership import Partnership
from shared.failures import Code
from shared.terms import Instant

PAGE, MOST = 50, 100
_MOST_WHY = 200
_SAY_WHY = "Say why, in a few words: it is kept with what you do."
_NO_WHY = "Say why, in a few words: it is kept with what you set aside."


def routes(console: Console) -> Sequence[Route]:
    """The list, what was set aside, and the two moves between them."""
    here = "/p/{partnership:str}/desk"
    return [
        page(here, lambda asked: _desk(console, asked)),
        page(f"{here}/aside", lambda asked: _aside(console, asked)),
        act(f"{here}/do", lambda asked: _do(console, asked), need=Need.WORK_DESK),
        act(f"{here}/set-aside", lambda asked: _set_aside(console, asked), need=Need.WORK_DESK),
        act(f"{here}/put-back", lambda asked: _put_back(console, asked), need=Need.WORK_DESK),
    ]


async def _desk(console: Console, asked: Asked, *, wrong: str = "", key: str = "") -> Answer:
    """wrong: what is wrong with what was typed about the thing of `key`, on whichever page of the list it is."""
    behind = await console.desk.listing.refresh()
    waiting = await console.desk.store.waiting(asked.partnership.id)
    everywhere = await console.desk.store.everywhere()
    pages = max(1, ceil(len(waiting) / PAGE))
    number = min(max(1, int(asked.query("page")) if asked.query("page").isdecimal() else 1), pages)
    keys = [one.concern.key for one in waiting]
    number = keys.index(key) // PAGE + 1 if key in keys else number
    return console.frame.page(
        asked.signed,
        "desk.html",
        partnership=asked.partnership,
        status=422 if wrong else 200,
        items=[item_of(one, asked.directory) for one in waiting[(number - 1) * PAGE : number * PAGE]],
        found=len(waiting),
        pages=pages,
        page_number=number,
        ordered=await console.orders.said(asked),
        behind=behind,
        mail_down=everywhere.mail.down_since,
        broker_away=console.broker.problem() is not None,
        parked=everywhere.parked.get(Code.BAD_SIGNATURE.value, 0),
        first=(number - 1) * PAGE + 1,
        wrong=wrong,
        wrong_key=key,
        done=asked.query("done") == "1",
        may_work=may(asked.signed.admin, asked.partnership.id, Need.WORK_DESK),
    )


async def _aside(console: Console, asked: Asked) -> Answer:
    found = await console.desk.store.aside(asked.partnership.id, most=MOST)
    names = {one.id: one.name or one.address for one in await console.admins.everybody()}
    return console.frame.page(
        asked.signed,
        "desk_aside.html",
        partnership=asked.partnership,
        items=[
            (
                item_of(OnDesk(one.concern, one.post), asked.directory),
                one,
                names.get(one.admin, "Somebody since removed"),
            )
            for one in found
        ],
        may_work=may(asked.signed.admin, asked.partnership.id, Need.WORK_DESK),
    )


async def _do(console: Console, asked: Asked) -> Answer:
    """Order it. Raises: NotHere for what is not on this partnership's desk, or cannot be done about it."""
    key, why, wanted = asked.form.one("key"), asked.form.one("why"), asked.form.one("do")
    found = next(
        (one for one in await console.desk.store.waiting(asked.partnership.id) if one.concern.key == key), None
    )
    can = next((one for one in Can if one.value == wanted), None)
    do = do_of(found, can) if found is not None and can is not None else None
    if found is None or can is None or do is None:
        raise NotHere
    if ACTS[can][1] and not why:
        return await _desk(console, asked, wrong=_SAY_WHY, key=key)
    order = await console.orders.ask(asked, do, ref=found.concern.ref, why=why)
    return go(f"/p/{asked.partnership.id}/desk?order={order}")


async def _set_aside(console: Console, asked: Asked) -> Answer:
    """Raises: NotHere for what is not on this partnership's desk."""
    key, why = asked.form.one("key"), asked.form.one("why")[:_MOST_WHY]
    waiting = await console.desk.store.waiting(asked.partnership.id)
    found = next((one for one in waiting if one.concern.key == key), None)
    if found is None:
        raise NotHere
    if not why:
        return await _desk(console, asked, wrong=_NO_WHY, key=key)
    aside = SetAside(
        concern=found.concern,
        partnership=asked.partnership.id,
        post=found.post,
        at=console.clock.now(),
        admin=asked.signed.admin.id,
        why=why,
    )
    audited = _audited(asked, "desk.set-aside", key, at=aside.at, before=item_of(found).what, why=why)
    if not await console.desk.store.set_aside(aside, audited):
        raise NotHere
    return go(f"/p/{asked.partnership.id}/desk?done=1")


async def _put_back(console: Console, asked: Asked) -> Answer:
    key = asked.form.one("key")
    audited = _audited(asked, "desk.put-back", key, at=console.clock.now())
    if not await console.desk.store.put_back(key, asked.partnership.id, audited):
        raise NotHere
    return go(f"/p/{asked.partnership.id}/desk")


def _audited(asked: Asked, what: str, key: str, *, at: Instant, before: str = "", why: str = "") -> Audited:
    return Audited(
        at=at,
        admin=asked.signed.admin.id,
        partnership=asked.partnership.id,
        what=what,
        about=key,
        before=before,
        why=why,
    )


async def on_desk(console: Console, partnership: Partnership) -> Sequence[OnDesk]:
    """The things that need somebody, for the front page: it says how many, and shows the first."""
    await console.desk.listing.refresh()
    return await console.desk.store.waiting(partnership.id)
