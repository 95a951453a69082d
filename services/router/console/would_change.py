"""What would change: the last decisions made again under another directory or policy, as if they came in now. Shell."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

import msgspec

from services.router.console.directory_words import Difference
from services.router.console.escalation_words import who_of
from services.router.domain.changes import StoredDecision
from services.router.domain.decision import Decision, Part, Person
from services.router.domain.directory import Directory, read_entries
from services.router.domain.grounding import DirectoryGround, Rules
from services.router.domain.keeping.changing import Draft
from services.router.domain.keeping.rows import Swap, put
from services.router.domain.partnership import Partnership
from services.router.domain.when import in_words
from services.router.policy.step import Ruling
from services.router.ports import Directories
from shared.terms import EscalationRef, Instant, PartnershipId

replace = msgspec.structs.replace
MOST_KEPT = 64
_STANDS_FOR = timedelta(minutes=10)
"""So long is what was found shown again: the dates in it are counted from when it was looked at first."""
NOBODY = "nobody but the duty contact"
_RULINGS = {
    Ruling.ROUTED: "goes to a contact",
    Ruling.REFERRED: "the duty contact decides",
    Ruling.DIVERTED: "another way than an escalation",
}


class Decisions(Protocol):
    """The decisions of a partnership as they are stored."""

    async def last(self, partnership: PartnershipId, *, most: int) -> tuple[StoredDecision, ...]: ...


class Differs(NamedTuple):
    """Escalations that would go another way, each the same other way, aspect by aspect."""

    refs: tuple[EscalationRef, ...]
    differences: tuple[Difference, ...]


class Found(NamedTuple):
    """What replaying met. undecided: references that cannot be decided by the one or the other."""

    looked_at: int
    differs: tuple[Differs, ...]
    undecided: tuple[EscalationRef, ...]

    @property
    def differing(self) -> int:
        return sum(len(one.refs) for one in self.differs)


class Other(NamedTuple):
    """What is compared with what stands now. edition: of its policy, None for the newest."""

    directory: Directory
    edition: str | None = None


class Look(NamedTuple):
    """What is asked: of the last `most` decisions of a partnership, by the directory as it is now."""

    now: Directory
    here: Partnership
    at: Instant
    most: int


class _Kept(NamedTuple):
    """What was found. rests_on: (reference, number) of each decision that was looked at."""

    found: Found | None
    rests_on: list[tuple[EscalationRef, int]]
    at: Instant


class WouldChange:
    """Nothing of it is stored, and nobody is told. What was found is kept in memory for whoever looks again."""

    def __init__(self, decisions: Decisions, directories: Directories, *, rules: Rules) -> None:
        self._decisions = decisions
        self._directories = directories
        self._rules = rules
        self._kept: dict[tuple[str | int, ...], _Kept] = {}

    def editions(self) -> Sequence[tuple[str, str]]:
        """(code, words) of every policy edition of this release."""
        known = sorted(self._rules.editions.items())
        return [(f"{policy}|{edition}", f"{one.name}, edition {edition}") for (policy, edition), one in known]

    async def of_draft(self, look: Look, draft: Draft) -> Found | None:
        """Which would differ with the draft's changes made; None where somebody has changed the directory meanwhile."""
        return await self._found(look, ("draft", draft.id), lambda: _with_swaps(look.now, draft.swaps))

    async def of_revision(self, look: Look, revision: int) -> Found | None:
        """Which would differ with the directory as it was in that revision; None where there is no such revision."""
        body = await self._directories.at(revision)
        if body is None:
            return None
        return await self._found(
            look, ("revision", str(revision)), lambda: Other(Directory(read_entries(body), revision=revision))
        )

    async def of_policy(self, look: Look, code: str) -> Found | None:
        """Which would differ by another policy or edition; None where there is no such edition."""
        policy, _, edition = code.partition("|")
        if (policy, edition) not in self._rules.editions:
            return None
        return await self._found(look, ("policy", code), lambda: _under(look, policy, edition))

    async def _found(self, look: Look, what: tuple[str, str], make: Callable[[], Other | None]) -> Found | None:
        """As it was found before, where the same decisions were looked at; else worked out beside the event loop."""
        stored = await self._decisions.last(look.here.id, most=look.most)
        key, rests_on = (look.here.id, *what, look.now.revision, look.most), [(one.ref, one.number) for one in stored]
        kept = self._kept.get(key)
        if kept is not None and kept.rests_on == rests_on and look.at - kept.at < _STANDS_FOR:
            return kept.found
        found = await asyncio.to_thread(self._worked_out, look, stored, make)
        self._kept.pop(key, None)
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = _Kept(found, rests_on, look.at)
        return found

    def _worked_out(
        self, look: Look, stored: Sequence[StoredDecision], make: Callable[[], Other | None]
    ) -> Found | None:
        other = make()
        if other is None:
            return None
        if look.here.id not in other.directory.partnerships:
            return Found(len(stored), (), tuple(one.ref for one in stored))
        return self._compared(stored, look.now, other, look.at)

    def _compared(self, stored: Sequence[StoredDecision], now: Directory, other: Other, at: Instant) -> Found:
        grounds = [DirectoryGround(one, self._rules, base_url="") for one in (now, other.directory)]
        differs: dict[tuple[Difference, ...], list[EscalationRef]] = {}
        undecided: list[EscalationRef] = []
        for one in stored:
            try:
                before = _decided(grounds[0], one, at, None)
                after = _decided(grounds[1], one, at, other.edition)
            except KeyError:  # an agency that it names is not there any more
                undecided.append(one.ref)
                continue
            found = differences(before, now, after, other.directory)
            if found:
                differs.setdefault(found, []).append(one.ref)
        same = tuple(Differs(tuple(refs), found) for found, refs in differs.items())
        return Found(len(stored), same, tuple(undecided))


