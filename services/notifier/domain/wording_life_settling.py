"""Outstanding issues of a written confirmation: reminders to pursue them, and what became of them. Pure."""

from collections.abc import Callable

from services.notifier.domain.letter import Block, Facts, Paragraph
from services.notifier.domain.wording_common import Unsayable, reference_of
from services.notifier.domain.wording_life import AT_THE_PAGE, NOTHING_ASKED, did, life_of, whom_to_ring, why_you
from shared.messages import IssueFacts, Notice

PURSUE = "pursue"
_SOON = "issue-soon"


def issue(notice: Notice) -> tuple[Block, ...]:
    """An outstanding issue is due: its owner is asked to pursue it, the raiser is told."""
    one, life = _issue_of(notice), life_of(notice)
    when = f"is due soon, by {one.by_words}" if life.what == _SOON else f"is due: {one.by_words}"
    if life.to_do == PURSUE:
        return _letter(
            notice,
            f"Something that you pursue {when}. Please do it, and then say so {AT_THE_PAGE}.",
            "It stands in the written confirmation as still open. If it cannot be done, bring it back at the page and "
            "say why: the person who raised it is then told.",
        )
    return _letter(
        notice,
        f"Something that was left open {when}. {_owner(one)} pursues it, and is asked by email.",
        "If it is done, either of you says so at the page below. If it is not, ring them, or bring it back there.",
    )


def _done(notice: Notice) -> tuple[Block, ...]:
    marked = did(notice, "has marked", "have marked")
    return _letter(
        notice,
        f"{marked} something that was left open as done. {NOTHING_ASKED}",
        "What they said of it is at the page below. If it is not done, the person who raised it can bring it back "
        "there.",
    )


def _back(notice: Notice) -> tuple[Block, ...]:
    brought = did(notice, "has brought back", "have brought back")
    return _letter(
        notice,
        f"{brought} something that was left open: it is not settled. Please talk to each other again.",
        "The reason is at the page below. If talking does not settle it, those who raised the escalation or were asked "
        "to act can open it again there.",
    )


def _letter(notice: Notice, opening: str, more: str) -> tuple[Block, ...]:
    one = _issue_of(notice)
    rows = (
        ("Reference", reference_of(notice)),
        ("Left open", one.text),
        ("Who pursues it", one.owner),
        ("By when", one.by_words),
        ("Stage", life_of(notice).stage_label),
    )
    return (
        Paragraph(text=opening, strong=True),
        Paragraph(text=more),
        Facts(rows=rows),
        *whom_to_ring(notice),
        *why_you(notice),
    )


def _owner(one: IssueFacts) -> str:
    return one.owner.split(",")[0] or "Somebody"


def _issue_of(notice: Notice) -> IssueFacts:
    """The issue that it is about. Raises: Unsayable."""
    issues = life_of(notice).issues
    if not issues:
        raise Unsayable
    return issues[0]


ISSUES: dict[str, Callable[[Notice], tuple[Block, ...]]] = {"issue-done": _done, "issue-back": _back}
