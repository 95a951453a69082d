"""What the letters on the life of an escalation share: who did it, the facts, whom to ring, how to get there. Pure."""

from services.notifier.domain.letter import Block, Calls, Facts, Heading, Paragraph
from services.notifier.domain.wording_common import Unsayable, reference_of
from services.notifier.domain.wording_people import capital, introduced, lowered, on, short, who, who_to_ring
from shared.messages import LifeFacts, Notice, NoticePerson, Telephone

AT_THE_PAGE = "at the page below, after signing in"
NOTHING_ASKED = "Nothing is asked of you now."
NO_CHILD = f"The child is not named here, on purpose. What was written is sealed; read it {AT_THE_PAGE}."
_DUTY = "the partnership’s duty contact"


def life_of(notice: Notice) -> LifeFacts:
    """The facts that a notice of the life must carry. Raises: Unsayable."""
    if notice.life is None:
        raise Unsayable
    return notice.life


def did(notice: Notice, verb: str, plural: str) -> str:
    """`Taylor Willowby (team manager, West Sussex children's social care) has recorded …`, or `You have recorded …`.

    verb: after a name; plural: after `You`.
    """
    by = life_of(notice).by
    if by is not None and by.name and by.name == notice.name:
        return f"You {plural}"
    return f"{capital(named(by))} {verb}"


def named(by: NoticePerson | None) -> str:
    """Who did it, in the middle of a sentence. Who only says who they are keeps that mark."""
    if by is None:
        return _DUTY
    if not by.name.endswith(")"):
        return introduced(by, "somebody in it")
    return " for ".join(text for text in (by.name, _place(by)) if text)


def _place(by: NoticePerson) -> str:
    return ", ".join(text for text in (f"the {lowered(by.role)}" if by.role else "", by.agency) if text)


def is_holder(notice: Notice) -> bool:
    """Whether the reader is one of those who are asked to act."""
    return bool(notice.name) and any(one.name == notice.name for one in life_of(notice).holders)


def asked_to_act(life: LifeFacts) -> str:
    """The contacts in a sentence, "" where nobody is asked."""
    names = tuple(short(one, "the contact") for one in life.holders)
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def due(life: LifeFacts) -> str:
    """`Wednesday 30 December 2026, 5 pm (1 working day left)`, "" where there is no date."""
    left = f" ({life.left_words})" if life.left_words else ""
    return f"{life.due_words}{left}" if life.due_words else ""


def table(notice: Notice, *, holders: bool = True, dated: bool = True, more: tuple[tuple[str, str], ...] = ()) -> Facts:
    """Which escalation it is, whose turn it is, and by when. holders: not where they change with this very news."""
    life = life_of(notice)
    asked = "; ".join(who_to_ring(one) for one in life.holders)
    return Facts(
        rows=(
            ("Reference", reference_of(notice)),
            *more,
            ("Asked to act", asked if holders else ""),
            ("Answer due", due(life) if dated else ""),
            ("Stage", life.stage_label),
            ("Policy", life.policy_name),
        )
    )


def whom_to_ring(notice: Notice) -> tuple[Block, ...]:
    """Whom to ring about it: the one who did it, then as the notice has them. Nobody is told to ring themselves."""
    labels: dict[str, str] = {}
    for one in _phones(notice):
        labels.setdefault(one.number, one.label)
    numbers = tuple((label, number) for number, label in labels.items())
    return (Heading(text="Whom to ring"), Calls(numbers=numbers)) if numbers else ()


def _phones(notice: Notice) -> tuple[Telephone, ...]:
    life = life_of(notice)
    by = life.by if life.what != "raiser-replaced" else None  # another is rung from now on
    did_it = (Telephone(label=who(by), number=by.phone),) if by is not None and by.phone else ()
    own = f"{notice.name}," if notice.name else "\n"
    return tuple(one for one in (*did_it, *life.ring) if not f"{one.label},".startswith(own))


def first_to_ring(notice: Notice) -> str:
    """`ring Taylor Willowby on 01632 960081`: a label begins with the name, save where roles alone are shown."""
    first = next(iter(_phones(notice)), notice.duty_phone)
    if first.label == notice.duty_phone.label:
        return f"ring {on(first)}"
    known = any(one.name for one in life_of(notice).holders)
    return f"ring {first.label.split(',')[0]} on {first.number}" if known else f"ring {first.number} ({first.label})"


def told(
    notice: Notice, opening: str, *more: str, then: tuple[Block, ...] = (), holders: bool = True, dated: bool = True
) -> tuple[Block, ...]:
    """The usual letter: the news and what it asks, what follows from it, the facts, whom to ring, why this reader.

    then: stands after the facts. holders, dated: whether whose turn it is, and the date, are still as the notice says.
    """
    return (
        Paragraph(text=opening, strong=True),
        *(Paragraph(text=text) for text in more),
        table(notice, holders=holders, dated=dated),
        *then,
        *whom_to_ring(notice),
        *why_you(notice),
    )


def why_you(notice: Notice) -> tuple[Block, ...]:
    """Why this reader is told."""
    return (Heading(text="Why you"), Paragraph(text=notice.why_you)) if notice.why_you else ()
