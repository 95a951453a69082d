"""The outcome: one text that each party confirms or disputes, and the written confirmation once all have. Pure.

Source: domain.md section 1, S1: written confirmation between the parties of the agreed outcome and of how any
outstanding issue will be pursued.
"""

from services.notifier.domain.letter import Block, Facts, Heading, Paragraph, Points, Quoted
from services.notifier.domain.when import time_in_words
from services.notifier.domain.wording_common import reference_of
from services.notifier.domain.wording_life import AT_THE_PAGE, did, life_of, table, told, whom_to_ring, why_you
from shared.messages import AnswerFacts, IssueFacts, LifeFacts, Notice

OUTCOMES = {
    "agreed": "Agreed",
    "partly": "Agreed in part",
    "not-agreed": "Not agreed",
    "withdrawn": "Withdrawn by the person who raised it",
    "overtaken": "Overtaken by events",
}
"""As the page has them. A test holds them to it."""
NO_REPLY = "Nothing is confirmed by a reply to this email."
_ANSWERS = {"confirms": "confirms it", "disputes": "disputes it", "waits": "has not answered yet"}
_CONFIRMED = "confirms"


def outcome(notice: Notice) -> tuple[Block, ...]:
    """One text waits for this party's word. It says the whole text, and that a reply confirms nothing."""
    return (
        Paragraph(text=_ask(notice), strong=True),
        Paragraph(
            text="Confirm it if it says what was agreed and how what is left open will be pursued. If it does not, "
            f"dispute it and say why. {NO_REPLY}"
        ),
        *text_of(notice),
        *answers_of(notice),
        Heading(text="What your answer does"),
        Points(
            items=(
                "Once every party has confirmed this very text, each gets it by email as the written confirmation.",
                "If you dispute it, it stays open. All are told; the reason you give is shown at the page.",
                "If anybody changes the text, a new version is made, and every party is asked anew.",
                f"If you do nothing, it stays open, and the managers of both sides are told.{_or_on(notice)}",
            )
        ),
        table(notice),
        *whom_to_ring(notice),
        *why_you(notice),
    )


def _ask(notice: Notice) -> str:
    life = life_of(notice)
    if life.by is None:
        return f"Your word on the outcome is still waited for. Please confirm or dispute its text {AT_THE_PAGE}."
    recorded = did(notice, "has recorded an outcome.", "have recorded an outcome.")
    return f"{recorded} Please confirm or dispute its text {AT_THE_PAGE}."


def disputed(notice: Notice) -> tuple[Block, ...]:
    """A party disputes the text: it stays open, and the next stage is there for the raising side."""
    disputes = did(notice, "disputes", "dispute")
    return told(
        notice,
        f"{disputes} the text of the outcome. It stays open: please talk to each other again.",
        f"The reason is at the page below. The text can be changed there: every party is then asked about the new "
        f"version.{_or_on(notice)} Nothing moves on by itself.",
        then=(*text_of(notice), *answers_of(notice)),
    )


def closed(notice: Notice) -> tuple[Block, ...]:
    """For a reader who is told of the closing alone."""
    return told(notice, f"Every party has confirmed the same text. Please read it {AT_THE_PAGE}.", dated=False)


def confirmation(notice: Notice) -> tuple[Block, ...]:
    """The written confirmation, to be kept: the text, what is still open and who pursues it, who confirmed."""
    life = life_of(notice)
    rows = (
        ("Reference", reference_of(notice)),
        ("Partnership", notice.partnership_name),
        ("Policy", life.policy_name),
        ("Stage", life.stage_label),
    )
    return (
        Paragraph(
            text="Every party has confirmed the text below. This email is the written confirmation of it: please "
            "keep it.",
            strong=True,
        ),
        Heading(text="Written confirmation"),
        Facts(rows=(*rows, *_how(life))),
        *_said(life),
        Heading(text="Confirmed by"),
        Points(items=tuple(_dated(one.who, one, notice.zone) for one in life.answers if one.answer == _CONFIRMED)),
        Heading(text="To keep it"),
        Points(
            items=(
                "Save or print this email for your agency’s own record of the child. It names no child, on purpose: "
                "in that record, put it beside the child’s name.",
                "The same text stays at the page below, after signing in.",
                *_pursued(life),
                "If it does not hold, those who raised it or were asked to act can open it again there.",
            )
        ),
        *why_you(notice),
    )


def _pursued(life: LifeFacts) -> tuple[str, ...]:
    if not life.issues:
        return ()
    return (
        "Whoever pursues something that is still open is reminded before its date, and so is the person who raised "
        "it. They mark it as done at the page, or bring it back.",
    )


def text_of(notice: Notice) -> tuple[Block, ...]:
    """The text of the outcome, whole, and what is still open."""
    life = life_of(notice)
    return (Heading(text="The outcome"), Facts(rows=_how(life)), *_said(life))


def _how(life: LifeFacts) -> tuple[tuple[str, str], ...]:
    return (("Outcome", OUTCOMES.get(life.outcome, life.outcome)), ("Version", _version(life)))


def _said(life: LifeFacts) -> tuple[Block, ...]:
    ends = life.outcome in ("withdrawn", "overtaken", "not-agreed")
    return (Quoted(label="Why it ends" if ends else "What is agreed", text=life.text, whose=""), *_open(life))


def _version(life: LifeFacts) -> str:
    return str(life.version) if life.version else ""


def _open(life: LifeFacts) -> tuple[Block, ...]:
    if not life.issues:
        return (Paragraph(text="Nothing is left open."),)
    items = tuple(f"{one.text}. {pursues(one)}" for one in (_ended(issue) for issue in life.issues))
    return (Heading(text="Still open, and who pursues it"), Points(items=items, numbered=True))


def _ended(issue: IssueFacts) -> IssueFacts:
    """Its text without a last full stop: another follows."""
    return IssueFacts(
        number=issue.number,
        text=issue.text.rstrip().rstrip("."),
        owner=issue.owner,
        by_words=issue.by_words,
        state=issue.state,
    )


def pursues(issue: IssueFacts) -> str:
    """`Pursued by Taylor Willowby, team manager, by Wednesday 20 January 2027.`"""
    return f"Pursued by {issue.owner}, by {issue.by_words}."


def answers_of(notice: Notice) -> tuple[Block, ...]:
    """What each party says of it."""
    life = life_of(notice)
    items = tuple(
        _dated(f"{one.who}: {_ANSWERS.get(one.answer, one.answer)}", one, notice.zone) for one in life.answers
    )
    return (Heading(text="What each party says"), Points(items=items)) if items else ()


def _dated(said: str, answer: AnswerFacts, zone: str) -> str:
    """`said`, and when, where it was said."""
    return f"{said}, on {time_in_words(answer.at, zone)}" if answer.at is not None else said


def _or_on(notice: Notice) -> str:
    life = life_of(notice)
    return f" The side that raised it may also take it to {life.next_stage}, there." if life.next_stage else ""
