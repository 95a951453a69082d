"""A revision prepared from the one before is the revision prepared alone, and so are the gaps in it. Pure."""

from datetime import date, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

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
from services.router.domain.keeping.attention import AgencyNow, agencies_now, post_now
from services.router.domain.keeping.gaps import Grid, agencies_of, grid
from services.router.domain.routing.revisions import Revisions
from shared.terms import AgencyId, PartnershipId, PostId
from tests.policy_world import entries, policies

WEST = PartnershipId("west-sussex")
DAY = date(2026, 11, 23)
replace = msgspec.structs.replace
STANDING = entries()
HERE = [one.id for one in STANDING.agencies if WEST in (one.owner, *one.serves) and one.posts]
FEW = [place for place, one in enumerate(STANDING.agencies) if one.id in HERE][:4]
"""Few agencies are changed, and their posts stand in for each other: what one leans on is often another."""
POSTS = [post.id for place in FEW for post in STANDING.agencies[place].posts[:2]]
PEOPLE = ("ash@a.example", "briar@b.example", "ASH@a.example")


@st.composite
def changed(draw: st.DrawFn, before: Entries) -> Entries:
    """One change of one agency, of a partnership, or of which agencies there are and in what order."""
    agencies = list(before.agencies)
    place = min(draw(st.sampled_from(FEW)), len(agencies) - 1)
    match draw(st.sampled_from(["post", "post", "post", "agency", "gone", "twice", "order", "partnership"])):
        case "post" if agencies[place].posts:
            agencies[place] = draw(_with_post(agencies[place]))
        case "agency":
            sponsor = draw(st.sampled_from([None, *HERE]))
            agencies[place] = replace(agencies[place], sponsor=sponsor, phone=draw(st.sampled_from(["1", "2"])))
        case "gone" if len(agencies) > 5:  # what leans on it names what is not there
            del agencies[place]
        case "twice":
            number = draw(st.integers(0, 3))
            posts = tuple(replace(one, id=PostId(f"new-{number}.{at}")) for at, one in enumerate(agencies[place].posts))
            new = replace(agencies[place], id=AgencyId(f"new-{number}"), posts=posts)
            agencies = [*(one for one in agencies if one.id != new.id), new]
        case "order":
            agencies.reverse()
        case "partnership":
            here = replace(before.partnerships[0], partners=tuple(draw(st.permutations(HERE)))[:2])
            return replace(before, partnerships=(here, *before.partnerships[1:]))
        case _:
            pass
    return replace(before, agencies=tuple(agencies))


@st.composite
def _with_post(draw: st.DrawFn, agency: Agency) -> Agency:
    at = draw(st.integers(0, min(1, len(agency.posts) - 1)))
    return replace(agency, posts=(*agency.posts[:at], draw(_post(agency.posts[at])), *agency.posts[at + 1 :]))


@st.composite
def _post(draw: st.DrawFn, post: Post) -> Post:
    deputy = draw(st.sampled_from([None, *POSTS]))
    first = DAY + timedelta(days=draw(st.integers(-3, 40)))
    absence = Absence(first=first, last=first + timedelta(days=draw(st.integers(0, 9))), deputy=deputy)
    holder = Holder(name="Ash", address=draw(st.sampled_from(PEOPLE)))
    return draw(
        st.sampled_from(
            [
                replace(post, deputy=deputy),
                replace(post, absences=(absence,)),
                replace(post, holders=()),
                replace(post, holders=(holder,)),
                replace(post, allocates=(post.role,)),
            ]
        )
    )


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_revision_is_the_same_whatever_was_prepared_before_it(data: st.DataObject) -> None:
    revisions, policy, standing = Revisions(), policies()["pan-sussex"], STANDING
    for revision in range(1, 6):
        body = entries_bytes(standing)
        found, alone = revisions.prepare(body, revision=revision), Directory(read_entries(body), revision=revision)
        assert found.entries == alone.entries
        assert looked_up(found) == looked_up(alone)
        fresh = replace(policy)  # another object: nothing was worked out for it
        gaps = grid(found, WEST, policy, DAY)
        assert gaps == grid(alone, WEST, fresh, DAY)
        here = [
            post_now(alone, post, DAY) for one in agencies_of(alone, alone.partnerships[WEST]) for post in one.posts
        ]
        assert [post for one in agencies_now(found, WEST, gaps) for post in one.posts] == here
        standing = data.draw(changed(standing))


def looked_up(directory: Directory) -> list[object]:
    """All that can be asked of it, with the order of what is found."""
    addresses = [*PEOPLE, *(one.address for each in directory.posts.values() for one in each.post.holders)]
    agencies = [one.id for one in directory.entries.agencies]
    roles = sorted({one.post.role for one in directory.posts.values()})
    return [
        list(directory.posts.items()),
        list(directory.settled.items()),
        list(directory.agencies),
        [directory.at_address(one) for one in addresses],
        [directory.own_post(agency, one) for one in PEOPLE for agency in agencies],
        [directory.with_role(agency, role) for agency in agencies for role in roles],
        [directory.allocating(agency, role) for agency in agencies for role in roles],
        [directory.named(agency, "ash") for agency in agencies],
        [directory.social_care(one) for one in directory.partnerships],
        [directory.in_domain(agency, one) for one in addresses[:5] for agency in agencies],
        [directory.in_any_domain(one) for one in addresses],
    ]


def test_gaps_follow_a_deputy_who_leaves_another_agency() -> None:
    revisions, policy = Revisions(), policies()["pan-sussex"]
    deputy = next(post.id for post in STANDING.agencies[FEW[1]].posts if post.holders)
    away = Absence(first=DAY, last=DAY + timedelta(days=70), deputy=deputy)
    before = changed_posts(STANDING, FEW[0], absences=(away,))
    found = revisions.prepare(entries_bytes(before), revision=1)
    first = grid(found, WEST, policy, DAY), agencies_now(found, WEST, grid(found, WEST, policy, DAY))
    after = changed_posts(before, FEW[1], holders=())
    found = revisions.prepare(entries_bytes(after), revision=2)
    then = grid(found, WEST, policy, DAY), agencies_now(found, WEST, grid(found, WEST, policy, DAY))
    for one, other in zip(of_agency(first, FEW[0]), of_agency(then, FEW[0]), strict=True):
        assert one != other
    assert then[0] == grid(Directory(after, revision=2), WEST, replace(policy), DAY)


def changed_posts(before: Entries, place: int, **changes: object) -> Entries:
    agencies = list(before.agencies)
    posts = tuple(replace(one, **changes) for one in agencies[place].posts)
    agencies[place] = replace(agencies[place], posts=posts)
    return replace(before, agencies=tuple(agencies))


def of_agency(seen: tuple[Grid, tuple[AgencyNow, ...]], place: int) -> tuple[object, object]:
    """The agency's lines, and its posts, as they are shown."""
    wanted = STANDING.agencies[place].id
    posts = [one.posts for one in seen[1] if one.agency.id == wanted]
    return [line.spans for line in seen[0].lines if line.agency.id == wanted], posts
