"""Reads what an admin typed about an agency, a post or an absence, and says what to mend, field by field. Shell."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from services.router.console.asked import Form
from services.router.domain.directory import Absence, Agency, Holder, Post, Team
from services.router.domain.keeping.directory_check import is_address
from services.router.domain.keeping.importing import read_day
from shared.terms import AgencyId, AgencyType, PartnershipId, PostId, TeamId

replace = msgspec.structs.replace
Problems = dict[str, str]
_CODE = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
_MOST = 200
A_DAY = "Enter a day, for example 14 12 2026."
AN_ADDRESS = "Enter one email address, for example name@agency.example."


def typed_day(day: date | None) -> str:
    """A day as one types it."""
    return f"{day.day} {day.month} {day.year}" if day is not None else ""


def read_post(form: Form, before: Post | None, *, agency: str) -> tuple[Post | None, Problems]:
    """The post as the form has it, its holders and absences as before. None where something must be mended."""
    wrong: Problems = {}
    identity = before.id if before is not None else _new_id(form, wrong, agency=agency)
    title, role = _text(form, "title", wrong, needed="Enter the post’s title."), form.one("role")
    if not _CODE.fullmatch(role):
        wrong["role"] = (
            "Choose the role that the policy names, or write one in small letters, for example team_manager."
        )
    mailbox = _address(form, "mailbox", wrong, needed=False)
    values = {
        "title": title,
        "role": role,
        "mailbox": mailbox,
        "phone": _text(form, "phone", wrong),
        "team": TeamId(form.one("team")) if form.one("team") else None,
        "deputy": PostId(form.one("deputy")) if form.one("deputy") else None,
        "allocates": _ticked(form, "allocates", before.allocates if before is not None else ()),
    }
    if wrong:
        return None, wrong
    return replace(before or Post(id=identity, title=title, role=role), **values), {}


def _new_id(form: Form, wrong: Problems, *, agency: str) -> PostId:
    code = form.one("code")
    if not _CODE.fullmatch(code):
        wrong["code"] = "Enter a short name in small letters and hyphens, for example duty-manager."
    return PostId(f"{agency}.{code}")


def read_holder(form: Form) -> tuple[Holder | None, date | None, Problems]:
    """A holder, and the day from which they hold the post; None where something must be mended."""
    wrong: Problems = {}
    name = _text(form, "name", wrong, needed="Enter the name of whoever holds the post.")
    address, phone = _address(form, "address", wrong, needed=True), _text(form, "holder_phone", wrong)
    since = _day(form, "since", wrong) if form.one("since") else None
    until = _day(form, "until", wrong) if form.one("until") else None
    if since is not None and until is not None and until < since:
        wrong["until"] = "Enter a last day that is not before the first."
    if wrong:
        return None, None, wrong
    return Holder(name=name, address=address, phone=phone, valid_from=since, valid_until=until), since, {}


def read_absence(form: Form) -> tuple[Absence | None, Problems]:
    """An absence; None where something must be mended."""
    wrong: Problems = {}
    first, last = _day(form, "first", wrong), _day(form, "last", wrong)
    if first is not None and last is not None and last < first:
        wrong["last"] = "Enter a last day that is not before the first."
    why = _text(form, "absence_why", wrong)
    if wrong or first is None or last is None:
        return None, wrong
    deputy = PostId(form.one("absence_deputy")) if form.one("absence_deputy") else None
    return Absence(first=first, last=last, deputy=deputy, why=why), {}


def read_agency(form: Form, before: Agency | None, *, new: Agency) -> tuple[Agency | None, Problems]:
    """The agency's own row as the form has it. new: what a new one begins as."""
    wrong: Problems = {}
    base = before or new
    identity = base.id
    if before is None:
        identity = AgencyId(form.one("code"))
        if not _CODE.fullmatch(identity) or "." in identity:
            wrong["code"] = "Enter a short name in small letters and hyphens, for example oak-hall-school."
    kind = form.one("type")
    if kind not in set(AgencyType):
        wrong["type"] = "Choose the kind of agency."
    name = _text(form, "agency_name", wrong, needed="Enter the agency’s name.")
    phone, out_of_hours = _text(form, "phone", wrong), _text(form, "out_of_hours", wrong)
    domains = tuple(one.casefold().lstrip("@") for one in form.one("domains").replace(",", " ").split())
    if any(not is_address(f"a@{one}") for one in domains):
        wrong["domains"] = "Enter the part after the @ of its work addresses, for example oak-hall.example."
    if wrong:
        return None, wrong
    return replace(
        base,
        id=identity,
        name=name,
        type=AgencyType(kind),
        phone=phone,
        out_of_hours=out_of_hours,
        domains=domains,
        sponsor=AgencyId(form.one("sponsor")) if form.one("sponsor") else None,
        partner=AgencyId(form.one("partner")) if form.one("partner") else None,
        serves=tuple(PartnershipId(one) for one in _ticked(form, "serves", base.serves, always=base.owner)),
        teams=(),
        posts=(),
    ), {}


def _ticked(form: Form, name: str, before: Sequence[str], *, always: str = "") -> tuple[str, ...]:
    """What was ticked, in the order that stood before. Where the form has no such boxes, what stood before.

    always: stays where it stood.
    """
    if not form.one(f"{name}-shown"):
        return tuple(before)
    ticked = form.many(name)
    kept = tuple(one for one in before if one in ticked or one == always)
    return (*kept, *(one for one in dict.fromkeys(ticked) if one not in kept))


def read_team(form: Form, *, agency: str) -> tuple[Team | None, Problems]:
    """A new team."""
    wrong: Problems = {}
    name, code = _text(form, "team_name", wrong, needed="Enter the team’s name."), form.one("team_code")
    if not _CODE.fullmatch(code):
        wrong["team_code"] = "Enter a short name in small letters and hyphens, for example north."
    return (None, wrong) if wrong else (Team(id=TeamId(f"{agency}.{code}"), name=name), {})


def read_why(form: Form, wrong: Problems) -> str:
    """Why it is changed: asked for at every change, and kept with it."""
    return _text(form, "why", wrong, needed="Say why, in a few words: it is kept with the change.")


def read_line(form: Form, name: str, wrong: Problems) -> str:
    """One line of text, or nothing."""
    return _text(form, name, wrong)


def _text(form: Form, name: str, wrong: Problems, *, needed: str = "") -> str:
    text = form.one(name)
    if needed and not text:
        wrong[name] = needed
    elif len(text) > _MOST:
        wrong[name] = f"Use at most {_MOST} characters."
    elif not text.isprintable():
        wrong[name] = "Write it on one line."
    return text


def _address(form: Form, name: str, wrong: Problems, *, needed: bool) -> str:
    address = form.one(name)
    if (address or needed) and not is_address(address):
        wrong[name] = AN_ADDRESS
    return address


def _day(form: Form, name: str, wrong: Problems) -> date | None:
    day = read_day(form.one(name))
    if day is None:
        wrong[name] = A_DAY
    return day
