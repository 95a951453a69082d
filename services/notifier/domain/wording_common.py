"""What several letters say: who somebody is, whom to ring, how to check the email, how to get there. Pure."""

from functools import lru_cache

from services.notifier.domain.letter import Block, Danger, Facts, Heading, Link, Paragraph, Points, Quoted
from services.notifier.domain.when import day_in_words, time_in_words
from services.notifier.domain.wording_people import capital, listed, on, short, who, who_to_ring
from shared.messages import AskedAs, Notice, NoticeKind, NoticePerson, RouteFacts
from shared.references import parse_reference
from shared.terms import EscalationRef

RECORDED = "recorded"
BANNER = "Demonstration: nobody will receive this. A real concern? 999 or your council."
REFLECT = "Being challenged is part of good safeguarding."
EXAMPLE = "example, not in the policy text"
FOLLOW = "Already raised, or told about one?"
"""The heading on the first page under which a reference is typed. A test holds it to the page."""
LINE_LABELS = {
    "One line on what you ask, for the email": "What is asked",
    "One line on why, for the email": "Why",
}
"""The form speaks to the raiser; the email does not. A test holds these to the form."""
_IF_SILENT = (
    "The person who raised this may take it to the next stage. Silence settles nothing: a person decides whether it "
    "goes on, and it does not close by itself."
)


_IF_SILENT_YOU = "You may take it to the next stage. Silence settles nothing, and it does not close by itself."


class Unsayable(Exception):
    """The notice lacks what its wording needs. Holds no text."""


def route_of(notice: Notice) -> RouteFacts:
    """The route a notice of an escalation must carry. Raises: Unsayable."""
    if notice.route is None:
        raise Unsayable
    return notice.route


def reference_of(notice: Notice) -> str:
    """The reference as people read it, "" where the notice has none yet (a code before the form was sent)."""
    return _as_people_read_it(notice.ref)


@lru_cache(maxsize=64)
def _as_people_read_it(ref: EscalationRef) -> str:
    """Kept for the moment: a letter asks for it in several places, and several letters of an escalation go at once."""
    return parse_reference(ref) or ""


def due_words(route: RouteFacts, notice: Notice) -> str:
    """The time limit in full, "" where there is none."""
    if route.due_words:
        return route.due_words
    return time_in_words(route.due_at, notice.zone) if route.due_at is not None else ""


def are_asked(route: RouteFacts, notice: Notice) -> str:
    """`Priya Nair is asked to act by Wednesday 30 December 2026, 5 pm.`"""
    if not route.contacts:
        return "Nobody is asked to act yet."
    verb = "are" if len(route.contacts) > 1 else "is"
    return f"{capital(contacts_in_words(route))} {verb} asked to act{by_when(route, notice)}."


def by_when(route: RouteFacts, notice: Notice) -> str:
    """` by Wednesday 30 December 2026, 5 pm`, "" where there is no time limit."""
    words = due_words(route, notice)
    return f" by {words}" if words else ""


def contacts_in_words(route: RouteFacts) -> str:
    return listed(tuple(short(contact, "the contact") for contact in route.contacts)) or "the contact for this stage"


def challenged_side(route: RouteFacts) -> tuple[NoticePerson, ...]:
    """The contacts who are not of the raiser's own side: they ring the raiser."""
    return tuple(one for one in route.contacts if one.asked_as is not AskedAs.RAISING)


def own_side(route: RouteFacts) -> tuple[NoticePerson, ...]:
    """The contacts of the raiser's own side."""
    return tuple(one for one in route.contacts if one.asked_as is AskedAs.RAISING)


def decision_in_words(route: RouteFacts) -> str:
    """Whose decision, and of what date."""
    day = day_in_words(route.decided_on) if route.decided_on else "date not given"
    return f"{who(route.decision_maker) or 'maker not named'}; {day}"


def facts_of(notice: Notice, *, asked_of: str = "") -> tuple[Block, ...]:
    """The table of facts that a person can act from, then what the raiser wrote for it.

    asked_of: "you" where the reader is the contact.
    """
    route = route_of(notice)
    rows = (
        ("Reference", reference_of(notice)),
        ("Raised by", who_to_ring(route.raiser)),
        ("The decision", decision_in_words(route)),
        ("Area of disagreement", f"“{route.area_words}” (the policy’s words)" if route.area_words else ""),
        ("Why it is challenged", route.trigger_words),
        ("What is asked", "; ".join(route.asked) or "to look at the decision again, together"),
        ("Who is asked", asked_of or _asked(route)),
        ("By when", due_words(route, notice) or "no time limit is set"),
        ("Stage", route.stage_label),
        ("Policy", route.policy_name),
    )
    lines = tuple(Quoted(label=LINE_LABELS.get(label, label), text=text) for label, text in route.lines)
    return (Facts(rows=rows), *lines, *warnings_of(route))


def _asked(route: RouteFacts) -> str:
    return "; ".join(who_to_ring(contact) for contact in route.contacts) or "nobody"


def warnings_of(route: RouteFacts) -> tuple[Block, ...]:
    return tuple(Paragraph(text=f"Please note: {warning}", strong=True) for warning in route.warnings)


