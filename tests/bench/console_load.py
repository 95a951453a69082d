"""A console with 20,000 contacts and 20,000 escalations in its store, as it may stand after some years. Shell."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, insert, select

from services.router.adapters.console_tables import AUDITS
from services.router.adapters.directory_tables import DIRECTORY_CHANGES
from services.router.adapters.tables import DECISIONS, ESCALATIONS, HISTORY, NOTICES
from services.router.domain.admin.admins import AdminId
from services.router.domain.admin.auditing import NOTHING_BEFORE, Audited, chained
from services.router.domain.escalation import Escalation, State
from services.router.domain.keeping.editing import Changed
from services.router.domain.keeping.rows import Kind, Swap, written
from services.router.domain.life import Holding, OutcomeCode, OutcomeVersion
from services.router.policy.facts import Side
from shared.messages import NoticeState
from shared.terms import AgencyType, Digest, EscalationRef, Instant, StageNumber, SubmissionId
from tests.bench.bench_directory import many
from tests.console_escalations import raised, router_of
from tests.console_world import HERE, ConsoleWorld

ESCALATIONS_THERE = 20_000
OPEN = 5_000
"""So many of them are open; of these one in twenty was never confirmed, one in fifty has an email refused."""
YEARS = 3
AUDITED_THERE = 20_000
_KINDS = tuple(AgencyType)
_AREAS = ("referral_threshold", "level_of_need", "assessment_outcome", "need_for_action", "timeliness", "roles")
_TOGETHER = 2_000
replace = msgspec.structs.replace
Rows = dict[Table, list[dict[str, Any]]]


async def fill(world: ConsoleWorld, *, escalations: int = ESCALATIONS_THERE, opened: int = OPEN) -> EscalationRef:
    """Contacts, escalations and an audit. Returns one that is open."""
    await world.import_directory(many())
    router = router_of(world)
    decided, waiting = await raised(router), (sent := router.submission()).ref
    await router.take(sent)
    chance, now = random.Random(1), world.clock.now()
    made: Rows = {table: [] for table in (ESCALATIONS, DECISIONS, HISTORY, NOTICES)}
    told, unconfirmed = await _of(world, decided), await _of(world, waiting)
    for number in range(escalations):
        of = unconfirmed if number < opened and number % 20 == 0 else told
        _copy(of, number, made, chance=chance, now=now, is_open=number < opened)
    await world.database.write(lambda connection: _insert(connection, made))
    await world.database.write(lambda connection: _audits(connection, now))
    await world.database.write(lambda connection: _changes(connection, now))
    return decided


async def _of(world: ConsoleWorld, ref: EscalationRef) -> Rows:
    """Every row of that escalation."""

    def work(connection: Connection) -> Rows:
        return {
            table: [dict(row) for row in connection.execute(select(table).where(table.c.ref == ref)).mappings()]
            for table in (ESCALATIONS, DECISIONS, HISTORY, NOTICES)
        }

    return await world.database.read(work)


def _insert(connection: Connection, made: Rows) -> None:
    for table, rows in made.items():
        for some in _some(rows):
            connection.execute(insert(table), some)


def _copy(of: Rows, number: int, made: Rows, *, chance: random.Random, now: Instant, is_open: bool) -> None:
    """One escalation more, with its decisions, emails and history; of another day, area and pair of agencies."""
    old = of[ESCALATIONS][0]["ref"]
    ref = f"WS-{number:09}"
    at = now - timedelta(days=chance.uniform(0, 30) if is_open else chance.uniform(1, 365 * YEARS))
    made[ESCALATIONS].append(_escalation(of[ESCALATIONS][0], ref, chance=chance, at=at, is_open=is_open))
    for table in (DECISIONS, HISTORY, NOTICES):
        for row in of[table]:
            copy = {**row, "ref": ref, "body": row["body"].replace(old.encode(), ref.encode())}
            if table is HISTORY:
                copy.pop("number")
            if table is NOTICES:
                copy["id"] = f"{number:08}{row['id']}"[:64]
                copy["body"] = copy["body"].replace(row["id"].encode(), copy["id"].encode())
                refused = number % 50 == 0
                copy["state"] = (NoticeState.REFUSED if refused else NoticeState.ACCEPTED).value
            made[table].append(copy)


def _escalation(row: dict[str, Any], ref: str, *, chance: random.Random, at: Instant, is_open: bool) -> dict[str, Any]:
    one = msgspec.json.decode(row["body"], type=Escalation)
    assert one.facts is not None
    sides = [(Side(agency=None, type=chance.choice(_KINDS)),) for _ in range(2)]
    stage = StageNumber(chance.choices((2, 3, 4), (70, 20, 5))[0])
    facts = replace(one.facts, area=chance.choice(_AREAS), raising=sides[0], receiving=sides[1], stage=stage)
    held = Holding(address="x@y.example", asked_at=at, acknowledged_at=at + timedelta(hours=chance.uniform(1, 90)))
    submission = SubmissionId(f"{int(ref[3:]):032}")
    one = replace(
        one, ref=EscalationRef(ref), submission=submission, accepted_at=at, opened_at=at, facts=facts, version=1
    )
    if not is_open:
        one = _ended(replace(one, life=replace(one.life, holdings=(held,))), chance=chance, at=at)
    changed = {"submission": submission, "matter": ref, "state": one.state.value, "accepted_at": at, "version": 1}
    return {**row, "ref": ref, **changed, "body": msgspec.json.encode(one)}


def _ended(one: Escalation, *, chance: random.Random, at: Instant) -> Escalation:
    closed_at = at + timedelta(hours=chance.uniform(20, 24 * 20))
    version = OutcomeVersion(
        number=1,
        code=chance.choices(list(OutcomeCode), [50, *[10] * (len(OutcomeCode) - 1)])[0],
        text="Agreed",
        issues=(),
        by="x@y.example",
        by_who="X",
        at=closed_at,
        digest=Digest("0" * 64),
        submission=SubmissionId("2" * 32),
        learning=("threshold", "roles"),
    )
    life = replace(one.life, versions=(version,), closed_at=closed_at, debrief=chance.choice(("taken", "offered", "")))
    return replace(one, state=State.CLOSED, life=life)


def _audits(connection: Connection, now: Instant) -> None:
    rows, previous = [], NOTHING_BEFORE
    for number in range(1, AUDITED_THERE + 1):
        done = Audited(
            at=now, admin=AdminId("a" * 32), partnership=HERE, what="directory.changed", about=f"post:{number}"
        )
        row = chained(done, number=number, previous=previous)
        previous = row.digest
        rows.append(
            {
                "number": row.number,
                "at": now,
                "admin": done.admin,
                "partnership": HERE,
                "digest": row.digest,
                "body": row.body,
            }
        )
    connection.execute(insert(AUDITS), rows)


def _changes(connection: Connection, now: Instant) -> None:
    """The history of the directory: each post was changed once, long ago."""
    rows: list[dict[str, Any]] = []
    for agency in (one for one in many().agencies if one.owner == HERE):
        for post in agency.posts:
            text = written(post)
            swap = Swap(kind=Kind.POST, agency=agency.id, id=post.id, before=text, after=text, place=0)
            revision = 1 + len(rows) // 10
            done = Changed(revision=revision, swap=swap, at=now, by="a" * 32, name="Ash", why="They moved.")
            where = {"kind": swap.kind.value, "agency": agency.id, "id": post.id}
            columns = {"revision": revision, "partnership": HERE, "at": now, **where}
            rows.append({**columns, "body": msgspec.json.encode(done)})
    for some in _some(rows):
        connection.execute(insert(DIRECTORY_CHANGES), some)


def _some(rows: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(rows), _TOGETHER):
        yield rows[start : start + _TOGETHER]
