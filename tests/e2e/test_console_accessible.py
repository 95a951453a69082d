"""axe-core finds nothing on any page of the console that its own links lead to, nor on one that says what is wrong.

In a wide and a narrow window, and for colours also dark, with more contrast, and with the colours of the system. A new
page is in it as soon as something leads to it. Shell.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from console_filled import HOME, Filled, Paths, Unhappy, filled, routes_of, unhappy, walked
from console_stand import Standing
from playwright.sync_api import Page, Route
from stand import BROWSER

AXE = BROWSER / "node_modules/axe-core/axe.min.js"
ALONE = frozenset(
    {
        "/again/passkey",
        "/again/council",
        "/council",
        "/demo/{link:str}",
        "/join/{secret:str}/passkey",
        "/p/{partnership:str}/open",
        "/sign-in/passkey",
        "/sign-in/council",
        "/you/add/passkey",
    }
)
"""What answers no page of its own, or only where a council or a demonstration lets people in, or before it is open."""
COLOURS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "dark"},
    {"color_scheme": "light", "contrast": "more"},
    {"contrast": "no-preference", "forced_colors": "active"},
)
PLAIN: dict[str, Any] = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
TRIED = f"{HOME}/try?raising=oakfield-primary&receiving=ws-social-care&stage=2&status=in_need&urgent=no&days=5"


pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def standing(tmp_path: Path, console_built: Path) -> Iterator[Standing]:
    made = Standing(tmp_path, console_built, real=False)
    yield made
    made.close()


@pytest.fixture
def page(new_watched: Any) -> Page:
    made: Page = new_watched(bypass_csp=True, reduced_motion="reduce").page
    made.add_init_script(AXE.read_text("utf-8"))
    return made


def signed_in(page: Page, standing: Standing, known: Filled) -> None:
    cookie = standing.ask(standing.world.cookie(known.manager))
    page.context.add_cookies([{"name": "candour-console", "value": cookie, "url": standing.url}])


def test_every_page_is_accessible(standing: Standing, page: Page) -> None:
    known = standing.ask(filled(standing.world))
    paths = Paths(routes_of(standing.world, "GET"))
    met = standing.ask(walked(known.browser, known.starts, paths, each=1))
    signed_in(page, standing, known)
    found = {}
    for path in (*(path for alike in met.values() for path in alike), TRIED, f"{HOME}/nothing-here"):
        if not path.endswith((".csv", ".xlsx")):
            page.goto(standing.url + path)
            found[path] = faults(page, path)
    assert {path: told for path, told in found.items() if told} == {}
    assert paths.all() - set(met) - ALONE == set()


def test_every_form_that_is_sent_empty_answers_accessibly(standing: Standing, page: Page) -> None:
    """The answer is drawn as it came: what the browser's own checks would have held back is seen too."""
    known = standing.ask(filled(standing.world))
    met = standing.ask(walked(known.browser, known.starts, Paths(routes_of(standing.world, "GET")), each=1))
    answers: list[Unhappy] = standing.ask(unhappy(known.browser, met, Paths(routes_of(standing.world, "POST"))))
    signed_in(page, standing, known)
    found = {}
    for one in answers:
        page.route(standing.url + one.path, answering(one))
        page.goto(standing.url + one.path)
        found[one.path] = faults(page, f"empty-{one.path}", COLOURS[:1])
    assert {path: told for path, told in found.items() if told} == {}
    assert len(answers) > 10


def answering(one: Unhappy) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=200, content_type="text/html; charset=utf-8", body=one.html)


def faults(page: Page, name: str, colours_too: Sequence[dict[str, Any]] = COLOURS) -> list[str]:
    """What axe finds with everything unfolded. Pictures are kept where CANDOUR_PICTURES names a folder."""
    page.emulate_media(**PLAIN)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true })")
    told: list[str] = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        told += [f"{width}: {each}" for each in (*_axe(page, "{}"), *_sideways(page))]
        _kept(page, f"{name}-{width}")
    for colours in colours_too:
        page.emulate_media(**colours)
        only = "{runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}}"
        told += [f"{colours}: {each}" for each in _axe(page, only)]
        _kept(page, f"{name}-{'-'.join(colours)}")
    return told


def _axe(page: Page, options: str) -> list[str]:
    found = page.evaluate(f"async () => (await axe.run(document, {options})).violations")
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def _sideways(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{wide} px too wide"] if wide > 0 else []


def _kept(page: Page, name: str) -> None:
    if folder := os.environ.get("CANDOUR_PICTURES"):
        page.screenshot(path=f"{folder}/{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:90]}.png", full_page=True)
