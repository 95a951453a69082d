"""The addresses of the pages. Shell."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from services.intake.domain.public_book import Book, BookStand
from services.intake.web.pages import Pages
from services.intake.web.problems import Problem
from shared.clock import Clock, local_day
from shared.forms import FormDefinition
from shared.public_book import PublicPartnership
from shared.references import parse_reference
from shared.terms import PartnershipId

_HTML = "text/html"
_FORM = "monitoring-form"
_MOST_REFERENCE = 40


class Site:
    """What the addresses show, from the book that stands."""

    def __init__(self, *, stand: BookStand, pages: Pages, clock: Clock) -> None:
        self._stand = stand
        self.pages = pages
        self._clock = clock

    def of_book(self, draw: Callable[[Book], str]) -> Response[str]:
        """A page about the whole book."""
        return _html(draw(self._book()))

    def landing(self, decided: str, works: str) -> Response[str]:
        return _html(self.pages.landing(self._book().book, decided=decided, works=works))

    def partnership(self, partnership: str) -> Response[str]:
        found = self._partnership(partnership)
        return _html(self.pages.partnership(found, local_day(self._clock.now(), found.zone)))

    def form(self, partnership: str) -> Response[str]:
        return _html(self.pages.form(self._partnership(partnership), self._definition()))

    def printable(self, partnership: str) -> Response[str]:
        return _html(self.pages.printable_form(self._partnership(partnership), self._definition()))

    def privacy(self, partnership: str) -> Response[str]:
        return _html(self.pages.privacy(self._book().book, self._partnership(partnership)))

    def diversion(self, partnership: str, code: str) -> Response[str]:
        page = self.pages.diversion(self._partnership(partnership), code)
        if page is None:
            raise not_found()
        return _html(page)

    def follow(self, text: str) -> Response[str]:
        """The shell of an escalation's page: alike for every reference, whether it exists or not."""
        reference = parse_reference(text[:_MOST_REFERENCE])
        if reference is None:
            raise not_found()
        prefix = reference.split("-", 1)[0]
        found = next((each for each in self._book().partnerships.values() if each.prefix == prefix), None)
        if found is None:
            raise not_found()
        return _html(self.pages.follow(found, reference, self._book().forms))

    def posts(self, partnership: str) -> Response[str]:
        return _html(self.pages.posts(self._partnership(partnership)))

    def known(self, partnership: str) -> PartnershipId:
        """The id of a partnership of the book: only such a one goes into an address that we send."""
        return self._partnership(partnership).id

    def problem(self, status: int) -> Response[str]:
        return _html(self.pages.problem(status), status)

    def _book(self) -> Book:
        if self._stand.book is None:
            raise Problem("starting", HTTPStatus.SERVICE_UNAVAILABLE, "We are starting", after_seconds=10)
        return self._stand.book

    def _partnership(self, partnership: str) -> PublicPartnership:
        found = self._book().partnership(PartnershipId(partnership))
        if found is None:
            raise not_found()
        return found

    def _definition(self) -> FormDefinition:
        definition = self._book().newest(_FORM)
        if definition is None:
            raise not_found()
        return definition


def page_routes(site: Site) -> list[HTTPRouteHandler]:
    """Every page's address. A page only reads, so none of them is ever posted to."""
    return [*_general_routes(site), *_partnership_routes(site), *_follow_routes(site)]


def _general_routes(site: Site) -> list[HTTPRouteHandler]:
    @_page("/")
    def landing(decided: FromQuery[str] = "", works: FromQuery[str] = "") -> Response[str]:
        return site.landing(decided, works)

    @_page("/privacy")
    def privacy() -> Response[str]:
        return site.of_book(lambda book: site.pages.privacy(book.book))

    @_page("/accessibility")
    def accessibility() -> Response[str]:
        return site.of_book(lambda book: site.pages.accessibility(book.book))

    @_page("/challenging-well")
    def challenging_well() -> Response[str]:
        return site.of_book(lambda book: site.pages.challenging_well(book.book))

    @_page("/pages")
    def index() -> Response[str]:
        return site.of_book(lambda book: site.pages.index(book.book))

    @_page("/post")
    def where_posts() -> Response[str]:
        return site.of_book(lambda book: site.pages.where_posts(book.book))

    @_page("/leaving")
    def leaving() -> Response[str]:
        return _html(site.pages.leaving())

    return [landing, privacy, accessibility, challenging_well, index, where_posts, leaving]


def _partnership_routes(site: Site) -> list[HTTPRouteHandler]:
    @_page("/p/{partnership:str}")
    def partnership_page(partnership: FromPath[str]) -> Response[str]:
        return site.partnership(partnership)

    @_page("/p/{partnership:str}/form")
    def form_page(partnership: FromPath[str]) -> Response[str]:
        return site.form(partnership)

    @_page("/p/{partnership:str}/print")
    def print_page(partnership: FromPath[str]) -> Response[str]:
        return site.printable(partnership)

    @_page("/p/{partnership:str}/privacy")
    def partnership_privacy(partnership: FromPath[str]) -> Response[str]:
        return site.privacy(partnership)

    @_page("/p/{partnership:str}/post")
    def posts(partnership: FromPath[str]) -> Response[str]:
        return site.posts(partnership)

    @_page("/p/{partnership:str}/instead/{code:str}")
    def diversion(partnership: FromPath[str], code: FromPath[str]) -> Response[str]:
        return site.diversion(partnership, code)

    @_page("/{partnership:str}")
    def short(partnership: FromPath[str]) -> Redirect:
        return Redirect(f"/p/{site.known(partnership)}")

    @_page("/{partnership:str}/raise")
    def short_form(partnership: FromPath[str]) -> Redirect:
        return Redirect(f"/p/{site.known(partnership)}/form")

    return [partnership_page, form_page, print_page, partnership_privacy, posts, diversion, short, short_form]


def _follow_routes(site: Site) -> list[HTTPRouteHandler]:
    @_page("/e/{reference:str}")
    def follow(reference: FromPath[str]) -> Response[str]:
        return site.follow(reference)

    @_page("/e")
    def find(reference: FromQuery[str] = "") -> Redirect:
        found = parse_reference(reference[:_MOST_REFERENCE])
        if found is None:
            raise not_found()
        return Redirect(f"/e/{found}")

    return [follow, find]


def not_found() -> Problem:
    """What is said of an address that is none."""
    return Problem("not-found", HTTPStatus.NOT_FOUND, "Not found")


def _page(path: str) -> Callable[[Callable[..., Any]], HTTPRouteHandler]:
    return get(path, sync_to_thread=False, include_in_schema=False)


def _html(page: str, status: int = HTTPStatus.OK) -> Response[str]:
    return Response(page, status_code=int(status), media_type=_HTML)
