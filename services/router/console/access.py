"""The one way in to every page: who is signed in, what they may, and that a change comes from a page of ours. Shell."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from services.router.console.asked import SMALL, Asked, Form, form_of
from services.router.console.audit_now import Audit
from services.router.console.failing import Ending, NotHere, OutOfDate, SignInFirst
from services.router.console.frame import Frame
from services.router.console.ports import Admins, DirectoryNow
from services.router.console.settings import ConsoleSettings
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.auditing import Audited
from services.router.domain.admin.entering import Signed, has_ended, is_fresh
from services.router.domain.directory import Directory
from services.router.domain.partnership import Partnership
from shared.clock import Clock
from shared.failures import Transient
from shared.log import Event, record
from shared.references import parse_reference
from shared.terms import Digest, PartnershipId

Answer = Response[Any]
Draw = Callable[[Asked], Awaitable[Answer]]

_SEEN_EVERY_SECONDS = 60
_SECRET = {"samesite": "strict", "httponly": True, "path": "/"}


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """An address, what answers it, and what it asks of whoever is signed in.

    open: nobody need be signed in. fresh: the last sign-in must be a moment ago. A path with `{partnership:str}` is
    answered for that partnership alone, after `may`. looked: the audit's code for having seen it; "" where it is none.
    """

    method: str
    path: str
    draw: Draw
    need: Need = Need.SEE
    open: bool = False
    fresh: bool = False
    most_bytes: int = SMALL
    looked: str = ""


def page(path: str, draw: Draw, *, need: Need = Need.SEE, fresh: bool = False, looked: str = "") -> Route:
    """An address that shows something and changes nothing but, where a look is told of, the audit."""
    return Route(method="GET", path=path, draw=draw, need=need, fresh=fresh, looked=looked)


def act(path: str, draw: Draw, *, need: Need, fresh: bool = False, most_bytes: int = SMALL) -> Route:
    """An address that changes something: posted from a form of ours, with the session's token in the field `csrf`."""
    return Route(method="POST", path=path, draw=draw, need=need, fresh=fresh, most_bytes=most_bytes)


def open_page(path: str, draw: Draw) -> Route:
    return Route(method="GET", path=path, draw=draw, open=True)


def open_act(path: str, draw: Draw) -> Route:
    """What is posted by somebody who is not signed in yet. It must come from our own pages all the same."""
    return Route(method="POST", path=path, draw=draw, open=True)


def go(to: str) -> Redirect:
    """On to another page after a change, so that loading it again changes nothing."""
    return Redirect(to, status_code=303)


def digest_of(secret: str) -> Digest:
    """What is stored of a secret that a browser or a link holds."""
    return Digest(hashlib.sha256(secret.encode()).hexdigest())


