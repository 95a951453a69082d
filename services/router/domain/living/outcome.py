"""One text of how a stage ended, confirmed by each party; all confirm, and it closes. Pure.

An edit is a new version, and confirmation starts anew: a word on any other version never counts.
Source: domain.md section 1, S1: written confirmation between the parties.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from services.router.domain.escalation import Escalation, Standing, State, move
from services.router.domain.life import Issue, IssueState, Life, OutcomeAnswer, OutcomeCode, OutcomeVersion
from services.router.domain.living.present import Present
from services.router.policy.facts import Facts
from shared.private import Private
from shared.terms import Digest, EscalationRef, Instant, SubmissionId

replace = msgspec.structs.replace

MOST_ISSUES = 3
DEBRIEFS = frozenset({"offered", "taken", "declined"})


class Unfit(StrEnum):
    """Why an outcome that was sent cannot be put to the parties. A person looks at it; nothing is lost."""

    WITHDRAWN_BY_ANOTHER = "withdrawn-by-another"  # only who raised it withdraws it
    NO_OUTCOME = "no-outcome"
    ISSUE_WITHOUT_OWNER = "issue-without-owner"
    UNKNOWN_PAIR = "unknown-pair"


class Voice(Private, frozen=True, kw_only=True):
    """Who speaks, and when. who: as they are shown; "X for <post>" at a shared mailbox."""

    address: str
    who: str
    at: Instant


def pairs_of(facts: Facts) -> tuple[str, ...]:
    """Each pair of agencies in disagreement, `raising|receiving`, by agency id or the name that was typed."""
    return tuple(
        f"{one.agency or one.other_name}|{other.agency or other.other_name}"
        for one in facts.raising
        for other in facts.receiving
    )


def new_version(
    escalation: Escalation,
    answers: Mapping[str, object],
    *,
    by: Voice,
    standings: frozenset[Standing],
    owners: Mapping[str, Present],
    submission: SubmissionId,
) -> OutcomeVersion | Unfit:
    """The next version of the outcome, from the checked answers of its form. Its writer has confirmed it by writing it.

    owners: by the code that the page showed, whoever may pursue an issue. standings: of the one who wrote it.
    """
    code, text, pairs = _text(answers, "outcome"), _text(answers, "agreed_outcome"), _pairs(answers)
    issues = _issues(answers, owners, after=len(escalation.life.issues))
    unfit = _unfit(code, text, pairs, escalation=escalation, standings=standings)
    if unfit is not None or issues is None:
        return unfit or Unfit.ISSUE_WITHOUT_OWNER
    number = len(escalation.life.versions) + 1
    own = OutcomeAnswer(address=by.address, who=by.who, agrees=True, at=by.at)
    return OutcomeVersion(
        number=number,
        code=OutcomeCode(code),
        text=text,
        issues=issues,
        by=by.address,
        by_who=by.who,
        at=by.at,
        digest=digest_of(escalation.ref, number=number, code=code, text=text, issues=issues, pairs=pairs),
        submission=submission,
        answers=(own,) if Standing.CONFIRMER in standings else (),
        learning=_listed(answers, "learning"),
        debrief=_text(answers, "debrief"),
        pairs=pairs,
    )


def digest_of(
    ref: EscalationRef, *, number: int, code: str, text: str, issues: Sequence[Issue], pairs: Sequence[str]
) -> Digest:
    """SHA-256 over the one spelling of all that the parties confirm."""
    said = (
        "candour/1 outcome",
        ref,
        number,
        code,
        text,
        [(one.number, one.text, one.owner, one.owner_who, one.by_on) for one in issues],
        list(pairs),
    )
    return Digest(hashlib.sha256(msgspec.json.encode(said)).hexdigest())


def with_version(escalation: Escalation, version: OutcomeVersion) -> Escalation:
    life = escalation.life
    return replace(escalation, life=replace(life, versions=(*life.versions, version), debrief=_debrief(life, version)))


def with_answer(escalation: Escalation, answer: OutcomeAnswer) -> Escalation:
    """The escalation with a party's word on its current version."""
    life, version = escalation.life, escalation.life.versions[-1]
    answered = replace(version, answers=(*version.answers, answer))
    return replace(escalation, life=replace(life, versions=(*life.versions[:-1], answered)))


