"""The demonstration's policies and directory, and the facts of scenarios, for tests. Shell: reads the files."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from services.router.domain.decision import Circumstances, Decision, Part
from services.router.domain.directory import Agency, Directory, Entries, Placed
from services.router.domain.keeping.directory_file import read_directory
from services.router.domain.routing.deciding import NOTHING_SINCE, decide_escalation
from services.router.policy.facts import ChildStatus, Facts, Named, Raiser, Side
from services.router.policy.loader import load_policy
from services.router.policy.model import Policy
from shared.terms import AgencyId, EscalationRef, PartnershipId, TeamId
from shared.working_days import holidays_of

ROOT = Path(__file__).parent.parent
PACKS = ROOT / "services/router/policy/packs"
DEMO = ROOT / "deploy/demo"
SCENARIOS = ROOT / "tests/contract/golden/scenarios.toml"
REF = EscalationRef("WS-7K3-QM9-PXC")
MONDAY = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)


@cache
def policies() -> dict[str, Policy]:
    """Every pack by id."""
    found = [load_policy(path.read_text(encoding="utf-8"), file=path.name) for path in sorted(PACKS.glob("*.toml"))]
    assert all(isinstance(one, Policy) for one in found), found
    return {one.id: one for one in found if isinstance(one, Policy)}


@cache
def entries() -> Entries:
    """The whole demonstration."""
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(DEMO.glob("*.toml"))}
    found = read_directory(files, policies=policies())
    assert isinstance(found, Entries), [str(problem) for problem in found]
    return found


@cache
def directory() -> Directory:
    return Directory(entries(), revision=1)


@cache
def scenarios() -> dict[str, dict[str, Any]]:
    """The rows of scenarios.toml by id; a row that is the `same_as` another has that one's facts and time."""
    rows = {row["id"]: row for row in tomllib.loads(SCENARIOS.read_text(encoding="utf-8"))["scenario"]}
    for row in rows.values():
        row.update({key: value for key, value in rows.get(row.get("same_as", ""), {}).items() if key not in row})
    return rows


# ── Agencies as the scenarios name them, in each region of the demonstration ──────────────────────────────────

SHORT = {
    "west-sussex": ("ws", "sussex", "oakfield-primary"),
    "east-sussex": ("es", "sussex", "beachy-primary"),
    "brighton-hove": ("bh", "sussex", "pavilion-primary"),
    "severnside": ("sv", "severn", "ferry-road-primary"),
    "northmarch": ("nm", "march", "marchgate-school"),
    "luton": ("lu", "beds", "hatters-primary"),
    "bedford-borough": ("bb", "beds", "riverbank-primary"),
    "central-bedfordshire": ("cb", "beds", "heathfield-lower"),
}
SHARED = {
    "police": "police",
    "community health trust": "community-health",
    "mental health trust": "mental-health",
    "housing association": "housing",
    "charity": "charity",
}


def agency(words: str, partnership: str) -> AgencyId:
    """The demonstration's agency for a scenario's words."""
    short, region, school = SHORT[partnership]
    if words in ("primary school", "maintained school", "school"):
        return AgencyId(school)
    if words == "children's social care":
        return AgencyId(f"{short}-social-care")
    return AgencyId(f"{region}-{SHARED[words]}")


def placed(at: AgencyId, role: str) -> Placed:
    """The first post of that role there."""
    return directory().with_role(at, role)[0]


def named(at: AgencyId, role: str) -> Named:
    """The holder of that role, as a raiser would type them."""
    holder = placed(at, role).post.holders[0]
    return Named(name=holder.name, role=role, address=holder.address)


def raiser(at: AgencyId, role: str) -> Raiser:
    """Somebody who works there: known by the agency's domain, not by a post of the directory."""
    domain = directory().agencies[at].domains[0]
    return Raiser(name="Ash Tryer", role=role, address=f"ash.tryer@{domain}", phone="01632 960999")


def side(at: AgencyId, *, team: str = "", decision_maker: Named | None = None) -> Side:
    return Side(
        agency=at,
        team=TeamId(f"{at}.{team}") if team else None,
        decision_maker=decision_maker if decision_maker is not None else Named(),
    )


def stage_two(partnership: str = "west-sussex", **changes: Any) -> Facts:
    """A health visitor challenges a social worker's decision; `changes` make it another case."""
    health, care = agency("community health trust", partnership), agency("children's social care", partnership)
    facts = Facts(
        partnership=PartnershipId(partnership),
        opened_at=MONDAY,
        raiser=raiser(health, "health visitor"),
        raising=(side(health),),
        receiving=(side(care, team="assessment", decision_maker=named(care, "social_worker")),),
        child_status=ChildStatus.IN_NEED,
        area="information_sharing",
    )
    return msgspec.structs.replace(facts, **changes)


def decision_of(facts: Facts, *, circumstances: Circumstances = NOTHING_SINCE, now: datetime | None = None) -> Decision:
    """The decision that the demonstration gives."""
    partnership = directory().partnerships[facts.partnership]
    return decide_escalation(
        REF,
        facts,
        policy=policies()[partnership.policy],
        directory=directory(),
        holidays=holidays_of(partnership.nation),
        now=now if now is not None else facts.opened_at,
        circumstances=circumstances,
    )


def changed(post: str, **changes: object) -> Directory:
    """The demonstration's directory with one post changed."""

    def agency(one: Agency) -> Agency:
        posts = tuple(msgspec.structs.replace(each, **changes) if each.id == post else each for each in one.posts)
        return msgspec.structs.replace(one, posts=posts)

    held = entries()
    return Directory(
        Entries(partnerships=held.partnerships, agencies=tuple(agency(one) for one in held.agencies)), revision=2
    )


def decided(facts: Facts, known: Directory, *, now: datetime | None = None) -> Decision:
    """The decision that a changed directory gives."""
    policy = policies()[known.partnerships[facts.partnership].policy]
    holidays = holidays_of(known.partnerships[facts.partnership].nation)
    return decide_escalation(
        REF, facts, policy=policy, directory=known, holidays=holidays, now=now if now is not None else facts.opened_at
    )


def roles_of(decision: Decision, *parts: Part) -> list[str]:
    """The roles that the directory has for these parts, by the post's code; else a person's own words."""
    posts = directory().posts
    return [
        posts[one.post].post.role if one.post is not None else one.role for one in decision.persons if one.part in parts
    ]


def told(decision: Decision) -> list[str]:
    """Everyone who is told: the raiser, then each by part and role."""
    posts = directory().posts
    return [
        one.part.value
        if one.part in (Part.RAISER, Part.PARTNERSHIP, Part.DUTY)
        else posts[one.post].post.role
        if one.post is not None
        else one.role
        for one in decision.persons
        if one.told
    ]
