"""A partnership's settings in words, group by group, with where each comes from. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.router.console.escalation_words import BASES
from services.router.domain.keeping.attention import in_days
from services.router.domain.partnership import Line, Partnership
from services.router.domain.routing.adopting import undecided
from services.router.policy.model import Policy
from services.router.policy.step import Basis


class Group(NamedTuple):
    """A form of settings. says: what it decides."""

    code: str
    title: str
    says: str


class Said(NamedTuple):
    """One setting. note: where it comes from, or what it means; "" for nothing to add."""

    label: str
    value: str
    note: str = ""


GROUPS: Mapping[str, Group] = {
    one.code: one
    for one in (
        Group("telling", "When the partnership is told", "From which stage on it gets the coded part, without names."),
        Group("time", "Time", "The limit that the form begins with, and the hours in which people are reminded."),
        Group("duty", "Duty contact", "Who is asked whenever nobody else can be, and where coded notices go."),
        Group("phones", "Telephones", "What every page and letter gives for a child in danger."),
        Group("words", "Your own words", "On your page, at the end of letters, and about personal data."),
        Group("care", "Care of the directory", "Second approval, the daily digest, how often holders are asked."),
        Group("policy", "Policy", "Which policy decides here."),
    )
}


def groups(partnership: Partnership, policy: Policy, admins: Mapping[str, str]) -> Sequence[tuple[Group, list[Said]]]:
    """Every group with its settings. policy: with what the partnership made its own; admins: names by id."""
    found: Mapping[str, Iterator[Said]] = {
        "telling": _telling(partnership, policy),
        "time": _time(partnership, policy),
        "duty": _duty(partnership),
        "phones": _phones(partnership),
        "words": _words(partnership, policy),
        "care": _care(partnership, admins),
        "policy": _policy(partnership, policy),
    }
    return [(group, list(found[code])) for code, group in GROUPS.items()]


def _telling(one: Partnership, policy: Policy) -> Iterator[Said]:
    own, theirs = one.told_from, policy.general.told_from
    word = policy.stage_word
    if own is not None:
        source = f"source: {one.told_source}" if one.told_source else "your own setting"
        yield Said("Told from", f"{word} {own} onwards", source)
        yield Said("Said of it", one.told_says)
        return
    value = f"{word} {theirs} onwards" if theirs is not None else "No stage: the policy does not say"
    yield Said("Told from", value, BASES[policy.general.told_reason.basis])


def _time(one: Partnership, policy: Policy) -> Iterator[Said]:
    days, basis = policy.general.default_days, policy.general.default_days_reason.basis
    source = one.timeframe_source or (BASES[basis] if one.timeframe_days is None else "your own setting")
    yield Said("Usual time limit", f"{days} working day{'' if days == 1 else 's'}", source)
    hours = f"{one.open_from:%H:%M} to {one.open_until:%H:%M}, Monday to Friday"
    yield Said("Reminders go out", hours, "first notices, and everything about immediate harm, go at once")


def _duty(one: Partnership) -> Iterator[Said]:
    yield Said("Name", one.duty.name)
    yield Said("Called", one.duty.role)
    yield Said("Mailbox", one.duty.mailbox)
    yield Said("Telephone", one.duty.phone)
    yield Said("Coded notices go to", one.duty.told or one.duty.mailbox)


def _phones(one: Partnership) -> Iterator[Said]:
    for area in one.areas:
        yield Said(f"{area.name}, by day", _phone(area.social_care))
        yield Said(f"{area.name}, out of hours", _phone(area.out_of_hours))


def _phone(line: Line) -> str:
    return f"{line.label}: {line.number}{f', {line.hours}' if line.hours else ''}"


def _words(one: Partnership, policy: Policy) -> Iterator[Said]:
    yield Said("On your page", one.page_words)
    yield Said("At the end of letters", one.letter_words)
    note = "your own setting" if one.retention else BASES[policy.general.retention_reason.basis]
    yield Said("How long it is kept", one.retention or policy.general.retention, note)
    yield Said("Controller", one.controller)
    yield Said("Questions about personal data", one.privacy_contact)
    yield Said("Complaints", one.complaints_url)


def _care(one: Partnership, admins: Mapping[str, str]) -> Iterator[Said]:
    yield Said("A second admin approves", "Yes" if one.second_approval else "No", "changes of an address mail goes to")
    told = admins.get(one.digest_admin, "nobody who is an admin now") if one.digest_admin else "any other manager"
    yield Said("The daily digest goes to", told)
    yield Said("Holders are asked", f"every {one.asked_every_days} days")
    yield Said("Look at these settings again", in_days(one.review_on) or "no day is set")


def _policy(one: Partnership, policy: Policy) -> Iterator[Said]:
    yield Said("Policy", policy.name, f"edition {policy.edition}, to be reviewed by {in_days(policy.review_on)}")
    left = len(undecided(policy, one))
    examples = sum(reason.basis is Basis.DEMONSTRATION for reason in policy.rules.values())
    yield Said("Rules that no source states", f"{left} to decide" if left else "none to decide", _yet(one, examples))


def _yet(one: Partnership, examples: int) -> str:
    if one.demonstration:
        return "a demonstration may leave them as they are" if examples else ""
    return "nobody can raise an escalation here until each is decided" if one.preparing else ""
