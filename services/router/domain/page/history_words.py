"""The words for each line of an escalation's history: what was done, never more than is known. Pure."""

from services.router.domain.changes import What
from services.router.domain.decision import Part, Ruling
from services.router.domain.escalation import ConfirmedBy
from services.router.domain.life import OutcomeCode
from shared.messages import NoticeKind, NoticeState

SAYS = {
    What.RECEIVED: "The form was received and opened.",
    What.PARKED: "The form could not be opened, or its answers do not fit together.",
    What.CODE_SENT: "An email with a code for the raiser’s address was made ready.",
    What.CONFIRMED: "The raiser’s address was confirmed.",
    What.DUTY_TOLD: "An email was made ready that tells the duty contact: the address is not confirmed.",
    What.URGENT_TOLD: "Emails were made ready that tell the duty contact, and this stage’s contact, that it is urgent.",
    What.WAITS_FOR_RELEASE: "It waits until the duty contact has checked the raiser’s address.",
    What.RELEASED: "The duty contact let email go to an address.",
    What.DECIDED: "The policy was applied.",
    What.ROUTED_BY_HAND: "The duty contact named who is to act.",
    What.CONTACT_PASSED_OVER: "Email does not reach the person who was asked to act: another is looked for.",
    What.REDIRECTED: "The partnership has somebody else asked than the person who was.",
    What.REASSIGNED: "The partnership has named another contact who is to act.",
    What.SENT_AGAIN: "An email that did not get through is sent again.",
    What.ANSWERED_BY_MAIL: "Somebody replied to an email, to an address where nobody reads: it waits for a person.",
    What.DESK_TOLD: "An email was made ready that asks the duty contact to look.",
    What.SEEN: "Looked at here.",
    What.SIGNED_IN: "Signed in here.",
    What.READ: "Read a sealed record of it.",
    What.ACKNOWLEDGED: "Said: I have this, and will act.",
    What.NOT_MINE: "Said that it is not theirs: the next contact is looked for.",
    What.CONFLICT: "Declared that they are too close to it: the next contact is looked for.",
    What.HANDED_OVER: "Handed it over to a deputy.",
    What.ACTION: "Recorded an action or a decision. What it says is sealed.",
    What.REPRESENTATION: "Added their view. What it says is sealed.",
    What.DATE_PROPOSED: "Proposed another date for the answer. The stated one stands unless the raiser agrees.",
    What.DATE_AGREED: "Agreed to the other date for the answer.",
    What.DATE_DECLINED: "Did not agree to the other date: the stated one stands.",
    What.OUTCOME_PROPOSED: "Recorded an outcome. Every party is asked to confirm its text.",
    What.OUTCOME_CONFIRMED: "Confirmed the text of the outcome.",
    What.OUTCOME_DISPUTED: "Disputed the text of the outcome.",
    What.CLOSED: "Every party confirmed the same text: it is closed.",
    What.WENT_ON: "It was taken to the next stage.",
    What.REOPENED: "It was raised again: a new escalation goes on from this one.",
    What.ISSUE_DONE: "An outstanding issue was marked as done.",
    What.ISSUE_BACK: "An outstanding issue was brought back.",
    What.DEBRIEF: "Something was recorded about a debrief.",
    What.RAISER_REPLACED: "Somebody else raises it from now on.",
    What.LINKED: "It was linked with another escalation of the same matter.",
    What.PANEL_CONVENED: "The partnership convened a resolution panel.",
    What.SEAT_ACCEPTED: "Accepted a seat on the resolution panel.",
    What.SEAT_DECLINED: "Declined a seat on the resolution panel.",
    What.PROCESS: "The scrutineer determined how it is dealt with.",
    What.HANDED_TO_PARTNERSHIP: "It was handed over to another partnership.",
    What.AREA_OFFERED: "The partnership of another area was asked to take it over.",
    What.AREA_ACCEPTED: "The partnership of the other area took it over.",
    What.PROMPTED: "A reminder was made ready.",
    What.ACT_SET_ASIDE: "Something that was sent here could not be taken in: the duty contact looks at it.",
    What.RECORD_DELETED: "The sealed record was deleted here.",
}
QUOTED = frozenset(
    {
        What.NOT_MINE,
        What.CONFLICT,
        What.HANDED_OVER,
        What.REDIRECTED,
        What.REASSIGNED,
        What.DATE_PROPOSED,
        What.OUTCOME_DISPUTED,
        What.ISSUE_DONE,
        What.ISSUE_BACK,
        What.RAISER_REPLACED,
        What.LINKED,
        What.HANDED_TO_PARTNERSHIP,
        What.AREA_OFFERED,
        What.SEAT_ACCEPTED,
        What.SEAT_DECLINED,
        What.PROCESS,
    }
)
"""What somebody gives a reason for, in words that everybody in it may read."""

