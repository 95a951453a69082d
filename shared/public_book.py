"""The public book: all that intake may know of each partnership, asked of router under `ask.public`. Pure."""

import msgspec

from shared.terms import AgencyId, Instant, KeyId, PartnershipId, StageNumber, TeamId


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """An X-Wing public key, 1,216 raw bytes. An expired key warns, it never refuses."""

    id: KeyId
    key: bytes
    expires_at: Instant


class PublicTelephone(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    number: str
    hours: str = ""


class PublicArea(msgspec.Struct, frozen=True, kw_only=True):
    """A council area: where a decision was made, or where a child lives, and whom to ring there."""

    id: str
    name: str
    social_care: PublicTelephone
    out_of_hours: PublicTelephone


class PublicTeam(msgspec.Struct, frozen=True, kw_only=True):
    id: TeamId
    name: str


class PublicAgency(msgspec.Struct, frozen=True, kw_only=True):
    id: AgencyId
    name: str
    type: str
    phone: str = ""
    out_of_hours: str = ""
    teams: tuple[PublicTeam, ...] = ()


class PublicChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A code and the policy's own words for it."""

    code: str
    words: str


class PublicStage(msgspec.Struct, frozen=True, kw_only=True):
    """A stage of the policy as text. basis: clause, setting or demonstration."""

    number: StageNumber
    label: str
    who: str
    when: str
    what: str
    form: bool
    partnership_told: bool
    can_start_here: bool
    basis: str
    source: str


class PublicLink(msgspec.Struct, frozen=True, kw_only=True):
    words: str
    url: str = ""
    phone: str = ""


class PublicText(msgspec.Struct, frozen=True, kw_only=True):
    """A diversion, special route or signpost. code: what a route answer's `diversion` names."""

    code: str
    title: str
    paragraphs: tuple[str, ...]
    links: tuple[PublicLink, ...] = ()
    basis: str = "clause"
    source: str = ""
    review_on: str = ""


class PublicPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """The policy as its readers see it. review_on: ISO date; past it, pages show a banner.

    roles: every name, in lower case, that the policy knows a role by, with the role's code.
    """

    id: str
    edition: str
    name: str
    source_url: str
    review_on: str
    stage_word: str
    stages: tuple[PublicStage, ...]
    areas: tuple[PublicChoice, ...]
    triggers: tuple[PublicChoice, ...]
    desired_actions: tuple[PublicChoice, ...]
    diversions: tuple[PublicText, ...]
    routes: tuple[PublicText, ...]
    signposts: tuple[PublicText, ...]
    default_timeframe_days: int
    own_agency_in_scope: bool
    retention: str
    retention_basis: str
    roles: tuple[PublicChoice, ...] = ()


class PublicPartnership(msgspec.Struct, frozen=True, kw_only=True):
    """All that intake may know of a partnership: wording, names of agencies, telephone numbers, public keys.

    words: paragraphs of its own for its page, as they are shown.
    """

    id: PartnershipId
    name: str
    prefix: str
    demonstration: bool
    nation: str
    zone: str
    holidays: tuple[str, ...]
    areas: tuple[PublicArea, ...]
    policy: PublicPolicy
    agencies: tuple[PublicAgency, ...]
    duty: PublicTelephone
    controller: str
    privacy_contact: str
    complaints_url: str
    facts_keys: tuple[PublicKey, ...]
    custody_key: PublicKey
    words: tuple[str, ...] = ()


class PublicBook(msgspec.Struct, frozen=True, kw_only=True, tag="public.book"):
    """The whole public book. forms: each form definition as JSON bytes (see shared.forms)."""

    revision: int
    made_at: Instant
    partnerships: tuple[PublicPartnership, ...]
    forms: tuple[bytes, ...]


class PublicQuestion(msgspec.Struct, frozen=True, kw_only=True, tag="public.question"):
    revision: int


class PublicUnchanged(msgspec.Struct, frozen=True, kw_only=True, tag="public.unchanged"):
    revision: int


def form_choices(p: PublicPartnership) -> dict[str, tuple[PublicChoice, ...]]:
    """A partnership's own choices for `shared.forms.check` and the page, by source; teams by "teams:<agency id>"."""
    policy = p.policy
    return {
        "policy_areas": policy.areas,
        "triggers": policy.triggers if len(policy.triggers) > 1 else (),
        "desired_actions": policy.desired_actions,
        "stages": tuple(
            PublicChoice(code=str(stage.number), words=f"{stage.label}: {stage.who}")
            for stage in policy.stages
            if stage.can_start_here
        ),
        "council_areas": tuple(PublicChoice(code=area.id, words=area.name) for area in p.areas),
        "agencies": tuple(PublicChoice(code=agency.id, words=agency.name) for agency in p.agencies),
        **{
            f"teams:{agency.id}": tuple(PublicChoice(code=team.id, words=team.name) for team in agency.teams)
            for agency in p.agencies
        },
    }


def form_codes(p: PublicPartnership) -> dict[str, frozenset[str]]:
    """The codes alone, as `shared.forms.check` takes them."""
    return {source: frozenset(choice.code for choice in choices) for source, choices in form_choices(p).items()}
