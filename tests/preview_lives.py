"""What happens to an escalation after its first notices, for those that notifier previews. Shell."""

from datetime import date

from services.router.domain.page.choosing import code_of
from shared.following import (
    AnswerDate,
    AnswerOutcome,
    DeclareConflict,
    HandOver,
    NotMine,
    ProposeDate,
    ReadRecord,
    SeeEscalation,
    SeenEscalation,
    SettleIssue,
)
from shared.messages import Notice, NoticeKind
from shared.questions import Done, Question
from shared.terms import SubmissionId
from tests.preview_world import IN_HOURS, OTHER_REF, REF, Journey, escalate
from tests.router_world import CONTACT, RAISER, URGENT, Page

MANAGER, HEAD = "jamie.lavenderhill@oakfield-primary.example", "harper.cobblestone@oakfield-primary.example"
DEPUTY, LEAD = "wren.kestrelby@west-sussex-council.example", "indigo.mossgarden@west-sussex-council.example"
DEPUTYS_POST = "ws-social-care.manager-family"
N = NoticeKind

AGREED: dict[str, object] = {
    "outcome": "partly",
    "agreed_outcome": "A strategy discussion is held on Wednesday 6 January 2027, with the school. Until then the "
    "duty social worker rings the school each morning.\n\nWhether the plan changes is decided there.",
    "issue_1_text": "The school gets the minutes of the meeting of 14 December.",
    "issue_1_by": "2027-01-20",
}
WITHDRAWN: dict[str, object] = {
    "outcome": "withdrawn",
    "agreed_outcome": "The assessment has begun, which is what was asked.",
}
FURTHER: dict[str, object] = {
    "stage": "3",
    "entry": ["unresolved"],
    "immediate_harm": "no",
    "timeframe": {"unit": "working_days", "amount": 5, "until": None},
}


def fixed(number: int) -> SubmissionId:
    """Always the same one: what is told of it has an id that follows from it."""
    return SubmissionId(f"{number:032x}")


async def done(page: Page, question: Question) -> None:
    answer = await page.ask(question)
    assert answer == Done(), (question, answer)


async def _with(page: Page, journey: Journey) -> SeenEscalation:
    seen = await page.ask(SeeEscalation(ref=REF))
    assert isinstance(seen, SeenEscalation), (seen, journey)
    return seen


async def working_on_it() -> dict[str, Notice]:
    told = await escalate()
    contact, raiser = await told.signed_in(CONTACT), await told.signed_in(RAISER)
    await contact.add("acknowledgement", REF, submission=fixed(1))
    await contact.add("action", REF, {"what": "action"}, submission=fixed(2))
    await raiser.add("representation", REF, submission=fixed(3))
    await contact.ask(ReadRecord(ref=REF, submission=told.page.submission))
    await done(contact, ProposeDate(ref=REF, until=date(2027, 1, 6), why="A meeting is booked."))
    proposed = {
        "date": told.to(N.DATE, address=RAISER),
        "news-date-proposed": told.to(N.NEWS, what="date-proposed", address=MANAGER),
    }
    await done(raiser, AnswerDate(ref=REF, agrees=False))
    await done(contact, ProposeDate(ref=REF, until=date(2027, 1, 5), why="A meeting is booked."))
    await done(raiser, AnswerDate(ref=REF, agrees=True))
    return proposed | {
        "news-acknowledged": told.to(N.NEWS, what="acknowledged", address=RAISER),
        "news-action": told.to(N.NEWS, what="action", address=RAISER),
        "news-representation": told.to(N.NEWS, what="representation", address=CONTACT),
        "news-read": told.to(N.NEWS, what="read", address=RAISER),
        "news-date-declined": told.to(N.NEWS, what="date-declined", address=CONTACT),
        "news-date-agreed": told.to(N.NEWS, what="date-agreed", address=CONTACT),
    }


async def passed_on() -> dict[str, Notice]:
    moves: dict[str, Question] = {
        "not-mine": NotMine(ref=REF, why="It is the family support team’s."),
        "conflict": DeclareConflict(ref=REF, why="I supervised the decision."),
        "handed-over": HandOver(ref=REF, to=DEPUTYS_POST, why="I am on leave."),
    }
    found: dict[str, Notice] = {}
    for what, question in moves.items():
        told = await escalate()
        await done(await told.signed_in(CONTACT), question)
        found[f"news-{what}"] = told.to(N.NEWS, what=what, address=RAISER)
        found["raised-anew"] = told.to(N.RAISED, address=RAISER)
    return found


