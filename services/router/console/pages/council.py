"""Signing in at the council, and coming back from there. Shell."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote, unquote

from litestar.datastructures import Cookie

from services.router.console.access import Answer, Route, go, local_path, open_page, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.council import CALLBACK, Council, Known, NotKnown, Trip
from services.router.console.entering import new_session, random_text, told
from services.router.domain.admin.entering import Entry, Vouched, Way

_LASTS_SECONDS = 600
_AGAIN, _FIRST = "again", "first"


def routes(console: Console) -> Sequence[Route]:
    """`/sign-in/council`, `/again/council` and where the provider sends back to; none of them without a provider."""
    if console.settings.council_issuer is None:
        return []
    pages = _AtTheCouncil(console, Council(console.settings))
    return [
        open_page("/sign-in/council", pages.leave),
        page("/again/council", pages.leave_again),
        open_page(CALLBACK, pages.come_back),
    ]


class _AtTheCouncil:
    def __init__(self, console: Console, council: Council) -> None:
        self._console = console
        self._council = council
        self._cookie = f"{console.gate.cookie}-way"

    async def leave(self, asked: Asked) -> Answer:
        return await self._leave(asked, _FIRST)

    async def leave_again(self, asked: Asked) -> Answer:
        return await self._leave(asked, _AGAIN)

    async def _leave(self, asked: Asked, kind: str) -> Answer:
        trip, then = Trip(random_text()), local_path(asked.query("then"))
        try:
            answer = go(await self._council.address(trip, again=kind == _AGAIN))
        except NotKnown:
            return self._refused(HTTPStatus.SERVICE_UNAVAILABLE)
        answer.set_cookie(self._kept(".".join((kind, trip.secret, quote(then, safe=""))), seconds=_LASTS_SECONDS))
        return answer

    async def come_back(self, asked: Asked) -> Answer:
        """The browser was sent here from elsewhere, so its session's cookie does not come with it; the trip's does."""
        kind, _, rest = asked.request.cookies.get(self._cookie, "").partition(".")
        secret, _, then = rest.partition(".")
        try:
            if not secret:
                raise NotKnown
            state, code = asked.query("state"), asked.query("code")
            known = await self._council.known(Trip(secret), state=state, code=code, again=kind == _AGAIN)
        except NotKnown:
            return self._refused(HTTPStatus.FORBIDDEN)
        vouched = await self._vouched(known)
        answer = await self._begin(vouched, local_path(unquote(then)), fresh=known.fresh) if vouched else None
        if answer is None:
            return self._refused(HTTPStatus.FORBIDDEN, known=True)
        answer.set_cookie(self._kept("", seconds=0))
        return answer

    async def _begin(self, vouched: Vouched, then: str, *, fresh: bool) -> Answer | None:
        """A session of its own each time: the one before, if any, is proved by nothing that came here.

        None, and nothing done, where the admin was removed or reset meanwhile.
        """
        console, admin, at = self._console, vouched.admin, self._console.clock.now()
        new = new_session(admin.id, Way.COUNCIL, at=at, fresh=fresh)
        audited = told("signed-in", admin, by=admin.id, at=at, after=Way.COUNCIL)
        if not await console.admins.commit(Entry(vouched=vouched, session=new.session, audited=audited)):
            return None
        return console.gate.keep(console.frame.page(None, "onward.html", then=then), new.secret)

    async def _vouched(self, known: Known) -> Vouched | None:
        """By the subject once it is known; the first time by an address that the provider vouches for."""
        found = await self._console.admins.of_council(known.subject)
        if found is not None:
            return None if found.demonstration else Vouched(admin=found)
        invited = await self._console.admins.at_address(known.address) if known.address else None
        if invited is None or invited.council or invited.demonstration:
            return None
        return Vouched(admin=invited, subject=known.subject)

    def _refused(self, status: HTTPStatus, *, known: bool = False) -> Answer:
        name = self._console.settings.council_name
        return self._console.frame.page(None, "council_refused.html", status=status, known=known, council=name)

    def _kept(self, value: str, *, seconds: int) -> Cookie:
        """Lax, for it must come back with the provider's own sending back."""
        return Cookie(
            key=self._cookie,
            value=value,
            max_age=seconds,
            path="/",
            secure=self._console.settings.behind_tls,
            httponly=True,
            samesite="lax",
        )
