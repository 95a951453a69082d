"""What router's use cases need to know of one partnership, whatever the directory's own shape. Pure."""

from shared.messages import Telephone
from shared.private import Private
from shared.terms import PartnershipId


class Place(Private, frozen=True, kw_only=True):
    """A partnership as notices name it. duty_address: its duty mailbox, to which all that waits is told.

    danger: whom to ring when a child is in danger, in the order to print.
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
