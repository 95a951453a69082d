"""A console with everything in it that its pages can show, and a walk along its own links. Shell."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

import msgspec
from sqlalchemy import insert

from services.router.adapters.tables import ESCALATIONS, HISTORY
from services.router.console.access import Route
from services.router.console.site import PAGES
from services.router.domain.admin.admins import Admin, Role
from services.router.domain.changes import Happened, What
from services.router.domain.escalation import Escalation
from shared.messages import NoticeKind, NoticeState
from shared.terms import EscalationRef, SubmissionId
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, ORIGIN, Browsing, ConsoleWorld
from tests.unit.test_learning import closed, stage

HOME = f"/p/{HERE}"
POST = f"{HOME}/directory/post/sussex-police.officer"
_LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_FORM = re.compile(r'<form\s[^>]*method="post".*?</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_TYPED = re.compile(r'<(?:input|textarea|select)\s(?![^>]*type="(?:hidden|file)")[^>]*name="([^"]+)"')
_LEAVES = frozenset({"/sign-out", "/you/end", "/sign-in", "/again"})
"""Where a session ends or begins."""
_ELSEWHERE = "/p/east-sussex"
_SHEET = "agency,post,title,role,name,address\n" + "".join(
    f"sussex-police,sussex-police.{one},Officer {one},duty_{one},Ash Tried,ash.{one}@sussex-police.example\n"
    for one in range(4)
)
replace = msgspec.structs.replace


class Filled(NamedTuple):
    """Whoever signed in, and from where every page is reached: what only an email or an address bar leads to, too."""

    manager: Admin
    browser: Browsing
    starts: tuple[str, ...]


async def filled(world: ConsoleWorld) -> Filled:
    """Escalations of every kind, a desk, a history of the directory, a proposal, a year and a half to learn from."""
    await _learned(world)
    refs = await _escalations(world)
    await _read(world, refs[0])
    manager = await world.admin("Ash Manager", west_sussex=Role.MANAGER, east_sussex=Role.MANAGER)
    other = await world.admin("Wren Newcomer", west_sussex=Role.VIEWER)
    browser = await world.signed_in(manager)
    preview = await _directory(world, browser)
    await _learning(browser)
    await _desk(browser)
    invited = await world.invited(other)
    shown = (f"{HOME}/escalations/{refs[0]}", f"{HOME}/escalations/{refs[-1]}/process", preview)
    return Filled(manager, browser, (*shown, HOME, "/", "/you", "/sign-in", "/again?then=/you/add", invited))


async def _escalations(world: ConsoleWorld) -> list[EscalationRef]:
    """Two past their date, then one of each that the desk shows; the last has a scrutineer."""
    router = router_of(world)
    refs = [await raised(router) for _ in range(2)]
    world.clock.advance(timedelta(days=9))
    await router.sweep()
    refs.append(await raised(router))
    refs.append(await raised(router, immediate_harm="yes", harm_consulted="nobody_reached"))
    refs.append(await router.take(router.submission()))
    refs.append(await router.take(router.submission()))
    await router.report(router.notices(NoticeKind.ACT)[-1], NoticeState.REFUSED)
    await router.report(router.notices(NoticeKind.RAISED)[0], NoticeState.AMBIGUOUS)
    refs.append(await raised(router, stage="5"))
    await router.later(minutes=40)
    return refs


async def _read(world: ConsoleWorld, ref: EscalationRef) -> None:
    read = Happened(
        ref=ref, at=world.clock.now(), what=What.READ, who="contact", note="c0de 0123456789abcdef", name="Taylor"
    )
    row = {"ref": ref, "at": read.at, "body": msgspec.json.encode(read)}
    await world.database.write(lambda connection: connection.execute(insert(HISTORY), row))


async def _learned(world: ConsoleWorld) -> None:
    """Some a month, for a year and a half; most of them closed."""
    now = world.clock.now()
    rows = []
    for number in range(90):
        at = now - timedelta(days=20 + number * 6)
        rows.append(_row(number, at=at, area=("referral_threshold", "timeliness", "level_of_need")[number % 3]))
    await world.database.write(lambda connection: connection.execute(insert(ESCALATIONS), rows))


def _row(number: int, *, at: datetime, area: str) -> dict[str, object]:
    ref = EscalationRef(f"WS-L{number:02}-AAA-AAA")
    plain: Escalation = stage(ref, submission=SubmissionId(f"{number:032}"), accepted_at=at, opened_at=at, version=1)
    assert plain.facts is not None
    one = replace(plain, facts=replace(plain.facts, area=area, opened_at=at))
    ended = closed(one, days=0)
    one = replace(ended, life=replace(ended.life, closed_at=at + timedelta(days=3 + number % 9)))
    columns = {"ref": ref, "partnership": one.partnership, "submission": one.submission, "state": one.state.value}
    return {**columns, "version": 1, "accepted_at": at, "matter": ref, "body": msgspec.json.encode(one)}


async def _seen(browser: Browsing, path: str) -> str:
    found = _SEEN.search((await browser.get(path)).text)
    assert found, path
    return found[1]


async def _directory(world: ConsoleWorld, browser: Browsing) -> str:
    """Where an import waits that nobody confirmed."""
    holder = {"which": "", "name": "Briar Holloway", "address": "briar.holloway@sussex-police.example"}
    since = f"{world.clock.now() + timedelta(days=3):%-d %-m %Y}"
    fields: dict[str, Any] = {**holder, "holder_phone": "01632 960999", "since": since, "why": "A new officer."}
    await _made(browser, POST, "holder", **fields)
    away: dict[str, Any] = {"first": since, "last": f"{world.clock.now() + timedelta(days=12):%-d %-m %Y}"}
    why: dict[str, Any] = {"absence_deputy": "", "absence_why": "Annual leave", "why": "Said so in the meeting."}
    await _made(browser, f"{HOME}/directory/post/sussex-police.inspector", "absence", **away, **why)
    neighbour = await world.signed_in(await world.admin("Eden Neighbour", east_sussex=Role.MANAGER))
    theirs = "/p/east-sussex/directory/post/sussex-police.on-call"
    await _made(neighbour, theirs, "holder", **{**fields, "address": "briar.duty@sussex-police.example"})
    await browser.get(f"{HOME}/directory/import")
    sent = await browser.client.post(
        f"{HOME}/directory/import",
        data={"csrf": browser.token, "why": "The yearly list."},
        files={"sheet": ("list.csv", _SHEET.encode(), "text/csv")},
        headers={"origin": world.settings.origin},
    )
    assert sent.status_code == 303, sent.text
    return str(sent.headers["location"])


async def _made(browser: Browsing, path: str, form: str, **fields: Any) -> None:
    answer = await browser.post(f"{path}/{form}", seen=await _seen(browser, path), **fields)
    assert answer.status_code == 303, (path, form, answer.text)


async def _learning(browser: Browsing) -> None:
    await browser.get(f"{HOME}/learning/log")
    when: dict[str, Any] = {"due-day": "1", "due-month": "2", "due-year": "2099"}
    for protocol in ("Threshold guidance: examples of level 3", "Joint working protocol, page 4"):
        answer = await browser.post(f"{HOME}/learning/log", protocol=protocol, owner="Training manager", **when)
        assert answer.status_code == 303
    page = (await browser.get(f"{HOME}/learning/patterns")).text
    pattern = re.search(r'name="pattern" value="([^"]+)"', page)
    decided = re.search(r'name="decided" value="([^"]+)"', page)
    assert pattern
    assert decided
    given: dict[str, Any] = {"pattern": unescape(pattern[1]), "decided": decided[1], "note": "Watched for a quarter."}
    assert (await browser.post(f"{HOME}/learning/patterns", **given)).status_code == 303


async def _desk(browser: Browsing) -> None:
    key = re.search(r'name="key" value="([^"]+)"', (await browser.get(f"{HOME}/desk")).text)
    assert key
    answer = await browser.post(f"{HOME}/desk/set-aside", key=unescape(key[1]), why="They were rung, and know.")
    assert answer.status_code == 303


def routes_of(world: ConsoleWorld, method: str) -> tuple[Route, ...]:
    """Every address of the console that answers `method`."""
    return tuple(one for pages in PAGES for one in pages(world.built.console) if one.method == method)


class Paths:
    """Which route an address belongs to."""

    def __init__(self, routes: Iterable[Route]) -> None:
        ordered = sorted((one.path for one in routes), key=lambda path: path.count("{"))
        self._patterns = {path: re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)) for path in ordered}

    def of(self, path: str) -> str | None:
        """The route's own path, None for what is no route."""
        return next((route for route, pattern in self._patterns.items() if pattern.fullmatch(path)), None)

    def all(self) -> frozenset[str]:
        return frozenset(self._patterns)


