"""Signing in with a passkey, proving it anew, and signing out. Shell."""

from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from litestar import Response

from services.router.console.access import Answer, Route, act, go, local_path, open_act, open_page, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.entering import new_session, told
from services.router.console.passkeys import Purpose, id_in
from services.router.domain.admin.admins import Need
from services.router.domain.admin.entering import Answered, Entry, Signed, Way
from shared.terms import Digest

_SIGN_IN = Purpose("sign-in")
_JSON = "application/json"
NOT_TAKEN = "That passkey was not taken. It may belong to another sign-in, or have waited too long. Try again."


def routes(console: Console) -> Sequence[Route]:
    """`/sign-in`, `/again` and `/sign-out`."""
    pages = _SigningIn(console)
    return [
        open_page("/sign-in", pages.show),
        open_page("/sign-in/passkey", pages.options),
        open_act("/sign-in", pages.sign_in),
        page("/again", pages.show_again),
        page("/again/passkey", pages.options_again),
        act("/again", pages.prove_again, need=Need.SEE),
        act("/sign-out", pages.sign_out, need=Need.SEE),
    ]


class _SigningIn:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        return self._form(local_path(asked.query("then")))

    async def options(self, _: Asked) -> Answer:
        at = self._console.clock.now()
        return Response(self._console.passkeys.to_sign_in(purpose=_SIGN_IN, at=at), media_type=_JSON)

    async def sign_in(self, asked: Asked) -> Answer:
        console, at = self._console, self._console.clock.now()
        then, text = local_path(asked.form.one("then")), asked.form.one("credential")
        passkey = await console.admins.passkey(id_in(text))
        admin = await console.admins.admin(passkey.admin) if passkey is not None else None
        proved = console.passkeys.proved(text, passkey, purpose=_SIGN_IN, at=at) if passkey is not None else None
        if admin is None or proved is None:
            return self._form(then, problem=NOT_TAKEN)
        new = new_session(admin.id, Way.PASSKEY, at=at)
        entry = Entry(
            answered=proved,
            session=new.session,
            sessions_gone=_before(asked.anybody),
            audited=told("signed-in", admin, by=admin.id, at=at, after=Way.PASSKEY),
        )
        if not await console.admins.commit(entry):
            return self._form(then, problem=NOT_TAKEN)
        return console.gate.keep(go(then), new.secret)

    async def show_again(self, asked: Asked) -> Answer:
        return self._again(asked.signed, local_path(asked.query("then")))

    async def options_again(self, asked: Asked) -> Answer:
        have = await self._console.admins.passkeys(asked.signed.admin.id)
        options = self._console.passkeys.to_sign_in(have, purpose=_again(asked.signed), at=self._console.clock.now())
        return Response(options, media_type=_JSON)

    async def prove_again(self, asked: Asked) -> Answer:
        """A demonstration has nothing to prove; with the council's own sign-in it is proved there."""
        console, signed, at = self._console, asked.signed, self._console.clock.now()
        then = local_path(asked.form.one("then"))
        session = msgspec.structs.replace(signed.session, proved_at=at, seen_at=at)
        audited = told("signed-in-again", signed.admin, by=signed.admin.id, at=at)
        entry = Entry(session=session, renews=session.secret, audited=audited)
        if signed.session.way is not Way.DEMONSTRATION:
            proved = await self._proved_again(asked.form.one("credential"), signed)
            if proved is None:
                return self._again(signed, then, problem=NOT_TAKEN)
            entry = msgspec.structs.replace(entry, answered=proved)
        if not await console.admins.commit(entry):
            return self._again(signed, then, problem=NOT_TAKEN)
        return go(then)

    async def sign_out(self, asked: Asked) -> Answer:
        admin, at = asked.signed.admin, self._console.clock.now()
        gone = Entry(sessions_gone=_before(asked.signed), audited=told("signed-out", admin, by=admin.id, at=at))
        await self._console.admins.commit(gone)
        return self._console.gate.drop(go("/sign-in"))

    async def _proved_again(self, text: str, signed: Signed) -> Answered | None:
        passkey = await self._console.admins.passkey(id_in(text))
        if passkey is None or passkey.admin != signed.admin.id:
            return None
        return self._console.passkeys.proved(text, passkey, purpose=_again(signed), at=self._console.clock.now())

    def _form(self, then: str, *, problem: str = "") -> Answer:
        settings = self._console.settings
        return self._console.frame.page(
            None,
            "sign_in.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            then=then,
            then_quoted=quote(then, safe=""),
            problem=problem,
            council=settings.council_name if settings.council_issuer else "",
            on_trial=settings.demo_link_file is not None,
        )

    def _again(self, signed: Signed, then: str, *, problem: str = "") -> Answer:
        return self._console.frame.page(
            signed,
            "again.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            then=then,
            then_quoted=quote(then, safe=""),
            way=signed.session.way,
            council=self._console.settings.council_name,
            problem=problem,
        )


def _again(signed: Signed) -> Purpose:
    return Purpose("again", signed.session.secret)


def _before(signed: Signed | None) -> tuple[Digest, ...]:
    """The session that this browser had until now."""
    return (signed.session.secret,) if signed is not None else ()
