"""Rate limits, and who a source is."""

from typing import Any

import pytest

from services.intake.web.limits import LARGE, Limiter, source_of


class Time:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def scope(client: str, *forwarded: str) -> Any:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return {"type": "http", "client": (client, 50000), "headers": headers}


def passed(limiter: Limiter, source: str, tries: int) -> int:
    return sum(limiter.wait_seconds(source) == 0 for _ in range(tries))


def test_a_minutes_worth_passes_at_once_and_no_more() -> None:
    limiter = Limiter(a_minute=100, a_minute_per_source=10, now=Time())
    assert passed(limiter, "a", 50) == 10
    assert passed(limiter, "b", 50) == 10


def test_all_sources_together_have_a_limit_too() -> None:
    limiter = Limiter(a_minute=15, a_minute_per_source=10, now=Time())
    assert passed(limiter, "a", 50) + passed(limiter, "b", 50) == 15


def test_waiting_as_long_as_was_said_is_enough() -> None:
    time = Time()
    limiter = Limiter(a_minute=100, a_minute_per_source=10, now=time)
    passed(limiter, "a", 10)
    wait = limiter.wait_seconds("a")
    assert 0 < wait <= 6.001
    time.now += wait
    assert limiter.wait_seconds("a") == 0


def test_a_large_body_takes_as_much_of_its_source_as_several_small_ones_and_nothing_of_the_others() -> None:
    limiter = Limiter(a_minute=100, a_minute_per_source=10, now=Time())
    assert limiter.wait_seconds("a") == 0
    limiter.weigh("a", 5 * LARGE)
    assert passed(limiter, "a", 50) == 4
    assert passed(limiter, "b", 50) == 10


@pytest.mark.parametrize("size", [0, LARGE - 1])
def test_a_form_of_the_usual_size_counts_once(size: int) -> None:
    limiter = Limiter(a_minute=100, a_minute_per_source=10, now=Time())
    assert limiter.wait_seconds("a") == 0
    limiter.weigh("a", size)
    assert passed(limiter, "a", 50) == 9


def test_tries_that_were_refused_do_not_count() -> None:
    time = Time()
    limiter = Limiter(a_minute=100, a_minute_per_source=10, now=time)
    passed(limiter, "a", 10_000)
    time.now += 60
    assert passed(limiter, "a", 50) == 10


@pytest.mark.parametrize(
    ("proxies", "forwarded", "source"),
    [
        (0, (), "192.0.2.1"),
        (0, ("203.0.113.9",), "192.0.2.1"),
        (1, ("203.0.113.9",), "203.0.113.9"),
        (1, ("6.6.6.6, 203.0.113.9",), "203.0.113.9"),
        (1, ("6.6.6.6", "203.0.113.9"), "203.0.113.9"),
        (2, ("6.6.6.6, 203.0.113.9, 198.51.100.2",), "203.0.113.9"),
        (2, ("203.0.113.9",), "192.0.2.1"),
        (1, (), "192.0.2.1"),
        (1, ("not an address",), "unknown"),
    ],
)
def test_only_what_our_own_proxies_saw_names_the_source(proxies: int, forwarded: tuple[str, ...], source: str) -> None:
    assert source_of(scope("192.0.2.1", *forwarded), proxies=proxies) == source


def test_addresses_of_one_ipv6_network_are_one_source() -> None:
    one, other, far = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
    assert source_of(scope(one), proxies=0) == source_of(scope(other), proxies=0) != source_of(scope(far), proxies=0)


def test_an_ipv4_address_written_as_ipv6_is_the_same_source() -> None:
    assert source_of(scope("::ffff:192.0.2.1"), proxies=0) == "192.0.2.1"
