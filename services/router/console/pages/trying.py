"""Try a route: codes are chosen, and the policy is applied to the directory of now. Nothing is kept. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.console.access import Answer, Route, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.escalation_words import Decided, decided, holders
from services.router.console.trying_facts import MORE, Known, by_name, groups, names, question, wrong
from services.router.domain.keeping.gaps import agencies_of
from services.router.policy.step import Part

_NOBODYS = frozenset({"raiser-unreleased"})
"""A route that is tried has no raiser whose address could be looked at, nor is the duty contact told to look."""


def routes(console: Console) -> Sequence[Route]:
    """One page: the choice, and below it the route. All of it is codes, so it may stand in the address."""
    return [page("/p/{partnership:str}/try", lambda asked: _try(console, asked))]


async def _try(console: Console, asked: Asked) -> Answer:
    here = asked.partnership
    agencies = [one for one in agencies_of(asked.directory, here) if str(one.id) != str(here.id)]
    known = Known(here, console.desk.policy(here), console.desk.form(), agencies, by_name(agencies))
    sides = ("raising", "receiving", *(f"{side}_{one}" for side in ("with", "and") for one in range(1, MORE + 1)))
    every = groups(known, {side: asked.query(side) for side in sides})
    chosen = {name: asked.query(name) for name in names(every)}
    amiss = wrong(every, chosen)
    complete = all(chosen[name] for name in ("raising", "receiving", "stage")) and not amiss
    route = _route(console, asked, chosen) if complete else None
    return console.frame.page(
        asked.signed,
        "try.html",
        partnership=here,
        groups=every,
        listed=known.listed,
        chosen={"stage": "2", "days": "5", **{name: said for name, said in chosen.items() if said}},
        said={name for name, said in chosen.items() if said},
        amiss=amiss,
        asked_at_all=bool(chosen["raising"] or chosen["receiving"]),
        route=route,
        holders=holders(route.decision, asked.directory) if route is not None else (),
        revision=asked.directory.revision,
    )


def _route(console: Console, asked: Asked, chosen: dict[str, str]) -> Decided:
    asks = question(asked.partnership.id, lambda name: chosen.get(name, ""))
    decision = console.desk.tried(asks, asked.directory, at=console.clock.now())
    gaps = tuple(gap for gap in decision.gaps if gap.code not in _NOBODYS)
    persons = tuple(one for one in decision.persons if one.must_act or one.part is not Part.DUTY)
    return decided(msgspec.structs.replace(decision, gaps=gaps, persons=persons), asked.directory)
