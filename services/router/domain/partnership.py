"""A partnership's own settings: its policy, areas, duty contact, and what it decides for itself. Pure."""

from datetime import date, time

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
    """A demonstration rule that the partnership took as its own, as it stands or with something in its place.

    by: whose decision; on: the day, as written; source: where it is written down. policy: whose rule, "" for any.
    says, number, roles: what the partnership has in the rule's place; "", None, () where it took it as it stands.
    """

    rule: str
    by: str
    on: str
    policy: str = ""
    source: str = ""
    says: str = ""
    number: int | None = None
    roles: tuple[str, ...] = ()


class Partnership(Private, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One safeguarding partnership. prefix: the first letters of its references.

    preparing: it is made ready: no page offers it yet. partners: its three safeguarding partners.
    sponsors: who speaks for an agency of that type that is not listed.
    told_from: the stage at which it is told, None for the policy's own. retention: "" for the policy's own words.
    second_approval: a change of an address waits for a second admin. digest_admin: the id of the manager who is told
    each day what was changed, "" for any who did not change it.
    timeframe_days: working days that the form begins with, None for the policy's own; timeframe_source: who set them.
    open_from, open_until: the hours outside of which nobody is reminded, save where harm is immediate.
    asked_every_days: after how long each holder is asked whether their post is still right.
    page_words, letter_words: the partnership's own words on its page, and at the end of each letter about an
    escalation; plain text with the placeholders of `wording_own`. review_on: when these settings are due for a review.
    """

    id: PartnershipId
    name: str
    prefix: str
    policy: str
    nation: Nation = Nation.ENGLAND
    zone: str = "Europe/London"
    demonstration: bool = False
    preparing: bool = False
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
    timeframe_days: int | None = None
    timeframe_source: str = ""
    open_from: time = time(8)
    open_until: time = time(18)
    asked_every_days: int = 92
    page_words: str = ""
    letter_words: str = ""
    review_on: date | None = None


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
