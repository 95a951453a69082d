"""Laws of sessions, codes, merged mail and moves: whatever the order of events, they hold. Shell."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.router.domain.escalation import LEGAL, State
from services.router.domain.letters.waiting import BETWEEN, Channel, ChannelState, Waiting, Why, add, tell
from services.router.domain.sessions import (
    CODE_LIFE,
    TRIES,
    Attempt,
    Purpose,
    Session,
    Verdict,
    code_digest,
    counts,
    is_live,
    signed_in,
    try_code,
)
from shared.terms import Digest, EscalationRef, NoticeId, PartnershipId

AT = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
RIGHT = "246810"


def fresh(**changes: object) -> Attempt:
    plain = Attempt(
        id=NoticeId("n"),
        purpose=Purpose.CONFIRM,
        partnership=PartnershipId("p"),
        secret=Digest("s"),
        subject="x",
        address="a@b.example",
        code=code_digest(NoticeId("n"), RIGHT),
        asked_at=AT,
        accepted_at=AT,
    )
    return msgspec.structs.replace(plain, **changes)


class CodesLetOnlyTheRightOneThrough(RuleBasedStateMachine):
    """Tries in any order and at any time; a model counts what should have happened."""

    def __init__(self) -> None:
        super().__init__()
        self.attempt = fresh()
        self.at = AT
        self.tries = 0
        self.passed = False

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(code=st.one_of(st.just(RIGHT), st.text("0123456789", max_size=8)))
    def somebody_tries(self, code: str) -> None:
        before, right = self.attempt, code == RIGHT
        self.attempt, verdict = try_code(before, code, at=self.at)
        may = self.tries < TRIES and self.at <= AT + CODE_LIFE and not self.passed
        assert (verdict is Verdict.RIGHT) == (right and may)
        self.tries += before.tries < TRIES
        self.passed = self.passed or verdict is Verdict.RIGHT

    @invariant()
    def tries_are_bounded_and_passing_is_for_good(self) -> None:
        assert self.attempt.tries == min(self.tries, TRIES)
        assert (self.attempt.passed_at is not None) == self.passed


TestCodesLetOnlyTheRightOneThrough = CodesLetOnlyTheRightOneThrough.TestCase


@given(st.text(max_size=12), st.integers(0, 40))
def test_a_decoy_is_never_right(code: str, minutes: int) -> None:
    _, verdict = try_code(fresh(decoy=True), code, at=AT + timedelta(minutes=minutes))
    assert verdict is not Verdict.RIGHT
    _, verdict = try_code(fresh(decoy=True), RIGHT, at=AT)
    assert verdict is not Verdict.RIGHT


@given(st.lists(st.integers(-5, 50), max_size=40))
def test_only_counters_that_rise_count(counters: list[int]) -> None:
    session: Session | None = None
    answered = []
    for counter in counters:
        if counts(session, counter):
            session = Session(secret=Digest("s"), counter=counter, seen_at=AT)
            answered.append(counter)
    assert answered == sorted(set(answered))
    assert all(counter > 0 for counter in answered)


@given(st.lists(st.integers(0, 90), max_size=30))
def test_a_session_lives_neither_past_its_day_nor_past_half_an_hour_of_quiet(waits: list[int]) -> None:
    session, at, started = signed_in(Session(secret=Digest("s"), seen_at=AT), "a@b.example", at=AT), AT, AT
    ended = False
    for minutes in waits:
        at += timedelta(minutes=minutes)
        ended = ended or minutes > 30 or at >= started + timedelta(hours=10)
        assert is_live(session, at=at) == (not ended)
        if not ended:
            session = msgspec.structs.replace(session, seen_at=at)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=200))
def test_merged_mail_is_bounded_and_tells_everyone_once(arrivals: list[tuple[int, bool]]) -> None:
    channel = Channel(partnership=PartnershipId("p"), address="duty@x.example", urgent=False)
    state, at, mails, told = ChannelState(channel=channel), AT, 0, []
    for number, (seconds, urgent) in enumerate(arrivals):
        at += timedelta(seconds=seconds)
        ref = EscalationRef(str(number))
        state = add(state, Waiting(ref=ref, why=Why.INVALID, urgent=urgent, since=at))
        state, batch = tell(state, at=at)
        mails += bool(batch)
        told.extend(one.ref for one in batch)
        assert [one.urgent for one in batch] == sorted((one.urgent for one in batch), reverse=True)
    assert mails <= 1 + (at - AT) / BETWEEN
    while state.waiting:
        at += BETWEEN
        state, batch = tell(state, at=at)
        told.extend(one.ref for one in batch)
    assert sorted(told) == sorted(str(number) for number in range(len(arrivals)))


def test_every_state_is_in_the_table_and_reachable_and_a_parked_one_can_only_begin_again() -> None:
    assert set(LEGAL) == set(State)
    reached, left = {State.RECEIVED}, [State.RECEIVED]
    while left:
        for state in LEGAL[left.pop()] - reached:
            reached.add(state)
            left.append(state)
    assert reached == set(State)
    assert LEGAL[State.PARKED] == {State.RECEIVED}
    assert [state for state, targets in LEGAL.items() if State.RECEIVED in targets] == [State.PARKED]
