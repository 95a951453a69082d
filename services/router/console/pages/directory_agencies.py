"""Changes of an agency itself: a new one, its telephones and domains, its teams, closing it. Shell."""

from collections.abc import Sequence

from services.router.console.access import Answer, Route, act, page
from services.router.console.asked import Asked
from services.router.console.console import Console
from services.router.console.directory_acts import Act, overtaken, seen_of, settle
from services.router.console.directory_forms import read_agency, read_team
from services.router.console.directory_words import TYPES
from services.router.console.pages.directory_posts import agency_in
from services.router.domain.admin.admins import Need
from services.router.domain.directory import Agency
from services.router.domain.keeping.gaps import agencies_of
from services.router.domain.keeping.rows import Key, Kind, bare
from shared.terms import AgencyId, AgencyType, PartnershipId

_AGENCY = "/p/{partnership:str}/directory/a/{agency:str}"


def routes(console: Console) -> Sequence[Route]:
    """Forms of an agency, and what is posted from them."""
    need = Need.CHANGE_DIRECTORY
    return [
        page("/p/{partnership:str}/directory/new-agency", lambda asked: _form(console, asked, None), need=need),
        act("/p/{partnership:str}/directory/new-agency", lambda asked: _added(console, asked), need=need),
        page(f"{_AGENCY}/edit", lambda asked: _form(console, asked, agency_in(asked)), need=need),
        act(f"{_AGENCY}/edit", lambda asked: _edited(console, asked), need=need),
        page(f"{_AGENCY}/new-team", lambda asked: _team_form(console, asked), need=need),
        act(f"{_AGENCY}/new-team", lambda asked: _team_added(console, asked), need=need),
        page(f"{_AGENCY}/close", lambda asked: _close_form(console, asked), need=need),
        act(f"{_AGENCY}/close", lambda asked: _closed(console, asked), need=need),
    ]


def _begun(partnership: PartnershipId) -> Agency:
    """What a new agency begins as."""
    return Agency(
        id=AgencyId(""), name="", type=AgencyType.EDUCATION, owner=partnership, serves=(partnership,), posts=()
    )


async def _form(console: Console, asked: Asked, agency: Agency | None, said: Act | None = None) -> Answer:
    here, directory = asked.partnership, asked.directory
    owner = agency.owner if agency is not None else here.id
    partners = directory.partnerships[owner].partners if owner in directory.partnerships else here.partners
    others = [one for one in agencies_of(asked.directory, asked.partnership) if agency is None or one.id != agency.id]
    return console.frame.page(
        asked.signed,
        "directory_agency_edit.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        agency=agency,
        seen=seen_of(bare(agency)) if agency is not None else seen_of(None),
        kinds=[(kind.value, words) for kind, words in TYPES.items()],
        begun=asked.query("type") if agency is None else "",
        others=sorted(others, key=lambda one: one.name),
        partners=[(one, directory.agencies[one].name) for one in partners if one in directory.agencies],
        places=[(one.id, one.name) for one in directory.partnerships.values() if one.id != owner],
        serves=asked.form.many("serves") if said is not None else agency.serves if agency is not None else (),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _added(console: Console, asked: Asked) -> Answer:
    row, wrong = read_agency(asked.form, None, new=_begun(asked.partnership.id))
    if row is not None and row.id in asked.directory.agencies:
        wrong = {"code": "There is an agency of this short name already. Choose another."}
    key = Key(Kind.AGENCY, row.id, row.id) if row is not None else Key(Kind.AGENCY, "", "")
    to = f"/p/{asked.partnership.id}/directory/a/{key.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="agency.added", to=to)
    return await _form(console, asked, None, said) if isinstance(said, Act) else said


async def _edited(console: Console, asked: Asked) -> Answer:
    agency = agency_in(asked)
    row, problems = read_agency(asked.form, agency, new=agency)
    wrong = overtaken(asked.form, bare(agency)) | problems
    key, to = Key(Kind.AGENCY, agency.id, agency.id), f"/p/{asked.partnership.id}/directory/a/{agency.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="agency.changed", to=to)
    return await _form(console, asked, agency, said) if isinstance(said, Act) else said


async def _team_form(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    return console.frame.page(
        asked.signed,
        "directory_team.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        agency=agency_in(asked),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _team_added(console: Console, asked: Asked) -> Answer:
    agency = agency_in(asked)
    row, wrong = read_team(asked.form, agency=agency.id)
    if row is not None and row.id in {one.id for one in agency.teams}:
        wrong = {"team_code": "There is a team of this short name already. Choose another."}
    key = Key(Kind.TEAM, agency.id, row.id if row is not None else "")
    to = f"/p/{asked.partnership.id}/directory/a/{agency.id}"
    said = await settle(console.editor, asked, key, row, wrong=wrong, what="team.added", to=to)
    return await _team_form(console, asked, said) if isinstance(said, Act) else said


async def _close_form(console: Console, asked: Asked, said: Act | None = None) -> Answer:
    agency = agency_in(asked)
    return console.frame.page(
        asked.signed,
        "directory_close.html",
        partnership=asked.partnership,
        status=422 if said is not None else 200,
        agency=agency,
        seen=seen_of(agency),
        errors=said.errors if said is not None else {},
        typed=said.typed if said is not None else {},
    )


async def _closed(console: Console, asked: Asked) -> Answer:
    agency = agency_in(asked)
    key, to = Key(Kind.AGENCY, agency.id, agency.id), f"/p/{asked.partnership.id}/directory"
    wrong = overtaken(asked.form, agency)
    said = await settle(console.editor, asked, key, None, wrong=wrong, what="agency.closed", to=to)
    return await _close_form(console, asked, said) if isinstance(said, Act) else said
