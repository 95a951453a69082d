"""How long the console's work on a directory of 20,000 contacts takes. Prints; asserts nothing. Shell."""

import time
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from services.router.domain.directory import (
    Absence,
    Agency,
    Directory,
    Entries,
    Holder,
    Post,
    entries_bytes,
    read_entries,
)
from services.router.domain.keeping.editing import Edited, edit, setting
from services.router.domain.keeping.gaps import grid
from services.router.domain.keeping.guarding import change_routes_to_nobody
from services.router.domain.keeping.rows import Key, Kind
from shared.terms import AgencyId, AgencyType, PartnershipId, PostId
from tests.policy_world import entries, policies

replace = msgspec.structs.replace
CONTACTS = 20_000
POSTS_EACH = 10
DAY = date(2026, 11, 23)
WEST = PartnershipId("west-sussex")
AWAY_EACH = 7
"""One post in so many has an absence that begins within the sixty days."""


def many(contacts: int = CONTACTS) -> Entries:
    """The demonstration with more agencies until there are so many posts, all serving one partnership."""
    policy = policies()["pan-sussex"]
    kinds = [kind for kind in AgencyType if policy.rungs.get(kind)]
    roles = {kind: [one.code for rung in policy.rungs[kind].values() for one in rung.roles] for kind in kinds}
    turns = [kinds[index % len(kinds)] for index in range(contacts // POSTS_EACH)]
    made = [_agency(index, kind, roles[kind]) for index, kind in enumerate(turns)]
    return replace(entries(), agencies=(*entries().agencies, *made))


def _agency(index: int, kind: AgencyType, roles: list[str]) -> Agency:
    agency = AgencyId(f"bench-{index}")
    posts = tuple(_post(agency, number, roles[number % len(roles)]) for number in range(POSTS_EACH))
    return Agency(id=agency, name=f"Bench agency {index}", type=kind, owner=WEST, serves=(WEST,), posts=posts)


def _post(agency: AgencyId, number: int, role: str) -> Post:
    holder = Holder(name=f"Bench Person {number}", address=f"person-{number}@{agency}.example", phone="01632 960000")
    away = DAY + timedelta(days=number * 3)
    absences = (Absence(first=away, last=away + timedelta(days=5)),) if number % AWAY_EACH == 0 else ()
    return Post(
        id=PostId(f"{agency}.{number}"), title=f"Post {number}", role=role, holders=(holder,), absences=absences
    )


def timed(what: str, work: Callable[[], object]) -> object:
    began = time.process_time()
    found = work()
    print(f"  {what:<58} {1000 * (time.process_time() - began):8.1f} ms")
    return found


def main() -> None:
    """Each step of a change, as the console takes it."""
    standing = many()
    print(f"Directory of {sum(len(one.posts) for one in standing.agencies):,} posts, processor time:")
    body = timed("write a revision's bytes", lambda: entries_bytes(standing))
    assert isinstance(body, bytes)
    print(f"  {'size of a revision':<58} {len(body) / 1e6:8.1f} MB")
    timed("read them", lambda: read_entries(body))
    before = timed("prepare the look-ups", lambda: Directory(standing, revision=1))
    assert isinstance(before, Directory)
    policy = policies()["pan-sussex"]
    timed("the whole grid of gaps, 60 days", lambda: grid(before, WEST, policy, DAY))
    timed("the same again", lambda: grid(before, WEST, policy, DAY))
    key = Key(Kind.POST, "bench-7", "bench-7.1")
    post = before.posts[PostId("bench-7.1")].post
    swaps = setting(standing, key, replace(post, title="Another title"))
    made = timed("make and check one change", lambda: edit(standing, swaps, policies=policies()))
    assert isinstance(made, Edited)
    gone = setting(standing, key, None)
    timed("make and check one closing", lambda: edit(standing, gone, policies=policies()))
    after, touched = made.entries, frozenset({"bench-7"})

    def guarded() -> object:
        return change_routes_to_nobody(standing, after, policies=policies(), touched=touched, day=DAY)

    timed("see that it routes to somebody", guarded)


if __name__ == "__main__":
    main()
