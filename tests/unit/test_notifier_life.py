"""The life of a letter, what the relay's answers mean, and whose turn it is: as tables."""

import datetime as dt
from collections import Counter

import pytest

from services.notifier.domain.life import (
    SETTLED,
    TABLE,
    WAITING,
    Happening,
    Impossible,
    State,
    after,
    expires_at,
    is_delayed,
    wait_after,
)
from services.notifier.domain.outcome import Outcome, relay_after, troubled_after
from services.notifier.domain.relay import UP, failed, is_news, may_try
from services.notifier.domain.turns import Lanes, Waiting, choose
from services.notifier.domain.verdict import Moment, enhanced_of, verdict
from services.notifier.domain.when import time_in_words
from shared.terms import NoticeId

NOW = dt.datetime(2026, 12, 21, 14, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def test_the_table_knows_every_state() -> None:
    assert set(TABLE) == set(State) == {*WAITING, *SETTLED, State.SENDING}


@pytest.mark.parametrize("state", SETTLED)
@pytest.mark.parametrize("happening", Happening)
def test_nothing_happens_to_a_settled_letter(state: State, happening: Happening) -> None:
    with pytest.raises(Impossible):
        after(state, happening)


def test_only_a_letter_on_its_way_can_end() -> None:
    endings = {Happening.ACCEPTED, Happening.REFUSED, Happening.DEFERRED, Happening.BROKEN, Happening.RELAY_FAILED}
    assert all(not endings & set(TABLE[state]) for state in WAITING)
    assert endings <= set(TABLE[State.SENDING])


def test_the_waits_are_1_2_5_10_15_30_minutes_and_then_hours() -> None:
    assert [wait_after(setbacks) / MINUTE for setbacks in range(9)] == [0, 1, 2, 5, 10, 15, 30, 60, 60]


def test_a_code_lives_half_an_hour_and_a_letter_five_days() -> None:
    assert expires_at(NOW, code=True) - NOW == 30 * MINUTE
    assert expires_at(NOW, code=False) - NOW == dt.timedelta(days=5)


@pytest.mark.parametrize(
    ("minutes_deferred", "others_accepted", "delayed"),
    [
        (14, 10, False),  # not yet a quarter of an hour
        (15, 10, True),  # other mail went out meanwhile
        (15, -1, True),  # the same escalation's other letters, a minute before
        (15, -16, False),  # too long ago to say that the relay worked
        (600, None, False),  # nothing else was ever accepted: it may be the relay
    ],
)
def test_a_delay_is_the_recipients_own_only_while_other_mail_is_accepted(
    minutes_deferred: int, others_accepted: int | None, delayed: bool
) -> None:
    accepted = None if others_accepted is None else NOW + others_accepted * MINUTE
    now = NOW + minutes_deferred * MINUTE
    assert is_delayed(deferred_since=NOW, others_accepted_at=accepted, now=now) is delayed


@pytest.mark.parametrize(
    ("moment", "code", "enhanced", "happening"),
    [
        (Moment.RECIPIENT, 550, "5.1.1", Happening.REFUSED),
        (Moment.RECIPIENT, 550, "", Happening.REFUSED),
        (Moment.RECIPIENT, 552, "5.2.2", Happening.REFUSED),
        (Moment.RECIPIENT, 450, "4.2.1", Happening.DEFERRED),
        (Moment.RECIPIENT, 451, "", Happening.DEFERRED),
        (Moment.RECIPIENT, 451, "4.4.1", Happening.DEFERRED),
        (Moment.RECIPIENT, 452, "4.3.1", Happening.RELAY_FAILED),  # the relay's own disk
        (Moment.RECIPIENT, 421, "4.7.0", Happening.RELAY_FAILED),
        (Moment.RECIPIENT, 530, "5.7.0", Happening.RELAY_FAILED),  # it wants a login: our set-up
        (Moment.RECIPIENT, 554, "5.7.1", Happening.DEFERRED),  # "relay access denied": never the recipient's fault
        (Moment.CONTENT, 554, "5.7.1", Happening.DEFERRED),  # a filter
        (Moment.CONTENT, 554, "5.6.0", Happening.DEFERRED),
        (Moment.CONTENT, 552, "5.3.4", Happening.REFUSED),
        (Moment.CONTENT, 451, "4.2.0", Happening.DEFERRED),
        (Moment.SENDER, 550, "5.1.8", Happening.RELAY_FAILED),  # our own address: nobody is replaced for it
        (Moment.CONNECTION, 535, "5.7.8", Happening.RELAY_FAILED),
        (Moment.CONNECTION, 554, "", Happening.RELAY_FAILED),
    ],
)
def test_what_an_answer_means(moment: Moment, code: int, enhanced: str, happening: Happening) -> None:
    assert verdict(moment, code=code, enhanced=enhanced) is happening


@pytest.mark.parametrize(
    ("text", "enhanced"),
    [("5.1.1 <jo@a.example> unknown", "5.1.1"), ("Greylisted", ""), ("10.1.1 no", ""), ("4.2.0", "4.2.0")],
)
def test_of_a_reply_only_the_enhanced_status_is_kept(text: str, enhanced: str) -> None:
    assert enhanced_of(text) == enhanced


def test_the_relay_is_probed_ever_more_rarely_up_to_a_minute() -> None:
    state, waits = UP, []
    for _ in range(9):
        state = failed(state, NOW)
        assert state.probe_at is not None
        waits.append((state.probe_at - NOW).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert not may_try(state, NOW)
    assert may_try(state, NOW + MINUTE)


def test_a_hiccup_of_the_relay_is_not_news_and_half_a_minute_is() -> None:
    state = failed(UP, NOW)
    assert not is_news(state, NOW + dt.timedelta(seconds=29))
    assert is_news(state, NOW + dt.timedelta(seconds=30))


def _outcome(happening: Happening, *, answered: bool) -> Outcome:
    return Outcome(happening=happening, code="", answered=answered)


def test_one_sound_answer_outweighs_a_lost_connection_beside_it() -> None:
    lost = _outcome(Happening.RELAY_FAILED, answered=False)
    sound = _outcome(Happening.REFUSED, answered=True)
    assert relay_after(UP, [lost, sound], NOW) == UP
    assert relay_after(UP, [lost], NOW).down_since == NOW


def test_a_domain_is_in_trouble_until_it_accepts() -> None:
    deferred = _outcome(Happening.DEFERRED, answered=True)
    accepted = _outcome(Happening.ACCEPTED, answered=True)
    assert troubled_after(frozenset(), [("a.example", deferred)]) == {"a.example"}
    assert troubled_after(frozenset({"a.example"}), [("a.example", accepted)]) == frozenset()


def _waiting(*domains: str) -> list[Waiting]:
    return [Waiting(id=NoticeId(str(number)), domain=domain) for number, domain in enumerate(domains)]


LANES = Lanes(all=4, domain=2, troubled=1)


def test_domains_take_turns() -> None:
    chosen = choose(_waiting("a", "a", "a", "b", "c"), under_way=Counter(), troubled=frozenset(), lanes=LANES)
    assert [letter.domain for letter in chosen] == ["a", "b", "c", "a"]


def test_one_domain_never_has_all_lanes() -> None:
    chosen = choose(_waiting("a", "a", "a", "a"), under_way=Counter(a=1), troubled=frozenset(), lanes=LANES)
    assert len(chosen) == 1


def test_domains_in_trouble_keep_to_half_of_the_lanes() -> None:
    troubled = frozenset("abcd")
    chosen = choose(_waiting("a", "b", "c", "d", "e"), under_way=Counter(), troubled=troubled, lanes=LANES)
    assert sorted(letter.domain for letter in chosen) == ["a", "b", "e"]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (dt.datetime(2026, 12, 30, 17, tzinfo=dt.UTC), "Wednesday 30 December 2026, 5 pm"),
        (dt.datetime(2027, 6, 1, 16, tzinfo=dt.UTC), "Tuesday 1 June 2027, 5 pm"),  # summer time
        (dt.datetime(2026, 12, 26, 15, 30, tzinfo=dt.UTC), "Saturday 26 December 2026, 3:30 pm"),
        (dt.datetime(2026, 12, 26, 12, tzinfo=dt.UTC), "Saturday 26 December 2026, 12 noon"),
        (dt.datetime(2026, 12, 26, 0, 5, tzinfo=dt.UTC), "Saturday 26 December 2026, 12:05 am"),
    ],
)
def test_a_time_limit_is_written_in_full(at: dt.datetime, words: str) -> None:
    assert time_in_words(at, "Europe/London") == words
