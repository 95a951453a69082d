"""Possible patterns are counts brought to a person, and the learning log says what is to be done about them. Pure."""

from datetime import UTC, date, datetime, timedelta

from services.router.domain.admin.admins import AdminId
from services.router.domain.learning.learned import NOT_KNOWN, Coded
from services.router.domain.learning.learning_log import Entered, LogEntry, due_of, late, ordered, problems_of
from services.router.domain.learning.patterns import (
    Decided,
    Pattern,
    PatternDecision,
    newest,
    pattern_of_key,
    possible,
    waiting,
)
from shared.terms import EscalationRef, PartnershipId

WEST, TODAY = PartnershipId("west-sussex"), date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)
DELAY = Pattern("timeliness", "education", "police")


def rows(many: int, *, pattern: Pattern = DELAY, days_ago: int = 30) -> list[Coded]:
    return [
        Coded(
            matter=EscalationRef(f"{pattern.key}{days_ago}{number}"),
            partnership=WEST,
            area=pattern.area,
            raised_by=pattern.raised_by,
            about=pattern.about,
            stage=2,
            received_on=TODAY - timedelta(days=days_ago),
        )
        for number in range(many)
    ]


def decision(count: int, *, decided: Decided = Decided.WATCH) -> PatternDecision:
    return PatternDecision(
        partnership=WEST, pattern=DELAY.key, at=AT, by=AdminId("a" * 32), decided=decided, count=count
    )


def test_five_alike_in_a_year_are_a_possible_pattern() -> None:
    assert possible(rows(4), today=TODAY) == ()
    (found,) = possible(rows(5), today=TODAY)
    assert (found.pattern, found.many, found.before) == (DELAY, 5, 0)


def test_an_area_and_a_pair_are_named_where_they_hold_more() -> None:
    elsewhere = rows(3, pattern=Pattern("timeliness", "health", "police"))
    another = rows(2, pattern=Pattern("roles", "education", "police"))
    found = {one.pattern: one.many for one in possible(rows(5) + elsewhere + another, today=TODAY)}
    assert found == {Pattern("timeliness", "*", "*"): 8, Pattern("*", "education", "police"): 7, DELAY: 5}


def test_what_is_older_than_a_year_only_says_how_it_was_before() -> None:
    (found,) = possible(rows(6) + rows(9, days_ago=400) + rows(9, days_ago=800), today=TODAY)
    assert (found.many, found.before) == (6, 9)
    assert possible(rows(9, days_ago=400), today=TODAY) == ()


def test_an_agency_that_is_not_known_makes_no_pair() -> None:
    (found,) = possible(rows(5, pattern=Pattern("timeliness", NOT_KNOWN, "police")), today=TODAY)
    assert found.pattern == Pattern("timeliness", "*", "*")


def test_a_pattern_waits_until_somebody_decided_and_again_once_it_has_grown() -> None:
    found = possible(rows(10), today=TODAY)
    assert waiting(found, ()) == found
    assert waiting(found, (decision(6),)) == ()
    assert waiting(found, (decision(5),)) == found


def test_the_last_decision_stands() -> None:
    last = decision(5, decided=Decided.NO_PATTERN)
    assert newest((decision(5), last)) == {DELAY.key: last}


def test_a_key_is_read_back_as_its_pattern() -> None:
    assert pattern_of_key(DELAY.key) == DELAY
    assert pattern_of_key("timeliness") is None


def entry(name: str, due_on: date, done_on: date | None = None) -> LogEntry:
    return LogEntry(id=name, partnership=WEST, protocol="p", owner="o", due_on=due_on, done_on=done_on)


def test_what_is_open_stands_first_by_its_day() -> None:
    done, early = entry("done", TODAY, TODAY), entry("early", TODAY - timedelta(days=1))
    later = entry("later", TODAY + timedelta(days=1))
    assert ordered([done, later, early]) == (early, later, done)
    assert late([done, later, early], today=TODAY) == 1


def test_every_problem_of_an_entry_is_said_at_once() -> None:
    assert set(problems_of(Entered(protocol=" ", owner="", due=("31", "2", "2027")))) == {"protocol", "owner", "due"}
    assert set(problems_of(Entered(protocol="x" * 301, owner="x" * 121, due=("1", "2", "27")))) == {
        "protocol",
        "owner",
        "due",
    }
    good = Entered(protocol="Threshold guidance", owner="Training manager", due=("1", " 2 ", "2027"))
    assert problems_of(good) == {}
    assert due_of(good) == date(2027, 2, 1)
