"""Router's commands: import a directory, explain a decision, replay them all. Shell."""

import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from services.router.adapters.grounds import read_rules
from services.router.domain.decision import Decision, decision_bytes
from services.router.domain.directory import Entries, entries_bytes
from services.router.domain.directory_file import read_directory
from services.router.domain.explain import explain_decision
from services.router.domain.changes import StoredDecision
from services.router.ports import World
from shared.log import Event, record
from shared.references import parse_reference


async def import_directory(files: Sequence[Path], *, world: World, check_only: bool) -> int:
    """Take the files together as the directory's next revision. 0 when done; 1 with every problem by file and line."""
    try:
        texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    except (OSError, UnicodeDecodeError):
        print("A file cannot be read as text.", file=sys.stderr)
        return 1
    rules = read_rules()
    entries = read_directory(texts, policies=frozenset(rules.newest))
    if not isinstance(entries, Entries):
        for problem in entries:
            print(problem, file=sys.stderr)
        return 1
    if check_only:
        print(f"No problems: {len(entries.partnerships)} partnerships, {len(entries.agencies)} agencies.")
        return 0
    revision = await world.directories.add(entries_bytes(entries), at=world.clock.now())
    record(Event.DIRECTORY_IMPORTED, count=revision)
    print(f"The directory is at revision {revision}.")
    return 0


async def explain(text: str, *, world: World) -> int:
    """Print each decision of an escalation, rule by rule. 1 where there is none."""
    ref = parse_reference(text)
    decisions = await world.escalations.decisions(ref) if ref is not None else ()
    if not decisions:
        print("There is no decision for this reference.", file=sys.stderr)
        return 1
    for stored in decisions:
        print(explain_decision(_decision(stored)))
    return 0


async def replay(*, world: World) -> int:
    """Make every stored decision again from what it was made from. 0 where all give the same bytes."""
    different = count = 0
    for ref in await world.escalations.decided():
        for stored in await world.escalations.decisions(ref):
            count += 1
            if not await _same_again(stored, world=world):
                different += 1
                print(f"{ref} decision {stored.number} differs.")
    print(f"{count} decisions replayed, {different} differ.")
    return 1 if different else 0


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
