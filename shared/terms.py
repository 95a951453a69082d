"""The field's own words as types, one word a thing. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import NewType

PartnershipId = NewType("PartnershipId", str)
"""Lower-case letters, digits and hyphens: it stands in subjects and URLs."""
EscalationRef = NewType("EscalationRef", str)
"""As people read it out, `WS-7K3-QM9-PX8`: 40 random bits and a check character. See shared.references."""
SubmissionId = NewType("SubmissionId", str)
"""128 random bits minted by the browser, 32 lower-case hexadecimal digits."""
MessageId = NewType("MessageId", str)
"""Derived from the message's cause, never random, so that sending again is harmless."""
NoticeId = NewType("NoticeId", str)
KeyId = NewType("KeyId", str)
Digest = NewType("Digest", str)
"""SHA-256, 64 lower-case hexadecimal digits."""
StageNumber = NewType("StageNumber", int)
AgencyId = NewType("AgencyId", str)
TeamId = NewType("TeamId", str)
PostId = NewType("PostId", str)

Instant = datetime
"""An aware UTC datetime."""


class Service(StrEnum):
    INTAKE = "intake"
    ROUTER = "router"
    NOTIFIER = "notifier"


class AgencyType(StrEnum):
    """The twelve kinds of agency whose rungs a policy names. Source: domain.md section 5."""

    CHILDRENS_SOCIAL_CARE = "childrens_social_care"
    EARLY_HELP = "early_help"
    POLICE = "police"
    HEALTH = "health"
    GP = "gp"
    EDUCATION = "education"
    PROBATION = "probation"
    YOUTH_JUSTICE = "youth_justice"
    HOUSING = "housing"
    VOLUNTARY = "voluntary"
    CAFCASS = "cafcass"
    ADULT_SERVICES = "adult_services"


class Nation(StrEnum):
    ENGLAND = "england"
    WALES = "wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"
