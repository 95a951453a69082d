"""What is asked of whoever must act, by where the policy seats them: an opening, a reason, and steps. Pure."""

from collections.abc import Callable

from services.notifier.domain.wording_common import REFLECT, advice, by_when, challenged_side, route_of
from services.notifier.domain.wording_people import capital, introduced, listed, ring, short
from shared.messages import AskedAs, Notice, RouteFacts
from shared.private import Private

RAISER = "the person who raised it"
IN_WRITING = (
    "Put it in writing at the page below: record the outcome, saying what was agreed and how anything left open will "
    "be pursued. Each party confirms that one text there. Until then it stays open."
)


class Asking(Private, frozen=True, kw_only=True):
    """please: what is asked, after the date. about: in what part. steps: what to do, in order."""

    please: str
    about: str
    steps: tuple[str, ...]


def asking(notice: Notice) -> Asking:
    """What this reader is asked."""
    return _BY_SEAT.get(notice.asked_as, _anybody)(notice)


def opening(notice: Notice, asked: Asking) -> str:
    """The date, the request and the first steps in two sentences. With immediate harm the telephone comes first."""
    route = route_of(notice)
    first, limit = ring(route.raiser, RAISER), by_when(route, notice).strip()
    if route.immediate_harm:
        return f"{capital(first)} now. Then{f', {limit}' if limit else ''}, {asked.please}."
    request = f"{limit}, {asked.please}" if limit else asked.please
    return f"{capital(request)}. First, say at the page below that you have it, and {first}."


def have_it(notice: Notice) -> str:
    """The step at the page: reading what was sealed, and saying "I have this"; what happens until somebody has."""
    route = route_of(notice)
    soon = "within one hour" if route.immediate_harm else "by 5 pm on the next working day"
    raiser = short(route.raiser, RAISER)
    if notice.asked_as is AskedAs.DUTY:
        return (
            "Go to the page below, sign in with the code we email you, and say “I have this, and will act”. If you "
            f"have not {soon}, {raiser} is told. You cannot read what was written: that is for those in it."
        )
    return (
        "Go to the page below, sign in with the code we email you, read what was written, and say “I have this, and "
        f"will act”. If you have not {soon}, whoever can stand in for you is asked too, and {raiser} is told. If it is "
        "not yours, or you are too close to it, say so there: somebody else is then asked."
    )


def which_child(notice: Notice) -> str:
    """How the reader learns which child it is: nothing that is sent says so; the page does, to whoever may read."""
    raiser = short(route_of(notice).raiser, RAISER)
    if notice.asked_as is AskedAs.DUTY:
        return f"The child is not named here, on purpose: {raiser} can tell whoever acts, by telephone."
    return (
        f"The child is not named here, on purpose: sign in at the page below to read it, or ask {raiser} by telephone."
    )


def _call(route: RouteFacts, more: str) -> str:
    now = " now" if route.immediate_harm else ""
    return f"{capital(ring(route.raiser, RAISER))}{now}. Ask {more}"


def _safe(route: RouteFacts) -> str:
    return _call(route, "what worries them, and agree how the child is kept safe while you talk.")


def _raised(notice: Notice, *, otherwise: str = "a colleague in another agency") -> str:
    return capital(introduced(route_of(notice).raiser, otherwise))


def _receiving(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please look again at a decision about a child, with the person who raised it",
        about=f"{_raised(notice)} has raised an escalation under the policy that your agency has agreed to. {REFLECT}",
        steps=(
            _safe(route),
            advice(route),
            "Look at the decision again together, and decide what you will do.",
            IN_WRITING,
        ),
    )


