"""Who is rung, and on which telephone, for a child who may be at risk of immediate harm, at this hour. Pure."""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from services.router.domain.decision import Person
from services.router.domain.directory import ON_CALL, Agency
from services.router.domain.routing.barring import OWN_MANAGER
from services.router.domain.routing.people import Parties, of_post
from services.router.policy.step import Asked, Basis, Part, Reason, Where, Who
from shared.messages import AskedAs
from shared.working_days import Holidays, is_working_day

OPENS, CLOSES = 9, 17
RULE = "on-call"
ON_CALL_FIRST = Reason(
    rule=RULE,
    says="Where a child may be at risk of immediate harm while offices are closed, whoever is on call is asked first.",
    basis=Basis.SETTING,
    source="the agency's own entry in the directory",
)


def ring_now(parties: Parties, local: datetime, *, holidays: Holidays) -> bool:
    """While offices are closed, ask whoever is on call first, and put the out-of-hours number before the others'.

    Whether somebody on call is asked now. Offices are open Monday to Friday, 9 to 17 of the partnership's time, save on
    bank holidays.
    local: when it is decided, for it is now that somebody is rung.  Source: domain.md section 4, row 2.
    """
    if not is_closed(local, holidays=holidays):
        return False
    on_call = [found for agency, one in _answering(parties).values() if (found := _on_call(agency, one, parties))]
    _by_night(parties)
    first = next((index for index, one in enumerate(parties.persons) if one.must_act), 0)
    if on_call:
        parties.keep([*parties.persons[:first], *on_call, *parties.persons[first:]])
    return bool(on_call)


def is_closed(local: datetime, *, holidays: Holidays) -> bool:
    """Whether offices are closed. local: in the partnership's time."""
    return not (OPENS <= local.hour < CLOSES and is_working_day(local.date(), holidays.days))


def out_of_hours_first(phone: str, out_of_hours: str) -> str:
    """The number that is answered by night, before the one that is answered by day."""
    by_day = f"; in office hours {phone}" if phone and phone != out_of_hours else ""
    return f"{out_of_hours} (out of hours){by_day}" if out_of_hours else phone


def _answering(parties: Parties) -> dict[str, tuple[Agency, Person]]:
    """The agencies of whoever must act, with one of theirs each.

    Where the duty contact stands in it is the agency whose decision is challenged: nobody there was found by day.
    """
    directory, found = parties.search.directory, dict[str, tuple[Agency, Person]]()
    for one in parties.persons:
        if not one.must_act:
            continue
        if one.post is not None:
            agency = directory.posts[one.post].agency
            found.setdefault(agency.id, (agency, one))
        elif one.asked_as is AskedAs.DUTY:
            answering = msgspec.structs.replace(one, asked_as=AskedAs.RECEIVING)
            for agency in _challenged(parties):
                found.setdefault(agency.id, (agency, answering))
    return found


def _challenged(parties: Parties) -> Iterator[Agency]:
    for side in parties.facts.receiving:
        agency = parties.search.directory.agencies.get(side.agency) if side.agency is not None else None
        if agency is not None:
            yield agency


def _on_call(agency: Agency, one: Person, parties: Parties) -> Person | None:
    """Whoever is on call for `agency`, with the part and the rights of `one`, who would act by day."""
    search, before = parties.search, parties.search.barred
    search.barred = before | dict.fromkeys(parties.own_managers, OWN_MANAGER)
    posts = search.directory.with_role(agency.id, ON_CALL)
    found = next((held for placed in posts if (held := search.holder(placed)) is not None), None)
    search.barred = before
    if found is None or found.placed is None:
        return None
    known = of_post(_seat(one), found.placed, found.holder, standing_in=found.standing_in)
    phone = found.holder.phone or found.placed.post.phone or agency.out_of_hours
    return msgspec.structs.replace(known, phone=phone)


def _seat(one: Person) -> Asked:
    return Asked(
        part=one.part if one.part is Part.RAISING_CONTACT else Part.CONTACT,
        where=Where.EACH,
        who=Who.ROLE,
        side=0,
        type=None,
        roles=(),
        words="person on call",
        must_act=True,
        may_read=one.may_read,
        rules=(RULE,),
        asked_as=one.asked_as,
        why_you="You are on call for your agency, and a child may be at risk of immediate harm.",
    )


def _by_night(parties: Parties) -> None:
    """Put each agency's out-of-hours number before the number that is answered by day."""
    posts = parties.search.directory.posts
    for index, one in enumerate(parties.persons):
        out_of_hours = posts[one.post].agency.out_of_hours if one.must_act and one.post is not None else ""
        if out_of_hours:
            parties.persons[index] = msgspec.structs.replace(one, phone=out_of_hours_first(one.phone, out_of_hours))
