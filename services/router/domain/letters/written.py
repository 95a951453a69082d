"""The one text of an outcome as a notice carries it: what is agreed, what is still open, and each party's word. Pure.

Nothing here was sealed: the page marked each line as emailed before it was sent.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from services.router.domain.escalation import Standing
from services.router.domain.letters.routefacts import Wording
from services.router.domain.life import Issue, OutcomeAnswer, OutcomeVersion
from services.router.domain.living.confirming import confirmers, word_for
from services.router.domain.living.outcome import shown
from services.router.domain.living.present import Present, of_address
from shared.messages import AnswerFacts, IssueFacts, LifeFacts, NoticePerson

SOMEBODY = "somebody in it"
CONFIRMS, DISPUTES, WAITS = "confirms", "disputes", "waits"


def with_outcome(
    facts: LifeFacts, version: OutcomeVersion, everybody: Sequence[Present], *, faceless: bool = False
) -> LifeFacts:
    """`facts` with the version's whole text, and what each party says of it. faceless: roles and agencies alone."""
    return msgspec.structs.replace(
        facts,
        outcome=version.code.value,
        version=version.number,
        text=version.text,
        issues=tuple(issue_facts(one, everybody if faceless else ()) for one in version.issues),
        answers=answers_of(version, everybody, faceless=faceless),
    )


def with_issue(facts: LifeFacts, issue: Issue) -> LifeFacts:
    """`facts` with one outstanding issue."""
    return msgspec.structs.replace(facts, issues=(issue_facts(issue),))


def discreet(facts: LifeFacts, wording: Wording) -> LifeFacts:
    """`facts` for a raiser whose address nobody vouches for yet: roles, agencies and office telephones."""
    return msgspec.structs.replace(
        facts,
        by=_faceless(facts.by, wording) if facts.by is not None else None,
        holders=tuple(_faceless(one, wording) for one in facts.holders),
    )


def issue_facts(issue: Issue, faceless_of: Sequence[Present] = ()) -> IssueFacts:
    """One outstanding issue. faceless_of: where not empty, its owner is looked up there and shown by role alone."""
    return IssueFacts(
        number=issue.number,
        text=issue.text,
        owner=who_at(faceless_of, issue.owner) if faceless_of else issue.owner_who,
        by_words=day_in_words(issue.by_on),
        state=issue.state.value,
    )


def answers_of(
    version: OutcomeVersion, everybody: Sequence[Present], *, faceless: bool = False
) -> tuple[AnswerFacts, ...]:
    """The word of everybody whose word is needed, as they signed it or as the directory has them."""
    found = []
    for one in confirmers(everybody):
        given = word_for(version, one, everybody)
        signed = given.who if given is not None else shown(one)
        who, at = in_role(one) if faceless else signed, given.at if given is not None else None
        found.append(AnswerFacts(who=who, answer=word_of(given), at=at))
    return tuple(found)


def word_of(answer: OutcomeAnswer | None) -> str:
    """One party's word as a code: it waits, confirms or disputes."""
    if answer is None:
        return WAITS
    return CONFIRMS if answer.agrees else DISPUTES


def in_role(one: Present) -> str:
    """A person by role and agency alone; the raiser knows their own name. Without an agency nothing is sure of them."""
    person = one.person
    if not person.name and not person.agency:
        return SOMEBODY
    named = (person.name,) if Standing.RAISER in one.standings else ()
    return ", ".join(text for text in (*named, person.role, person.agency) if text)


def who_at(everybody: Sequence[Present], address: str) -> str:
    """Whoever has this address, by role and agency."""
    found = of_address(everybody, address)
    return in_role(found) if found is not None else SOMEBODY


def day_in_words(day: date) -> str:
    """`Wednesday 30 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def _faceless(person: NoticePerson, wording: Wording) -> NoticePerson:
    return msgspec.structs.replace(person, name="", phone=wording.phones.get(person.agency, ""))
