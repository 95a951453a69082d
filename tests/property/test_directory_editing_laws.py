"""Laws of changing the directory: whatever is changed can be taken back, row by row or all at once. Pure."""

from datetime import UTC, date, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.directory import Absence, Agency, Entries, Holder, Post, Team, entries_bytes
from services.router.domain.keeping.editing import Changed, Edited, edit, handed_on, setting, undo, with_absence
from services.router.domain.keeping.rows import Key, Kind, Row, Swap, differences, inverse, put, row_at, rows_of
from shared.terms import AgencyId, AgencyType, PartnershipId, PostId, TeamId
from tests.policy_world import entries, policies

replace = msgspec.structs.replace
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WEST = PartnershipId("west-sussex")
AGENCIES = [one.id for one in entries().agencies][:8]
NEW = AgencyId("oak-hall")
NAMES = st.sampled_from(["Ash Tryer", "Briar Holloway", "Corin Meadowes"])
DAYS = st.dates(date(2026, 11, 1), date(2027, 2, 1))


def holder(name: str) -> Holder:
    return Holder(name=name, address=f"{name.split()[0].lower()}@oak-hall.example")


@st.composite
def edits(draw: st.DrawFn, standing: Entries) -> tuple[Swap, ...]:
    """A change that somebody could make of these entries: add, change or take out an agency, a team, a post."""
    agency = draw(st.sampled_from([*[one for one in standing.agencies if one.id in AGENCIES or one.id == NEW]]))
    posts = [key for key, _, _ in rows_of(agency) if key.kind is Kind.POST]
    what = draw(st.sampled_from(["add", "holder", "absence", "close", "team", "name", "agency", "without"]))
    name = draw(NAMES)
    if what == "agency":
        new = Agency(id=NEW, name=name, type=AgencyType.EDUCATION, owner=WEST, serves=(WEST,))
        return setting(standing, Key(Kind.AGENCY, NEW, NEW), new)
    if what == "without":
        return setting(standing, Key(Kind.AGENCY, agency.id, agency.id), None)
    if what == "name":
        return setting(standing, Key(Kind.AGENCY, agency.id, agency.id), replace(agency, name=name))
    if what == "team":
        team = TeamId(f"{agency.id}.{draw(st.sampled_from(['east', 'west']))}")
        return setting(standing, Key(Kind.TEAM, agency.id, team), Team(id=team, name=name))
    if what == "add" or not posts:
        added = PostId(f"{agency.id}.{draw(st.integers(1, 3))}")
        post = Post(id=added, title=name, role="team_manager", holders=(holder(name),))
        return setting(standing, Key(Kind.POST, agency.id, added), post)
    key = draw(st.sampled_from(posts))
    return setting(standing, key, _changed(draw, row_at(standing, key), what, name))


def _changed(draw: st.DrawFn, post: Row | None, what: str, name: str) -> Post | None:
    assert isinstance(post, Post)
    if what == "close":
        return None
    if what == "absence":
        first = draw(DAYS)
        return with_absence(post, Absence(first=first, last=first))
    return handed_on(post, holder(name), since=draw(DAYS))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_sequence_of_changes_taken_back_in_turn_gives_the_same_entries(data: st.DataObject) -> None:
    states, made = [entries()], []
    for _ in range(data.draw(st.integers(1, 6))):
        after = edit(states[-1], swaps := data.draw(edits(states[-1])), policies=policies())
        if isinstance(after, Edited):
            states.append(after.entries)
            made.append([Changed(revision=len(states), swap=one, at=AT, by="a", why="") for one in swaps])
    while made:
        before = undo(states.pop(), made.pop(), policies=policies())
        assert isinstance(before, Edited), before
        assert entries_bytes(before.entries) == entries_bytes(states[-1])


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_differs_between_any_two_states_makes_one_of_the_other_both_ways(data: st.DataObject) -> None:
    first = after = entries()
    for _ in range(data.draw(st.integers(1, 6))):
        changed = put(after, data.draw(edits(after)))
        assert isinstance(changed, Entries)
        after = changed
    swaps = differences(first, after)
    assert put(first, swaps) == after
    assert put(after, inverse(swaps)) == first
