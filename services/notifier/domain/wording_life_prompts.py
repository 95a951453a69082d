"""What the clock prompts: nobody has taken it up, the date is near or here, another date is proposed. Pure.

Silence moves nothing by itself; each letter says so, and what its reader may do.
"""

from services.notifier.domain.letter import Block
from services.notifier.domain.wording_life import (
    AT_THE_PAGE,
    NO_CHILD,
    asked_to_act,
    did,
    due,
    first_to_ring,
    is_holder,
    life_of,
    told,
)
from services.notifier.domain.wording_life_outcome import answers_of, text_of
from services.notifier.domain.wording_people import capital
from shared.messages import LifeFacts, Notice

ACKNOWLEDGE, STAND_IN, RING, ANSWER = "acknowledge", "stand-in", "ring", "answer"
_DUE, _OUTCOME_WAITS = "due", "outcome-managers"
_SAY = "“I have this, and will act”"


def unacknowledged(notice: Notice) -> tuple[Block, ...]:
    """Accepted by a mail system is not read: nobody has said "I have this"."""
    life = life_of(notice)
    if life.to_do == RING:
        return _raiser_rings(notice)
    if life.to_do == ACKNOWLEDGE:
        return _asked_again(notice)
    if life.to_do == STAND_IN:
        return _deputy(notice)
    return told(
        notice,
        f"{_nobody(life)} Please see to it {_today(life)} that somebody of your agency takes it up.",
        "You are told as the safeguarding lead. Ring whoever was asked, or go to them. That an email was sent does not "
        "mean that anybody read it.",
        _again(life),
    )


def _asked_again(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    return told(
        notice,
        "You were asked to act on a disagreement about a child, and have not said that you have it. Please say so "
        f"{_today(life)} at the page below: {_SAY}. Then {first_to_ring(notice)}.",
        "If it is not yours, if you are too close to it, or if a deputy should have it, say that there: somebody else "
        "is then asked.",
        "Whoever can stand in for you is asked too. The person who raised it is told that you have not answered, and "
        "whom to ring.",
        _again(life),
        NO_CHILD,
    )


def _deputy(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    return told(
        notice,
        f"{_nobody(life)} Please take it up in their place {_today(life)}: {first_to_ring(notice)}, and say at the "
        f"page below: {_SAY}.",
        "Ring the one who was asked too, if you can. Once either of you says that you have it, neither is asked again. "
        "You may read all of it from now on.",
        _again(life),
        NO_CHILD,
    )


def _raiser_rings(notice: Notice) -> tuple[Block, ...]:
    life = life_of(notice)
    named = asked_to_act(life) or "whoever is asked to act"
    return told(
        notice,
        f"{capital(named)} has not said yet that they have your escalation. Please {first_to_ring(notice)} "
        f"{_today(life)}.",
        "They were asked by email. Whoever can stand in for them, and their safeguarding lead, are told too, where the "
        "directory names them. The numbers are below.",
        "Have the reference to hand. Talk to your own manager or safeguarding lead too: you need not do this alone.",
        _again(life),
    )


def _nobody(life: LifeFacts) -> str:
    named = asked_to_act(life) or "Whoever was asked to act on it"
    return f"{capital(named)} was asked to act on a disagreement about a child, and has not said that they have it."


def _today(life: LifeFacts) -> str:
    return "now" if life.immediate_harm else "today"


def _again(life: LifeFacts) -> str:
    every = "hour" if life.immediate_harm else "working day"
    return f"This email comes again each {every} until somebody has said so. The date for the answer does not move."


def reminder(notice: Notice) -> tuple[Block, ...]:
    """The date for the answer is near, or here; or the text of an outcome waits."""
    what = life_of(notice).what
    if what == _OUTCOME_WAITS:
        return _outcome_waits(notice)
    if life_of(notice).to_do == ANSWER or is_holder(notice):
        return _to_the_contact(notice, here=what == _DUE)
    return _to_the_others(notice, here=what == _DUE)


def _to_the_contact(notice: Notice, *, here: bool) -> tuple[Block, ...]:
    life = life_of(notice)
    if here:
        opening = f"The date for your answer has come: {life.due_words}. Please {first_to_ring(notice)} today."
    else:
        opening = f"Your answer is due by {due(life)}. Please settle it with the person who raised it before then."
    return told(
        notice,
        opening,
        f"When it is settled, record the outcome {AT_THE_PAGE}: one text that each party confirms there. If you "
        "cannot settle it, say that there too.",
        "If you need longer, propose another date there. The stated one stands unless the person who raised it agrees.",
        f"{_next(life)}Nothing moves on by itself.",
    )


def _to_the_others(notice: Notice, *, here: bool) -> tuple[Block, ...]:
    life = life_of(notice)
    asked = asked_to_act(life)
    by = f"{capital(asked)} {'are' if ' and ' in asked else 'is'} asked for it, and told the same." if asked else ""
    if not here:
        ring = f"ring {asked}" if asked else "ring the duty contact"
        return told(
            notice,
            f"The answer is due soon: by {due(life)}. Please {ring}, or see that somebody of your side has.",
            f"{by} The number is below.".strip(),
            f"{_next(life)}Nothing moves on by itself.",
        )
    return told(
        notice,
        f"The date for the answer has come: {life.due_words}. Please see at the page below whether it is settled, and "
        "decide what happens next.",
        f"If it is settled, see that the outcome is recorded there, so that each party can confirm it. {by}".strip(),
        f"{_next(life)}Nothing moves on by itself, and it does not close by itself.",
    )


def _next(life: LifeFacts) -> str:
    if not life.next_stage:
        return "If it is not settled, the side that raised it may ask the duty contact what is left to do. "
    return f"If it is not settled, the side that raised it may take it to {life.next_stage}, at the page. "


def _outcome_waits(notice: Notice) -> tuple[Block, ...]:
    return told(
        notice,
        "The text of an outcome waits: not every party has answered. Please ask those who have not to confirm or "
        "dispute it.",
        f"They answer {AT_THE_PAGE}, not by a reply. Until every party has confirmed the same text it stays open. "
        "Nothing is confirmed by silence.",
        then=(*answers_of(notice), *text_of(notice)),
    )


def date(notice: Notice) -> tuple[Block, ...]:
    """To the raiser: another date is proposed. The stated one stands unless they agree."""
    life = life_of(notice)
    stated = f"the stated date stands: {life.due_words}" if life.due_words else "nothing changes"
    return told(
        notice,
        f"{did(notice, 'asks', 'asked')} for another date for the answer: {life.until_words}. Please agree, or "
        "say that you do not, at the page below.",
        f"Unless you agree, {stated}. You need not agree, and need not say why. If you do nothing, it stands too.",
        "Ask first whether the child can wait that long, and what keeps the child safe meanwhile. The reason that was "
        "given is at the page.",
    )
