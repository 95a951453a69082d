"""Reads which rows of the audit somebody wants to see from their form, and writes it into an address. Pure."""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from services.router.domain.admin.admins import AdminId
from services.router.domain.admin.audit_sought import Kind, Sought
from services.router.domain.keeping.importing import read_day
from shared.references import parse_reference

KINDS = (
    (Kind.DONE, "What was done and exported"),
    (Kind.LOOKED, "What was looked at"),
    (Kind.ALL, "Everything"),
)
_ADMIN = re.compile(r"[0-9a-z-]{1,32}")
_A_REF = "Enter the reference as it stands in the email, for example WS-7K3-QM9-PX8."
_A_DAY = "Enter a day, for example 14 12 2026."


class Seeking(NamedTuple):
    """sought: None where something must be mended. typed: the form as it was filled in; errors: by field."""

    sought: Sought
    typed: dict[str, str]
    errors: dict[str, str]

    @property
    def address(self) -> str:
        """What stands after the question mark for the same rows."""
        return urlencode({name: text for name, text in self.typed.items() if text and name not in self.errors})


def read_sought(given: Callable[[str], str]) -> Seeking:
    """given: a field's text by its name. What is no code of ours is left out; what cannot be read is an error."""
    typed = {name: given(name)[:40] for name in ("kind", "who", "ref", "first", "last")}
    errors: dict[str, str] = {}
    ref = parse_reference(typed["ref"]) if typed["ref"] else None
    if typed["ref"] and ref is None:
        errors["ref"] = _A_REF
    days = {name: read_day(typed[name]) if typed[name] else None for name in ("first", "last")}
    errors |= {name: _A_DAY for name, day in days.items() if typed[name] and day is None}
    first, last = days["first"], days["last"]
    if first is not None and last is not None and last < first:
        errors["last"] = "Enter a last day that is not before the first."
    kind = Kind(typed["kind"]) if typed["kind"] in {one.value for one in Kind} else Kind.DONE
    admin = AdminId(typed["who"]) if _ADMIN.fullmatch(typed["who"]) else None
    typed |= {"kind": kind.value, "who": admin or ""}
    return Seeking(Sought(kind=kind, admin=admin, ref=ref, first_on=first, last_on=last), typed, errors)
