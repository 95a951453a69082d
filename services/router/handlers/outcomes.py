"""Puts an outcome to the parties, takes their word on it, and follows what is left open after it closed. Shell."""

from collections.abc import Mapping

import msgspec

from services.router.domain.changes import Change, Happened, What
from services.router.domain.escalation import MOVES, Escalation, Move, Standing
from services.router.domain.ground import Ground
from services.router.domain.letters.written import issue_facts, with_outcome
from services.router.domain.life import Issue, IssueState, OutcomeAnswer, OutcomeVersion
from services.router.domain.living.confirming import (
    answer_by,
    current,
    is_confirmed,
    is_settled,
    waits_for,
    withdraws_alone,
)
from services.router.domain.living.outcome import (
    DEBRIEFS,
    Unfit,
    confirmed,
    may_settle,
    new_version,
    settle_issue,
    with_answer,
    with_version,
)
from services.router.domain.living.present import Present
from services.router.domain.page.choosing import by_code
from services.router.handlers.presence import CHANGED, NOT_ALLOWED, Here, here
from services.router.handlers.replying import Asker, Reply, plain_line
from services.router.handlers.saying import Draw, change_of, line_of, tell_them
from services.router.ports import World
from shared.following import AnswerOutcome, RecordDebrief, SettleIssue
from shared.messages import LifeFacts, NoticeKind
from shared.questions import Done, Refused
from shared.terms import SubmissionId

replace = msgspec.structs.replace

MOST_WORDS = 500


def propose(at: Here, answers: Mapping[str, object], *, submission: SubmissionId, world: World) -> Change | Unfit:
    """A new version of the outcome, put to everybody whose word it needs. The caller has asked the table of moves.

    Words on any version before count no more.
    """
    version = new_version(
        at.escalation,
        answers,
        by=at.voice(),
        standings=at.standings,
        owners=by_code(at.escalation, at.everybody),
        submission=submission,
    )
    if isinstance(version, Unfit):
        return version
    told = tell_them(
        at,
        NoticeKind.OUTCOME,
        What.OUTCOME_PROPOSED,
        waits_for(version, at.everybody),
        cause=version.digest,
        to_do="confirm",
        draw=_text_of(version, at),
    )
    line, after = line_of(at, What.OUTCOME_PROPOSED, note=version.code.value), with_version(at.escalation, version)
    if _withdrawn(after, version, at):
        return _closed(at, after, (line,), world=world)
    return change_of(at, (line,), told, world=world, after=after)


