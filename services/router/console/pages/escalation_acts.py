"""What a manager has done to an escalation, by an order to router: another contact, a panel, a process. Shell."""

from collections.abc import Sequence, Set

from services.router.console.access import Answer, Route, act, go, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import typed_in
from services.router.console.escalation_orders import choices
from services.router.console.escalation_panel import seen_proposal
from services.router.console.escalation_words import holders, who_of
from services.router.console.failing import NotHere
from services.router.console.order_words import refused_words
from services.router.console.ordering import MOST_WHY
from services.router.console.pages.escalations import escalation_here, newest_decision
from services.router.domain.admin.admins import Need
from services.router.domain.admin.orders import ConvenePanel, Do, No, Reassign, RecordProcess
from services.router.domain.admin.reassigning import STATES, reassigned
from services.router.domain.decision import Decision
from services.router.domain.escalation import Escalation, Move, Standing, State, may_move
from services.router.domain.living.convening import reopened_seats
from services.router.handlers.ordered_panels import scrutineer_in
from services.router.handlers.panels import MOST_PROCESS, proposal
from services.router.handlers.presence import stand
from shared.terms import PostId

_REF = "/p/{partnership:str}/escalations/{ref:str}"
_MOST_AFTER = 300
_LOOKED = "looked.escalation"
_ASKED_ALREADY = "The holder of that post is asked already. Choose another."
_NO_WHY = "Enter why, in a few words."
Problems = dict[str, str]


def routes(console: Console) -> Sequence[Route]:
    """A page and an act for each."""
    pages, need = _Acts(console), Need.WORK_DESK
    return [
        page(f"{_REF}/reassign", pages.show_reassign, need=need, looked=_LOOKED),
        act(f"{_REF}/reassign", pages.reassign, need=need),
        page(f"{_REF}/panel", pages.show_panel, need=need, looked=_LOOKED),
        act(f"{_REF}/panel", pages.convene, need=need),
        page(f"{_REF}/process", pages.show_process, need=need, looked=_LOOKED),
        act(f"{_REF}/process", pages.record, need=need),
    ]


class _Acts:
    def __init__(self, console: Console) -> None:
        self._console = console

    async def show_reassign(self, asked: Asked, errors: Problems | None = None) -> Answer:
        """The posts of the agency that is asked; of one that is chosen, where nobody is asked."""
        escalation, decision = await self._decided(asked, STATES)
        chosen = asked.form.one("agency") or asked.query("agency")
        agencies = choices(self._console, asked, escalation, decision)
        agency = chosen if chosen in agencies else next(iter(agencies), "")
        return self._page(
            asked,
            "escalation_reassign.html",
            escalation,
            errors,
            holders=holders(decision, asked.directory),
            agencies=[(code, words) for code, (words, _) in agencies.items()],
            agency=agency,
            posts=agencies[agency][1] if agency else (),
        )

    async def reassign(self, asked: Asked) -> Answer:
        """Order it, once it is known that the rules let the holder of that post act."""
        escalation, decision = await self._decided(asked, STATES)
        post, errors = PostId(asked.form.one("post")), self._why(asked)
        offered = {one for _, posts in choices(self._console, asked, escalation, decision).values() for one, _ in posts}
        ground, at = self._console.desk.ground(asked.directory), self._console.clock.now()
        if post not in offered:
            errors = {"post": "Choose the post whose holder is to act.", **errors}
        elif isinstance(no := reassigned(escalation, post, why="", ground=ground, at=at), No):
            errors = {"post": _ASKED_ALREADY if no is No.CHANGED else refused_words(no.value), **errors}
        return (
            await self.show_reassign(asked, errors)
            if errors
            else await self._order(asked, Reassign(post=post), after=post)
        )

    async def show_panel(self, asked: Asked, errors: Problems | None = None) -> Answer:
        escalation, _ = await self._decided(asked)
        if not may_move(escalation.state, Move.CONVENE_PANEL, {Standing.DUTY}):
            raise NotHere
        at = stand(escalation, "", ground=self._console.desk.ground(asked.directory), at=self._console.clock.now())
        known = reopened_seats(escalation.life.panel, at=at.at)
        proposed = seen_proposal(proposal(at), known, asked.directory)
        return self._page(
            asked, "escalation_panel.html", escalation, errors, proposed=proposed, again=known is not None
        )

    async def convene(self, asked: Asked) -> Answer:
        """Order that those are asked who were shown; should others be proposed by then, nobody is."""
        if errors := self._why(asked):
            return await self.show_panel(asked, errors)
        await self._decided(asked)
        posts = tuple(PostId(one) for one in asked.form.many("post"))
        return await self._order(asked, ConvenePanel(posts=posts), after=", ".join(posts)[:_MOST_AFTER])

    async def show_process(self, asked: Asked, errors: Problems | None = None) -> Answer:
        escalation, _ = await self._decided(asked)
        ground = self._console.desk.ground(asked.directory)
        scrutineer = scrutineer_in(escalation, ground=ground, at=self._console.clock.now())
        if scrutineer is None:
            raise NotHere
        who = who_of(scrutineer.person, asked.directory)
        return self._page(asked, "escalation_process.html", escalation, errors, who_decides=who, most=MOST_PROCESS)

    async def record(self, asked: Asked) -> Answer:
        words, errors = asked.form.one("words"), self._why(asked)
        if not words:
            errors = {"words": "Enter how it is dealt with, in the scrutineer’s words.", **errors}
        elif len(words) > MOST_PROCESS:
            errors = {"words": f"Enter at most {MOST_PROCESS} characters.", **errors}
        return (
            await self.show_process(asked, errors) if errors else await self._order(asked, RecordProcess(words=words))
        )

    async def _order(self, asked: Asked, do: Do, *, after: str = "") -> Answer:
        escalation, _ = await self._decided(asked)
        order = await self._console.orders.ask(asked, do, ref=escalation.ref, why=asked.form.one("why"), after=after)
        return go(f"/p/{asked.partnership.id}/escalations/{escalation.ref}?order={order}")

    async def _decided(self, asked: Asked, states: Set[State] = frozenset(State)) -> tuple[Escalation, Decision]:
        """Raises: NotHere for one that is another's, not decided yet, or in none of `states`."""
        escalation = await escalation_here(self._console, asked)
        decision = newest_decision(await self._console.desk.escalations.decisions(escalation.ref))
        if decision is None or escalation.state not in states:
            raise NotHere
        return escalation, decision

    def _why(self, asked: Asked) -> Problems:
        why = asked.form.one("why")
        if not why:
            return {"why": _NO_WHY}
        return {"why": f"Enter at most {MOST_WHY} characters."} if len(why) > MOST_WHY else {}

    def _page(
        self, asked: Asked, template: str, escalation: Escalation, errors: Problems | None, **values: object
    ) -> Answer:
        return self._console.frame.page(
            asked.signed,
            template,
            partnership=asked.partnership,
            status=422 if errors else 200,
            one=escalation,
            errors=errors or {},
            typed=typed_in(asked.form),
            **values,
        )
