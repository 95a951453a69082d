"""Try a route: codes are chosen, and the policy is applied to the directory of now. Nothing is kept. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.console.access import Answer, Route, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.escalation_words import Decided, decided, holders
from services.router.domain.gaps import agencies_of
from services.router.policy.facts import ChildStatus
from services.router.policy.step import Part
from shared.questions import RouteQuestion
from shared.terms import StageNumber

STATUSES = (
    (ChildStatus.NOT_KNOWN, "Not known"),
    (ChildStatus.EARLY_HELP, "Early help"),
    (ChildStatus.IN_NEED, "In need"),
    (ChildStatus.CHILD_PROTECTION, "On a child protection plan"),
    (ChildStatus.LOOKED_AFTER, "Looked after"),
    (ChildStatus.LOOKED_AFTER_AND_PROTECTION, "Looked after, and on a plan"),
    (ChildStatus.UNBORN, "Unborn"),
)
_NOBODYS = frozenset({"raiser-unreleased"})
"""A route that is tried has no raiser whose address could be looked at, nor is the duty contact told to look."""


def routes(console: Console) -> Sequence[Route]:
    """One page: the choice, and below it the route. All of it is codes, so it may stand in the address."""
    return [page("/p/{partnership:str}/try", lambda asked: _try(console, asked))]


async def _try(console: Console, asked: Asked) -> Answer:
    question = _question(console, asked)
    route = _route(console, asked, question) if question is not None else None
    return console.frame.page(
        asked.signed,
        "try.html",
        partnership=asked.partnership,
        agencies=[(one.id, one.name) for one in agencies_of(asked.directory, asked.partnership)],
        stages=[(str(number), words) for number, words in console.desk.stages(asked.partnership)],
        statuses=[(code.value, words) for code, words in STATUSES],
        areas=[(one.id, one.name) for one in asked.partnership.areas],
        chosen=_chosen(asked),
        asked_at_all=bool(asked.query("raising") or asked.query("receiving")),
        route=route,
        holders=holders(route.decision, asked.directory) if route is not None else (),
        revision=asked.directory.revision,
    )


def _chosen(asked: Asked) -> dict[str, str]:
    names = ("stage", "raising", "receiving", "status", "area", "urgent", "days")
    return {name: asked.query(name) for name in names}


def _question(console: Console, asked: Asked) -> RouteQuestion | None:
    """None until both agencies are chosen, and for anything that is not on offer here."""
    chosen = _chosen(asked)
    here = {one.id for one in agencies_of(asked.directory, asked.partnership)}
    stages = {str(number) for number, _ in console.desk.stages(asked.partnership)}
    if not {chosen["raising"], chosen["receiving"]} <= here or chosen["stage"] not in stages:
        return None
    days = chosen["days"]
    return RouteQuestion(
        partnership=asked.partnership.id,
        stage=StageNumber(int(chosen["stage"])),
        child_status=chosen["status"],
        decision_area=chosen["area"],
        child_area=chosen["area"],
        immediate_harm=chosen["urgent"] == "yes",
        raising_agency=chosen["raising"],
        receiving_agency=chosen["receiving"],
        decision_maker_named=True,
        timeframe_amount=int(days) if days.isdecimal() and len(days) < 4 else 5,
    )


def _route(console: Console, asked: Asked, question: RouteQuestion) -> Decided:
    decision = console.desk.tried(question, asked.directory, at=console.clock.now())
    gaps = tuple(gap for gap in decision.gaps if gap.code not in _NOBODYS)
    persons = tuple(one for one in decision.persons if one.must_act or one.part is not Part.DUTY)
    return decided(msgspec.structs.replace(decision, gaps=gaps, persons=persons), asked.directory)
