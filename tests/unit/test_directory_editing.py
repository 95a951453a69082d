"""Changes of the directory by a person: what is refused, and why, field by field. Pure."""

from datetime import UTC, date, datetime

import msgspec
import pytest

from services.router.domain.directory import Absence, Agency, Entries, Holder, Post
from services.router.domain.keeping.editing import (
    CHANGED_MEANWHILE,
    NOT_YOURS,
    Changed,
    Edited,
    Wrong,
    addresses_left,
    edit,
    handed_on,
    not_theirs,
    setting,
    undo,
    with_absence,
    without_absence,
)
from services.router.domain.keeping.rows import Key, Kind, bare, inverse, row_at
from shared.terms import PartnershipId, PostId
from tests.policy_world import entries, policies

replace = msgspec.structs.replace
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OFFICER = Key(Kind.POST, "sussex-police", "sussex-police.officer")
POLICE = Key(Kind.AGENCY, "sussex-police", "sussex-police")


def officer() -> Post:
    post = row_at(entries(), OFFICER)
    assert isinstance(post, Post)
    return post


def police() -> Agency:
    agency = row_at(entries(), POLICE)
    assert isinstance(agency, Agency)
    return agency


def with_(post: Post) -> Edited | tuple[Wrong, ...]:
    return edit(entries(), setting(entries(), OFFICER, post), policies=policies())


def held_by(name: str, address: str) -> Post:
    return replace(officer(), holders=(Holder(name=name, address=address),))


@pytest.mark.parametrize(
    ("post", "field"),
    [
        (held_by("Briar Holloway", "not an address"), ""),
        (held_by("Briar Holloway", "briar@really.gov.uk"), ""),
        (replace(officer(), team="no-such-team"), "team"),
        (replace(officer(), deputy=PostId("nobody")), ""),
        (with_absence(officer(), Absence(first=date(2026, 12, 2), last=date(2026, 12, 1))), "absence[0]"),
    ],
)
def test_a_change_that_cannot_stand_is_refused_with_its_row_and_field(post: Post, field: str) -> None:
    found = with_(post)
    assert not isinstance(found, Edited)
    assert [(one.key, one.field) for one in found] == [(OFFICER, field)]


def test_what_was_wrong_before_does_not_keep_another_change_from_being_made() -> None:
    broken = setting(entries(), OFFICER, held_by("Briar Holloway", "broken"))
    agencies = tuple(
        replace(one, posts=tuple(held_by("Briar", "broken") if post.id == OFFICER.id else post for post in one.posts))
        for one in entries().agencies
    )
    standing = replace(entries(), agencies=agencies)
    assert broken
    renamed = setting(standing, POLICE, replace(police(), name="Sussex Constabulary"))
    assert isinstance(edit(standing, renamed, policies=policies()), Edited)


def test_a_post_that_another_deputises_by_is_not_closed_under_it() -> None:
    relies = replace(officer(), deputy=PostId("sussex-police.inspector"))
    made = with_(relies)
    assert isinstance(made, Edited)
    inspector = Key(Kind.POST, "sussex-police", "sussex-police.inspector")
    found = edit(made.entries, setting(made.entries, inspector, None), policies=policies())
    assert not isinstance(found, Edited)
    assert OFFICER in [one.key for one in found]


def test_nothing_is_overwritten_that_somebody_changed_meanwhile() -> None:
    mine = setting(entries(), OFFICER, held_by("Briar Holloway", "briar@sussex-police.example"))
    theirs = with_(held_by("Corin Meadowes", "corin@sussex-police.example"))
    assert isinstance(theirs, Edited)
    assert edit(theirs.entries, mine, policies=policies()) == (Wrong(OFFICER, "", CHANGED_MEANWHILE),)


def test_an_older_change_is_taken_back_while_later_ones_of_other_rows_stay() -> None:
    first = with_(held_by("Briar Holloway", "briar@sussex-police.example"))
    assert isinstance(first, Edited)
    second = edit(
        first.entries, setting(first.entries, POLICE, replace(police(), name="Constabulary")), policies=policies()
    )
    assert isinstance(second, Edited)
    changes = [Changed(revision=2, swap=one, at=AT, by="a", why="") for one in first.swaps]
    back = undo(second.entries, changes, policies=policies())
    assert isinstance(back, Edited)
    assert row_at(back.entries, OFFICER) == officer()
    assert row_at(back.entries, POLICE) == replace(police(), name="Constabulary")


def test_a_partnership_that_does_not_own_the_agency_may_only_propose() -> None:
    swaps = setting(entries(), OFFICER, held_by("Briar Holloway", "briar@sussex-police.example"))
    assert not_theirs(entries(), swaps, PartnershipId("west-sussex")) == ()
    assert [one.says for one in not_theirs(entries(), swaps, PartnershipId("east-sussex"))] == [NOT_YOURS]


def test_nobody_gives_an_agency_to_another_partnership_or_takes_one() -> None:
    given = setting(entries(), POLICE, replace(police(), owner=PartnershipId("east-sussex")))
    assert not_theirs(entries(), given, PartnershipId("west-sussex"))
    assert not_theirs(entries(), given, PartnershipId("east-sussex"))


def test_the_address_that_a_post_no_longer_has_is_known_whatever_its_capitals() -> None:
    swaps = setting(entries(), OFFICER, held_by("Briar Holloway", "briar@sussex-police.example"))
    assert addresses_left(swaps) == ((OFFICER, officer().holders[0].address),)
    louder = held_by(officer().holders[0].name, officer().holders[0].address.upper())
    assert addresses_left(setting(entries(), OFFICER, louder)) == ()


def test_a_post_is_handed_on_from_a_day_and_held_until_the_day_before() -> None:
    new = Holder(name="Briar Holloway", address="briar@sussex-police.example")
    post = handed_on(officer(), new, since=date(2026, 12, 1))
    assert [(one.valid_from, one.valid_until) for one in post.holders] == [
        (None, date(2026, 11, 30)),
        (date(2026, 12, 1), None),
    ]


def test_an_absence_that_ends_early_is_taken_out_by_its_first_day() -> None:
    away = with_absence(officer(), Absence(first=date(2026, 12, 1), last=date(2026, 12, 9)))
    assert without_absence(away, date(2026, 12, 1)) == officer()


def test_the_same_again_is_no_change() -> None:
    assert setting(entries(), OFFICER, officer()) == ()
    assert setting(entries(), POLICE, police()) == ()
    assert bare(police()) == police()


def test_a_new_agency_stands_last_and_goes_with_all_it_has() -> None:
    key = Key(Kind.AGENCY, "oak-hall", "oak-hall")
    new = replace(police(), id="oak-hall", name="Oak Hall")
    made = edit(entries(), setting(entries(), key, new), policies=policies())
    assert isinstance(made, Edited)
    assert made.entries.agencies[-1].id == "oak-hall"
    without = edit(made.entries, setting(made.entries, key, None), policies=policies())
    assert isinstance(without, Edited)
    assert isinstance(without.entries, Entries)
    assert without.entries == entries()


def test_a_change_of_before_a_field_came_is_still_taken_back() -> None:
    changed = replace(officer(), title="Officer of the day")
    (swap,) = setting(entries(), OFFICER, changed)
    after = edit(entries(), (swap,), policies=policies())
    assert isinstance(after, Edited)
    of_then = {name: value for name, value in msgspec.json.decode(swap.after).items() if name != "absence"}
    older = replace(swap, after=msgspec.json.encode(of_then).decode())
    back = edit(after.entries, inverse((older,)), policies=policies())
    assert isinstance(back, Edited)
    assert back.entries == entries()
