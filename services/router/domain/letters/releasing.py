"""The notice to a raiser who is confirmed but whom nobody vouches for yet: it waits for the duty contact. Pure."""

import msgspec

from services.router.domain.changes import SentNotice
from services.router.domain.decision import Part
from services.router.domain.escalation import same_address
from services.router.domain.letters.notices import Cause, blank
from services.router.domain.letters.routefacts import Wording, discreet, route_facts
from services.router.domain.place import Place
from shared.messages import Notice, NoticeKind, NoticePerson
from shared.terms import Instant

WAITS = (
    "Your address is not in a domain that the directory has for your agency, so the partnership’s duty contact checks "
    "it first. Nobody else has been told yet."
)
WHY = "You raised it, and confirmed your address."


def of_waiting_raiser(cause: Cause, *, place: Place, wording: Wording, at: Instant) -> tuple[Notice, SentNotice]:
    """What the raiser is told at once: roles and offices' telephones only, and that nobody else has been told.

    Its id is of no decision's, so that the decision after the release tells the raiser again.
    """
    address = cause.facts.raiser.address
    notice = blank(place, kind=NoticeKind.RAISED, ref=cause.ref, address=address, cause=("waits", cause.ref))
    route = discreet(route_facts(cause.facts, cause.decision, wording=wording, lead=None), wording)
    then = tuple(f"When it is released, {_office(one)} is asked to act." for one in route.contacts)
    phone = place.duty_phone
    route = msgspec.structs.replace(
        route,
        contacts=(),
        told=(),
        warnings=(WAITS, *then, *route.warnings),
        if_silent=f"If you hear nothing, ring {phone.number} ({phone.label}).",
    )
    notice = msgspec.structs.replace(notice, name=cause.facts.raiser.name, why_you=WHY, route=route)
    row = SentNotice(
        id=notice.id,
        ref=cause.ref,
        partnership=notice.partnership,
        kind=notice.kind,
        address=same_address(address),
        at=at,
        part=Part.RAISER.value,
    )
    return notice, row


def _office(person: NoticePerson) -> str:
    phone = f"telephone {person.phone}" if person.phone else ""
    return ", ".join(text for text in (person.role, person.agency, phone) if text)
