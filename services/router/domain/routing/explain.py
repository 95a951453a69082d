"""A decision in plain lines, rule by rule, with where each rule comes from. Pure."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from services.router.domain.decision import Basis, Decision, Person, Reason
from shared.terms import Instant

INDENT = "  "
_BASIS = {Basis.CLAUSE: "policy", Basis.SETTING: "the partnership's setting", Basis.DEMONSTRATION: "example"}


def explain_decision(decision: Decision, *, zone: str) -> tuple[str, ...]:
    """The decision as lines to print. zone: IANA name, for the times. Names people: for the desk's eyes alone."""
    return tuple(_lines(decision, ZoneInfo(zone)))


def _lines(decision: Decision, zone: ZoneInfo) -> Iterator[str]:
    at = _when(decision.decided_at, zone)
    yield f"{decision.ref}: {decision.ruling.value}, decided {at}"
    yield f"{INDENT}by {decision.policy}, edition {decision.edition}; directory revision {decision.directory_revision}"
    if decision.diversion:
        yield f"{INDENT}diverted: {decision.diversion.replace('_', ' ')}. Nothing was opened and nobody was told."
    if decision.stage_label:
        yield f"{INDENT}{decision.stage_label}"
    yield from _times(decision, zone)
    yield from _part("People", (_person(one) for one in decision.persons))
    yield from _part("Passed over", (f"{who}: {why}" for who, why in decision.excluded))
    yield from _part("For a person to look at", (f"{one.says} [{one.code}]" for one in decision.gaps))
    yield from _part("To mind", decision.warnings)
    yield from _part("If nothing happens", (decision.if_unresolved,) if decision.if_unresolved else ())
    yield from _part("Why", (_reason(one) for one in decision.reasons))


def _times(decision: Decision, zone: ZoneInfo) -> Iterator[str]:
    if decision.raise_before is not None:
        late = "late" if decision.late else "in time"
        yield f"{INDENT}to be raised by {_when(decision.raise_before, zone)}: {late}"
    if decision.due_at is not None:
        yield f"{INDENT}due {_when(decision.due_at, zone)}"


def _when(at: Instant, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def _part(title: str, lines: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    found = tuple(lines)
    if found:
        yield f"{INDENT}{title}:"
        yield from (f"{INDENT * 2}{line}" for line in found)


def _person(one: Person) -> str:
    answers = ((one.told, "told"), (one.must_act, "must act"), (one.may_read, "may read"))
    said = ", ".join(words for holds, words in answers if holds) or "not told"
    who = ", ".join(part for part in (one.name, one.role, one.agency) if part)
    standing_in = f", standing in for {one.standing_in_for}" if one.standing_in_for else ""
    source = f"; address {one.address_from}" if one.address_from != "directory" else ""
    because = f" [{', '.join(one.because)}]" if one.because else ""
    return f"{one.part.value}: {who}{standing_in}: {said}{source}{because}"


def _reason(one: Reason) -> str:
    source = f": {one.source}" if one.basis is not Basis.DEMONSTRATION else ", not in the policy text"
    return f"{one.says} [{one.rule}; {_BASIS[one.basis]}{source}]"
