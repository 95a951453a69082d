"""A partnership's own settings: its policy, areas, duty contact, and what it decides for itself. Pure."""

import msgspec

from services.router.policy.model import Options
from services.router.policy.step import Basis, Reason
from shared.private import Private
from shared.terms import AgencyId, AgencyType, Nation, PartnershipId


class Line(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A telephone that people may ring."""

    label: str
    number: str
    hours: str = ""


class Area(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A council area of the partnership, and its children's social care."""

    id: str
    name: str
    social_care: Line
    out_of_hours: Line


class DutyContact(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The partnership's person on duty: a shared mailbox and a telephone. told: where coded notices go."""

    name: str
    role: str
    mailbox: str
    phone: str
    told: str = ""


class Adopted(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A demonstration rule that the partnership took as its own. by: whose decision, on: the day, as written."""

    rule: str
    by: str
    on: str


class Partnership(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One safeguarding partnership. prefix: the first letters of its references.

    partners: its three safeguarding partners. sponsors: who speaks for an agency of that type that is not listed.
    told_from: the stage at which it is told, None for the policy's own. retention: "" for the policy's own words.
    second_approval: a change of an address waits for a second admin. digest_admin: the id of the manager who is told
    each day what was changed, "" for any who did not change it.
    """

    id: PartnershipId
    name: str
    prefix: str
    policy: str
    nation: Nation = Nation.ENGLAND
    zone: str = "Europe/London"
    demonstration: bool = False
    areas: tuple[Area, ...] = msgspec.field(name="area")
    duty: DutyContact
    partners: tuple[AgencyId, ...] = ()
    sponsors: dict[AgencyType, AgencyId] = msgspec.field(default_factory=dict)
    told_from: int | None = None
    told_says: str = ""
    told_source: str = ""
    adopted: tuple[Adopted, ...] = ()
    retention: str = ""
    controller: str
    privacy_contact: str
    complaints_url: str
    second_approval: bool = False
    digest_admin: str = ""


def options_of(partnership: Partnership) -> Options:
    """What the policy engine is to know of `partnership`."""
    reason = None
    if partnership.told_from is not None:
        says = partnership.told_says or f"The partnership is told from stage {partnership.told_from}."
        source = partnership.told_source or f"{partnership.name}: its own setting"
        basis = Basis.CLAUSE if partnership.told_source else Basis.SETTING
        reason = Reason(rule="told", says=says, basis=basis, source=source)
    return Options(
        zone=partnership.zone,
        told_from=partnership.told_from,
        told_reason=reason,
        areas=frozenset(area.id for area in partnership.areas),
    )
