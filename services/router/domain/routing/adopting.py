"""Rules that no source states, as a partnership has them: as they stand, or with its own in their place. Pure.

What the software does cannot be changed by other words: a rule about who is asked or how is adopted, or another policy
is chosen. Numbers, roles and wording can be the partnership's own.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeVar

import msgspec

from services.router.domain.partnership import Adopted, Partnership
from services.router.policy.loading import SPONSOR
from services.router.policy.model import Policy, Rung, Text, Words, all_reasons
from services.router.policy.step import Basis, Reason, RoleAt
from shared.private import Private

replace = msgspec.structs.replace
T = TypeVar("T")
_KEPT = 64
TIMEFRAME, TOLD, RETENTION, WARN, PATTERN = "timeframe", "told", "retention", "warn", "pattern"
_WORDS = ("area-", "trigger-", "action-", "entry-")
_TEXTS = ("diversion-", "signpost-")


class Form(StrEnum):
    """What a partnership may put in a rule's place."""

    NUMBER = "number"
    ROLES = "roles"
    WORDS = "words"
    TEXT = "text"
    SETTING = "setting"  # on the page of settings
    NOTHING = "nothing"  # it is adopted as it stands


class Set(NamedTuple):
    """The partnership's own time limit. days: None for the policy's."""

    name: str
    days: int | None
    source: str


def form_of(rule: str) -> Form:
    """What may stand in the place of the rule of that id."""
    if rule in (TIMEFRAME, TOLD, RETENTION):
        return Form.SETTING
    if rule in (WARN, PATTERN):
        return Form.NUMBER
    if rule.startswith("rung-"):
        return Form.ROLES
    if rule.startswith(_WORDS):
        return Form.WORDS
    return Form.TEXT if rule.startswith(_TEXTS) else Form.NOTHING


def decided_in_settings(partnership: Partnership) -> frozenset[str]:
    """The rules for which the partnership has a setting of its own."""
    own = (
        (TIMEFRAME, partnership.timeframe_days is not None),
        (TOLD, partnership.told_from is not None),
        (RETENTION, bool(partnership.retention)),
    )
    return frozenset(rule for rule, stands in own if stands)


def undecided(policy: Policy, partnership: Partnership) -> tuple[Reason, ...]:
    """The rules of the pack that no source states and that the partnership has not made its own."""
    decided = adopted_of(policy, partnership.adopted).keys() | decided_in_settings(partnership)
    return tuple(one for one in policy.demonstration_rules if one.rule not in decided)


def adopted_of(policy: Policy, adopted: Iterable[Adopted]) -> dict[str, Adopted]:
    """What was taken of that policy's rules, by rule."""
    return {one.rule: one for one in adopted if one.policy in ("", policy.id)}


def own(policy: Policy, partnership: Partnership) -> Policy:
    """The pack as this partnership has it. The same entry of the directory gives the same rules."""
    if not partnership.adopted and partnership.timeframe_days is None:
        return policy
    days = Set(partnership.name, partnership.timeframe_days, partnership.timeframe_source)
    return _own(policy, partnership.adopted, days)


@lru_cache(maxsize=_KEPT)
def _own(policy: Policy, adopted: tuple[Adopted, ...], days: Set) -> Policy:
    unstated = {one.rule for one in policy.demonstration_rules}
    taken = {rule: one for rule, one in adopted_of(policy, adopted).items() if rule in unstated}
    placed = _placed(policy, taken)
    reasons = {one.rule: _reason(one, taken[one.rule]) for one in all_reasons(placed) if one.rule in taken}
    if days.days is not None:
        general = replace(placed.general, default_days=days.days)
        placed, reasons = replace(placed, general=general), {**reasons, TIMEFRAME: days_reason(days)}
    return _with_reasons(placed, reasons)


def days_reason(days: Set) -> Reason:
    """The rule of the partnership's own time limit."""
    many = "one working day" if days.days == 1 else f"{days.days} working days"
    says = f"The time limit is {many}, or less if the child needs it."
    return Reason(rule=TIMEFRAME, says=says, basis=Basis.SETTING, source=days.source or f"{days.name}: its own setting")


