"""Router's commands: import a directory, explain a decision, convene a panel, delete records, replay. Shell."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

import msgspec

from services.router.adapters.grounds import read_rules
from services.router.domain.changes import StoredDecision
from services.router.domain.decision import Decision, decision_bytes
from services.router.domain.directory import Entries, read_entries
from services.router.domain.keeping.changing import DirectoryChange, imported
from services.router.domain.keeping.directory_file import read_directory
from services.router.domain.keeping.guarding import change_routes_to_nobody, lost_words
from services.router.domain.keeping.rows import differences
from services.router.domain.living.convening import SEATS, taken
from services.router.domain.living.panel import short_of_three
from services.router.domain.routing.explain import explain_decision
from services.router.handlers.forgetting import forget_records
from services.router.handlers.leaving import tells_of
from services.router.handlers.panels import convene
from services.router.ports import World
from shared.failures import Permanent
from shared.log import Event, record
from shared.references import parse_reference
from shared.settings import SettingsProblem
from shared.terms import Instant


class Said(NamedTuple):
    """What a command says, and its exit code. problems go to standard error."""

    code: int
    lines: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Revisions(Protocol):
    """Where a change of the directory is committed with its history and its audit."""

    async def commit(self, change: DirectoryChange) -> int | None: ...


async def import_directory(
    files: Sequence[Path], *, world: World, kept: Revisions, check_only: bool, made_up: bool
) -> Said:
    """Take the files together as the directory's next revision, or say every problem by file and line.

    What it changes is in the history and the audit, and an address that goes out is told, as where a page does it.
    made_up: whether demonstration contacts are let in; a running router decides by the newest revision at once.
    """
    try:
        texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    except (OSError, UnicodeDecodeError):
        return Said(1, problems=("A file cannot be read as text.",))
    entries = read_directory(texts, policies=read_rules().newest)
    if not isinstance(entries, Entries):
        return Said(1, problems=tuple(str(problem) for problem in entries))
    held = f"{len(entries.partnerships)} partnerships, {len(entries.agencies)} agencies"
    known = await world.directories.revision()
    body = await world.directories.at(known) if known is not None else None
    standing = read_entries(body) if body is not None else None
    if standing is not None and (lost := _lost(standing, entries, at=world.clock.now())):
        return Said(1, problems=lost)
    if check_only:
        return Said(0, (f"No problems: {held}.",))
    if not made_up and any(partnership.demonstration for partnership in entries.partnerships):
        return Said(1, problems=("These contacts are made up, for a demonstration on one machine.",))
    if standing == entries:
        return Said(0, (f"The directory is at revision {known}: {held}. Nothing was different.",))
    change = imported(standing, entries, expected=known or 0, at=world.clock.now())
    swaps = [row.swap for _, row in change.rows]
    place = (await world.grounds.now()).place
    tells = tells_of(standing or entries, swaps, place=place, notifier=world.notifier, revision=change.expected + 1)
    revision = await kept.commit(msgspec.structs.replace(change, tells=tells))
    if revision is None:
        return Said(1, problems=("Somebody has changed the directory meanwhile. Nothing was changed: run it again.",))
    record(Event.DIRECTORY_IMPORTED, count=revision)
    return Said(0, (f"The directory is at revision {revision}: {held}.", _counted(len(change.rows))))


def _counted(rows: int) -> str:
    return "1 entry was changed." if rows == 1 else f"{rows} entries were changed."


def _lost(before: Entries, after: Entries, *, at: Instant) -> tuple[str, ...]:
    """The days, from each partnership's own today on, that would route to nobody where somebody is reached now."""
    touched = frozenset(one.agency or one.id for one in differences(before, after))
    policies = read_rules().newest
    days = {one.id: at.astimezone(ZoneInfo(one.zone)).date() for one in before.partnerships}
    lost = [
        one
        for day in sorted(set(days.values()))
        for one in change_routes_to_nobody(before, after, policies=policies, touched=touched, day=day)
        if days[one.partnership] == day
    ]
    return lost_words(lost)


async def refuse_demonstration(world: World) -> None:
    """Made-up contacts are for one machine alone. Raises: SettingsProblem."""
    ground = await world.grounds.now()
    made_up = [partnership.id for partnership in ground.everywhere() if partnership.demonstration]
    if made_up:
        raise SettingsProblem((f"demonstration contacts in the directory: {', '.join(made_up)}; import the real ones",))


async def explain(text: str, *, world: World) -> Said:
    """Each decision of an escalation, rule by rule. 1 where there is none."""
    ref = parse_reference(text)
    decisions = await world.escalations.decisions(ref) if ref is not None else ()
    if not decisions:
        return Said(1, problems=("There is no decision for this reference.",))
    ground = await world.grounds.now()
    lines: list[str] = []
    for stored in decisions:
        decision = _decision(stored)
        place = ground.place(decision.partnership)
        lines.extend(explain_decision(decision, zone=place.zone if place is not None else "UTC"))
    return Said(0, tuple(lines))


async def convene_panel(text: str, *, by: str, world: World) -> Said:
    """Convene a resolution panel, or fill its empty seats: each proposed member is asked by email.

    by: whose decision it is, in words, for the record.
    """
    ref = parse_reference(text)
    try:
        offered = await convene(ref, by=by, world=world) if ref is not None else None
    except Permanent:
        offered = None
    if offered is None:
        return Said(1, problems=("No panel can be convened for this reference: it is not open, or there is none.",))
    lines = [f"Asked: {seat.person.role}, {seat.person.agency}: {seat.why}." for seat in offered]
    escalation = await world.escalations.escalation(ref) if ref is not None else None
    panel = escalation.life.panel if escalation is not None else None
    if panel is not None:
        lines += [f"Passed over: {who}: {why}." for who, why in panel.excluded]
        lines += [short_of_three(taken(panel))] if taken(panel) < SEATS else []
    return Said(0, (*lines, f"{len(offered)} seats are offered. Who declines is told to the duty contact."))


async def delete(text: str, *, world: World) -> Said:
    """Delete what opens the sealed records of an escalation here; intake's command deletes what it opens."""
    ref = parse_reference(text)
    forgotten = await forget_records(ref, world=world) if ref is not None else None
    if forgotten is None:
        return Said(1, problems=("There is no escalation for this reference, or it is still open.",))
    first = "Its record keys are deleted. Now delete each of these envelopes where intake runs:"
    commands = (f"python -m services.intake delete {one}" for one in forgotten.kept_as)
    return Said(0, (first, *commands, f"The last backup of both ends on {forgotten.complete_at:%d %B %Y}."))


async def replay(*, world: World) -> Said:
    """Make every stored decision again from what it was made from. 0 where all give the same bytes."""
    lines: list[str] = []
    count = 0
    for ref in await world.escalations.decided():
        for stored in await world.escalations.decisions(ref):
            count += 1
            if not await _same_again(stored, world=world):
                lines.append(f"{ref} decision {stored.number} differs.")
    return Said(1 if lines else 0, (*lines, f"{count} decisions replayed, {len(lines)} differ."))


async def _same_again(stored: StoredDecision, *, world: World) -> bool:
    ground = await world.grounds.at(stored.directory_revision)
    if ground is None:
        return False
    again = ground.decide(
        stored.ref,
        stored.inputs.facts,
        circumstances=stored.inputs.circumstances,
        at=stored.decided_at,
        edition=stored.edition,
    )
    return decision_bytes(again) == stored.body


def _decision(stored: StoredDecision) -> Decision:
    return msgspec.json.decode(stored.body, type=Decision)