def _with_swaps(now: Directory, swaps: Sequence[Swap]) -> Other | None:
    after = put(now.entries, swaps)
    return Other(Directory(after, revision=now.revision, like=now)) if not isinstance(after, tuple) else None


def _under(look: Look, policy: str, edition: str) -> Other:
    now = look.now
    partnerships = tuple(
        replace(one, policy=policy) if one.id == look.here.id else one for one in now.entries.partnerships
    )
    entries = replace(now.entries, partnerships=partnerships)
    return Other(Directory(entries, revision=now.revision, like=now), edition)


def _decided(ground: DirectoryGround, stored: StoredDecision, at: Instant, edition: str | None) -> Decision:
    inputs = stored.inputs
    return ground.decide(stored.ref, inputs.facts, circumstances=inputs.circumstances, at=at, edition=edition)


def differences(before: Decision, now: Directory, after: Decision, other: Directory) -> tuple[Difference, ...]:
    """In which aspects two decisions differ, in codes: posts and stages, never a name."""
    old, new = _aspects(before, now), _aspects(after, other)
    known = {(one.post, one.address.casefold()) for one in before.persons}
    posts = {one.post for one in before.persons}
    others = [one for one in after.persons if one.post in posts and (one.post, one.address.casefold()) not in known]
    found = [Difference(name, old[name], new[name]) for name in old if old[name] != new[name]]
    if others and not found:
        says = "; ".join(dict.fromkeys(who_of(one, other).words for one in others if one.post is not None))
        found += [Difference("Same posts, another holder", says, says)] if says else []
    return tuple(found)


def _aspects(decision: Decision, directory: Directory) -> dict[str, str]:
    zone = directory.partnerships[decision.partnership].zone
    acting = [one for one in decision.persons if one.must_act]
    told = [one for one in decision.persons if one.told and not one.must_act and one.part is not Part.DUTY]
    return {
        "Ruling": _RULINGS.get(decision.ruling, decision.ruling.value.replace("_", " ")),
        "Stage or route": decision.stage_label,
        "Asked to act": _who(acting, directory) or NOBODY,
        "Told": _who(told, directory),
        "May read the record": _who([one for one in decision.persons if one.may_read], directory),
        "Answer by": in_words(decision.due_at, zone) if decision.due_at is not None else "no date",
        "The partnership": "is told" if decision.partnership_told != "no" else "is not told",
        "For the duty contact to look at": "; ".join(dict.fromkeys(gap.says for gap in decision.gaps)),
    }


def _who(persons: Sequence[Person], directory: Directory) -> str:
    return "; ".join(dict.fromkeys(who_of(one, directory).words for one in persons))