def _reason(reason: Reason, adopted: Adopted) -> Reason:
    """The same rule as the partnership's own."""
    source = adopted.source or f"{adopted.by}, {adopted.on}"
    return replace(reason, says=_says(reason, adopted), basis=Basis.SETTING, source=source)


def _says(reason: Reason, adopted: Adopted) -> str:
    if adopted.number is not None and reason.rule == WARN:
        return f"A limit in working days that spans more than {adopted.number} days of the calendar is questioned."
    if adopted.number is not None and reason.rule == PATTERN:
        return f"{adopted.number} similar escalations in a year are shown to a person."
    return adopted.says.partition("\n")[0].strip() or reason.says


def _placed(policy: Policy, taken: Mapping[str, Adopted]) -> Policy:
    """The pack with the partnership's numbers, roles and words."""
    general = policy.general
    warn, pattern = _number(taken, WARN), _number(taken, PATTERN)
    return replace(
        policy,
        general=replace(
            general,
            warn_days=general.warn_days if warn is None else warn,
            pattern_at=general.pattern_at if pattern is None else pattern,
        ),
        rungs={
            kind: {number: _rung(rung, taken.get(rung.reason.rule), policy) for number, rung in by_stage.items()}
            for kind, by_stage in policy.rungs.items()
        },
        areas=tuple(_words(one, taken) for one in policy.areas),
        triggers=tuple(_words(one, taken) for one in policy.triggers),
        desired_actions=tuple(_words(one, taken) for one in policy.desired_actions),
        entries={code: _words(one, taken) for code, one in policy.entries.items()},
        diversions=tuple(replace(one, text=_text(one.text, taken)) for one in policy.diversions),
        signposts=tuple(_text(one, taken) for one in policy.signposts),
    )


def _number(taken: Mapping[str, Adopted], rule: str) -> int | None:
    return taken[rule].number if rule in taken else None


def role_at(written: str) -> RoleAt:
    """A role as it is written: `sponsor:` before its code where the sponsoring body holds it."""
    return RoleAt(code=written.removeprefix(SPONSOR), at_sponsor=written.startswith(SPONSOR))


def _rung(rung: Rung, adopted: Adopted | None, policy: Policy) -> Rung:
    if adopted is None or not adopted.roles:
        return rung
    roles = tuple(role_at(one) for one in adopted.roles)
    words = " or ".join(policy.role_words.get(one.code, one.code) for one in roles)
    says = f"{rung.reason.says.partition(':')[0]}: {words}."
    return replace(rung, roles=roles, words=words, why_you="", reason=replace(rung.reason, says=says))


def _words(words: Words, taken: Mapping[str, Adopted]) -> Words:
    adopted = taken.get(words.reason.rule)
    return replace(words, words=adopted.says) if adopted is not None and adopted.says else words


def _text(text: Text, taken: Mapping[str, Adopted]) -> Text:
    adopted = taken.get(text.reason.rule)
    lines = [one.strip() for one in adopted.says.splitlines()] if adopted is not None else []
    paragraphs = tuple(one for one in lines if one)
    return replace(text, paragraphs=paragraphs) if paragraphs else text


def _with_reasons(value: T, reasons: Mapping[str, Reason]) -> T:
    """`value` with these reasons wherever theirs stand; what holds none is the very same."""
    found: object = value
    if isinstance(value, Reason):
        found = reasons.get(value.rule, value)
    elif isinstance(value, tuple):
        new = tuple(_with_reasons(one, reasons) for one in value)
        found = new if any(one is not other for one, other in zip(new, value, strict=True)) else value
    elif isinstance(value, dict):
        made = {key: _with_reasons(one, reasons) for key, one in value.items()}
        found = made if any(made[key] is not one for key, one in value.items()) else value
    elif isinstance(value, Private):
        named = {name: getattr(value, name) for name in value.__struct_fields__}
        fresh = {name: _with_reasons(one, reasons) for name, one in named.items()}
        changed = {name: one for name, one in fresh.items() if one is not named[name]}
        found = replace(value, **changed) if changed else value
    return found  # type: ignore[return-value]  # of the same type as it was