def local_path(text: str) -> str:
    """A path of ours to go on to; the first page for anything else."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() else "/"


def is_all_made_up(directory: Directory) -> bool:
    """Whether there are contacts, and nobody among them is real."""
    return bool(directory.partnerships) and all(one.demonstration for one in directory.partnerships.values())


class Gate:
    """Stands before every page."""

    def __init__(
        self,
        settings: ConsoleSettings,
        *,
        admins: Admins,
        directories: DirectoryNow,
        frame: Frame,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._admins = admins
        self._audit = audit
        self._directories = directories
        self._frame = frame
        self._clock = clock
        self.cookie = "__Host-candour-console" if settings.behind_tls else "candour-console"

    async def answer(self, route: Route, request: Request[Any, Any, Any]) -> Answer:
        """What `route` answers, once everything that it asks for holds."""
        signed = None
        try:
            signed = await self._signed(request)
            asked = await self._asked(route, request, signed)
            answer = await route.draw(asked)
            if route.looked and answer.status_code in (None, HTTPStatus.OK):
                await self._keep_look(route.looked, asked)
            return answer
        except SignInFirst as first:
            then = quote(local_path(first.then), safe="/")
            return go(f"/again?then={then}" if first.again else f"/sign-in?then={then}")
        except Exception as failure:  # noqa: BLE001 - a bug is answered too, and logged without what was sent
            return self._frame.problem(signed, _status(failure))

    async def _keep_look(self, looked: str, asked: Asked) -> None:
        """One row a look, kept before the page leaves: what cannot be kept is not shown. Raises: Transient."""
        named = "/".join(str(value) for name, value in asked.request.path_params.items() if name != "partnership")
        about, at = parse_reference(named) or named or asked.partnership.id, self._clock.now()
        by, here = asked.signed.admin.id, asked.partnership.id
        await self._audit.add(Audited(at=at, admin=by, partnership=here, what=looked, about=about))

    def failed(self, failure: Exception) -> Answer:
        """What is answered where there is no route at all."""
        return self._frame.problem(None, _status(failure))

    def keep(self, response: Answer, secret: str) -> Answer:
        """The answer, with the session's cookie."""
        response.set_cookie(Cookie(key=self.cookie, value=secret, secure=self._settings.behind_tls, **_SECRET))  # type: ignore[arg-type]  # one mapping of several kinds
        return response

    def drop(self, response: Answer) -> Answer:
        """The answer, that ends the session's cookie."""
        gone = Cookie(key=self.cookie, value="", max_age=0, secure=self._settings.behind_tls, **_SECRET)  # type: ignore[arg-type]  # one mapping of several kinds
        response.set_cookie(gone)
        return response

    async def _asked(self, route: Route, request: Request[Any, Any, Any], signed: Signed | None) -> Asked:
        directory, form = await self._directories.now(), Form({}, {})
        if signed is None and not route.open:
            raise SignInFirst(request.url.path if route.method == "GET" else "/")
        if signed is not None and signed.admin.demonstration and not self._on_trial(directory):
            raise NotHere
        partnership = self._partnership(route, request, signed, directory)
        if route.method != "GET":
            form = await self._sent(route, request, signed)
        if route.fresh and not (signed and self._is_fresh(signed)):
            raise SignInFirst(form.one("from") or request.url.path, again=True)
        return Asked(request, signed=signed, partnership=partnership, directory=directory, form=form)

    async def _sent(self, route: Route, request: Request[Any, Any, Any], signed: Signed | None) -> Form:
        """The form, which must come from a page of ours, and of this session. Raises: OutOfDate and form_of's."""
        if request.headers.get("origin") != self._settings.origin:
            raise OutOfDate
        form = await form_of(request, most_bytes=route.most_bytes)
        if not route.open and not hmac.compare_digest(form.one("csrf").encode(), _token(signed)):
            raise OutOfDate
        return form

    def prove_again(self, signed: Signed, *, then: str) -> None:
        """What turns out to be sensitive once it is read. Raises: SignInFirst where the sign-in is not fresh."""
        if not self._is_fresh(signed):
            raise SignInFirst(then, again=True)

    def _is_fresh(self, signed: Signed) -> bool:
        return is_fresh(signed.session, at=self._clock.now(), limits=self._settings.limits)

    def _on_trial(self, directory: Directory) -> bool:
        """Whether a demonstration's admin may be here at all."""
        return self._settings.demo_link_file is not None and is_all_made_up(directory)

    def _partnership(
        self, route: Route, request: Request[Any, Any, Any], signed: Signed | None, directory: Directory
    ) -> Partnership | None:
        """The partnership of the address. Raises: NotHere, the same for one that is not there and one of others."""
        if "partnership" not in request.path_params:
            return None
        wanted = PartnershipId(str(request.path_params["partnership"]))
        found = directory.partnerships.get(wanted)
        if found is None or signed is None or not may(signed.admin, wanted, route.need):
            raise NotHere
        return found

    async def _signed(self, request: Request[Any, Any, Any]) -> Signed | None:
        """Who this browser is signed in as. That it was seen is kept once a minute."""
        secret = request.cookies.get(self.cookie)
        signed = await self._admins.signed(digest_of(secret)) if secret else None
        now = self._clock.now()
        if signed is None or has_ended(signed.session, at=now, limits=self._settings.limits):
            return None
        if (now - signed.session.seen_at).total_seconds() < _SEEN_EVERY_SECONDS:
            return signed
        session = msgspec.structs.replace(signed.session, seen_at=now)
        await self._admins.touch(session)
        return msgspec.structs.replace(signed, session=session)


def _token(signed: Signed | None) -> bytes:
    return signed.session.csrf.encode() if signed is not None else b""


def _status(failure: Exception) -> int:
    if isinstance(failure, Ending):
        return failure.status
    if isinstance(failure, Transient):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if isinstance(failure, HTTPException) and failure.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return failure.status_code
    record(Event.REQUEST_FAILED, failure=failure)
    return HTTPStatus.INTERNAL_SERVER_ERROR
