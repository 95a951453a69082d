"""Possible patterns: the counts that make each, and what a person decided about it. Shell."""

from collections.abc import Sequence
from http import HTTPStatus
from math import ceil
from typing import NamedTuple

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.frame import refuse
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.auditing import Audited
from services.router.domain.learning.patterns import (
    DECIDED_WORDS,
    MOST_NOTE,
    Decided,
    PatternDecision,
    Possible,
    newest,
    pattern_of_key,
    waiting,
)
from services.router.domain.learning.suppression import LEAST
from services.router.domain.partnership import Partnership

PAGE = 50
_PATH = "/p/{partnership:str}/learning/patterns"
_NOT_CHOSEN = "Choose what you decide about the pattern"
_TOO_LONG = f"Use {MOST_NOTE} characters or fewer"


class Shown(NamedTuple):
    """A possible pattern as its page shows it. area, pair: in words, "" for any. waits: for somebody to decide."""

    possible: Possible
    area: str
    pair: str
    decision: PatternDecision | None
    waits: bool


class Said(NamedTuple):
    """A decision with the words for what it was about, and for who made it."""

    decision: PatternDecision
    area: str
    pair: str
    who: str


def routes(console: Console) -> Sequence[Route]:
    """`/p/<partnership>/learning/patterns`."""
    pages = _Patterns(console)
    return [page(_PATH, pages.show, need=Need.REPORTS), act(_PATH, pages.decide, need=Need.WORK_DESK)]


async def count_waiting(console: Console, partnership: Partnership) -> int:
    """How many possible patterns wait for somebody to decide."""
    directory = await console.directories.now()
    found = await console.learning.possible(partnership, directory)
    return len(waiting(found, await console.learning.kept.decisions(partnership.id)))


class _Patterns:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show(self, asked: Asked) -> Answer:
        return await self._page(asked)

    async def decide(self, asked: Asked) -> Answer:
        """Kept with the count it was decided on, beside every earlier decision."""
        console, form, here = self._console, asked.form, asked.partnership
        found = await console.learning.possible(here, asked.directory)
        one = next((each for each in found if each.pattern.key == form.one("pattern")), None)
        if one is None:
            raise refuse()
        chosen, note = form.one("decided"), form.one("note")
        if chosen not in set(Decided) or len(note) > MOST_NOTE:
            problem = _TOO_LONG if chosen in set(Decided) else _NOT_CHOSEN
            return await self._page(asked, at=one.pattern.key, problem=problem)
        at, by = console.clock.now(), asked.signed.admin.id
        decision = PatternDecision(
            partnership=here.id,
            pattern=one.pattern.key,
            at=at,
            by=by,
            decided=Decided(chosen),
            note=note,
            count=one.many,
        )
        known = newest(await console.learning.kept.decisions(here.id)).get(decision.pattern)
        audited = Audited(
            at=at,
            admin=by,
            partnership=here.id,
            what="pattern.decided",
            about=decision.pattern,
            before=known.decided.value if known is not None else "",
            after=f"{decision.decided.value}, {one.many} in a year",
            why=note,
        )
        await console.learning.kept.decide(decision, audited)
        return go(f"/p/{here.id}/learning/patterns")

    async def _page(self, asked: Asked, *, at: str = "", problem: str = "") -> Answer:
        console, here = self._console, asked.partnership
        found = await console.learning.possible(here, asked.directory)
        decisions = await console.learning.kept.decisions(here.id)
        known, open_ones = newest(decisions), set(waiting(found, decisions))
        ordered = sorted(found, key=lambda one: one not in open_ones)
        pages, typed_page = max(1, ceil(len(ordered) / PAGE)), asked.query("page")
        number = min(max(1, int(typed_page[:6])), pages) if typed_page.isdecimal() else 1
        keys = [one.pattern.key for one in ordered]
        number = keys.index(at) // PAGE + 1 if at in keys else number
        shown = [
            Shown(one, *console.learning.words(here, one.pattern), known.get(one.pattern.key), one in open_ones)
            for one in ordered[(number - 1) * PAGE : number * PAGE]
        ]
        return console.frame.page(
            asked.signed,
            "patterns.html",
            partnership=here,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            shown=shown,
            found=len(ordered),
            pages=pages,
            page_number=number,
            said=[await self._said(here, one) for one in reversed(decisions)],
            words=DECIDED_WORDS,
            may_decide=may(asked.signed.admin, here.id, Need.WORK_DESK),
            least=LEAST,
            at=at,
            problem=problem,
            typed=asked.form.one("note"),
        )

    async def _said(self, here: Partnership, decision: PatternDecision) -> Said:
        pattern, admin = pattern_of_key(decision.pattern), await self._console.admins.admin(decision.by)
        area, pair = self._console.learning.words(here, pattern) if pattern is not None else ("", "")
        return Said(decision, area, pair, (admin.name or admin.address) if admin is not None else "Somebody who left")
