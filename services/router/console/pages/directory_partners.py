"""A partnership's safeguarding partners, and who speaks for agencies that are not listed. Shell."""

from collections.abc import Sequence

import msgspec

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, done, overtaken, seen_of, settle
from services.router.console.directory_forms import Problems
from services.router.console.directory_words import TYPES
from services.router.domain.admin.admins import Need, may
from services.router.domain.keeping.gaps import agencies_of
from services.router.domain.keeping.rows import Key, Kind
from services.router.domain.partnership import Partnership
from shared.terms import AgencyId, AgencyType

_PARTNERS = "/p/{partnership:str}/directory/partners"
_SEATS = 3
_NOT_HERE = "Choose an agency of this partnership by its short name, or leave it empty."


def routes(console: Console) -> Sequence[Route]:
    """The form, which whoever may only look sees too."""
    return [
        page(_PARTNERS, lambda asked: _form(console, asked)),
        act(_PARTNERS, lambda asked: _changed(console, asked), need=Need.CHANGE_DIRECTORY),
    ]


async def _form(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    here = asked.partnership
    standing = {f"partner-{seat}": here.partners[seat] if seat < len(here.partners) else "" for seat in _seats(here)}
    standing |= {f"sponsor-{kind.value}": here.sponsors.get(kind, "") for kind in AgencyType}
    return console.frame.page(
        asked.signed,
        "directory_partners.html",
        partnership=here,
        status=422 if said is not None else 200,
        seen=seen_of(here),
        seats=[f"partner-{seat}" for seat in _seats(here)],
        kinds=[(f"sponsor-{kind.value}", words) for kind, words in TYPES.items()],
        agencies=sorted(agencies_of(asked.directory, here), key=lambda one: one.name),
        names={one.id: one.name for one in asked.directory.agencies.values()},
        standing=standing,
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
        done=done(asked),
        may_change=may(asked.signed.admin, here.id, Need.CHANGE_DIRECTORY),
    )


def _seats(here: Partnership) -> range:
    return range(max(_SEATS, len(here.partners)))


async def _changed(console: Console, asked: Asked) -> Answer:
    here = asked.partnership
    known = {one.id for one in agencies_of(asked.directory, here)}
    wrong: Problems = overtaken(asked.form, here)

    def read(name: str) -> AgencyId:
        found = AgencyId(asked.form.one(name))
        if found and found not in known:
            wrong[name] = _NOT_HERE
        return found

    partners = tuple(dict.fromkeys(one for one in (read(f"partner-{seat}") for seat in _seats(here)) if one))
    sponsors = {kind: one for kind in AgencyType if (one := read(f"sponsor-{kind.value}"))}
    row = msgspec.structs.replace(here, partners=partners, sponsors=sponsors)
    key, to = Key(Kind.PARTNERSHIP, "", here.id), f"/p/{here.id}/directory/partners"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="partners.changed", to=to)
    return await _form(console, asked, said) if isinstance(said, Act) else said
