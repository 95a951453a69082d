"""The public book: all that intake may know of a partnership; wording, telephones, keys, and no people. Pure."""

from services.router.domain.directory import Agency, Directory
from services.router.domain.partnership import Area, Line, Partnership
from services.router.domain.wording_own import filled
from services.router.policy.model import Diversion, Options, Policy, Stage, Text, Words
from services.router.policy.plan import OWN_AGENCY
from services.router.policy.wording import told_at
from shared.public_book import (
    PublicAgency,
    PublicArea,
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
from shared.working_days import holidays_of


def public_partnership(
    partnership: Partnership,
    *,
    directory: Directory,
    policy: Policy,
    facts_keys: tuple[PublicKey, ...],
    custody_key: PublicKey,
) -> PublicPartnership:
    """The partnership's entry in the book."""
    return PublicPartnership(
        id=partnership.id,
        name=partnership.name,
        prefix=partnership.prefix,
        demonstration=partnership.demonstration,
        nation=partnership.nation.value,
        zone=partnership.zone,
        holidays=tuple(sorted(day.isoformat() for day in holidays_of(partnership.nation).days)),
        areas=tuple(_area(area) for area in partnership.areas),
        policy=_policy(policy, directory.options[partnership.id], retention=partnership.retention),
        agencies=_agencies(partnership, directory),
        duty=PublicTelephone(label=partnership.duty.role, number=partnership.duty.phone),
        controller=partnership.controller,
        privacy_contact=partnership.privacy_contact,
        complaints_url=partnership.complaints_url,
        facts_keys=facts_keys,
        custody_key=custody_key,
        words=filled(partnership.page_words, partnership),
    )


def serving(partnership: Partnership, directory: Directory) -> tuple[Agency, ...]:
    """The agencies that serve the partnership. Its own posts stand under an agency of its id, which is none of them."""
    return tuple(
        agency
        for agency in directory.entries.agencies
        if partnership.id in (agency.owner, *agency.serves) and str(agency.id) != str(partnership.id)
    )


def _agencies(partnership: Partnership, directory: Directory) -> tuple[PublicAgency, ...]:
    found = (_agency(agency) for agency in serving(partnership, directory))
    return tuple(sorted(found, key=lambda agency: agency.name.casefold()))


def _agency(agency: Agency) -> PublicAgency:
    return PublicAgency(
        id=agency.id,
        name=agency.name,
        type=agency.type.value,
        phone=agency.phone,
        out_of_hours=agency.out_of_hours,
        teams=tuple(PublicTeam(id=team.id, name=team.name) for team in agency.teams),
    )


def _area(area: Area) -> PublicArea:
    return PublicArea(
        id=area.id,
        name=area.name,
        social_care=_telephone(area.social_care),
        out_of_hours=_telephone(area.out_of_hours),
    )


def _telephone(line: Line) -> PublicTelephone:
    return PublicTelephone(label=line.label, number=line.number, hours=line.hours)


def _policy(policy: Policy, options: Options, *, retention: str) -> PublicPolicy:
    stages = sorted(policy.stages.values(), key=lambda stage: stage.number)
    return PublicPolicy(
        id=policy.id,
        edition=policy.edition,
        name=policy.name,
        source_url=policy.source_url,
        review_on=policy.review_on.isoformat(),
        stage_word=policy.stage_word,
        stages=tuple(_stage(stage, policy, options) for stage in stages),
        areas=_choices(policy.areas),
        triggers=_choices(policy.triggers),
        desired_actions=_choices(policy.desired_actions),
        diversions=tuple(_text(diversion.text) for diversion in policy.diversions if _offered(diversion, policy)),
        routes=tuple(_text(route.text) for route in policy.routes),
        signposts=tuple(_text(text) for text in policy.signposts),
        default_timeframe_days=policy.general.default_days,
        own_agency_in_scope=policy.general.own_agency,
        retention=retention or policy.general.retention,
        retention_basis="setting" if retention else policy.general.retention_reason.basis.value,
        roles=tuple(PublicChoice(code=code, words=name) for name, code in sorted(policy.role_names.items())),
    )


def _offered(diversion: Diversion, policy: Policy) -> bool:
    """Nobody is led away from a disagreement inside one agency where the policy takes it in."""
    return not (policy.general.own_agency and diversion.text.code == OWN_AGENCY)


def _stage(stage: Stage, policy: Policy, options: Options) -> PublicStage:
    return PublicStage(
        number=stage.number,
        label=stage.label,
        who=stage.who,
        when=stage.when,
        what=stage.what,
        form=stage.form,
        partnership_told=told_at(policy, stage.number, options),
        can_start_here=stage.can_start,
        basis=stage.reason.basis.value,
        source=stage.reason.source,
    )


def _choices(words: tuple[Words, ...]) -> tuple[PublicChoice, ...]:
    return tuple(PublicChoice(code=one.code, words=one.words) for one in words)


def _text(text: Text) -> PublicText:
    return PublicText(
        code=text.code,
        title=text.title,
        paragraphs=text.paragraphs,
        links=tuple(PublicLink(words=link.words, url=link.url, phone=link.phone) for link in text.links),
        basis=text.reason.basis.value,
        source=text.reason.source,
        review_on=text.review_on.isoformat() if text.review_on is not None else "",
    )
