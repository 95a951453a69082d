"""Rules that no source states: adopted, replaced, left again; a partnership opens with none left. Shell."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest_asyncio

from services.router.domain.admin.admins import Role
from services.router.domain.partnership import Partnership
from services.router.policy.step import Basis
from shared.terms import PartnershipId
from tests.console_world import Browsing, ConsoleWorld, demo_entries
from tests.policy_world import policies

HERE = "/p/west-sussex/rules"
WEST = PartnershipId("west-sussex")
SEEN = re.compile(r'name="seen" value="([^"]+)"')
RULE = re.compile(r'name="rule" value="([^"]+)"')
PAPER = {"decided_by": "The board", "decided_on": "2 11 2026", "source": "Minutes, item 4", "why": "Agreed."}
PACK = policies()["pan-sussex"]


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[ConsoleWorld]:
    async with ConsoleWorld(tmp_path, real=False) as found:
        yield found


@pytest_asyncio.fixture
async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Ash Manager", west_sussex=Role.MANAGER))


async def decide(browser: Browsing, rule: str, **fields: str) -> str:
    path = f"{HERE}/{rule}"
    found = SEEN.search((await browser.get(path)).text)
    assert found
    answer = await browser.post(path, seen=found[1], **{**PAPER, **fields})
    return answer.headers.get("location") or answer.text


async def adopt(browser: Browsing, rules: list[str], page: str = HERE) -> str:
    found = SEEN.search((await browser.get(page)).text)
    assert found
    answer = await browser.client.post(
        page,
        data={"csrf": browser.token, "seen": found[1], "rule": rules, **PAPER},
        headers={"origin": "http://localhost:8707"},
    )
    return answer.headers.get("location") or answer.text


async def here(world: ConsoleWorld) -> Partnership:
    return (await world.built.console.directories.now()).partnerships[WEST]


async def real(world: ConsoleWorld, **changes: object) -> None:
    """The partnership as a real one that is made ready."""
    entries = demo_entries(real=True)
    one = msgspec.structs.replace(entries.partnerships[0], preparing=True, **changes)
    await world.import_directory(msgspec.structs.replace(entries, partnerships=(one, *entries.partnerships[1:])))


async def test_every_rule_that_no_source_states_is_listed_with_its_text(manager: Browsing) -> None:
    shown = (await manager.get(HERE)).text
    assert set(RULE.findall(shown)) == {one.rule for one in PACK.demonstration_rules}
    assert "The professional whose decision is challenged is told, and takes part." in shown


async def test_many_rules_are_adopted_at_once_with_their_source(world: ConsoleWorld, manager: Browsing) -> None:
    rules = ["raiser", "warn", "stage-5.lead.each"]
    assert await adopt(manager, rules) == f"{HERE}?done=made"
    taken = (await here(world)).adopted
    assert [one.rule for one in taken] == rules
    assert {(one.by, one.on, one.source, one.policy) for one in taken} == {
        ("The board", "2 November 2026", "Minutes, item 4", "pan-sussex")
    }
    policy = world.built.console.desk.policy(await here(world))
    assert policy.rules["raiser"].basis is Basis.SETTING
    shown = (await manager.get(HERE)).text
    assert "raiser" not in RULE.findall(shown)
    assert "Minutes, item 4" in shown


async def test_a_number_a_role_and_words_are_put_in_a_rules_place(world: ConsoleWorld, manager: Browsing) -> None:
    assert await decide(manager, "warn", what="own", number="14") == f"{HERE}?done=made"
    assert await decide(manager, "action-other", what="own", says="Something of another kind") == f"{HERE}?done=made"
    role = next(iter(sorted(PACK.role_words)))
    kept = PACK.rungs[next(kind for kind in PACK.rungs if kind == "housing")][3].roles[0].code
    assert await decide(manager, "rung-3-housing", what="own", role_0=kept, role_1=role) == f"{HERE}?done=made"
    policy = world.built.console.desk.policy(await here(world))
    assert policy.general.warn_days == 14
    assert next(one for one in policy.desired_actions if one.code == "other").words == "Something of another kind"
    housing = policy.rungs[next(kind for kind in policy.rungs if kind == "housing")][3]
    assert [one.code for one in housing.roles] == [kept, role]
    assert "Your own: 14" in (await manager.get(HERE)).text


async def test_a_rule_is_left_again(world: ConsoleWorld, manager: Browsing) -> None:
    await decide(manager, "warn", what="own", number="14")
    assert await decide(manager, "warn", what="left", decided_by="", decided_on="") == f"{HERE}?done=made"
    assert (await here(world)).adopted == ()


async def test_what_is_missing_is_said_at_its_field(world: ConsoleWorld, manager: Browsing) -> None:
    shown = await decide(manager, "warn", what="own", number="0", decided_by="", decided_on="soon")
    assert all(f'href="#{field}"' in shown for field in ("number", "decided_by", "decided_on"))
    assert 'href="#what"' in await decide(manager, "warn")
    assert 'href="#what"' in await decide(manager, "stage-5.lead.each", what="own")
    assert 'href="#role_0"' in await decide(manager, "rung-3-housing", what="own", role_0="")
    assert 'href="#rule"' in await adopt(manager, [])
    assert (await here(world)).adopted == ()


async def test_a_role_that_nobody_holds_is_refused_with_the_list(world: ConsoleWorld, manager: Browsing) -> None:
    entries = demo_entries(real=False)
    held = {post.role for one in entries.agencies for post in one.posts}
    nobody = next(role for role in sorted(PACK.role_words) if role not in held)
    bare = tuple(
        msgspec.structs.replace(
            one, sponsor=None, posts=tuple(p for p in one.posts if "safeguarding_lead" not in p.role)
        )
        for one in entries.agencies
    )
    await world.import_directory(msgspec.structs.replace(entries, agencies=bare))
    shown = await decide(manager, "rung-4-police", what="own", role_0=nobody)
    assert "Sussex Police, Stage 4: an escalation would reach nobody" in shown
    assert (await here(world)).adopted == ()


async def test_a_partnership_opens_only_with_every_rule_decided(world: ConsoleWorld, manager: Browsing) -> None:
    await real(world)
    front = (await manager.get("/p/west-sussex/settings")).text
    assert "Being made ready" in front

    async def opened() -> str:
        found = SEEN.search((await manager.get("/p/west-sussex/open")).text)
        assert found
        answer = await manager.post("/p/west-sussex/open", seen=found[1], why="Ready.")
        return answer.headers.get("location") or answer.text

    assert "No source states the rule" in await opened()
    assert (await here(world)).preparing
    await adopt(manager, [one.rule for one in PACK.demonstration_rules])
    assert await opened() == "/p/west-sussex/settings?done=made"
    assert not (await here(world)).preparing
    assert (await manager.get("/p/west-sussex/open")).status_code == 404


async def test_another_policy_is_refused_until_its_rules_are_decided(world: ConsoleWorld, manager: Browsing) -> None:
    await real(world)
    await adopt(manager, [one.rule for one in PACK.demonstration_rules])
    await manager.get("/p/west-sussex/open")
    seen = SEEN.search((await manager.get("/p/west-sussex/open")).text)
    assert seen
    await manager.post("/p/west-sussex/open", seen=seen[1], why="Ready.")

    async def choose() -> str:
        found = SEEN.search((await manager.get("/p/west-sussex/settings/policy")).text)
        assert found
        answer = await manager.post(
            "/p/west-sussex/settings/policy", seen=found[1], policy="pan-bedfordshire", why="Moved."
        )
        return answer.headers.get("location") or answer.text

    assert "No source states the rule" in await choose()
    theirs = [one.rule for one in policies()["pan-bedfordshire"].demonstration_rules]
    assert await adopt(manager, theirs, f"{HERE}?policy=pan-bedfordshire") == f"{HERE}?done=made"
    assert await choose() == "/p/west-sussex/settings?done=made"
    assert (await here(world)).policy == "pan-bedfordshire"


async def test_a_viewer_sees_the_rules_and_decides_none(world: ConsoleWorld) -> None:
    viewer = await world.signed_in(await world.admin("Vee", west_sussex=Role.VIEWER))
    shown = await viewer.get(HERE)
    assert shown.status_code == 200
    assert 'name="rule"' not in shown.text
    assert (await viewer.get(f"{HERE}/warn")).status_code == 404
    assert (await viewer.post(HERE, rule="warn", **PAPER)).status_code == 404


async def test_a_rule_that_there_is_not_and_another_partnerships_are_not_there(manager: Browsing) -> None:
    assert (await manager.get(f"{HERE}/timeframe")).status_code == 404  # a clause of the policy
    assert (await manager.get(f"{HERE}?policy=nothing")).status_code == 404
    assert (await manager.get("/p/east-sussex/rules")).status_code == 404
