"""The one text of an outcome as a notice carries it: what is agreed, what is still open, and each party's word. Pure.

Nothing here was sealed: the page marked each line as emailed before it was sent.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from services.router.domain.escalation import Standing
from services.router.domain.life import Issue, OutcomeVersion
from services.router.domain.outcome import answer_by, shown
from services.router.domain.present import Present, those
from shared.messages import IssueFacts, LifeFacts

CONFIRMS, DISPUTES, WAITS = "confirms", "disputes", "waits"


def with_outcome(facts: LifeFacts, version: OutcomeVersion, everybody: Sequence[Present]) -> LifeFacts:
    """`facts` with the version's whole text, and what each party says of it."""
    return msgspec.structs.replace(
        facts,
        outcome=version.code.value,
        version=version.number,
        text=version.text,
        issues=tuple(issue_facts(one) for one in version.issues),
        answers=answers_of(version, everybody),
    )


def with_issue(facts: LifeFacts, issue: Issue) -> LifeFacts:
    """`facts` with one outstanding issue."""
    return msgspec.structs.replace(facts, issues=(issue_facts(issue),))


def issue_facts(issue: Issue) -> IssueFacts:
    return IssueFacts(
        number=issue.number,
        text=issue.text,
        owner=issue.owner_who,
        by_words=day_in_words(issue.by_on),
        state=issue.state.value,
    )


def answers_of(version: OutcomeVersion, everybody: Sequence[Present]) -> tuple[tuple[str, str], ...]:
    """(who, answer) of everybody whose word is needed, as they signed it or as the directory has them."""
    return tuple(
        (given.who if given is not None else shown(one), word)
        for one in those(everybody, Standing.CONFIRMER)
        for given in (answer_by(version, one.address),)
        for word in (WAITS if given is None else CONFIRMS if given.agrees else DISPUTES,)
    )


def day_in_words(day: date) -> str:
    """`Wednesday 30 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"
