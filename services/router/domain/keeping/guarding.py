"""Refuses what would route to nobody: a change of the directory or of a policy, looked at before it is made. Pure."""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from services.router.domain.directory import Agency, Directory, Entries
from services.router.domain.keeping.attention import in_days
from services.router.domain.keeping.gaps import Grid, Line, grid
from services.router.domain.partnership import Partnership
from services.router.domain.routing.adopting import own
from services.router.domain.routing.reaching import Reach
from services.router.policy.model import Policy
from shared.terms import AgencyId, AgencyType, PartnershipId

replace = msgspec.structs.replace


class Lost(NamedTuple):
    """Days on which a change would route to nobody, where somebody is reached without it."""

    partnership: PartnershipId
    agency: str
    rung: str
    first: date
    last: date


def change_routes_to_nobody(
    before: Entries, after: Entries, *, policies: Mapping[str, Policy], touched: Set[str], day: date
) -> tuple[Lost, ...]:
    """The same for a change of these agencies alone: only they, and what leans on them or they on, is looked at.

    A partnership that decides by other rules touches every agency that serves it. policies: by id.
    """
    old, new = nearby(before, after, touched | _under_other_rules(before, after))
    pairs = {
        one.id: (own(policies[one.policy], one), own(policies[changed.policy], changed))
        for one in before.partnerships
        for changed in after.partnerships
        if one.id == changed.id and one.policy in policies and changed.policy in policies
    }
    return would_route_to_nobody(Directory(old, revision=0), Directory(new, revision=0), policies=pairs, day=day)


def would_route_to_nobody(
    before: Directory, after: Directory, *, policies: Mapping[PartnershipId, tuple[Policy, Policy]], day: date
) -> tuple[Lost, ...]:
    """The days on which a change leaves a stage without anybody where before somebody was reached.

    policies: each partnership's, before and after. An agency that was not there before loses nothing, nor does one
    at a stage that the same policy did not ask it at; under another policy each stage must reach somebody.
    """
    return tuple(
        lost
        for partnership, (old, new) in policies.items()
        if partnership in before.partnerships and partnership in after.partnerships
        for lost in _lost(
            partnership,
            grid(before, partnership, old, day),
            grid(after, partnership, new, day),
            another=(old.id, old.edition) != (new.id, new.edition),
        )
    )


def _under_other_rules(before: Entries, after: Entries) -> set[str]:
    """The agencies of partnerships that a change gives another policy, other rules, partners or sponsors."""
    known = {one.id: _rules_of(one) for one in before.partnerships}
    changed = {one.id for one in after.partnerships if known.get(one.id, _rules_of(one)) != _rules_of(one)}
    return {one.id for one in after.agencies if changed & {one.owner, *one.serves}} if changed else set()


def _rules_of(partnership: Partnership) -> tuple[object, ...]:
    return partnership.policy, partnership.adopted, partnership.partners, partnership.sponsors


def nearby(before: Entries, after: Entries, touched: Set[str]) -> tuple[Entries, Entries]:
    """Both without the agencies that a change of `touched` cannot concern: what is left reaches whom it did."""
    posts = {post.id for each in (before, after) for one in each.agencies if one.id in touched for post in one.posts}
    leaning = {one.id for each in (before, after) for one in each.agencies if _leans(one, touched, posts)}
    looked_at = {*touched, *leaning}
    needed = {other for entries in (before, after) for other in _needed(entries, looked_at)}
    return _only(before, needed), _only(after, needed)


def _leans(agency: Agency, touched: Set[str], posts: Set[str]) -> bool:
    """Whether somebody of a touched agency stands in here."""
    return agency.sponsor in touched or any(
        deputy in posts
        for post in agency.posts
        if post.deputy is not None or post.absences
        for deputy in (post.deputy, *(absence.deputy for absence in post.absences))
    )


def _needed(entries: Entries, looked_at: Set[str]) -> Iterator[AgencyId]:
    """The agencies that are looked at, with everybody who may stand in there."""
    agencies = {one.id: one for one in entries.agencies}
    posts = {post.id: agency.id for agency in entries.agencies for post in agency.posts}
    wanted = [AgencyId(one) for one in looked_at]
    wanted += [one.id for one in entries.agencies if one.type is AgencyType.CHILDRENS_SOCIAL_CARE]
    seen: set[AgencyId] = set()
    while wanted:
        agency = agencies.get(wanted.pop())
        if agency is None or agency.id in seen:
            continue
        seen.add(agency.id)
        yield agency.id
        deputies = (one for post in agency.posts for one in (post.deputy, *(each.deputy for each in post.absences)))
        wanted += [posts[one] for one in deputies if one in posts]
        wanted += [agency.sponsor] if agency.sponsor is not None else []


def _only(entries: Entries, needed: Set[AgencyId]) -> Entries:
    return replace(entries, agencies=tuple(one for one in entries.agencies if one.id in needed))


def _lost(partnership: PartnershipId, before: Grid, after: Grid, *, another: bool) -> Iterator[Lost]:
    known = {(line.agency.id, line.rung.code): line for line in before.lines}
    agencies = {line.agency.id for line in before.lines} if another else set[AgencyId]()
    for line in after.lines:
        old = known.get((line.agency.id, line.rung.code))
        if line.worst is not Reach.NOBODY or (old is None and line.agency.id not in agencies):
            continue
        if old is not None and old.spans == line.spans:
            continue
        days = sorted(_nobody_on(line) - (_nobody_on(old) if old is not None else set()))
        if days:
            yield Lost(partnership, line.agency.name, line.rung.label, days[0], days[-1])


def _nobody_on(line: Line) -> set[date]:
    nobody = (span for span in line.spans if span.reach is Reach.NOBODY)
    return {span.first + timedelta(days=one) for span in nobody for one in range(span.days)}


def lost_words(lost: Sequence[Lost]) -> tuple[str, ...]:
    """The days on which a change would route to nobody; an agency of several partnerships is said once."""
    return tuple(dict.fromkeys(_in_words(one) for one in lost))


def _in_words(lost: Lost) -> str:
    first, last = in_days(lost.first), in_days(lost.last)
    days = f"on {first}" if first == last else f"between {first} and {last}"
    return f"{lost.agency}, {lost.rung}: an escalation would reach nobody {days}. Name a holder or a deputy first."
