"""Builds a policy from a written pack, checking its rules against each other. Pure."""

from services.router.policy.loading import Loading
from services.router.policy.model import Diversion, General, Link, Policy, Rung, Seat, Special, Stage, Text, When, Words
from services.router.policy.pack import (
    AREA_CODES,
    Settings,
    WrittenPack,
    WrittenRoute,
    WrittenSeat,
    WrittenStage,
    WrittenText,
    WrittenWhen,
    WrittenWords,
)
from services.router.policy.step import Part, Reason, Where, Who
from shared.terms import AgencyType, StageNumber

LADDERS = frozenset(("none", "offered", "beside"))


def build(pack: WrittenPack, loading: Loading) -> Policy:
    """The policy of `pack`. Problems are noted in `loading`; where there are any, the policy must not be used."""
    areas = _words(pack.area, "area", loading)
    for index, area in enumerate(areas):
        if area.code not in AREA_CODES:
            loading.blame(f"area[{index}]", f"{area.code} is not in the one code set of areas.")
    stages = {one.number: _stage(one, f"stage[{index}]", pack, loading) for index, one in enumerate(pack.stage)}
    if len(stages) != len(pack.stage):
        loading.blame("stage", "A stage's number stands twice.")
    return Policy(
        id=pack.policy.id,
        edition=pack.policy.edition,
        name=pack.policy.name,
        source_url=pack.policy.source_url,
        review_on=pack.policy.review_on,
        stage_word=pack.policy.stage_word,
        stages=dict(sorted(stages.items())),
        rungs=_rungs(pack, loading),
        role_names=_role_names(pack),
        role_words={role.code: role.words for role in pack.role},
        areas=areas,
        area_codes=frozenset(area.code for area in areas),
        triggers=_words(pack.trigger, "trigger", loading),
        desired_actions=_words(pack.action, "action", loading),
        entries={word.code: word for word in _words(pack.entry, "entry", loading)},
        diversions=_diversions(pack, loading),
        routes=tuple(_route(one, f"route[{index}]", loading) for index, one in enumerate(pack.route)),
        signposts=tuple(
            _text(one, f"signpost[{index}]", loading, "signpost") for index, one in enumerate(pack.signpost)
        ),
        general=_general(pack.settings, loading),
    )


def _general(own: Settings, loading: Loading) -> General:
    if own.timeframe.number is None:
        loading.blame("settings.timeframe", "It needs a number of working days.")
    return General(
        default_days=own.timeframe.number or 0,
        default_days_reason=loading.reason("timeframe", own.timeframe, "settings.timeframe"),
        most_days=own.most.number,
        most_reason=loading.reason("most", own.most, "settings.most"),
        warn_days=own.warn.number if own.warn.number is not None else 7,
        warn_reason=loading.reason("warn", own.warn, "settings.warn"),
        form_from=own.form.number,
        form_reason=loading.reason("form", own.form, "settings.form"),
        told_from=own.told.number,
        told_reason=loading.reason("told", own.told, "settings.told"),
        own_agency=own.own_agency.in_scope,
        own_agency_reason=loading.reason("own-agency", own.own_agency, "settings.own_agency"),
        pattern_at=own.pattern.number,
        pattern_stage=own.pattern.stage,
        pattern_reason=loading.reason("pattern", own.pattern, "settings.pattern"),
        raiser_reason=loading.reason("raiser", own.raiser, "settings.raiser"),
        urgent_reason=loading.reason("urgent", own.urgent, "settings.urgent"),
        retention=own.retention.says,
        retention_reason=loading.reason("retention", own.retention, "settings.retention"),
    )


def _words(written: tuple[WrittenWords, ...], name: str, loading: Loading) -> tuple[Words, ...]:
    seen: set[str] = set()
    for index, one in enumerate(written):
        if one.code in seen:
            loading.blame(f"{name}[{index}]", f"The code {one.code} stands twice.")
        seen.add(one.code)
    return tuple(
        Words(
            code=one.code,
            words=one.words,
            reason=loading.reason(f"{name}-{one.code}", one, f"{name}[{index}]", says=one.words),
        )
        for index, one in enumerate(written)
    )


def _stage(one: WrittenStage, path: str, pack: WrittenPack, loading: Loading) -> Stage:
    reason = loading.reason(f"stage-{one.number}", one, path, says=f"{one.label}: {one.who} {one.what}")
    if not one.can_start and not one.gate:
        loading.blame(path, "A stage that no raiser can ask for says in `gate` who opens it.")
    if one.can_start and not any(seat.part is Part.CONTACT for seat in one.seat):
        loading.blame(path, "It has no seat for a contact.")
    form_from = pack.settings.form.number
    return Stage(
        number=StageNumber(one.number),
        label=one.label,
        title=one.title,
        who=one.who,
        when=one.when,
        what=one.what,
        form=form_from is not None and one.number >= form_from,
        can_start=one.can_start,
        gate=one.gate,
        recuse=one.recuse,
        seats=_seats(one.seat, path, loading, around=reason),
        reason=reason,
    )


