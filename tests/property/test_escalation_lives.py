"""Random lives of an escalation against the one table of its moves: whatever people do, the laws hold. Shell."""

import asyncio
import contextlib
import os
from collections.abc import Coroutine
from datetime import date, timedelta
from typing import Any, TypeVar

import msgspec
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.router.commands import replay
from services.router.domain.changes import Happened, What
from services.router.domain.decision import Decision, Part
from services.router.domain.directory import Absence, Entries, entries_bytes
from services.router.domain.escalation import Escalation, Move, Standing, State, may_move, same_address
from services.router.domain.living.present import Present, present_now, standings_of, those
from services.router.domain.page.choosing import code_of
from services.router.domain.sessions import SESSION_LIFE, Session, secret_digest
from services.router.handlers.acts import ACTS
from services.router.handlers.panels import convene
from shared.failures import Permanent
from shared.following import (
    AcceptArea,
    AnswerDate,
    AnswerOutcome,
    AnswerSeat,
    DeclareConflict,
    HandOver,
    HandToPartnership,
    NotMine,
    OfferToArea,
    ProposeDate,
    RecordDebrief,
    ReplaceRaiser,
    SettleIssue,
)
from shared.messages import NoticeKind, NoticeState
from shared.questions import Answer, Done, Question, Refused, SendConfirmationCode
from shared.references import mint_reference
from shared.terms import EscalationRef, PartnershipId
from tests.router_world import RAISER, Page, RouterWorld, demonstration

T = TypeVar("T")
replace = msgspec.structs.replace

OPEN = frozenset({State.ROUTED, State.REFERRED, State.DIVERTED, State.RECORDED})
STRANGER = "somebody.else@elsewhere.example"
SUCCESSOR = "riley.fernhollow@oakfield-primary.example"
EAST = PartnershipId("east-sussex")
POSTS = ("ws-social-care.manager-assessment", "ws-social-care.manager-family", "ws-social-care.head-of-service")
PARTS = (
    "may",
    "may",
    "may",
    "raiser",
    "manager",
    "holder",
    "raising-contact",
    "former",
    "decision-maker",
    "duty",
    "stranger",
)
WHO = st.sampled_from(PARTS)
FORMS = st.sampled_from(["acknowledgement", "action", "representation"])
MOVE_OF: dict[type, Move] = {
    NotMine: Move.NOT_MINE,
    DeclareConflict: Move.DECLARE_CONFLICT,
    HandOver: Move.HAND_OVER,
    ProposeDate: Move.PROPOSE_DATE,
    AnswerDate: Move.ANSWER_DATE,
    AnswerOutcome: Move.ANSWER_OUTCOME,
    SettleIssue: Move.SETTLE_ISSUE,
    ReplaceRaiser: Move.REPLACE_RAISER,
    HandToPartnership: Move.HAND_TO_PARTNERSHIP,
    OfferToArea: Move.OFFER_TO_AREA,
    AcceptArea: Move.ACCEPT_AREA,
    AnswerSeat: Move.ANSWER_SEAT,
    RecordDebrief: Move.DEBRIEF,
}
ANSWERS: dict[str, dict[str, object]] = {"action": {"what": "action"}}