def confirmed(escalation: Escalation, *, at: Instant) -> Escalation:
    """The escalation after everybody confirmed: closed, its outstanding issues open; or open for the pairs still left.

    Raises: IllegalMove where it may not close.
    """
    life, version = escalation.life, escalation.life.versions[-1]
    facts = escalation.facts
    settled = tuple(sorted({*life.settled, *version.pairs}))
    life = replace(life, settled=settled, issues=(*life.issues, *version.issues))
    if version.pairs and facts is not None and not set(pairs_of(facts)) <= set(settled):
        return replace(escalation, life=life)
    closed = move(escalation, State.CLOSED)
    panel = replace(life.panel, decided_at=at) if life.panel is not None else None
    return replace(closed, life=replace(life, closed_at=at, panel=panel))


def settle_issue(escalation: Escalation, number: int, state: IssueState, *, how: str, at: Instant) -> Escalation:
    """The escalation with one outstanding issue done, or brought back."""
    life = escalation.life
    issues = tuple(
        replace(one, state=state, settled_at=at, how=how) if one.number == number else one for one in life.issues
    )
    return replace(escalation, life=replace(life, issues=issues))


def may_settle(me: Present | None, issue: Issue) -> bool:
    """Whether this issue is theirs to settle: its owner's, or the raiser's."""
    return me is not None and (Standing.RAISER in me.standings or issue.owner == me.address)


def _debrief(life: Life, version: OutcomeVersion) -> str:
    return version.debrief if version.debrief in DEBRIEFS else life.debrief


def _issues(answers: Mapping[str, object], owners: Mapping[str, Present], *, after: int) -> tuple[Issue, ...] | None:
    """The outstanding issues in their order; None where one says not who pursues it, or not by when."""
    found: list[Issue] = []
    for index in range(1, MOST_ISSUES + 1):
        text = _text(answers, f"issue_{index}_text")
        if not text:
            continue
        owner, by_on = owners.get(_text(answers, f"issue_{index}_owner")), _text(answers, f"issue_{index}_by")
        if owner is None or not by_on:
            return None
        issue = Issue(
            number=after + len(found) + 1,
            text=text,
            owner=owner.address,
            owner_who=shown(owner),
            by_on=date.fromisoformat(by_on),
        )
        found.append(issue)
    return tuple(found)


def shown(one: Present, *, claimed: str = "") -> str:
    """A person as the others are shown them: name, role and agency, as far as they are known.

    claimed: who somebody at a shared mailbox says they are: nobody has checked it.
    """
    person = one.person
    known = ", ".join(text for text in (person.name, person.role, person.agency) if text)
    return f"{claimed} (as they say) for {known}" if claimed else known


def _unfit(
    code: str, text: str, pairs: Iterable[str], *, escalation: Escalation, standings: frozenset[Standing]
) -> Unfit | None:
    if code not in set(OutcomeCode) or not text:
        return Unfit.NO_OUTCOME
    if code == OutcomeCode.WITHDRAWN and Standing.RAISER not in standings:
        return Unfit.WITHDRAWN_BY_ANOTHER
    known = pairs_of(escalation.facts) if escalation.facts is not None else ()
    return None if set(pairs) <= set(known) else Unfit.UNKNOWN_PAIR


def _pairs(answers: Mapping[str, object]) -> tuple[str, ...]:
    """The pairs of agencies that it settles, `a|b; c|d`; none for all."""
    return tuple(sorted({one.strip() for one in _text(answers, "pairs").split(";")} - {""}))


def _text(answers: Mapping[str, object], name: str) -> str:
    value = answers.get(name)
    return value.strip() if isinstance(value, str) else ""


def _listed(answers: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = answers.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list | tuple) else ()