async def silence() -> dict[str, Notice]:
    told, urgent = await escalate(), await escalate(URGENT, IN_HOURS)
    await told.router.later(days=1, hours=7)
    await urgent.router.later(hours=1)
    found = {
        "unacknowledged": told.to(N.UNACKNOWLEDGED, address=CONTACT),
        "unacknowledged-deputy": told.to(N.UNACKNOWLEDGED, address=DEPUTY),
        "unacknowledged-lead": told.to(N.UNACKNOWLEDGED, address=LEAD),
        "unacknowledged-raiser": told.to(N.UNACKNOWLEDGED, address=RAISER),
        "unacknowledged-urgent": urgent.to(N.UNACKNOWLEDGED, address=DEPUTY),
        "unacknowledged-urgent-raiser": urgent.to(N.UNACKNOWLEDGED, address=RAISER),
    }
    await told.router.later(days=6, hours=16)  # Tuesday 29 December, 9 am
    found |= {
        "reminder-due-soon": told.to(N.REMINDER, what="due-soon", address=CONTACT),
        "reminder-due-soon-raiser": told.to(N.REMINDER, what="due-soon", address=RAISER),
    }
    await told.router.later(days=1, hours=8)
    return found | {
        "reminder-due": told.to(N.REMINDER, what="due", address=CONTACT),
        "reminder-due-raiser": told.to(N.REMINDER, what="due", address=RAISER),
    }


async def put(told: Journey, by: str, answers: dict[str, object]) -> SeenEscalation:
    """An outcome is put to the parties; what the one who wrote it sees then."""
    escalation = await told.router.world.escalations.escalation(REF)
    assert escalation is not None
    page = await told.signed_in(by)
    owner = {"issue_1_owner": code_of(escalation, CONTACT)} if "issue_1_text" in answers else {}
    await page.add("outcome", REF, answers | owner)
    return await _with(page, told)


async def agreed(answers: dict[str, object], *, by: str = CONTACT) -> Journey:
    """Every party has confirmed the text."""
    told = await escalate()
    seen = await put(told, by, answers)
    assert seen.outcome is not None
    for address in (RAISER, CONTACT, MANAGER):
        if address != by:
            page = await told.signed_in(address)
            await done(page, AnswerOutcome(ref=REF, digest=seen.outcome.digest, agrees=True))
    return told


async def disputed() -> dict[str, Notice]:
    told = await escalate()
    seen = await put(told, CONTACT, AGREED)
    assert seen.outcome is not None
    found = {"outcome": told.to(N.OUTCOME, address=RAISER)}
    manager = await told.signed_in(MANAGER)
    await done(manager, AnswerOutcome(ref=REF, digest=seen.outcome.digest, agrees=True))
    await told.router.later(days=2)
    found["outcome-waits"] = told.to(N.OUTCOME, address=RAISER)
    await told.router.later(days=6)
    found["reminder-outcome"] = told.to(N.REMINDER, what="outcome-managers", address=CONTACT)
    raiser = await told.signed_in(RAISER)
    again = AnswerOutcome(ref=REF, digest=seen.outcome.digest, agrees=False, reason="It was to be this week.")
    await done(raiser, again)
    found["news-outcome-disputed"] = told.to(N.NEWS, what="outcome-disputed", address=CONTACT)
    await raiser.add("next-stage", REF, FURTHER, ref=OTHER_REF)
    return found | {"news-went-on": told.to(N.NEWS, what="went-on", address=CONTACT)}


async def settled() -> dict[str, Notice]:
    told, withdrawn = await agreed(AGREED), await agreed(WITHDRAWN, by=RAISER)
    found = {
        "confirmation": told.to(N.CONFIRMATION, address=RAISER),
        "confirmation-withdrawn": withdrawn.to(N.CONFIRMATION, address=CONTACT),
    }
    await told.router.later(days=29, hours=-1)
    found |= {
        "issue-soon": told.to(N.ISSUE, what="issue-soon", address=CONTACT),
        "issue-soon-raiser": told.to(N.ISSUE, what="issue-soon", address=RAISER),
    }
    await told.router.later(days=1)
    contact, raiser = await told.signed_in(CONTACT), await told.signed_in(RAISER)
    await done(contact, SettleIssue(ref=REF, issue=1, done=True, how="Sent by secure email."))
    await done(raiser, SettleIssue(ref=REF, issue=1, done=False, how="They have not come."))
    await raiser.add("next-stage", REF, FURTHER, ref=OTHER_REF)
    return found | {
        "issue-due": told.to(N.ISSUE, what="issue-due", address=CONTACT),
        "issue-due-raiser": told.to(N.ISSUE, what="issue-due", address=RAISER),
        "news-issue-done": told.to(N.NEWS, what="issue-done", address=RAISER),
        "news-issue-back": told.to(N.NEWS, what="issue-back", address=CONTACT),
        "news-reopened": told.to(N.NEWS, what="reopened", address=CONTACT),
    }


async def unanswered() -> dict[str, Notice]:
    """Nobody answers the text: the partnership is told in codes, where the policy tells it."""
    told = await escalate({"stage": "3"})
    await put(told, RAISER, {**WITHDRAWN})
    await told.router.later(days=10)
    coded = told.router.notices(N.CODED)
    return {"coded-outcome-waits": coded[-1]}


JOURNEYS = (working_on_it, passed_on, silence, disputed, settled, unanswered)
