"""A row of the audit says field by field what was changed. Pure."""

from services.router.console.audit_changes import Changed, changes

BEFORE = '{"id":"a.b","title":"Inspector","phone":"","holder":[{"name":"Ash","address":"ash@a.example"}],"deputy":null}'
AFTER = '{"id":"a.b","title":"Inspector","phone":"01632 960001","holder":[],"deputy":"a.c"}'


def test_only_what_differs_is_said_and_nothing_twice() -> None:
    assert changes(BEFORE, AFTER) == (
        Changed("phone", "", "01632 960001"),
        Changed("holder", "Ash ash@a.example", ""),
        Changed("deputy", "", "a.c"),
    )


def test_an_entry_that_was_added_or_closed_is_said_whole() -> None:
    added = changes("", AFTER)
    assert added == (
        Changed("title", "", "Inspector"),
        Changed("phone", "", "01632 960001"),
        Changed("deputy", "", "a.c"),
    )
    assert changes(AFTER, "") == tuple(Changed(one.field, one.after, one.before) for one in added)


def test_words_stay_words() -> None:
    for before, after in (
        ("", ""),
        ("open", "done"),
        ("", "{not json"),
        ("[1]", "[2]"),
        (BEFORE, "closed"),
        ("7", "8"),
    ):
        assert changes(before, after) == ()


def test_what_stays_as_it_was_is_no_change() -> None:
    assert changes(BEFORE, BEFORE) == ()