def _seats(written: tuple[WrittenSeat, ...], path: str, loading: Loading, *, around: Reason) -> tuple[Seat, ...]:
    return tuple(_seat(one, f"{path}.seat[{index}]", loading, around=around) for index, one in enumerate(written))


def _seat(one: WrittenSeat, path: str, loading: Loading, *, around: Reason) -> Seat:
    if one.who is Who.ROLE and not (one.roles and one.words):
        loading.blame(path, "A seat for a role names its roles and its words.")
    if one.told and not one.why_you:
        loading.blame(path, "It says in `why_you`, to its holder, why they are written to.")
    if one.part is Part.CONTACT and not one.must_act:
        loading.blame(path, "A contact must act.")
    if one.who in (Who.RUNG, Who.MANAGER) and one.where not in (Where.RECEIVING, Where.RAISING, Where.OWN):
        loading.blame(path, "A rung is looked for at one side's agency.")
    return Seat(
        part=one.part,
        where=one.where,
        who=one.who,
        roles=loading.role_list(one.roles, path),
        words=one.words,
        must_act=one.must_act,
        may_read=one.may_read,
        told=one.told,
        rung=one.rung,
        why_you=one.why_you,
        when=_when(one.when) if one.when is not None else None,
        reason=loading.reason(f"{around.rule}.{one.part}.{one.where}", one, path, around=around),
    )


def _rungs(pack: WrittenPack, loading: Loading) -> dict[AgencyType, dict[int, Rung]]:
    found: dict[AgencyType, dict[int, Rung]] = {kind: {} for kind in AgencyType}
    for index, one in enumerate(pack.rung):
        path = f"rung[{index}]"
        if one.stage in found[one.type]:
            loading.blame(path, f"There are two rungs {one.stage} for {one.type}.")
        says = f"{pack.policy.stage_word} {one.stage}, {_plain(one.type)}: {one.words}."
        found[one.type][one.stage] = Rung(
            stage=one.stage,
            type=one.type,
            roles=loading.role_list(one.roles, path),
            words=one.words,
            why_you=one.why_you,
            reason=loading.reason(f"rung-{one.stage}-{one.type}", one, path, says=says),
        )
    return found


def _plain(kind: AgencyType) -> str:
    special = {
        AgencyType.CHILDRENS_SOCIAL_CARE: "children's social care",
        AgencyType.GP: "GP practice",
        AgencyType.EDUCATION: "school, college or early years",
    }
    return special.get(kind, kind.replace("_", " "))


def _role_names(pack: WrittenPack) -> dict[str, str]:
    return {name.casefold(): role.code for role in pack.role for name in (role.code, role.words, *role.also)}


def _diversions(pack: WrittenPack, loading: Loading) -> tuple[Diversion, ...]:
    found = []
    for index, one in enumerate(pack.diversion):
        text = _text(one, f"diversion[{index}]", loading, "diversion")
        found.append(Diversion(text=text, when=_when(one.when) if one.when is not None else None, reason=text.reason))
    return tuple(found)


def _when(one: WrittenWhen) -> When:
    return When(
        route=one.route,
        child_status=one.child_status,
        subject=one.subject,
        dissent=one.dissent,
        receiving_type=one.receiving_type,
        not_receiving_type=one.not_receiving_type,
        subject_of_concern=one.subject_of_concern,
        own_manager=one.own_manager,
    )


def _route(one: WrittenRoute, path: str, loading: Loading) -> Special:
    text = _text(one, path, loading, "route")
    if one.when is None:
        loading.blame(path, "A route says when it applies.")
    if one.ladder not in LADDERS:
        loading.blame(f"{path}.ladder", "It is none, offered or beside.")
    return Special(
        id=one.code,
        when=_when(one.when) if one.when is not None else When(),
        text=text,
        ruling=one.ruling,
        seats=_seats(one.seat, path, loading, around=text.reason),
        ladder=one.ladder,
        raise_within_hours=one.raise_within_hours,
        if_unresolved=one.if_unresolved,
        reason=text.reason,
    )


def _text(one: WrittenText, path: str, loading: Loading, kind: str) -> Text:
    says = one.paragraphs[0] if one.paragraphs else one.title
    return Text(
        code=one.code,
        title=one.title,
        paragraphs=one.paragraphs,
        links=tuple(Link(words=link.words, url=link.url, phone=link.phone) for link in one.link),
        review_on=one.review_on,
        reason=loading.reason(f"{kind}-{one.code}", one, path, says=says),
    )