def _raising(notice: Notice) -> Asking:
    route = route_of(notice)
    others = challenged_side(route)
    named = listed(tuple(ring(one, "the other side’s contact").removeprefix("ring ") for one in others))
    return Asking(
        please="please help settle a disagreement about a child that your own side has raised",
        about=f"{_raised(notice, otherwise='A colleague')} has raised it. Raising this is legitimate, and expected of "
        "them. No decision of yours is challenged: at this stage the policy asks a contact of each side.",
        steps=(
            _call(route, "what has been tried, and what would settle it for the child."),
            f"Then ring {named or 'the contact of the other side'}, and try to settle it between you.",
            advice(route),
            "Keep the person who raised it beside you: they take part at every stage.",
            IN_WRITING,
        ),
    )


def _chair(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please look, as conference chair, at a disagreement about a child protection conference",
        about=f"{_raised(notice)} disagrees, and the policy brings that to you. {REFLECT}",
        steps=(
            _call(route, "which conference, and what they disagree with."),
            "Hear the others who were at the conference, as far as you need to.",
            "Decide what you will do about the disagreement, and tell those it concerns.",
            IN_WRITING,
        ),
    )


def _reviewing_officer(notice: Notice) -> Asking:
    route = route_of(notice)
    maker = short(route.decision_maker, "the child’s social worker")
    return Asking(
        please="please look, as independent reviewing officer (IRO), at a disagreement about a looked-after child",
        about=f"{_raised(notice)} has raised it, and the policy brings it to you.",
        steps=(
            _safe(route),
            f"Hear {maker}, whose decision it is, and what the child wants.",
            "Decide how you take it up. What you may do as IRO stays yours, whatever this email says.",
            IN_WRITING,
        ),
    )


def _scrutineer(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please decide, as independent scrutineer, how a disagreement about a child is taken further",
        about=f"{_raised(notice)} has raised it. You are not asked to answer for a decision: the policy has you decide "
        "the process, with the safeguarding partners.",
        steps=(
            _call(route, "what was tried at the stages before, and what is still open."),
            f"Hear the other side too: {_maker(route)}.",
            "Decide with the safeguarding partners what happens next.",
            "Record at the page what you decided and by when: both sides are then told by email.",
        ),
    )


def _convener(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please ask the partnership whether it convenes a panel on a disagreement about a child",
        about=f"{_raised(notice)} has raised it. You are not asked to settle it yourself. Those who might sit on a "
        "panel have not been told: they are told only when it is convened.",
        steps=(
            _call(route, "what was tried at the stages before, and what is still open."),
            "Ask the partnership whether it convenes a panel, when, and who sits on it: nobody who made the decision.",
            f"Tell both sides what was decided, by telephone or secure email. The other side: {_maker(route)}.",
            "If no panel is convened, say why, and what is done instead.",
        ),
    )


def _duty(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please find who acts on an escalation about a child: the directory names nobody who can be asked",
        about=f"{_raised(notice)} has raised it. You get this as the partnership’s duty contact.",
        steps=(
            _safe(route),
            f"Find out who acts, and tell them by telephone. The other side: {_maker(route)}.",
            "Sign in, as below, and choose who acts, so that they and the person who raised it are told in writing.",
            "Have the directory mended, so that the next one finds its way.",
        ),
    )


def _anybody(notice: Notice) -> Asking:
    route = route_of(notice)
    return Asking(
        please="please take up a disagreement about a child, with the person who raised it",
        about=f"{_raised(notice)} has raised an escalation, and the policy asks you to act on it.",
        steps=(_safe(route), advice(route), "Hear both sides, and decide together what is done.", IN_WRITING),
    )


def _maker(route: RouteFacts) -> str:
    return ring(route.decision_maker, "those who decided").removeprefix("ring ")


_BY_SEAT: dict[AskedAs | None, Callable[[Notice], Asking]] = {
    AskedAs.RECEIVING: _receiving,
    AskedAs.RAISING: _raising,
    AskedAs.CHAIR: _chair,
    AskedAs.REVIEWING_OFFICER: _reviewing_officer,
    AskedAs.SCRUTINEER: _scrutineer,
    AskedAs.CONVENER: _convener,
    AskedAs.DUTY: _duty,
}
