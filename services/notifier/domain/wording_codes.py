"""Codes: one to confirm a work address, one to sign in. Short, and useless to anybody else. Pure."""

from services.notifier.domain.letter import BigCode, Block, Heading, Paragraph
from services.notifier.domain.wording_common import FOLLOW, Unsayable, no_details, reference_of
from services.notifier.domain.wording_people import on
from shared.messages import Notice

_ONCE = "It works for 30 minutes, once. You can paste it. Nobody will ring or write to ask you for it."


def confirmation_code(notice: Notice) -> tuple[Block, ...]:
    """To the address that is to be confirmed."""
    ref = reference_of(notice)
    of = f" of escalation {ref}" if ref else ""
    return (
        Paragraph(text=f"Type this code into the page{of} you have open, to confirm that this is your work address:"),
        BigCode(code=_code(notice)),
        Paragraph(text=_ONCE),
        Paragraph(text=_page_closed(notice, ref)),
        *_not_you(notice, "Somebody gave this address on the escalation form. If it was not you, you need do nothing."),
    )


def sign_in_code(notice: Notice) -> tuple[Block, ...]:
    """To a party who wants to see the escalation."""
    return (
        Paragraph(text=f"Type this code into the page of escalation {reference_of(notice)} you have open, to sign in:"),
        BigCode(code=_code(notice)),
        Paragraph(text=_ONCE),
        *_not_you(notice, "Somebody asked to sign in with this address. If it was not you, do not use the code."),
    )


def _page_closed(notice: Notice, ref: str) -> str:
    if not ref:
        return "If you have closed the page before sending the form, nothing was sent: please start again."
    return (
        f"If you have closed the page, your escalation is not lost. Go to {notice.base_url} in your browser and type "
        f"{ref} under “{FOLLOW}”, or ring the number below."
    )


def _not_you(notice: Notice, says: str) -> tuple[Block, ...]:
    phone = notice.duty_phone
    return (
        Heading(text="Not you, or not sure?"),
        Paragraph(text=f"{says} To ask, ring {on(phone)}. This email has no link, no attachment and no password."),
        *no_details(notice),
    )


def _code(notice: Notice) -> str:
    if notice.code is None or not notice.code.code.strip():
        raise Unsayable
    return notice.code.code.strip()