async def walked(browser: Browsing, starts: Sequence[str], paths: Paths, *, each: int = 2) -> dict[str, list[str]]:
    """By route, addresses that its pages link to: `each` for a route and a set of names after the question mark."""
    met: dict[str, list[str]] = {}
    alike: dict[tuple[str, frozenset[str]], int] = {}
    waiting = list(starts)
    while waiting:
        target = waiting.pop(0)
        split = urlsplit(target)
        route = paths.of(split.path)
        kind = (route or "", frozenset(name for name, _ in parse_qsl(split.query)))
        if route is None or split.path.startswith(_ELSEWHERE) or alike.get(kind, 0) >= each:
            continue
        alike[kind] = alike.get(kind, 0) + 1
        met.setdefault(route, []).append(target)
        answer = await browser.get(target)
        if answer.status_code == 303:
            waiting.insert(0, answer.headers["location"])
        elif answer.headers.get("content-type", "").startswith("text/html"):
            assert answer.status_code == 200, (target, answer.status_code)
            waiting.extend(_links(answer.text, target))
    return met


def _links(html: str, at: str) -> list[str]:
    """Where a page leads within the console, without what stands after `#`."""
    found = (urlsplit(urljoin(ORIGIN + at, unescape(link))) for link in _LINK.findall(html))
    return [
        f"{one.path}?{one.query}" if one.query else one.path for one in found if one.netloc == urlsplit(ORIGIN).netloc
    ]


class Unhappy(NamedTuple):
    """What a form answers that nobody filled in. path: where it was sent."""

    path: str
    html: str


async def unhappy(browser: Browsing, met: Mapping[str, Sequence[str]], paths: Paths) -> list[Unhappy]:
    """Each form once, sent as it stands but with every text empty; those that say what is wrong."""
    answers: dict[str, Unhappy] = {}
    for path in (path for alike in met.values() for path in alike):
        answer = await browser.get(path)
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        for form in _FORM.findall(answer.text):
            target, route = _target(form, path), paths.of(urlsplit(_target(form, path)).path)
            if route is None or route in answers or route in _LEAVES:
                continue
            fields = {name: value for name, value in _HIDDEN.findall(form)} | {
                name: "" for name in _TYPED.findall(form)
            }
            sent: dict[str, Any] = {name: unescape(value) for name, value in fields.items()}
            said = await browser.post(target, **sent)
            if said.headers.get("content-type", "").startswith("text/html") and said.text:
                answers[route] = Unhappy(target, said.text)
    return list(answers.values())


def _target(form: str, path: str) -> str:
    found = re.match(r'<form[^>]*\saction="([^"]+)"', form)
    return unescape(found[1]) if found else path
