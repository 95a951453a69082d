"""When a service says that its link to the broker is not well."""

from datetime import UTC, datetime, timedelta

from shared.clock import FixedClock
from shared.failures import Code
from shared.jetstream.health import LINK, LinkHealth


def health() -> tuple[LinkHealth, FixedClock]:
    clock = FixedClock(datetime(2026, 3, 2, 12, tzinfo=UTC))
    return LinkHealth(clock), clock


def test_a_trouble_fails_health_after_five_minutes_and_not_before() -> None:
    link, clock = health()
    link.begin("pull", Code.BROKER_UNAVAILABLE)
    clock.advance(timedelta(minutes=4, seconds=59))
    assert link.problem() is None
    link.begin("pull", Code.BROKER_UNAVAILABLE)
    clock.advance(timedelta(seconds=1))
    assert link.problem() is Code.BROKER_UNAVAILABLE


def test_a_trouble_that_passed_is_no_problem() -> None:
    link, clock = health()
    link.begin("pull", Code.BROKER_UNAVAILABLE)
    clock.advance(timedelta(minutes=6))
    link.end("pull")
    assert link.problem() is None


def test_a_refused_signature_fails_health_at_once_and_for_good() -> None:
    link, clock = health()
    link.refuse(Code.BAD_SIGNATURE)
    clock.advance(timedelta(days=1))
    assert link.problem() is Code.BAD_SIGNATURE


def test_a_message_that_another_instance_took_over_is_not_ours_to_fail_for() -> None:
    link, clock = health()
    link.begin("message", Code.STORE_UNAVAILABLE)
    clock.advance(timedelta(minutes=11))
    assert link.problem() is None


def test_a_lost_connection_stays_a_problem() -> None:
    link, clock = health()
    link.begin(LINK, Code.BROKER_UNAVAILABLE)
    clock.advance(timedelta(hours=3))
    assert link.problem() is Code.BROKER_UNAVAILABLE