def if_nothing_happens(notice: Notice) -> tuple[Block, ...]:
    """What can be done when the time has passed: a person takes the next step, and the raiser is told how."""
    route = route_of(notice)
    to_raiser = notice.kind is NoticeKind.RAISED
    said = route.if_silent or (_if_silent_you(route, notice) if to_raiser else _IF_SILENT)
    how = (Paragraph(text=_how_to_go_on(route)),) if to_raiser and route.next_stage else ()
    dated = route.due_at is not None or route.due_words
    heading = "If nothing happens by then" if dated else "If nothing happens"
    heading = "If you want more than that" if route.ruling == RECORDED else heading
    return (Heading(text=heading), Paragraph(text=said), *how)


def _if_silent_you(route: RouteFacts, notice: Notice) -> str:
    phone = notice.duty_phone
    return _IF_SILENT_YOU if route.contacts else f"If you hear nothing, ring {on(phone)}."


def _how_to_go_on(route: RouteFacts) -> str:
    return (
        f"To do that, sign in at the page below and choose “Take it to the next stage”: {route.next_stage}. You are "
        "asked only what is new."
    )


def advice(route: RouteFacts) -> str:
    """`take advice from your safeguarding lead`, with name and telephone where known."""
    named = route.lead and who_to_ring(route.lead)
    return f"Take advice from your safeguarding lead: {named}." if named else "Take advice from your safeguarding lead."


def others_told(route: RouteFacts) -> tuple[Block, ...]:
    """Who else has this in writing."""
    if not route.told:
        return ()
    return (Heading(text="Who has been told"), Points(items=tuple(who(person) for person in route.told)))


def reasons(notice: Notice) -> tuple[Block, ...]:
    """Why this reader and these people, with what the policy's text does not itself say marked as such."""
    route = route_of(notice)
    given = dict.fromkeys(one for one in (notice.why_you, *route.because) if one and one not in route.example_rules)
    examples = tuple(f"{rule} ({EXAMPLE})" for rule in route.example_rules)
    if not given and not examples:
        return ()
    policy = (Paragraph(text=f"The policy: {route.policy_url}"),) if route.policy_url else ()
    return (Heading(text="Why you, and why these people"), Points(items=(*given, *examples)), *policy)


_URGENT = "The person who raised this believes a child may be at risk of immediate harm. Ring; do not write."
_URGENT_YOURS = (
    "You told us that a child may be at risk of immediate harm. Ring now: do not wait for an answer to this email."
)


_STILL_ASKED = (NoticeKind.UNACKNOWLEDGED, NoticeKind.REMINDER)
_MOVED: tuple[str, ...] = ("not-mine", "conflict", "handed-over", "reassigned", "outcome-disputed")
_MOVED += ("handed-to-partnership", "area-offered")
"""News that leaves open who keeps the child safe: with immediate harm they begin with whom to ring."""


def danger_first(notice: Notice) -> tuple[Block, ...]:
    """Above all else, where the raiser ticked immediate harm and it is not settled who acts."""
    if not _is_pressing(notice):
        return ()
    yours = notice.kind is NoticeKind.RAISED or (notice.life is not None and notice.life.to_do == "ring")
    return (Danger(text=_URGENT_YOURS if yours else _URGENT, numbers=_numbers(notice)),)


def _is_pressing(notice: Notice) -> bool:
    if notice.route is not None and notice.route.immediate_harm:
        return True
    life = notice.life
    asked = life is not None and (notice.kind in _STILL_ASKED or life.what in _MOVED)
    return asked and life is not None and life.immediate_harm


def danger_last(notice: Notice) -> tuple[Block, ...]:
    """One line at the foot of every letter that has not begun with it."""
    if _is_pressing(notice):
        return ()
    return (Danger(text="If a child is in danger now, do not wait for this process.", numbers=_numbers(notice)),)


def genuine(notice: Notice) -> tuple[Block, ...]:
    """How to get to the page, without the link too, and how to check the email."""
    ref = reference_of(notice)
    return (
        Heading(text="To see it again" if notice.kind is NoticeKind.CONFIRMATION else "To read it and to answer"),
        Paragraph(
            text=f"Go to {notice.base_url} in your browser. Under “{FOLLOW}” type {ref}. We then email you a code. "
            "This link leads to the same page:"
        ),
        Link(url=f"{notice.base_url}/e/{ref}"),
        *to_check(notice, f"quote {ref}"),
        *no_details(notice),
    )


def to_check(notice: Notice, quote: str) -> tuple[Block, ...]:
    """Whom to ring about the email itself. quote: `quote WS-7K3-QM9-PX8`."""
    phone = notice.duty_phone
    return (
        Heading(text="Is this email genuine?"),
        Paragraph(
            text=f"Candour sends it for {notice.partnership_name}. To check, ring {on(phone)} and "
            f"{quote}. If you would rather not trust a number in an email, take one from the partnership’s own "
            "website. This email has no attachment and asks for no password."
        ),
    )


def no_details(notice: Notice) -> tuple[Block, ...]:
    """What a reply does."""
    return (
        Paragraph(
            text=f"A reply goes to the partnership’s duty mailbox, {notice.duty_mailbox}. Do not put details in a "
            "reply: email is not the place for a child’s name or story."
        ),
    )


def _numbers(notice: Notice) -> tuple[tuple[str, str], ...]:
    return (("Emergency", "999"), *((phone.label, phone.number) for phone in notice.danger if phone.number != "999"))
