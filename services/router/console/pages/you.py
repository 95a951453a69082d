"""Your own sign-in: passkeys, and where you are signed in. Shell."""

from collections.abc import Sequence
from http import HTTPStatus

from litestar import Response

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.entering import told
from services.router.console.failing import NotHere
from services.router.console.pages.joining import NOT_TAKEN, label_of
from services.router.console.passkeys import Purpose
from services.router.domain.admin.admins import Need
from services.router.domain.admin.entering import Entry, Signed, Way, has_ended

_JSON = "application/json"
_SHOWN_OF_DIGEST = 16
LAST_ONE = "That is your only passkey. Add another one first."


def routes(console: Console) -> Sequence[Route]:
    """`/you`. What makes a way in, or takes one away, asks for a fresh sign-in."""
    pages = _You(console)
    return [
        page("/you", pages.show),
        page("/you/add", pages.show_add, fresh=True),
        page("/you/add/passkey", pages.options, fresh=True),
        act("/you/add", pages.add, need=Need.SEE, fresh=True),
        act("/you/remove", pages.remove, need=Need.SEE, fresh=True),
        act("/you/end", pages.end, need=Need.SEE),
    ]


class _You:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        return await self._page(asked.signed)

    async def show_add(self, asked: Asked) -> Answer:
        _needs_passkeys(asked.signed)
        return self._console.frame.page(asked.signed, "add_passkey.html", problem="")

    async def options(self, asked: Asked) -> Answer:
        _needs_passkeys(asked.signed)
        admin = asked.signed.admin
        have = await self._console.admins.passkeys(admin.id)
        at = self._console.clock.now()
        return Response(self._console.passkeys.to_add(admin, have, purpose=_add(asked.signed), at=at), media_type=_JSON)

    async def add(self, asked: Asked) -> Answer:
        _needs_passkeys(asked.signed)
        console, signed, at = self._console, asked.signed, self._console.clock.now()
        label, text = label_of(asked.form.one("label")), asked.form.one("credential")
        added = console.passkeys.added(text, signed.admin, label=label, purpose=_add(signed), at=at)
        kept = False
        if added is not None and await console.admins.passkey(added.passkey.id) is None:
            entry = Entry(
                answered=added,
                audited=told("passkey-added", signed.admin, by=signed.admin.id, at=at, after=label),
            )
            kept = await console.admins.commit(entry)
        if not kept:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return console.frame.page(signed, "add_passkey.html", status=status, problem=NOT_TAKEN)
        return go("/you")

    async def remove(self, asked: Asked) -> Answer:
        console, signed, at = self._console, asked.signed, self._console.clock.now()
        have = await console.admins.passkeys(signed.admin.id)
        gone = next((one for one in have if one.id == asked.form.one("passkey")), None)
        if gone is None:
            raise NotHere
        if len(have) == 1 and signed.session.way is Way.PASSKEY:
            return await self._page(signed, problem=LAST_ONE)
        audited = told("passkey-removed", signed.admin, by=signed.admin.id, at=at, after=gone.label)
        await console.admins.commit(Entry(passkey_gone=gone.id, audited=audited))
        return go("/you")

    async def end(self, asked: Asked) -> Answer:
        """One session by its first digits, or every other one."""
        console, signed, at = self._console, asked.signed, self._console.clock.now()
        others = [one for one in await console.admins.sessions(signed.admin.id) if one.secret != signed.session.secret]
        wanted = asked.form.one("session")
        gone = tuple(one.secret for one in others if not wanted or one.secret[:_SHOWN_OF_DIGEST] == wanted)
        if gone:
            audited = told("sessions-ended", signed.admin, by=signed.admin.id, at=at, after=str(len(gone)))
            await console.admins.commit(Entry(sessions_gone=gone, audited=audited))
        return go("/you")

    async def _page(self, signed: Signed, *, problem: str = "") -> Answer:
        console, at = self._console, self._console.clock.now()
        sessions = await console.admins.sessions(signed.admin.id)
        open_ones = [one for one in sessions if not has_ended(one, at=at, limits=console.settings.limits)]
        return console.frame.page(
            signed,
            "you.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            problem=problem,
            passkeys=await console.admins.passkeys(signed.admin.id),
            by_passkey=signed.session.way is Way.PASSKEY,
            here=[one for one in open_ones if one.secret == signed.session.secret],
            others=[(one, one.secret[:_SHOWN_OF_DIGEST]) for one in open_ones if one.secret != signed.session.secret],
            limits=console.settings.limits,
        )


def _needs_passkeys(signed: Signed) -> None:
    """A demonstration admin is signed in by a link alone: a passkey would outlive it."""
    if signed.admin.demonstration:
        raise NotHere


def _add(signed: Signed) -> Purpose:
    return Purpose("add", signed.session.secret)
