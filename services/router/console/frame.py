"""The frame of every page of the console: templates in, whole HTML documents out. Shell."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PackageLoader, PrefixLoader
from litestar import Response

from services.router.console.failing import NotHere
from services.router.console.static_files import Asset
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.entering import Signed
from services.router.domain.partnership import Partnership
from shared.clock import Clock, SystemClock
from shared.compiled import Compiled

TEMPLATES = Path(__file__).parent / "templates"
_HTML = "text/html"
_NEAR: Mapping[int, str] = {-1: "yesterday", 0: "today", 1: "tomorrow"}

PROBLEMS: Mapping[int, tuple[str, tuple[str, ...]]] = {
    400: ("We could not read that", ("Go back, look at what you filled in, and send it again.",)),
    403: (
        "This page was open too long",
        ("Nothing was changed. Go back, load the page again, and send it again.",),
    ),
    404: (
        "Page not found",
        ("There is no such page, or it belongs to a partnership that you do not look after.",),
    ),
    413: ("That is too much at once", ("Nothing was changed. Send less at a time.",)),
    500: ("Something is wrong on our side", ("Nothing was changed, as far as we know. Look before you try again.",)),
    503: ("The store does not answer", ("Nothing was changed. Try again in a minute.",)),
}


class Section(NamedTuple):
    """A part of the console in the navigation of a partnership. path: after `/p/<partnership>/`, "" its front page."""

    path: str
    label: str
    need: Need = Need.SEE


SECTIONS: tuple[Section, ...] = (
    Section("", "Front page"),
    Section("desk", "Desk"),
    Section("escalations", "Escalations"),
    Section("directory", "Directory"),
    Section("gaps", "Gaps"),
    Section("try", "Try a route"),
    Section("learning", "Learning", Need.REPORTS),
    Section("audit", "Audit", Need.AUDIT),
    Section("settings", "Settings"),
    Section("admins", "Admins"),
)
"""What there is, in the order of the navigation. A subject adds its own line when its page is there."""


class Frame:
    """Draws pages. zone: in which times are written where no partnership is."""

    def __init__(self, assets: Mapping[str, Asset], *, zone: str = "Europe/London", clock: Clock | None = None) -> None:
        self._zone = ZoneInfo(zone)
        self._clock = clock or SystemClock()
        self._templates = Environment(
            loader=ChoiceLoader(
                [
                    FileSystemLoader(TEMPLATES),
                    PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
                ]
            ),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=Compiled("console"),
        )
        self._templates.filters.update(moment=self._moment, brief=self._brief, capitalized=_capitalized)
        self._templates.globals.update(assets=assets)

    def page(
        self,
        signed: Signed | None,
        template: str,
        *,
        partnership: Partnership | None = None,
        status: int = HTTPStatus.OK,
        **values: object,
    ) -> Response[str]:
        """A whole page. A template has `signed`, `csrf`, `p` (the partnership or None), `sections`, and `values`."""
        html = self._templates.get_template(template).render(
            signed=signed,
            csrf=signed.session.csrf if signed is not None else "",
            p=partnership,
            sections=_sections(signed, partnership),
            demonstration=_is_made_up(signed, partnership),
            **values,
        )
        return Response(html, status_code=int(status), media_type=_HTML)

    def problem(self, signed: Signed | None, status: int) -> Response[str]:
        """A fixed text for an HTTP status; what was asked is never quoted."""
        title, paragraphs = PROBLEMS.get(status, PROBLEMS[500])
        return self.page(signed, "problem.html", status=status, title=title, paragraphs=paragraphs)

    def _moment(self, at: datetime) -> str:
        """ "Monday 23 November 2026, 09:30", in the zone of the place."""
        local = at.astimezone(self._zone)
        return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"

    def _brief(self, at: datetime) -> str:
        """ "today at 09:30", "Friday 27 November at 17:00": for a list, where many stand below one another."""
        local, now = at.astimezone(self._zone), self._clock.now().astimezone(self._zone)
        days = (local.date() - now.date()).days
        if days in _NEAR:
            return f"{_NEAR[days]} at {local:%H:%M}"
        year = "" if local.year == now.year else f" {local.year}"
        return f"{local:%A} {local.day} {local:%B}{year} at {local:%H:%M}"


def refuse() -> NotHere:
    """What is raised where something is not there, or is another partnership's."""
    return NotHere()


def _capitalized(text: str) -> str:
    """With a capital first, the rest as it is."""
    return text[:1].upper() + text[1:]


def _sections(signed: Signed | None, partnership: Partnership | None) -> list[Section]:
    if signed is None or partnership is None:
        return []
    return [one for one in SECTIONS if may(signed.admin, partnership.id, one.need)]


def _is_made_up(signed: Signed | None, partnership: Partnership | None) -> bool:
    if partnership is not None:
        return partnership.demonstration
    return signed is not None and signed.admin.demonstration
