"""A possible pattern is decided by a person, the learning log keeps what is to be done; each is audited. Shell."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice, product
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select

from services.router.adapters.console_tables import AUDITS
from services.router.adapters.tables import ESCALATIONS
from services.router.console.pages.patterns import PAGE
from services.router.domain.admin.admins import Role
from services.router.domain.admin.auditing import Audited
from services.router.domain.learning.suppression import LEAST
from services.router.policy.facts import Side
from shared.terms import AgencyType, EscalationRef, Instant, SubmissionId
from tests.console_world import Browsing, ConsoleWorld
from tests.unit.test_console_learning import raised
from tests.unit.test_learning import SECRETS, stage

KEY = "referral_threshold|education|childrens_social_care"
PATTERNS, LOG = "/p/west-sussex/learning/patterns", "/p/west-sussex/learning/log"
ENTRY: dict[str, Any] = {
    "protocol": "Threshold guidance: examples",
    "owner": "Training manager",
    "due-day": "1",
    "due-month": "2",
    "due-year": "2099",
}


async def manager(world: ConsoleWorld) -> Browsing:
    return await world.signed_in(await world.admin("Robin", west_sussex=Role.MANAGER))


async def recurring(world: ConsoleWorld) -> None:
    await raised(world, 6, at=world.clock.now() - timedelta(days=20))


def _of_every_pair(pairs: int, *, at: Instant) -> Iterator[dict[str, Any]]:
    """LEAST escalations of each of so many pairs of kinds of agency, all of one area."""
    for one, other in islice(product(AgencyType, AgencyType), pairs):
        for number in range(LEAST):
            ref = EscalationRef(f"WS-{one.value}-{other.value}-{number}")
            made = stage(ref, submission=SubmissionId(ref), accepted_at=at, version=1)
            assert made.facts is not None
            sides = {"raising": (Side(agency=None, type=one),), "receiving": (Side(agency=None, type=other),)}
            made = msgspec.structs.replace(made, facts=msgspec.structs.replace(made.facts, **sides))
            columns = {"ref": ref, "partnership": made.partnership, "submission": ref, "state": made.state.value}
            yield {**columns, "version": 1, "accepted_at": at, "matter": ref, "body": msgspec.json.encode(made)}


async def many_recur(world: ConsoleWorld, pairs: int) -> None:
    """So many pairs of kinds of agency, and the area that all of them are about."""
    rows = list(_of_every_pair(pairs, at=world.clock.now() - timedelta(days=20)))
    await world.database.write(lambda connection: connection.execute(insert(ESCALATIONS), rows))


def keys(page: str) -> list[str]:
    """The patterns that a page asks about, in order."""
    return [part.split('"')[0] for part in page.split('name="pattern" value="')[1:]]


def actions(page: str) -> list[str]:
    """Where the forms of a page that say "It is done" go."""
    found = [part.split('"')[0] for part in page.split('action="')[1:]]
    return [path for path in found if path.endswith("/done")]


async def audited(world: ConsoleWorld) -> list[Audited]:
    query = select(AUDITS.c.body).order_by(AUDITS.c.number)
    bodies = await world.database.read(lambda connection: list(connection.execute(query).scalars()))
    return [msgspec.json.decode(body, type=Audited) for body in bodies]


async def test_what_recurs_is_shown_with_its_counts_and_waits_on_the_front_page(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await recurring(world)
        browser = await manager(world)
        page = (await browser.get(PATTERNS)).text
        assert "<strong>6</strong> in the last year, fewer than 5 in the year before" in page
        assert "Nobody has decided yet" in page
        assert not [secret for secret in SECRETS if secret in page]
        assert ">1</span>" in (await browser.get("/p/west-sussex")).text


async def test_of_many_patterns_a_page_shows_the_first_and_says_how_many_there_are(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await many_recur(world, PAGE + 2)
        browser = await manager(world)
        first, second = [(await browser.get(f"{PATTERNS}?page={number}")).text for number in (1, 2)]
        assert len(keys(first)) == PAGE
        assert f"{PAGE + 3} altogether" in first
        assert "Page 2 of 2" in second
        assert len(keys(second)) == 3
        assert not set(keys(first)) & set(keys(second))
        beyond = (await browser.get(f"{PATTERNS}?page=99")).text
        assert keys(beyond) == keys(second)


async def test_what_is_wrong_about_a_pattern_of_a_later_page_is_said_on_that_page(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await many_recur(world, PAGE + 2)
        browser = await manager(world)
        last = keys((await browser.get(f"{PATTERNS}?page=2")).text)[-1]
        answer = await browser.post(PATTERNS, pattern=last, decided="", note="Three schools.")
        assert answer.status_code == 422
        assert last in keys(answer.text)
        assert "Three schools." in answer.text


async def test_what_waits_for_a_decision_stands_before_what_was_decided(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await many_recur(world, PAGE + 2)
        browser = await manager(world)
        first = keys((await browser.get(PATTERNS)).text)[0]
        assert (await browser.post(PATTERNS, pattern=first, decided="watch", note="")).status_code == 303
        assert first not in keys((await browser.get(PATTERNS)).text)
        assert keys((await browser.get(f"{PATTERNS}?page=2")).text)[-1] == first


async def test_a_decision_is_kept_with_who_when_and_on_what_count(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await recurring(world)
        browser = await manager(world)
        await browser.get(PATTERNS)
        fields: dict[str, Any] = {"pattern": KEY, "decided": "stage-five", "note": "Three schools say the same."}
        assert (await browser.post(PATTERNS, **fields)).status_code == 303
        page = (await browser.get(PATTERNS)).text
        for said in ("Take it to stage 5", "Robin", "6 in a year", "Three schools say the same."):
            assert said in page
        assert "Nobody has decided yet" not in page
        (row,) = [one for one in await audited(world) if one.what == "pattern.decided"]
        assert (row.about, row.after, row.why) == (KEY, "stage-five, 6 in a year", fields["note"])


@pytest.mark.parametrize(("decided", "note"), [("", ""), ("perhaps", ""), ("watch", "x" * 501)])
async def test_a_decision_that_cannot_stand_says_what_to_do(tmp_path: Path, decided: str, note: str) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await recurring(world)
        browser = await manager(world)
        await browser.get(PATTERNS)
        answer = await browser.post(PATTERNS, pattern=KEY, decided=decided, note=note)
        assert answer.status_code == 422
        assert "govuk-error-message" in answer.text
        assert not [one for one in await audited(world) if one.what == "pattern.decided"]


async def test_a_pattern_that_is_not_there_cannot_be_decided(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        browser = await manager(world)
        await browser.get(PATTERNS)
        assert (await browser.post(PATTERNS, pattern=KEY, decided="watch")).status_code == 404


async def test_the_log_keeps_what_is_to_be_done_until_it_is(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        browser = await manager(world)
        await browser.get(LOG)
        assert (await browser.post(LOG, **ENTRY)).status_code == 303
        page = (await browser.get(LOG)).text
        assert "Threshold guidance: examples" in page
        assert "1 February 2099" in page
        (action,) = actions(page)
        assert (await browser.post(action)).status_code == 303
        page = (await browser.get(LOG)).text
        assert "Not done after all" in page
        assert (await browser.post(action.replace("/done", "/open"))).status_code == 303
        kept = [one.what for one in await audited(world)]
        assert [what for what in kept if what.startswith("learning.")] == [
            "learning.added",
            "learning.done",
            "learning.opened",
        ]


async def test_an_entry_that_cannot_stand_keeps_what_was_typed(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        browser = await manager(world)
        await browser.get(LOG)
        answer = await browser.post(LOG, **{**ENTRY, "due-day": "31"})
        assert answer.status_code == 422
        assert "Enter the date by which it is done" in answer.text
        assert "Threshold guidance: examples" in answer.text


async def test_a_viewer_sees_and_changes_nothing(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await recurring(world)
        browser = await world.signed_in(await world.admin("Vic", west_sussex=Role.VIEWER))
        assert "Keep the decision" not in (await browser.get(PATTERNS)).text
        assert "Add to the log" not in (await browser.get(LOG)).text
        assert (await browser.post(PATTERNS, pattern=KEY, decided="watch")).status_code == 404
        assert (await browser.post(LOG, **ENTRY)).status_code == 404


async def test_another_partnerships_learning_is_not_there(tmp_path: Path) -> None:
    async with ConsoleWorld(tmp_path) as world:
        await recurring(world)
        mine = await manager(world)
        await mine.get(LOG)
        await mine.post(LOG, **ENTRY)
        (action,) = actions((await mine.get(LOG)).text)
        other = await world.signed_in(await world.admin("Vic", east_sussex=Role.MANAGER))
        await other.get("/p/east-sussex/learning/log")
        for path in (PATTERNS, LOG):
            assert (await other.get(path)).status_code == 404
        for path in (action, action.replace("west", "east")):
            assert (await other.post(path)).status_code == 404
