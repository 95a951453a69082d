"""The outcome of an escalation as its page shows it: the text, each party's word, what is still open. Pure."""

from collections.abc import Iterable, Sequence

from services.router.domain.escalation import Escalation
from services.router.domain.letters.written import day_in_words, in_role, who_at, word_of
from services.router.domain.life import Issue, OutcomeAnswer, OutcomeVersion
from services.router.domain.living.acting import date_waits
from services.router.domain.living.confirming import confirmers, current, is_settled, word_for
from services.router.domain.living.outcome import shown
from services.router.domain.living.present import Present
from shared.following import AnswerSeen, IssueSeen, OutcomeSeen, ProposalSeen


def outcome_of(escalation: Escalation, everybody: Sequence[Present], *, faceless: bool) -> OutcomeSeen | None:
    """The newest version, None before there is one. Once it has had its effect, the words that were given stand."""
    version = current(escalation.life)
    if version is None:
        return None
    final = is_settled(escalation.life)
    return OutcomeSeen(
        version=version.number,
        digest=version.digest,
        code=version.code.value,
        text=version.text,
        issues=issues_of(version.issues, everybody, faceless=faceless),
        by=who_at(everybody, version.by) if faceless else version.by_who,
        at=version.at,
        answers=_given(version, everybody, faceless) if final else _asked(version, everybody, faceless),
        final=final,
    )


def issues_of(issues: Iterable[Issue], everybody: Sequence[Present], *, faceless: bool) -> tuple[IssueSeen, ...]:
    """Outstanding issues: who pursues each, by when, and where it stands."""
    return tuple(
        IssueSeen(
            number=one.number,
            text=one.text,
            owner=who_at(everybody, one.owner) if faceless else one.owner_who,
            by_words=day_in_words(one.by_on),
            state=one.state.value,
        )
        for one in issues
    )


def proposal_of(escalation: Escalation, everybody: Sequence[Present], *, faceless: bool) -> ProposalSeen | None:
    """Another date for the answer that the raiser has not answered."""
    proposal = escalation.life.proposal
    if proposal is None or not date_waits(escalation):
        return None
    by = who_at(everybody, proposal.by) if faceless else proposal.by_who
    return ProposalSeen(until_words=day_in_words(proposal.until), why=proposal.why, by=by)


def _asked(version: OutcomeVersion, everybody: Sequence[Present], faceless: bool) -> tuple[AnswerSeen, ...]:
    """The word of everybody whose word is needed now."""
    found = []
    for one in confirmers(everybody):
        answer = word_for(version, one, everybody)
        signed = answer.who if answer is not None else shown(one)
        found.append(_answer(in_role(one) if faceless else signed, answer))
    return tuple(found)


def _given(version: OutcomeVersion, everybody: Sequence[Present], faceless: bool) -> tuple[AnswerSeen, ...]:
    return tuple(_answer(who_at(everybody, one.address) if faceless else one.who, one) for one in version.answers)


def _answer(who: str, answer: OutcomeAnswer | None) -> AnswerSeen:
    if answer is None:
        return AnswerSeen(who=who, answer=word_of(None))
    return AnswerSeen(who=who, answer=word_of(answer), at=answer.at, reason=answer.reason)
