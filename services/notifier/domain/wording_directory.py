"""What is said to somebody about the directory of contacts itself, not about an escalation. Pure."""

from services.notifier.domain.letter import Block, Heading, Paragraph
from services.notifier.domain.wording_common import Unsayable, no_details, reference_of, to_check
from services.notifier.domain.wording_people import on
from shared.messages import Notice


def address_changed(notice: Notice) -> tuple[Block, ...]:
    """To an address that a post no longer has. why_you: which post of which agency. It is about no escalation alone."""
    if reference_of(notice) or not notice.why_you:
        raise Unsayable
    return (
        Paragraph(
            text="This address no longer stands for a post in the partnership’s directory of contacts. If that is "
            "right, you need do nothing.",
            strong=True,
        ),
        Paragraph(text=notice.why_you),
        Paragraph(
            text="At least one escalation that was sent to this address is still open. It stays with whomever it was "
            "decided for; what is decided from now on goes to whoever the directory names."
        ),
        Heading(text="You did not expect this?"),
        Paragraph(text=f"Then ring {on(notice.duty_phone)} today: somebody may have changed it by mistake."),
        *to_check(notice, "say that your address was taken out of the directory"),
        *no_details(notice),
    )
