"""To the raising side: the raiser, always, and the raiser's manager. Pure."""

from services.notifier.domain.letter import Block, Heading, Paragraph, Points
from services.notifier.domain.wording_common import (
    RECORDED,
    are_asked,
    challenged_side,
    contacts_in_words,
    facts_of,
    if_nothing_happens,
    others_told,
    own_side,
    reasons,
    route_of,
)
from services.notifier.domain.wording_people import capital, introduced, listed, on, ring, short
from shared.messages import Notice, RouteFacts

_WHICH_CHILD = (
    "What you wrote about the child, and your account, stay sealed: no email has them. Those who may read them sign in "
    "at the page below; you are told who has read."
)
_TAKEN_UP = "You are told by email when they say that they have it. If they do not, we tell you whom to ring."
_IN_WRITING = (
    "Raising this is legitimate, and expected of you. Keep this email: it says in writing that you raised it. The "
    "child is not named in it, on purpose."
)
_OPENINGS = {
    "decided-anew": "It has been decided anew who acts on your escalation.",
    "raiser-new": "You take the part of the person who raised an escalation about a child, from now on.",
}
_SAID_AGAIN = {
    "decided-anew": "This takes the place of what our earlier email said of who is asked, and by when. Why is at the "
    "page below.",
    "raiser-new": "You were named to follow them, at the page below: the reason is there. You may read what was "
    "written there, and decide as they did. Raising this is legitimate, and expected of you.",
}
_OUTCOME = (
    "When it is settled, one of you records at the page what was agreed and how anything left open will be pursued. It "
    "closes only when each party has confirmed the same text there. You then get it as the written confirmation."
)


def raised(notice: Notice) -> tuple[Block, ...]:
    """To the raiser: it is with somebody, with whom, and by when; or why nobody is asked."""
    route = route_of(notice)
    return (
        Paragraph(text=_confirmed(notice), strong=True),
        Paragraph(text=_SAID_AGAIN.get(_what(notice), _IN_WRITING)),
        *facts_of(notice),
        Heading(text="What happens next"),
        Points(numbered=True, items=_next(notice)),
        *if_nothing_happens(notice),
        *others_told(route),
        *reasons(notice),
    )


def _what(notice: Notice) -> str:
    """Which of the raiser's notices it is, "" for the first."""
    return notice.life.what if notice.life is not None else ""


def _confirmed(notice: Notice) -> str:
    route, first = route_of(notice), _OPENINGS.get(_what(notice), "Your escalation is confirmed.")
    if route.ruling == RECORDED:
        return "Your disagreement is on record. No route is opened, and nobody is asked to act."
    if not route.contacts:
        return (
            f"{first} Nobody is asked to act yet: the partnership’s duty contact looks at it first. When somebody is "
            "asked to act, we email you who it is."
        )
    confirmed = f"{first} {are_asked(route, notice)}"
    return f"{confirmed} {_ring_now(route)}" if route.immediate_harm else f"{confirmed} Please be ready to be rung."


def _ring_now(route: RouteFacts) -> str:
    first = (challenged_side(route) or route.contacts)[0]
    return f"{capital(ring(first, 'the contact'))} now, yourself."


def _next(notice: Notice) -> tuple[str, ...]:
    route = route_of(notice)
    if route.ruling == RECORDED:
        return (
            "Keep this email with your own records of the child: it is the record of your disagreement.",
            "If you are still worried about the child, talk to your manager or safeguarding lead today.",
        )
    worse = f"do not wait: ring the numbers {'above' if route.immediate_harm else 'below'}"
    return (
        *_first(notice),
        *((_TAKEN_UP,) if route.contacts else ()),
        _WHICH_CHILD,
        f"Agree with whoever rings how the child is kept safe while you talk. If things get worse, {worse}.",
        "You take part at every stage. Ask your manager or safeguarding lead to support you.",
        _OUTCOME,
    )


def _first(notice: Notice) -> tuple[str, ...]:
    """Who rings whom: those who speak for the other side ring the raiser; the raiser's own side is talked to."""
    route, phone = route_of(notice), notice.duty_phone
    others, own = challenged_side(route), own_side(route)
    said = []
    if not route.contacts:
        said.append(f"The duty contact looks at it. To ask, ring {on(phone)}, with the reference.")
    if others and route.immediate_harm:
        calls = listed(tuple(ring(one, "the contact").removeprefix("ring ") for one in others))
        said.append(f"Ring {calls} now. If nobody answers, ring {on(phone)}.")
    elif others:
        names = listed(tuple(short(one, "the contact") for one in others))
        numbers = ": the numbers are above" if any(one.phone for one in others) else ""
        said.append(f"{capital(names)} should ring you first. You may ring them{numbers}.")
    if own:
        names = listed(tuple(short(one, "your own contact") for one in own))
        verb = "is" if len(own) == 1 else "are"
        said.append(f"{capital(names)} {verb} asked on your own side. Talk to each other first.")
    return tuple(said)


def staff_raised(notice: Notice) -> tuple[Block, ...]:
    """To the raiser's manager: support, and be ready to be rung."""
    route = route_of(notice)
    raiser = capital(short(route.raiser, "a member of your staff"))
    return (
        Paragraph(
            text=f"{raiser} has challenged another agency’s decision about a child. Please support them: talk it "
            f"through{_today(route)}{_be_ready(route)}.",
            strong=True,
        ),
        Paragraph(
            text=f"{capital(introduced(route.raiser, 'a member of your staff'))} has raised an escalation under "
            f"{route.policy_name}. Raising this is legitimate, and expected of them. The child is not named "
            "here, on purpose: sign in at the page below to read it, or ask them."
        ),
        *facts_of(notice),
        Heading(text="What helps"),
        Points(
            items=(
                "Give them the time to take part: the policy has the person who raised it involved at every stage.",
                "Where the policy puts managers together, speak to the other agency’s manager yourself.",
                "Ask your own safeguarding lead for advice.",
                "Together, keep the child’s safety in view while people talk.",
            ),
        ),
        *if_nothing_happens(notice),
        *others_told(route),
        *reasons(notice),
    )


def _be_ready(route: RouteFacts) -> str:
    return f", and be ready for a call from {contacts_in_words(route)}" if route.contacts else ""


def _today(route: RouteFacts) -> str:
    return " now" if route.immediate_harm else " this week"
