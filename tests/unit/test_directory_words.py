"""A row of the directory in words, whatever somebody typed into it. Pure."""

from services.router.console.directory_words import as_text


def test_a_day_is_said_in_words() -> None:
    assert as_text("2026-12-14") == "14 December 2026"


def test_a_telephone_that_looks_like_a_day_stands_as_it_was_typed() -> None:
    assert as_text("0190-55-12") == "0190-55-12"
