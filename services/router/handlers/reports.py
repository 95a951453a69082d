"""Takes in what notifier and intake report: what became of a notice, the mail relay, a parked message. Shell."""

import msgspec

from services.router.domain.changes import Change, Happened, Mail, SentNotice, Taken, What, overtakes
from services.router.domain.escalation import State, waits_until
from services.router.domain.keeping.asks import AskReported
from services.router.domain.letters.notices import desk_row, to_desk
from services.router.domain.sessions import Attempt, Purpose
from services.router.handlers.owing import owe
from services.router.ports import Reported, World
from shared.messages import MailState, NoticeAnswered, NoticeKind, NoticeReported, NoticeState, Parked, Report
from shared.terms import Instant, MessageId, NoticeId, Service, SubmissionId

replace = msgspec.structs.replace

_TO_THE_DESK = frozenset(NoticeState) - {NoticeState.ACCEPTED, NoticeState.AMBIGUOUS}
_OF_THE_DESK = frozenset({NoticeKind.DESK, NoticeKind.WAITING, NoticeKind.WAITING_URGENT})


async def take_report(report: Report, *, message: MessageId, world: World) -> None:
    """What a report changes, in one transaction. Raises: Transient."""
    about = await world.escalations.reported(message, _notice_of(report))
    if about.taken:
        return
    at = world.clock.now()
    if isinstance(report, MailState):
        change = Change(at=at, mail=Mail(down_since=report.since, at=report.at))
    elif isinstance(report, Parked):
        change = await _parked(about.notice, world=world, at=at)
    elif isinstance(report, NoticeAnswered):
        change = await _answered(report, world=world, at=at)
    else:
        change = await _reported(report, about, world=world, at=at)
    await world.escalations.commit(replace(change, taken=Taken(message=message)))


def _notice_of(report: Report) -> NoticeId:
    """The notice that a report is about, "" for one about the relay, or of what was parked elsewhere."""
    if isinstance(report, NoticeReported | NoticeAnswered):
        return report.id
    return NoticeId(report.message if isinstance(report, Parked) and report.by is Service.NOTIFIER else "")


async def _reported(report: NoticeReported, about: Reported, *, world: World, at: Instant) -> Change:
    if about.attempt is not None:
        return await _code_reported(report, about.attempt, world=world, at=at)
    notice = about.notice
    if notice is None:
        return Change(at=at, ask_reported=AskReported(notice=report.id, state=report.state))
    told, line = replace(notice, state=report.state, reported_at=report.at), _line(notice, report.state, at=at)
    if not overtakes(notice, told):
        return Change(at=at, happened=(line,))
    change = Change(at=at, sent=(told,), happened=(line,))
    reason = _desk_reason(notice, report.state)
    return await _with_desk(change, notice, reason=reason, world=world) if reason else change


async def _code_reported(report: NoticeReported, attempt: Attempt, *, world: World, at: Instant) -> Change:
    """The relay took the mail with the code: from now its thirty minutes run, and the duty contact's fifteen."""
    if report.state is not NoticeState.ACCEPTED or attempt.accepted_at is not None:
        return Change(at=at)
    change = Change(at=at, attempts=(replace(attempt, accepted_at=report.at),))
    if attempt.purpose is not Purpose.CONFIRM:
        return change
    escalation = await world.escalations.of_submission(SubmissionId(attempt.subject))
    if escalation is None or escalation.state is not State.WAITING_CONFIRMATION or escalation.wait_until is None:
        return change
    until = waits_until(escalation.opened_at, code_accepted_at=report.at)
    return replace(change, escalation=replace(escalation, wait_until=min(until, escalation.wait_until)))


async def _answered(report: NoticeAnswered, *, world: World, at: Instant) -> Change:
    """Somebody wrote back, where nobody reads: it is on the desk, without a word of it."""
    escalation = await world.escalations.escalation(report.ref)
    if escalation is None or escalation.partnership != report.partnership:
        return Change(at=at)
    return Change(at=at, escalation=escalation, happened=(Happened(ref=report.ref, at=at, what=What.ANSWERED_BY_MAIL),))


async def _parked(notice: SentNotice | None, *, world: World, at: Instant) -> Change:
    """A notice that notifier set aside is one that nobody was told by."""
    if notice is None:
        return Change(at=at)
    change = Change(
        at=at,
        sent=(replace(notice, state=NoticeState.UNRENDERABLE),),
        happened=(_line(notice, NoticeState.UNRENDERABLE, at=at),),
    )
    if notice.kind in _OF_THE_DESK:
        return change
    return await _with_desk(change, notice, reason="unrenderable", world=world)


def _desk_reason(notice: SentNotice, state: NoticeState) -> str:
    """Why the duty contact is told, "" where not: a contact who must act is replaced by another."""
    if state not in _TO_THE_DESK or notice.kind in _OF_THE_DESK:
        return ""
    if state is NoticeState.UNRENDERABLE:
        return state.value
    if notice.must_act:
        return ""
    return "informed-refused" if notice.kind is NoticeKind.INFORMED else state.value


async def _with_desk(change: Change, notice: SentNotice, *, reason: str, world: World) -> Change:
    place = (await world.grounds.now()).place(notice.partnership)
    if place is None:
        return change
    desk = to_desk(place, ref=notice.ref, reason=reason, cause=notice.id)
    told = Happened(ref=notice.ref, at=change.at, what=What.DESK_TOLD, note=reason)
    return replace(
        change,
        sent=(*change.sent, desk_row(desk, at=change.at)),
        owed=(owe(desk, world.notifier),),
        happened=(*change.happened, told),
    )


def _line(notice: SentNotice, state: NoticeState, *, at: Instant) -> Happened:
    who, note = notice.part or notice.kind.value, f"{state.value} {notice.kind.value}"
    return Happened(ref=notice.ref, at=at, what=What.NOTICE_REPORTED, who=who, note=note)