FOR_ALL = frozenset(What) - {
    What.PARKED,
    What.CODE_SENT,
    What.DUTY_TOLD,
    What.URGENT_TOLD,
    What.WAITS_FOR_RELEASE,
    What.RELEASED,
    What.DESK_TOLD,
    What.ANSWERED_BY_MAIL,
    What.SEEN,
    What.SIGNED_IN,
    What.ACT_SET_ASIDE,
}
"""What everybody in it may know; the rest is for the duty contact."""

CONFIRMED = {
    ConfirmedBy.CODE.value: "The raiser’s address was confirmed with the code emailed to it.",
    ConfirmedBy.SIGN_IN.value: "The raiser’s address was confirmed by signing in here.",
    ConfirmedBy.TELEPHONE.value: "The raiser’s address was confirmed by telephone.",
}
DECIDED = {
    Ruling.ROUTED.value: "it says who acts.",
    Ruling.REFERRED.value: "it does not say who acts, so the duty contact decides.",
    Ruling.DIVERTED.value: "it gives another way than an escalation.",
    Ruling.RECORDED.value: "it keeps this on record and opens no route.",
}
OUTCOMES = {
    OutcomeCode.AGREED.value: "agreed",
    OutcomeCode.PARTLY.value: "agreed in part",
    OutcomeCode.NOT_AGREED.value: "not agreed",
    OutcomeCode.WITHDRAWN.value: "withdrawn",
    OutcomeCode.OVERTAKEN.value: "overtaken by events",
}
PASSING = frozenset(
    kind.value
    for kind in (NoticeKind.NEWS, NoticeKind.REMINDER, NoticeKind.UNACKNOWLEDGED, NoticeKind.DATE, NoticeKind.ISSUE)
)
"""Emails that say what another line says already: the parties see that line."""

DEBRIEFS = {
    "offered": "A debrief was offered.",
    "taken": "A debrief took place.",
    "declined": "A debrief was offered and declined.",
}
PROMPTED = {
    "unacknowledged": "Nobody had said “I have this”: an email that says so was made ready.",
    "due-soon": "A reminder that the date for the answer is near was made ready.",
    "due": "A reminder that the date for the answer is here was made ready.",
    "outcome-waits": "A reminder that the text of the outcome waits was made ready.",
    "outcome-managers": "The text of the outcome waits: an email that tells the managers was made ready.",
    "outcome-partnership": "The text of the outcome waits: the partnership is told, in codes only.",
    "issue-soon": "A reminder that an outstanding issue is due soon was made ready.",
    "issue-due": "A reminder that an outstanding issue is due was made ready.",
}
ASKED_TO_LOOK = {
    "referred": "the policy or the directory does not say who acts",
    "release": "an address waits to be checked",
    "unregistered": "the raiser’s address is of no agency in the directory",
    "not-listed": "an agency is not in the directory",
    "gap": "somebody could not be found in the directory",
    "refused": "a mail system refused an email",
    "delayed": "a mail system has not taken an email yet",
    "expired": "an email was not taken for five days",
    "bounced": "a mail system sent an email back",
    "informed-refused": "a mail system refused an email to somebody told for information",
    "unrenderable": "an email could not be written",
}
REPORTED = {
    NoticeState.ACCEPTED.value: "Accepted by the mail system: the email to {}.",
    NoticeState.REFUSED.value: "Refused by their mail system: the email to {}.",
    NoticeState.DELAYED.value: "Not taken yet by their mail system, and tried again: the email to {}.",
    NoticeState.AMBIGUOUS.value: "May have arrived, and is sent again to be sure: the email to {}.",
    NoticeState.BOUNCED.value: "Accepted first, and later sent back: the email to {}.",
    NoticeState.EXPIRED.value: "Not taken for five days, and not tried again: the email to {}.",
    NoticeState.UNRENDERABLE.value: "Could not be written: the email to {}.",
}
WHOM = {
    Part.RAISER.value: "the person who raised it",
    Part.RAISERS_MANAGER.value: "the raiser’s manager",
    Part.CONTACT.value: "the person asked to act",
    Part.RAISING_CONTACT.value: "the contact of the side that raised it",
    Part.DECISION_MAKER.value: "the person who decided",
    Part.INFORMED.value: "somebody told for information",
    Part.LEAD.value: "a safeguarding lead",
    Part.PARTNERSHIP.value: "the partnership, in codes only",
    Part.DUTY.value: "the duty contact",
    NoticeKind.DESK.value: "the duty contact",
    NoticeKind.WAITING.value: "the duty contact",
    NoticeKind.WAITING_URGENT.value: "those told at once",
}
SOMEBODY = "somebody in it"
