"""A small public book to draw pages from: one partnership, nobody in it exists. Pure."""

from datetime import UTC, datetime

import msgspec

from shared.forms import FormDefinition, definition_json
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

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def _telephone(label: str, last: int) -> PublicTelephone:
    return PublicTelephone(label=label, number=f"01632 960 {last:03}")


def _area(code: str, name: str, last: int) -> PublicArea:
    return PublicArea(
        id=code, name=name, social_care=_telephone(name, last), out_of_hours=_telephone("out of hours", last + 1)
    )


def _stage(number: int, who: str, *, starts: bool = True) -> PublicStage:
    return PublicStage(
        number=StageNumber(number),
        label=f"Stage {number}",
        who=who,
        when="When the stage before has not settled it",
        what="They talk, and write down what was agreed.",
        form=number >= 2,
        partnership_told=number >= 3,
        can_start_here=starts,
        basis="clause",
        source="Pan Sussex 7.2",
    )


def sample_policy() -> PublicPolicy:
    """Six stages, two triggers."""
    return PublicPolicy(
        id="pan-sussex",
        edition="2026",
        name="Pan Sussex escalation policy",
        source_url="https://policy.example/",
        review_on="2029-01-01",
        stage_word="Stage",
        stages=(
            _stage(1, "The two professionals"),
            _stage(2, "Their managers"),
            _stage(3, "Heads of service"),
            _stage(4, "Safeguarding leads"),
            _stage(5, "Independent scrutineer"),
            _stage(6, "Secretary of State", starts=False),
        ),
        areas=(
            PublicChoice(code="thresholds", words="Criteria for referrals and levels of need"),
            PublicChoice(code="need_for_action", words="The need for action"),
        ),
        triggers=(
            PublicChoice(code="not_safe", words="The decision is not safe"),
            PublicChoice(code="not_in_best_interests", words="The decision is not in the child’s best interests"),
        ),
        desired_actions=(
            PublicChoice(code="allocate", words="Allocate the child’s record to a worker"),
            PublicChoice(code="strategy_meeting", words="Hold a strategy discussion"),
        ),
        diversions=(
            PublicText(
                code="own_manager",
                title="It is about my own manager",
                paragraphs=("Use your agency’s whistle-blowing procedure.",),
                links=(PublicLink(words="NSPCC Whistleblowing Advice Line", phone="0800 028 0285"),),
            ),
        ),
        routes=(
            PublicText(
                code="conference_dissent",
                title="You dissent at a child protection conference",
                paragraphs=("Tell the chair within 72 hours.",),
            ),
        ),
        signposts=(),
        default_timeframe_days=5,
        own_agency_in_scope=True,
        retention="Seventy-five years from the child’s birth.",
        retention_basis="demonstration",
        roles=(PublicChoice(code="head_teacher", words="head teacher"),),
    )


def sample_partnership(*, facts_key: bytes, custody_key: bytes) -> PublicPartnership:
    """West Sussex, made up."""
    return PublicPartnership(
        id=PartnershipId("west-sussex"),
        name="West Sussex Safeguarding Children Partnership",
        prefix="WS",
        demonstration=True,
        nation="england",
        zone="Europe/London",
        holidays=("2026-12-25", "2026-12-28", "2027-01-01"),
        areas=(_area("west-sussex", "West Sussex", 10), _area("east-sussex", "East Sussex", 20)),
        policy=sample_policy(),
        agencies=(
            PublicAgency(
                id=AgencyId("ws-csc"),
                name="West Sussex children’s social care",
                type="childrens_social_care",
                teams=(
                    PublicTeam(id=TeamId("assessment-1"), name="Assessment team 1"),
                    PublicTeam(id=TeamId("assessment-2"), name="Assessment team 2"),
                ),
            ),
            PublicAgency(id=AgencyId("ws-school"), name="Oakfield Primary School", type="education"),
        ),
        duty=_telephone("Duty contact", 99),
        controller="West Sussex County Council",
        privacy_contact="privacy@wsscp.example",
        complaints_url="https://complaints.example/",
        facts_keys=(PublicKey(id=KeyId("facts-1"), key=facts_key, expires_at=LATER),),
        custody_key=PublicKey(id=KeyId("custody-1"), key=custody_key, expires_at=LATER),
    )


SCHOOLS = ("Ashfield", "Beacon", "Coppice", "Dunmore", "Eastlea", "Fernhill", "Grange", "Hollow Bank")


def with_many_agencies(partnership: PublicPartnership) -> PublicPartnership:
    """The same partnership with eight schools more, and an early help service of nine teams."""
    schools = tuple(
        PublicAgency(id=AgencyId(f"school-{n}"), name=f"{name} St Zoë’s School", type="education")
        for n, name in enumerate(SCHOOLS)
    )
    teams = tuple(PublicTeam(id=TeamId(f"locality-{n}"), name=f"Locality team {n}") for n in range(1, 10))
    early = PublicAgency(id=AgencyId("ws-help"), name="West Sussex early help", type="early_help", teams=teams)
    return msgspec.structs.replace(partnership, agencies=(*partnership.agencies, early, *schools))


def sample_book(partnership: PublicPartnership, *definitions: FormDefinition) -> PublicBook:
    """The one partnership and these forms."""
    return PublicBook(
        revision=1,
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
        partnerships=(partnership,),
        forms=tuple(definition_json(definition) for definition in definitions),
    )
