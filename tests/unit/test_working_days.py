"""Working days as people of the field count them. Dates are GOV.UK's, shipped with the library."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.terms import Nation
from shared.working_days import (
    BeyondHolidayData,
    add_working_days,
    due_at,
    holidays_of,
    is_working_day,
    next_working_day,
    working_days_between,
)

ENGLAND = holidays_of(Nation.ENGLAND)
days_with_data = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("received", "days", "due"),
    [
        (date(2026, 12, 21), 5, date(2026, 12, 30)),  # over Christmas
        (date(2027, 3, 25), 5, date(2027, 4, 5)),  # over Easter
        (date(2027, 4, 30), 5, date(2027, 5, 10)),  # over the early May bank holiday
        (date(2027, 1, 11), 5, date(2027, 1, 18)),
        (date(2026, 12, 26), 1, date(2026, 12, 29)),  # received on a Saturday that is Boxing Day
        (date(2027, 1, 11), 0, date(2027, 1, 11)),
    ],
)
def test_a_bank_holiday_moves_the_due_date(received: date, days: int, due: date) -> None:
    assert add_working_days(received, days, holidays=ENGLAND) == due


def test_each_nation_has_its_own_holidays() -> None:
    scotland, ireland = holidays_of(Nation.SCOTLAND), holidays_of(Nation.NORTHERN_IRELAND)
    assert not is_working_day(date(2026, 1, 2), scotland.days)
    assert is_working_day(date(2026, 1, 2), ENGLAND.days)
    assert is_working_day(date(2026, 4, 6), scotland.days)
    assert not is_working_day(date(2026, 4, 6), ENGLAND.days)
    assert not is_working_day(date(2026, 3, 17), ireland.days)


def test_nothing_is_counted_past_the_end_of_the_holiday_data() -> None:
    with pytest.raises(BeyondHolidayData):
        add_working_days(ENGLAND.known_until, 1, holidays=ENGLAND)
    with pytest.raises(BeyondHolidayData):
        working_days_between(date(2027, 1, 1), date(2099, 1, 1), holidays=ENGLAND)


def test_due_means_five_in_the_afternoon_local_time() -> None:
    assert due_at(date(2026, 12, 30), "Europe/London") == datetime(2026, 12, 30, 17, tzinfo=UTC)
    assert due_at(date(2027, 5, 10), "Europe/London") == datetime(2027, 5, 10, 16, tzinfo=UTC)


@given(days_with_data, st.integers(0, 40))
def test_a_due_date_is_a_working_day_and_counts_back(start: date, days: int) -> None:
    due = add_working_days(start, days, holidays=ENGLAND)
    assert working_days_between(start, due, holidays=ENGLAND) == days
    assert days == 0 or is_working_day(due, ENGLAND.days)


@given(days_with_data, st.integers(0, 40))
def test_more_days_never_make_it_due_earlier(start: date, days: int) -> None:
    assert add_working_days(start, days, holidays=ENGLAND) < add_working_days(start, days + 1, holidays=ENGLAND)


def test_the_next_working_day_after_christmas_eve_2026_is_the_29th() -> None:
    assert next_working_day(date(2026, 12, 24), holidays=ENGLAND) == date(2026, 12, 29)
