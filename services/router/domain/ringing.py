"""Which telephone is rung for a child who may be at risk of immediate harm, at this hour. Pure."""

from datetime import datetime

import msgspec

from services.router.domain.people import Parties
from shared.working_days import Holidays, is_working_day

OPENS, CLOSES = 9, 17


def ring_now(parties: Parties, local: datetime, *, holidays: Holidays) -> None:
    """Put the agency's out-of-hours number first for everybody who must act, while offices are closed.

    Offices are open Monday to Friday, 9 to 17 of the partnership's time, save on bank holidays.
    Source: domain.md section 4, row 2.
    """
    if OPENS <= local.hour < CLOSES and is_working_day(local.date(), holidays.days):
        return
    posts = parties.search.directory.posts
    for index, one in enumerate(parties.persons):
        out_of_hours = posts[one.post].agency.out_of_hours if one.must_act and one.post is not None else ""
        if out_of_hours:
            by_day = f"; in office hours {one.phone}" if one.phone and one.phone != out_of_hours else ""
            parties.persons[index] = msgspec.structs.replace(one, phone=f"{out_of_hours} (out of hours){by_day}")
