"""The open escalations, overdue first, and one of them: in codes, by posts, without a name or a record. Shell."""

from collections.abc import Sequence
from math import ceil

import msgspec

from services.router.console.access import Answer, Route, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.escalation_orders import acts_of
from services.router.console.escalation_panel import seen_panel
from services.router.console.escalation_words import (
    STATES,
    acknowledged,
    decided,
    ended,
    holders,
    last_said,
    left,
    told,
)
from services.router.console.failing import NotHere
from services.router.console.ordering import OrderSaid, said_of
from services.router.domain.admin.admins import Need, may
from services.router.domain.admin.listing import NOT_LISTED_HERE, ShownLine, Wanted
from services.router.domain.admin.orders import OrderState
from services.router.domain.changes import StoredDecision
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, State
from services.router.domain.page.history import for_an_admin
from services.router.domain.partnership import Partnership
from shared.references import parse_reference
from shared.terms import EscalationRef

PAGE = 50


def routes(console: Console) -> Sequence[Route]:
    """The list, and one of it. A reference is a code: it may stand in an address."""
    return [
        page("/p/{partnership:str}/escalations", lambda asked: _list(console, asked)),
        page(
            "/p/{partnership:str}/escalations/{ref:str}",
            lambda asked: _one(console, asked),
            looked="looked.escalation",
        ),
    ]


async def _list(console: Console, asked: Asked) -> Answer:
    here = f"/p/{asked.partnership.id}/escalations"
    if typed := asked.query("ref"):
        ref = parse_reference(typed)
        return go(f"{here}/{ref}" if ref is not None else f"{here}?none=1")
    behind = await console.desk.listing.refresh()
    now, wanted = console.clock.now(), _wanted(console, asked)
    found = await console.desk.listing.count(asked.partnership.id, wanted)
    pages = max(1, ceil(found / PAGE))
    number = min(max(1, int(asked.query("page")) if asked.query("page").isdecimal() else 1), pages)
    lines = await console.desk.listing.lines(asked.partnership.id, wanted, first=(number - 1) * PAGE, most=PAGE)
    overdue = await console.desk.listing.count(asked.partnership.id, Wanted(overdue_at=now))
    states = await console.desk.listing.states(asked.partnership.id)
    return console.frame.page(
        asked.signed,
        "escalations.html",
        partnership=asked.partnership,
        lines=[_line(asked, console, one) for one in lines],
        behind=behind,
        found=found,
        everything=sum(states.values()),
        overdue=overdue,
        states=[(state.value, words, states[state]) for state, words in STATES.items() if states.get(state)],
        stages=console.desk.stages(asked.partnership),
        wanted=wanted,
        pages=pages,
        page_number=number,
        no_such=bool(asked.query("none")),
    )


def _wanted(console: Console, asked: Asked) -> Wanted:
    """The filter of the address; what is not a code of ours is left out."""
    state, stage = asked.query("state"), asked.query("stage")
    open_states = {one.value for one in set(State) - NOT_LISTED_HERE}
    known = {number for number, _ in console.desk.stages(asked.partnership)}
    return Wanted(
        state=state if state in open_states else "",
        stage=int(stage) if stage.isdecimal() and int(stage) in known else None,
        overdue_at=console.clock.now() if asked.query("overdue") == "1" else None,
    )


def _line(asked: Asked, console: Console, one: ShownLine) -> dict[str, object]:
    clock, is_over = left(one.due_at, now=console.clock.now())
    return {
        "ref": one.escalation.ref,
        "urgent": one.escalation.urgent,
        "state": STATES[one.escalation.state],
        "stage": one.decision.stage_label if one.decision is not None else "",
        "clock": clock,
        "over": is_over,
        "due_at": one.due_at,
        "holders": holders(one.decision, asked.directory),
        "last": last_said(one.last),
        "last_at": one.last.at if one.last is not None else None,
    }


async def escalation_here(console: Console, asked: Asked) -> Escalation:
    """The one that the address names. Raises: NotHere, the same for none and for another partnership's."""
    ref = parse_reference(asked.named("ref"))
    found = await console.desk.escalations.escalation(ref) if ref is not None else None
    if found is None or found.partnership != asked.partnership.id:
        raise NotHere
    return found


def newest_decision(stored: Sequence[StoredDecision]) -> Decision | None:
    """The last of them, None where nothing is decided yet."""
    return msgspec.json.decode(stored[-1].body, type=Decision) if stored else None


async def _orders(console: Console, asked: Asked, ref: EscalationRef) -> list[OrderSaid]:
    """How far the order is that was just given, else every one that is not done yet."""
    if (said := await console.orders.said(asked)) is not None:
        return [said]
    found = await console.orders.store.about(ref)
    return [said_of(one) for one in found if one.state is OrderState.WAITING]


async def _one(console: Console, asked: Asked) -> Answer:
    escalation = await escalation_here(console, asked)
    stored = await console.desk.escalations.decisions(escalation.ref)
    decisions = [msgspec.json.decode(one.body, type=Decision) for one in stored]
    newest = decisions[-1] if decisions else None
    due_at = escalation.life.agreed_until or (newest.due_at if newest is not None else None)
    is_open = escalation.state not in NOT_LISTED_HERE
    clock, is_over = left(due_at, now=console.clock.now())
    matter = await console.desk.escalations.of_matter(escalation.matter)
    return console.frame.page(
        asked.signed,
        "escalation.html",
        partnership=asked.partnership,
        one=escalation,
        state=STATES[escalation.state],
        orders=await _orders(console, asked, escalation.ref),
        acts=acts_of(console, asked, escalation),
        panel=seen_panel(escalation.life.panel, asked.directory),
        may_audit=may(asked.signed.admin, asked.partnership.id, Need.AUDIT),
        newest=newest,
        is_open=is_open,
        clock=clock if is_open else ended(escalation.life) or STATES[escalation.state],
        over=is_over and is_open,
        due_at=due_at if is_open else None,
        holders=holders(newest, asked.directory),
        acknowledged=acknowledged(escalation.life),
        matter=[(each, STATES[each.state]) for each in matter if each.partnership == asked.partnership.id],
        decided=[decided(each, asked.directory) for each in reversed(decisions)],
        told=told(await console.desk.escalations.notices(escalation.ref), asked.directory),
        history=for_an_admin(await console.desk.escalations.history(escalation.ref))[::-1],
    )


async def count_overdue(console: Console, partnership: Partnership) -> int:
    """How many are past their date, for the front page."""
    await console.desk.listing.refresh()
    return await console.desk.listing.count(partnership.id, Wanted(overdue_at=console.clock.now()))
