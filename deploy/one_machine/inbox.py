"""The local inbox, a process of its own: takes every email of one machine by SMTP and shows it on a page. Shell."""

import asyncio
import logging
import signal
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from aiosmtpd.smtp import SMTP, Envelope, Session
from jinja2 import Environment, FileSystemLoader
from litestar import Litestar, MediaType, Request, Response, get, post
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.response import Redirect

from deploy.one_machine import demo_clock
from deploy.one_machine.mailbox import Mailbox
from services.notifier.domain import previews
from shared.clock import DemoClock
from shared.settings import load
from shared.web import serve

PREFIX = "CANDOUR_INBOX_"
_HERE = Path(__file__).parent
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-src 'self'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
_MOST_BYTES = 1 << 20
REFUSED = "refused"
"""The file in the letters' folder, to try what happens to an email that somebody's mail system refuses."""


class InboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Set by the one-machine start."""

    http_port: int
    smtp_port: int
    port_file: Path
    folder: Path
    clock_file: Path
    intake_url: str


class Catcher:
    """What aiosmtpd hands each message to. refused: a file of addresses, one a line, that are refused for ever."""

    def __init__(self, mailbox: Mailbox, refused: Path) -> None:
        self._mailbox = mailbox
        self._refused = refused

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if self._refused.exists() and address.casefold() in self._refused.read_text().casefold().split():
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        for recipient in envelope.rcpt_tos:
            self._mailbox.put(envelope.original_content or b"", sender=envelope.mail_from or "", recipient=recipient)
        return "250 Kept in the local inbox"


def make_app(mailbox: Mailbox, settings: InboxSettings) -> Litestar:
    """The page: /, /mail/<number>, /preview, and /api/mail for programs."""
    pages = Environment(loader=FileSystemLoader(_HERE / "templates"), autoescape=True)
    pages.globals["local"] = lambda at: at.astimezone(ZoneInfo(demo_clock.ZONE))
    clock = DemoClock(settings.clock_file)

    def page(name: str, **shown: Any) -> Response[str]:
        body = pages.get_template(name).render(now=clock.now(), intake_url=settings.intake_url, **shown)
        return Response(body, media_type=MediaType.HTML, headers=_PAGE_HEADERS)

    @get("/", sync_to_thread=False)
    def show_all() -> Response[str]:
        return page("inbox.html", letters=mailbox.newest_first())

    @get("/mail/{number:int}", sync_to_thread=False)
    def show_one(number: int) -> Response[str]:
        letter = mailbox.find(number)
        if letter is None:
            raise NotFoundException
        return page("letter.html", letter=letter)

    @get("/api/mail", sync_to_thread=False)
    def list_all(after: int = 0) -> Response[bytes]:
        found = msgspec.json.encode(mailbox.newest_first(after=after))
        return Response(found, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})

    @get("/preview", sync_to_thread=False)
    def show_wordings() -> Response[str]:
        return page("preview.html", groups=previews.rendered_groups())

    @post("/clock/next-working-day", sync_to_thread=False)
    def move_clock(request: Request[Any, Any, Any]) -> Redirect:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise PermissionDeniedException
        demo_clock.move_on(settings.clock_file)
        return Redirect("/", status_code=303)

    return Litestar([show_all, show_one, list_all, show_wordings, move_clock], openapi_config=None)


async def run(settings: InboxSettings) -> None:
    """Take and show mail until told to stop."""
    mailbox = Mailbox(settings.folder, clock=DemoClock(settings.clock_file))
    loop = asyncio.get_running_loop()

    def conversation() -> SMTP:
        catcher = Catcher(mailbox, settings.folder / REFUSED)
        return SMTP(catcher, hostname="inbox.local", data_size_limit=_MOST_BYTES, loop=loop)

    server = await loop.create_server(conversation, "127.0.0.1", settings.smtp_port)
    serving = asyncio.ensure_future(
        serve(make_app(mailbox, settings), host="127.0.0.1", port=settings.http_port, port_file=settings.port_file)
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, serving.cancel)
    async with server:
        await asyncio.wait([serving])
    if not serving.cancelled():
        serving.result()


def main() -> int:
    """The process."""
    logging.disable(logging.CRITICAL)  # aiosmtpd's logger tells addresses
    asyncio.run(run(load(InboxSettings, prefix=PREFIX)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
