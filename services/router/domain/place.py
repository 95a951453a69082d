"""What router's use cases need to know of one partnership, whatever the directory's own shape. Pure."""

from services.router.domain.partnership import Partnership
from services.router.domain.wording_own import filled
from shared.messages import Telephone
from shared.private import Private
from shared.terms import PartnershipId


class Place(Private, frozen=True, kw_only=True):
    """A partnership as notices name it. duty_address: its duty mailbox, to which all that waits is told.

    danger: whom to ring when a child is in danger, in the order to print. words: the partnership's own, for letters.
    """

    id: PartnershipId
    name: str
    zone: str
    demonstration: bool
    duty_address: str
    duty_name: str
    duty_phone: Telephone
    danger: tuple[Telephone, ...]
    base_url: str
    words: tuple[str, ...] = ()


def place_of(partnership: Partnership, *, base_url: str) -> Place:
    """The partnership as its entry in the directory has it. base_url: where people reach intake's pages."""
    duty = partnership.duty
    lines = [line for area in partnership.areas for line in (area.social_care, area.out_of_hours)]
    return Place(
        id=partnership.id,
        name=partnership.name,
        zone=partnership.zone,
        demonstration=partnership.demonstration,
        duty_address=duty.mailbox.strip().lower(),
        duty_name=duty.name,
        duty_phone=Telephone(label=f"{duty.role}, {partnership.name}", number=duty.phone),
        danger=tuple(Telephone(label=line.label, number=line.number) for line in dict.fromkeys(lines)),
        base_url=base_url,
        words=filled(partnership.letter_words, partnership),
    )
