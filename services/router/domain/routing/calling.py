"""Whom to call when somebody who was asked to act is silent: the deputy, and their agency's safeguarding lead. Pure."""

from datetime import date

import msgspec

from services.router.domain.decision import Part, Person
from services.router.domain.directory import Directory, absence_on, holder_on
from services.router.domain.routing.handing import deputies_of
from services.router.domain.routing.lookup import LEAD_ROLES
from services.router.domain.routing.people import told_person
from services.router.domain.routing.ringing import out_of_hours_first

DEPUTY_WHY = "{role} was asked to act and has not said yet that they have it. You stand in for them."
LEAD_WHY = "Somebody of your agency was asked to act, and has not said yet that they have it."


def called_for(
    silent: Person, directory: Directory, *, day: date, barred: frozenset[str], closed: bool
) -> tuple[Person | None, Person | None]:
    """The deputy, and the safeguarding lead. closed: it is rung while offices are closed."""
    found = (
        deputy_for(silent, directory, day=day, barred=barred),
        lead_of(silent, directory, day=day, barred=barred),
    )
    deputy, lead = (_by_night(one, directory) if closed else one for one in found)
    both = deputy is not None and lead is not None and lead.address == deputy.address
    return deputy, None if both else lead


def _by_night(person: Person | None, directory: Directory) -> Person | None:
    if person is None or person.post is None:
        return person
    out_of_hours = directory.posts[person.post].agency.out_of_hours
    return msgspec.structs.replace(person, phone=out_of_hours_first(person.phone, out_of_hours))


def deputy_for(silent: Person, directory: Directory, *, day: date, barred: frozenset[str]) -> Person | None:
    """Who stands in for `silent` today, with all that they may do; None where the directory declares nobody.

    They read from then on and nobody chose them: a colleague whom the directory does not put there is not called.
    """
    for deputy in deputies_of(silent, directory, day=day, barred=barred, declared=True):
        placed = directory.posts[deputy.post]
        holder = holder_on(placed.post, day)
        if holder is not None:
            why = DEPUTY_WHY.format(role=silent.role or silent.seat or "Somebody")
            return msgspec.structs.replace(
                told_person(placed, holder, part=silent.part, why_you=why),
                must_act=True,
                may_read=silent.may_read,
                standing_in_for=silent.seat or silent.role,
                seat=silent.seat,
                asked_as=silent.asked_as,
            )
    return None


def lead_of(silent: Person, directory: Directory, *, day: date, barred: frozenset[str]) -> Person | None:
    """The safeguarding lead of the agency that `silent` belongs to; told, and given nothing to read."""
    agency = next((one for one in directory.agencies.values() if one.name == silent.agency), None)
    if agency is None:
        return None
    for placed in (one for role in LEAD_ROLES for one in directory.with_role(agency.id, role)):
        holder = holder_on(placed.post, day) if absence_on(placed.post, day) is None else None
        if holder is not None and holder.address.strip().casefold() not in barred:
            return told_person(placed, holder, part=Part.LEAD, why_you=LEAD_WHY)
    return None
