"""Who looks after a partnership, and a new link for somebody whose passkeys are gone. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.entering import new_link, told
from services.router.console.failing import NotHere
from services.router.domain.admin.admins import Admin, AdminId, Need, may, may_reset
from services.router.domain.admin.entering import LINK_HOURS, Entry


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/admins`."""
    pages = _Admins(console)
    return [
        page("/p/{partnership:str}/admins", pages.show),
        page("/p/{partnership:str}/admins/{admin:str}/reset", pages.ask, need=Need.SETTINGS, fresh=True),
        act("/p/{partnership:str}/admins/{admin:str}/reset", pages.reset, need=Need.SETTINGS, fresh=True),
    ]


class _Admins:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        admins, here = self._console.admins, asked.partnership
        known = [one for one in await admins.everybody() if may(one, here.id, Need.SEE)]
        listed = [(one, one.roles[here.id], len(await admins.passkeys(one.id))) for one in known]
        me = asked.signed.admin
        resettable = {one.id for one in known if may(me, here.id, Need.SETTINGS) and may_reset(me, one)}
        return self._console.frame.page(
            asked.signed, "admins.html", partnership=here, listed=listed, resettable=resettable
        )

    async def ask(self, asked: Asked) -> Answer:
        other = await self._other(asked)
        return self._console.frame.page(
            asked.signed, "reset.html", partnership=asked.partnership, other=other, link="", hours=LINK_HOURS
        )

    async def reset(self, asked: Asked) -> Answer:
        """Every passkey and session of the other ends, and whom the council knows them as is forgotten; the link is
        shown once, to be handed over in person.
        """
        other, at = await self._other(asked), self._console.clock.now()
        by, new = asked.signed.admin.id, new_link(other.id, at=at)
        forgotten = msgspec.structs.replace(other, council="", reset_by=by, reset_at=at)
        audited = told("admin-reset", other, by=by, at=at)
        await self._console.admins.commit(Entry(ends=other.id, admin=forgotten, link=new.link, audited=audited))
        link = f"{self._console.settings.origin}/join/{new.secret}"
        return self._console.frame.page(
            asked.signed, "reset.html", partnership=asked.partnership, other=other, link=link, hours=LINK_HOURS
        )

    async def _other(self, asked: Asked) -> Admin:
        other = await self._console.admins.admin(AdminId(asked.named("admin")))
        if other is None or not may(other, asked.partnership.id, Need.SEE) or not may_reset(asked.signed.admin, other):
            raise NotHere
        return other
