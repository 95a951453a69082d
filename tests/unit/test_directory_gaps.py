"""Gaps of the directory: what is fine, what a deputy covers, what reaches nobody, and what is wrong beside it. Pure."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.router.domain.decision import Part
from services.router.domain.directory import ON_CALL, Absence, Agency, Directory, Holder, Post
from services.router.domain.keeping.gaps import DAYS, Flaw, Line, grid
from services.router.domain.keeping.guarding import change_routes_to_nobody, nearby, would_route_to_nobody
from services.router.domain.routing.deciding import decide_escalation
from services.router.domain.routing.reaching import Reach
from services.router.policy.facts import Facts, Raiser, Side
from shared.terms import AgencyId, EscalationRef, PartnershipId, PostId, StageNumber
from shared.working_days import holidays_of
from tests.policy_world import directory, entries, policies

replace = msgspec.structs.replace
DAY = date(2026, 11, 23)
WEST = PartnershipId("west-sussex")
POLICY = policies()["pan-sussex"]
POLICE = AgencyId("sussex-police")
INSPECTOR = PostId("sussex-police.inspector")
LEAD_ROLES = ("safeguarding_lead", "designated_safeguarding_lead")


def changed(agency: AgencyId, change: Callable[[Post], Post | None]) -> Directory:
    """The demonstration with each post of that agency changed, or taken out."""
    agencies = []
    for one in entries().agencies:
        posts = tuple(post for post in map(change, one.posts) if post is not None) if one.id == agency else one.posts
        agencies.append(replace(one, posts=posts))
    return Directory(replace(entries(), agencies=tuple(agencies)), revision=2)


def inspector(**values: object) -> Directory:
    return changed(POLICE, lambda post: replace(post, **values) if post.id == INSPECTOR else post)


def without_lead(post: Post) -> Post | None:
    return None if post.role in LEAD_ROLES else post


def line(where: Directory, agency: str, stage: int) -> Line:
    found = grid(where, WEST, POLICY, DAY)
    return next(one for one in found.lines if one.agency.id == agency and one.rung.number == stage)


def flaws(where: Directory, agency: str) -> list[Flaw]:
    return [one.flaw for one in grid(where, WEST, POLICY, DAY).findings if one.agency == agency]


def test_a_post_that_is_held_every_day_is_one_span_of_sixty_days() -> None:
    (span,) = line(directory(), "sussex-police", 3).spans
    assert (span.reach, span.first, span.days) == (Reach.FINE, DAY, DAYS)


def test_an_absence_with_a_deputy_shows_its_own_days_alone() -> None:
    away = Absence(first=date(2026, 12, 1), last=date(2026, 12, 9), deputy=PostId("sussex-police.sergeant-north"))
    spans = line(inspector(absences=(away,)), "sussex-police", 3).spans
    assert [(one.reach, one.first) for one in spans] == [
        (Reach.FINE, DAY),
        (Reach.DEPUTY, date(2026, 12, 1)),
        (Reach.FINE, date(2026, 12, 10)),
    ]
    assert any("9 December 2026" in says for says in spans[1].says)


def test_a_post_without_holder_and_an_agency_without_lead_reach_nobody_from_that_day() -> None:
    def leaving(post: Post) -> Post | None:
        leaves = replace(post.holders[0], valid_until=date(2026, 12, 24)) if post.holders else None
        kept = replace(post, holders=(leaves,), deputy=None) if post.id == INSPECTOR and leaves else post
        return without_lead(kept)

    spans = line(changed(POLICE, leaving), "sussex-police", 3).spans
    assert [(one.reach, one.first) for one in spans][-1] == (Reach.NOBODY, date(2026, 12, 25))


def test_several_posts_with_one_that_allocates_are_fine_and_without_one_are_told() -> None:
    assert line(directory(), "sussex-police", 2).worst is Reach.FINE
    assert Flaw.NO_ALLOCATOR not in flaws(directory(), "sussex-police")
    alone = changed(POLICE, lambda post: replace(post, allocates=()))
    assert Flaw.NO_ALLOCATOR in flaws(alone, "sussex-police")


def test_one_person_on_two_stages_is_told() -> None:
    sergeants = directory().with_role(POLICE, "detective_sergeant")
    same = inspector(holders=sergeants[0].post.holders)
    assert Flaw.SAME_PERSON in flaws(same, "sussex-police")
    assert Flaw.SAME_PERSON not in flaws(directory(), "sussex-police")


def test_somebody_who_moves_up_a_stage_holds_neither_twice() -> None:
    mover = directory().with_role(POLICE, "detective_sergeant")[0].post.holders[0]

    def moving(post: Post) -> Post:
        if post.holders and post.holders[0] == mover:
            return replace(post, holders=(replace(mover, valid_until=date(2026, 11, 30)), post.holders[0]))
        if post.id == INSPECTOR:
            until = tuple(replace(one, valid_until=date(2026, 11, 30)) for one in post.holders)
            return replace(post, holders=(*until, replace(mover, valid_from=date(2026, 12, 1))))
        return post

    def successor(post: Post) -> Post:
        moved = moving(post)
        new = Holder(name="Briar Holloway", address="briar@sussex-police.example", valid_from=date(2026, 12, 1))
        return (
            replace(moved, holders=(moved.holders[0], new))
            if moved.holders[0:1] != post.holders[0:1] and (moved.id != INSPECTOR)
            else moved
        )

    assert Flaw.SAME_PERSON not in flaws(changed(POLICE, successor), "sussex-police")


def test_a_duty_that_two_share_is_no_gap() -> None:
    def shared(post: Post) -> Post:
        second = Holder(name="Briar Holloway", address="briar@sussex-police.example", phone="01632 960999")
        return replace(post, holders=(*post.holders, second)) if post.role == ON_CALL else post

    assert Flaw.DUTY_ALONE in flaws(directory(), "sussex-police")
    assert Flaw.DUTY_ALONE not in flaws(changed(POLICE, shared), "sussex-police")


def test_a_change_after_which_a_stage_reaches_nobody_is_named_with_its_days() -> None:
    before = changed(POLICE, without_lead)
    after = changed(POLICE, lambda post: None if post.id == INSPECTOR else without_lead(post))
    pair = {WEST: (POLICY, POLICY)}
    lost = would_route_to_nobody(before, after, policies=pair, day=DAY)
    assert [(one.agency, one.rung, one.first) for one in lost] == [("Sussex Police", "Stage 3", DAY)]
    assert would_route_to_nobody(after, before, policies=pair, day=DAY) == ()
    assert would_route_to_nobody(after, after, policies=pair, day=DAY) == ()


def test_to_look_at_what_a_change_concerns_is_enough() -> None:
    before = changed(POLICE, without_lead)
    after = changed(POLICE, lambda post: None if post.id == INSPECTOR else without_lead(post))
    near = change_routes_to_nobody(
        before.entries, after.entries, policies=policies(), touched={"sussex-police"}, day=DAY
    )
    sussex = {one: (POLICY, POLICY) for one in (WEST, PartnershipId("east-sussex"), PartnershipId("brighton-hove"))}
    assert set(near) == set(would_route_to_nobody(before, after, policies=sussex, day=DAY))
    assert len(near) == 3


def test_an_agency_whose_sponsor_is_touched_is_looked_at() -> None:
    old, new = nearby(entries(), entries(), {"sussex-icb"})
    sponsored = {one.id for one in entries().agencies if one.sponsor == "sussex-icb"}
    assert sponsored
    assert sponsored <= {one.id for one in old.agencies} == {one.id for one in new.agencies}
    assert len(old.agencies) < len(entries().agencies)


def test_a_new_agency_may_begin_without_posts() -> None:
    new = Agency(id=AgencyId("oak-hall"), name="Oak Hall", type=entries().agencies[0].type, owner=WEST, serves=(WEST,))
    after = Directory(replace(entries(), agencies=(*entries().agencies, new)), revision=2)
    assert would_route_to_nobody(directory(), after, policies={WEST: (POLICY, POLICY)}, day=DAY) == ()
    assert line(after, "oak-hall", 2).worst is Reach.NOBODY


def test_what_is_to_mend_is_counted() -> None:
    found = grid(directory(), WEST, POLICY, DAY)
    assert found.to_mend == len(found.findings) == 3
    assert sum(span.days for span in found.lines[0].spans) == DAYS


@pytest.mark.parametrize("stage", [2, 3, 4])
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_the_grid_says_what_a_decision_of_that_day_does(stage: int, data: st.DataObject) -> None:
    agency = data.draw(
        st.sampled_from([one for one in entries().agencies if WEST in one.serves and one.sponsor is None])
    )
    gone = data.draw(st.sets(st.sampled_from([post.id for post in agency.posts]))) if agency.posts else set()
    away = Absence(first=DAY, last=DAY + timedelta(days=3))
    where = changed(
        agency.id, lambda post: replace(post, absences=(away,)) if post.id in gone and not post.mailbox else post
    )
    found = [one for one in grid(where, WEST, POLICY, DAY).lines if one.agency.id == agency.id]
    mine = next((one for one in found if one.rung.number == stage), None)
    if mine is None:
        return
    facts = Facts(
        partnership=WEST,
        opened_at=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
        raiser=Raiser(name="Kit Raiser", role="", address="kit@elsewhere.example", phone=""),
        raising=(Side(agency=AgencyId("ws-education") if agency.id == POLICE else POLICE),),
        receiving=(Side(agency=agency.id),),
        stage=StageNumber(stage),
    )
    decision = decide_escalation(
        EscalationRef("WS-7K3-QM9-PXC"),
        facts,
        policy=POLICY,
        directory=where,
        holidays=holidays_of(where.partnerships[WEST].nation),
        now=datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    )
    contacts = [one for one in decision.persons if one.part is Part.CONTACT and one.must_act]
    reached_nobody = not contacts or any(one.post is None for one in contacts)
    assert reached_nobody == (mine.spans[0].reach is Reach.NOBODY), [one.role for one in contacts]
