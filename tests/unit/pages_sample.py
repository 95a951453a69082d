"""A hand-made public book for the tests of pages. Pure."""

from datetime import UTC, datetime

from shared.public_book import (
    PublicAgency,
    PublicArea,
    PublicBook,
    PublicChoice,
    PublicKey,
    PublicLink,
    PublicPartnership,
    PublicPolicy,
    PublicStage,
    PublicTeam,
    PublicTelephone,
    PublicText,
)
from shared.terms import AgencyId, KeyId, PartnershipId, StageNumber, TeamId

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
ROWS = (
    (
        "The professional who is unhappy, to the professional who decided",
        "You are unhappy with a decision or action.",
        "Be specific about the difference, and its effect on the child.",
        False,
        False,
    ),
    (
        "Manager to manager",
        "It is not resolved in a time acceptable to all.",
        "A written record of the issue, the action taken and the outcome for the child.",
        True,
        False,
    ),
    (
        "Head of service, detective inspector, head teacher, named doctor or nurse",
        "First-line managers cannot agree. Without delay, through the line.",
        "The two managers try to resolve it by discussion.",
        True,
        True,
    ),
    (
        "Professional leads for safeguarding in each agency",
        "A serious disagreement is unresolved, or raises a significant policy issue.",
        "",
        True,
        True,
    ),
    (
        "Independent Scrutineer",
        "Unresolved, or a number of similar concerns are recorded.",
        "The Scrutineer decides the process.",
        True,
        True,
    ),
    ("Secretary of State", "Only on the Scrutineer’s view.", "", False, True),
)


def area(code: str, name: str) -> PublicArea:
    return PublicArea(
        id=code,
        name=name,
        social_care=PublicTelephone(label=name, number="01632 960 011", hours="Monday to Friday, 9 to 5"),
        out_of_hours=PublicTelephone(label=name, number="01632 960 012"),
    )


def policy(**other: object) -> PublicPolicy:
    values: dict[str, object] = {
        "id": "pan-sussex",
        "edition": "2024-11",
        "name": "Pan Sussex escalation policy",
        "source_url": "https://policy.example/escalation",
        "review_on": "2026-06-30",
        "stage_word": "Stage",
        "stages": tuple(
            PublicStage(
                number=StageNumber(number),
                label=f"Stage {number}",
                who=who,
                when=when,
                what=what,
                form=form,
                partnership_told=told,
                can_start_here=2 <= number <= 5,
                basis="demonstration" if number == 4 else "clause",
                source="S3",
            )
            for number, (who, when, what, form, told) in enumerate(ROWS, 1)
        ),
        "areas": (
            PublicChoice(code="threshold", words="Criteria for referrals and levels of need"),
            PublicChoice(code="assessment", words="Outcomes of assessments"),
            PublicChoice(code="action", words="Need for action"),
            PublicChoice(code="roles", words="Roles and responsibilities of workers"),
            PublicChoice(code="sharing", words="Information sharing and communication"),
        ),
        "triggers": (
            PublicChoice(code="not_safe", words="The decision is not safe"),
            PublicChoice(code="not_best", words="It is not in the child’s best interests"),
        ),
        "desired_actions": (
            PublicChoice(code="allocate", words="Allocate the child to a worker"),
            PublicChoice(code="strategy", words="Hold a strategy discussion"),
            PublicChoice(code="core_group", words="Hold a core group meeting"),
            PublicChoice(code="conference", words="Call a child protection conference"),
        ),
        "diversions": (
            PublicText(
                code="own_manager",
                title="The disagreement is with your own manager",
                paragraphs=(
                    "Use your agency’s whistle-blowing procedure.",
                    "Nothing from this page reaches your manager.",
                ),
                links=(
                    PublicLink(words="NSPCC Whistleblowing Advice Line", phone="0800 028 0285"),
                    PublicLink(words="Ofsted", url="https://www.gov.uk/ofsted"),
                ),
                source="S1",
                review_on="2027-01-31",
            ),
            PublicText(
                code="complaint",
                title="It is a complaint about how somebody behaved",
                paragraphs=("Use their agency’s complaints procedure.",),
            ),
            PublicText(
                code="parent", title="You are a parent, carer or child", paragraphs=("This way is for professionals.",)
            ),
        ),
        "routes": (
            PublicText(
                code="looked_after",
                title="A looked-after child: the independent reviewing officer",
                paragraphs=("It goes to the IRO.",),
                basis="demonstration",
            ),
        ),
        "signposts": (
            PublicText(code="complaints", title="Pan Sussex complaints procedure", paragraphs=("Read with it.",)),
        ),
        "default_timeframe_days": 5,
        "own_agency_in_scope": True,
        "retention": "Kept until the child is 25, then deleted.",
        "retention_basis": "demonstration",
    }
    return PublicPolicy(**{**values, **other})  # type: ignore[arg-type]  # values are as the fields say


def partnership(
    code: str = "west-sussex", name: str = "West Sussex Safeguarding Children Partnership", **other: object
) -> PublicPartnership:
    values: dict[str, object] = {
        "id": PartnershipId(code),
        "name": name,
        "prefix": code[0].upper() + "S",
        "demonstration": True,
        "nation": "england",
        "zone": "Europe/London",
        "holidays": ("2026-12-25", "2026-12-28"),
        "areas": (area(code, name.split(" Safeguarding")[0]),),
        "policy": policy(),
        "agencies": (
            PublicAgency(
                id=AgencyId("csc"),
                name="West Sussex children’s social care",
                type="childrens_social_care",
                phone="01632 960 020",
                teams=(
                    PublicTeam(id=TeamId("front-door"), name="Front door"),
                    PublicTeam(id=TeamId("north"), name="North assessment team"),
                ),
            ),
            PublicAgency(
                id=AgencyId("school"), name="Larkfield Primary School", type="education", phone="01632 960 030"
            ),
            PublicAgency(id=AgencyId("police"), name="Sussex Police (example)", type="police"),
        ),
        "duty": PublicTelephone(
            label="the partnership’s duty contact", number="01632 960 001", hours="Monday to Friday, 9 to 5"
        ),
        "controller": "West Sussex County Council (example)",
        "privacy_contact": "privacy@west-sussex.example",
        "complaints_url": "https://complaints.example/",
        "facts_keys": (PublicKey(id=KeyId("f1"), key=b"k" * 1216, expires_at=UNTIL),),
        "custody_key": PublicKey(id=KeyId("c1"), key=b"c" * 1216, expires_at=UNTIL),
    }
    return PublicPartnership(**{**values, **other})  # type: ignore[arg-type]  # values are as the fields say


def book() -> PublicBook:
    return PublicBook(
        revision=1,
        made_at=UNTIL,
        partnerships=(
            partnership(),
            partnership("east-sussex", "East Sussex Safeguarding Children Partnership"),
            partnership("luton", "Luton Safeguarding Children Partnership"),
        ),
        forms=(),
    )