class EscalationLives(RuleBasedStateMachine):
    """One matter, and whoever may or may not have a part in it, doing anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.router = RouterWorld()
        self.newest = EscalationRef("")
        self.held: list[str] = []
        self.lines: tuple[Happened, ...] = ()
        self.closed: dict[EscalationRef, bool] = {}
        self.named: set[str] = set()
        self.parked = 0

    def teardown(self) -> None:
        if self.newest:
            said = self.run(replay(world=self.router.world))
            assert said.code == 0, said.lines
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    # who is who

    @property
    def now(self) -> Escalation:
        return self.router.memory.escalations[self.newest]

    def everybody(self, escalation: Escalation) -> tuple[Present, ...]:
        ground = self.run(self.router.world.grounds.now())
        return present_now(escalation, ground=ground, at=self.router.clock.now())

    def standings(self, address: str, escalation: Escalation) -> frozenset[Standing]:
        ground = self.run(self.router.world.grounds.now())
        offered = escalation.life.offered_to
        other = ground.place(offered) if offered is not None else None
        everybody = self.everybody(escalation)
        return standings_of(address, everybody, place=ground.place(escalation.partnership), other=other)

    def address(self, who: str, move: Move) -> str:
        """Somebody by their part; "may" is whoever the table lets make this move, if anybody."""
        everybody, escalation = self.everybody(self.now), self.now
        if who == "may":
            known = (self.duty(escalation.partnership), self.duty(EAST), *(one.address for one in everybody))
            able = [one for one in known if may_move(escalation.state, move, self.standings(one, escalation))]
            return able[-1] if able else STRANGER
        wanted = {
            "manager": Standing.RAISERS_MANAGER,
            "holder": Standing.HOLDER,
            "raising-contact": Standing.RAISING_CONTACT,
        }
        if who in wanted:
            return next((one.address for one in those(everybody, wanted[who])), STRANGER)
        if who == "decision-maker":
            return next((one.address for one in everybody if one.person.part is Part.DECISION_MAKER), STRANGER)
        if who == "former":
            return self.held[0] if self.held else STRANGER
        return {"raiser": escalation.raiser_address, "duty": self.duty(escalation.partnership)}.get(who, STRANGER)

    def duty(self, partnership: PartnershipId) -> str:
        place = self.run(self.router.world.grounds.now()).place(partnership)
        assert place is not None
        return place.duty_address

    def page(self, address: str) -> Page:
        """A tab in which this address has just signed in."""
        page, at = self.router.page(), self.router.clock.now()
        secret = secret_digest(page.secret)
        self.router.memory.sessions[secret] = Session(
            secret=secret, seen_at=at, address=address, until=at + SESSION_LIFE, name="Robin Fernhollow", role="Desk"
        )
        return page

    # what people do

    @initialize(urgent=st.booleans())
    def somebody_raises_it(self, urgent: bool) -> None:
        self.run(self.router.ready())
        page = self.router.page()
        self.run(page.ask(SendConfirmationCode(submission=page.submission, address=RAISER)))
        harm: dict[str, object] = {"immediate_harm": "yes", "harm_consulted": "nobody_reached"} if urgent else {}
        self.newest = self.run(page.raise_escalation(harm, code=page.code()))

    def ask(self, who: str, question: Question) -> Answer:
        """A question asked by somebody: done only where the table lets them, and nothing changed where it does not."""
        before, move = self.now, MOVE_OF[type(question)]
        address = self.address(who, move)
        allowed = may_move(before.state, move, self.standings(address, before))
        holders = [one.address for one in those(self.everybody(before), Standing.HOLDER)]
        answer = self.run(self.page(address).ask(question))
        assert allowed or (self.now == before and (isinstance(answer, Refused) or type(question) is AnswerOutcome))
        if answer == Done() and type(question) in (NotMine, DeclareConflict, HandOver):
            self.held = [one for one in holders if one == address] or self.held
        return answer

    @rule(who=WHO, conflict=st.booleans())
    def passes_it_on(self, who: str, conflict: bool) -> None:
        kind = DeclareConflict if conflict else NotMine
        answer = self.ask(who, kind(ref=self.newest, why="not theirs"))
        if answer == Done():
            assert Standing.HOLDER not in self.standings(self.held[0], self.now)

    @rule(who=WHO, post=st.sampled_from(POSTS))
    def hands_it_over(self, who: str, post: str) -> None:
        self.ask(who, HandOver(ref=self.newest, to=post, why="on leave"))

    @rule(who=WHO, days=st.integers(-2, 40))
    def proposes_another_date(self, who: str, days: int) -> None:
        until = self.router.clock.now().date() + timedelta(days=days)
        answer = self.ask(who, ProposeDate(ref=self.newest, until=until, why="a meeting is booked"))
        assert not (answer == Done() and self.now.urgent)

    @rule(who=WHO, agrees=st.booleans())
    def answers_the_date(self, who: str, agrees: bool) -> None:
        before = self.now.life.agreed_until
        if self.ask(who, AnswerDate(ref=self.newest, agrees=agrees)) != Done() or not agrees:
            assert self.now.life.agreed_until == before

    @rule(who=WHO, form=FORMS)
    def adds_something(self, who: str, form: str) -> None:
        before, address = self.now, self.address(who, ACTS[form])
        allowed = may_move(before.state, ACTS[form], self.standings(address, before))
        added = len(self.router.memory.added)
        self.act(address, form, ANSWERS.get(form, {}))
        assert len(self.router.memory.added) == added + allowed
        self.parked += not allowed
        if not allowed:
            assert self.now == before

    @rule(who=WHO, code=st.sampled_from(["agreed", "partly", "not-agreed", "withdrawn"]), issue=st.booleans())
    def puts_an_outcome(self, who: str, code: str, issue: bool) -> None:
        before, address = self.now, self.address(who, Move.PROPOSE_OUTCOME)
        answers: dict[str, object] = {"outcome": code, "agreed_outcome": f"What was agreed on {len(self.lines)}."}
        if issue:
            owner = code_of(before, before.raiser_address)
            answers |= {"issue_1_text": "A plan is written", "issue_1_owner": owner, "issue_1_by": "2027-02-01"}
        allowed = may_move(before.state, Move.PROPOSE_OUTCOME, self.standings(address, before))
        self.act(address, "outcome", answers)
        taken = len(self.now.life.versions) - len(before.life.versions)
        assert taken <= allowed
        self.parked += not taken

    @rule(who=WHO, agrees=st.booleans())
    def answers_the_outcome(self, who: str, agrees: bool) -> None:
        versions = self.now.life.versions
        digest = versions[-1].digest if versions else secret_digest(b"none")
        self.ask(who, AnswerOutcome(ref=self.newest, digest=digest, agrees=agrees, reason="" if agrees else "No."))

    @rule()
    def everybody_confirms(self) -> None:
        versions = self.now.life.versions
        for one in those(self.everybody(self.now), Standing.CONFIRMER) if versions else ():
            question = AnswerOutcome(ref=self.newest, digest=versions[-1].digest, agrees=True)
            self.run(self.page(one.address).ask(question))

    @rule(who=WHO, done=st.booleans())
    def settles_an_issue(self, who: str, done: bool) -> None:
        self.ask(who, SettleIssue(ref=self.newest, issue=1, done=done, how="as agreed"))

    @rule(who=WHO, stage=st.integers(2, 5), skips=st.booleans())
    def goes_on(self, who: str, stage: int, skips: bool) -> None:
        """To a further stage, or once more where it was closed: never two open at once."""
        before = self.now
        move = Move.REOPEN if before.state is State.CLOSED else Move.GO_ON
        address = self.address(who, move)
        allowed = may_move(before.state, move, self.standings(address, before))
        answers: dict[str, object] = {
            "stage": str(stage),
            "entry": ["urgent"] if skips else ["unresolved"],
            "immediate_harm": "no",
            "timeframe": {"unit": "working_days", "amount": 5, "until": None},
        }
        ref = mint_reference("WS")
        self.act(address, "next-stage", answers, ref=ref)
        opened = ref in self.router.memory.escalations
        assert opened <= allowed
        self.parked += not opened
        if opened:
            assert self.router.memory.escalations[before.ref].life.next == ref
            self.newest = ref

    def act(self, address: str, form: str, answers: dict[str, object], **changes: Any) -> None:
        page, partnership = self.page(address), self.now.partnership
        self.run(page.add(form, self.newest, answers, partnership=partnership, **changes))

    @rule(who=WHO, address=st.sampled_from([SUCCESSOR, STRANGER]))
    def names_a_successor(self, who: str, address: str) -> None:
        named = {"name": "Riley Fernhollow", "role": "Deputy head", "phone": "01632 960115", "why": "on leave"}
        self.ask(who, ReplaceRaiser(ref=self.newest, address=address, **named))

    @rule(who=WHO)
    def hands_it_to_another_partnership(self, who: str) -> None:
        to = EAST if self.now.partnership != EAST else PartnershipId("west-sussex")
        self.ask(who, HandToPartnership(ref=self.newest, to=to, why="the wrong one was chosen"))

    @rule(who=WHO)
    def offers_it_to_another_area(self, who: str) -> None:
        self.ask(who, OfferToArea(ref=self.newest, to=EAST, why="the child moved"))

    @rule(who=WHO)
    def takes_it_over(self, who: str) -> None:
        self.ask(who, AcceptArea(ref=self.newest))

    @rule()
    def the_partnership_convenes_a_panel(self) -> None:
        before = self.now
        with contextlib.suppress(Permanent):
            self.run(convene(self.newest, by="the partnership", world=self.router.world))
        assert before.state in OPEN or self.now == before

    @rule(who=WHO, accepts=st.booleans(), interest=st.sampled_from(["", "I worked with the family"]))
    def answers_a_seat(self, who: str, accepts: bool, interest: str) -> None:
        self.ask(who, AnswerSeat(ref=self.newest, accepts=accepts, interest=interest))

    @rule(who=WHO)
    def offers_a_debrief(self, who: str) -> None:
        self.ask(who, RecordDebrief(ref=self.newest, what="offered"))

    @rule(hours=st.integers(1, 120))
    def time_passes(self, hours: int) -> None:
        """Silence prompts people: it never moves a stage, and ends nothing."""
        before = self.now
        self.run(self.router.later(hours=hours))
        for _ in range(3):  # what one sweep brought about may fall due in the next
            self.run(self.router.sweep())
        assert (self.now.state in OPEN) == (before.state in OPEN)
        assert self.now.life.next == before.life.next

    @rule(posts=st.sets(st.sampled_from(POSTS)))
    def people_go_away_and_come_back(self, posts: set[str]) -> None:
        body = entries_bytes(without(posts))
        self.run(self.router.world.directories.add(body, at=self.router.clock.now()))

    @rule()
    def a_contacts_mail_system_refuses(self) -> None:
        asked = [one for one in self.router.notices(NoticeKind.ACT) if one.ref == self.newest]
        if asked:
            self.run(self.router.report(asked[-1], NoticeState.REFUSED))

    # what always holds

    @invariant()
    def no_raiser_is_lost(self) -> None:
        if not self.newest:
            return
        for one in self.router.memory.escalations.values():
            raisers = [each.address for each in those(self.everybody(one), Standing.RAISER)]
            assert one.raiser_address in raisers
            assert one.raiser_address in self.router.memory.parties[one.ref]

    @invariant()
    def no_two_stages_are_open(self) -> None:
        matter = list(self.router.memory.escalations.values())
        assert sum(one.state in OPEN for one in matter) <= 1
        assert len({one.matter for one in matter}) <= 1
        nexts = [one.life.next for one in matter if one.life.next is not None]
        assert len(nexts) == len(set(nexts))

    @invariant()
    def nothing_closes_unconfirmed(self) -> None:
        for one in self.router.memory.escalations.values():
            if one.state is not State.CLOSED or self.closed.get(one.ref):
                continue
            self.closed[one.ref] = True
            answers = one.life.versions[-1].answers
            assert all(answer.agrees for answer in answers)
            said = {answer.address for answer in answers}
            called = {same_address(j.person.address) for j in one.life.joined if j.instead_of}
            spoken = {same_address(j.instead_of) for j in one.life.joined if j.person.address in said}
            needed = {each.address for each in those(self.everybody(one), Standing.CONFIRMER)} - called
            assert needed <= said | spoken

    @invariant()
    def every_notice_goes_to_somebody_who_is_named(self) -> None:
        held = self.router.memory
        for stored in held.decisions.values():
            decision = msgspec.json.decode(stored.body, type=Decision)
            self.named |= {same_address(one.address) for one in decision.persons}
        for one in held.escalations.values():
            self.named |= set(held.parties.get(one.ref, ())) | {same_address(j.person.address) for j in one.life.joined}
            self.named |= {each.address for each in self.everybody(one)}
        duties = {self.duty(partnership) for partnership in (PartnershipId("west-sussex"), EAST)}
        assert {one.address for one in held.notices.values()} <= self.named | duties

    @invariant()
    def history_is_never_rewritten(self) -> None:
        lines = tuple(self.router.memory.history)
        assert lines[: len(self.lines)] == self.lines
        self.lines = lines

    @invariant()
    def somebody_holds_what_is_open_or_the_desk_was_told(self) -> None:
        if not self.newest or self.now.state is not State.ROUTED:
            return
        desk = [one for one in self.router.memory.notices.values() if one.kind is NoticeKind.DESK]
        assert self.now.life.holdings or desk

    @invariant()
    def a_date_is_another_only_where_the_raiser_agreed(self) -> None:
        agreed = {line.ref for line in self.router.memory.history if line.what is What.DATE_AGREED}
        moved = {one.ref for one in self.router.memory.escalations.values() if one.life.agreed_until is not None}
        assert moved <= agreed

    @invariant()
    def nothing_that_was_sent_is_lost(self) -> None:
        assert len([code for code in self.router.memory.inbox.values() if code is not None]) == self.parked


def without(posts: set[str]) -> Entries:
    """The demonstration's directory with the holders of these posts away."""
    away = Absence(first=date(2026, 1, 1), last=date(2028, 12, 31))
    agencies = tuple(
        replace(one, posts=tuple(replace(p, absences=(away,)) if p.id in posts else p for p in one.posts))
        for one in demonstration().agencies
    )
    return replace(demonstration(), agencies=agencies)


LIVES = 40 if "CANDOUR_FAULT_RUNS" in os.environ else 15
"""How many lives are led; `make faults` leads more."""

TestEscalationLives = EscalationLives.TestCase
TestEscalationLives.settings = (
    settings(  # a life is long: to shorten one that fails takes minutes, and it reads as it is
        max_examples=LIVES, stateful_step_count=30, deadline=None, phases=[Phase.reuse, Phase.generate]
    )
)