async def answer_outcome(question: AnswerOutcome, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """A party's word on the exact version it read. The last to confirm closes it."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    version, reason = current(at.escalation.life), plain_line(question.reason, most=MOST_WORDS)
    if version is not None and (given := answer_by(version, at.address)) is not None:
        same = given.agrees == question.agrees and version.digest == question.digest
        return Reply(Done() if same else CHANGED, completed(at, world=world) if same else None)
    if not at.may(Move.ANSWER_OUTCOME) or not (question.agrees or reason):
        return Reply(NOT_ALLOWED)
    if version is None or version.digest != question.digest or is_settled(at.escalation.life):
        return Reply(CHANGED)
    by = at.voice()
    answer = OutcomeAnswer(address=by.address, who=by.who, agrees=question.agrees, at=by.at, reason=reason)
    answered = with_answer(at.escalation, answer)
    change = _confirmed(at, answered, world=world) if question.agrees else _disputed(at, answered, answer, world=world)
    return Reply(Done(), change)


def _confirmed(at: Here, answered: Escalation, *, world: World) -> Change:
    """Once everybody has confirmed, the written confirmation goes to everybody in it."""
    line = line_of(at, What.OUTCOME_CONFIRMED)
    if not is_confirmed(answered.life.versions[-1], at.everybody):
        return change_of(at, (line,), (), world=world, after=answered)
    return _closed(at, answered, (line,), world=world)


def completed(at: Here, *, world: World) -> Change | None:
    """What closes it where everybody whose word is needed now has confirmed: whoever held it up is in it no more."""
    version = current(at.escalation.life)
    waits = at.escalation.state in MOVES[Move.ANSWER_OUTCOME].states and not is_settled(at.escalation.life)
    if version is None or not waits:
        return None
    if not is_confirmed(version, at.everybody) and not _withdrawn(at.escalation, version, at):
        return None
    return _closed(at, at.escalation, (), world=world)


def _withdrawn(escalation: Escalation, version: OutcomeVersion, at: Here) -> bool:
    """Whether it ends by the word of the one person in it. Never with immediate harm: another must have looked."""
    return not escalation.urgent and withdraws_alone(version, at.everybody)


def _closed(at: Here, answered: Escalation, lines: tuple[Happened, ...], *, world: World) -> Change:
    version, after = answered.life.versions[-1], confirmed(answered, at=at.at)
    told = tell_them(
        at, NoticeKind.CONFIRMATION, What.CLOSED, _in_it(at), cause=version.digest, draw=_text_of(version, at)
    )
    closed = Happened(ref=after.ref, at=at.at, what=What.CLOSED, note=version.code.value)
    closing = (closed,) if after.life.closed_at is not None else ()
    return change_of(at, (*lines, *closing), told, world=world, after=after)


def _disputed(at: Here, answered: Escalation, answer: OutcomeAnswer, *, world: World) -> Change:
    """It stays open, and everybody else is told; to go to the next stage is the raising side's choice."""
    version = answered.life.versions[-1]
    told = tell_them(
        at,
        NoticeKind.NEWS,
        What.OUTCOME_DISPUTED,
        tuple(one for one in _in_it(at) if one.address != at.address),
        cause=f"{version.digest} {answer.address}",
        draw=_text_of(version, at),
    )
    line = line_of(at, What.OUTCOME_DISPUTED, note=answer.reason)
    return change_of(at, (line,), told, world=world, after=answered)


async def settle(question: SettleIssue, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """An outstanding issue is done, or brought back: its owner or the raiser says so."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    issue = next((one for one in at.escalation.life.issues if one.number == question.issue), None)
    if issue is None or not at.may(Move.SETTLE_ISSUE) or not may_settle(at.me, issue):
        return Reply(NOT_ALLOWED)
    state = IssueState.DONE if question.done else IssueState.BACK
    if issue.state is state:
        return Reply(Done())
    return Reply(Done(), _settled(at, issue, state, how=plain_line(question.how, most=MOST_WORDS), world=world))


def _settled(at: Here, issue: Issue, state: IssueState, *, how: str, world: World) -> Change:
    what = What.ISSUE_DONE if state is IssueState.DONE else What.ISSUE_BACK
    after = settle_issue(at.escalation, issue.number, state, how=how, at=at.at)
    issue = replace(issue, state=state, settled_at=at.at, how=how)
    concerned = tuple(
        one
        for one in _in_it(at)
        if one.address != at.address
        and (state is IssueState.BACK or one.address == issue.owner or Standing.RAISER in one.standings)
    )

    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return replace(facts, issues=(issue_facts(issue, at.everybody if faceless else ()),))

    cause = f"{issue.number} {at.at.isoformat()}"
    told = tell_them(at, NoticeKind.NEWS, what, concerned, cause=cause, draw=drawn)
    return change_of(at, (line_of(at, what, note=how),), told, world=world, after=after)


async def record_debrief(question: RecordDebrief, *, asker: Asker, ground: Ground, world: World) -> Reply:
    """Whether a debrief was offered or taken: that alone, never its content."""
    at = await here(question.ref, asker=asker, ground=ground, world=world)
    if isinstance(at, Refused):
        return Reply(at)
    if not at.may(Move.DEBRIEF) or question.what not in DEBRIEFS:
        return Reply(NOT_ALLOWED)
    after = replace(at.escalation, life=replace(at.escalation.life, debrief=question.what))
    line = line_of(at, What.DEBRIEF, note=question.what)
    return Reply(Done(), change_of(at, (line,), (), world=world, after=after))


def _in_it(at: Here) -> tuple[Present, ...]:
    """Everybody in it; not yet who is merely asked to sit on a panel."""
    return tuple(one for one in at.everybody if one.standings != {Standing.SEAT_OFFERED})


def _text_of(version: OutcomeVersion, at: Here) -> Draw:
    def drawn(facts: LifeFacts, faceless: bool) -> LifeFacts:
        return with_outcome(facts, version, at.everybody, faceless=faceless)

    return drawn
