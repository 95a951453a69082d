"""One notice of every wording, with made-up people: for golden files and the one-machine preview. Pure."""

from datetime import UTC, date, datetime

import msgspec

from services.notifier.domain.rendering import as_html, as_text
from services.notifier.domain.wording import compose
from shared.messages import (
    CodedFacts,
    CodeFacts,
    Notice,
    NoticeKind,
    NoticePerson,
    RouteFacts,
    Telephone,
    WaitingFacts,
)
from shared.terms import EscalationRef, NoticeId, PartnershipId

_REF = EscalationRef("WS-7K3-QM9-PX8")
_OTHER_REF = "WS-4TD-82H-V15"
_RAISER = NoticePerson(
    name="Jo Fielding", role="designated safeguarding lead", agency="Oakfield Primary School", phone="01632 960114"
)
_MAKER = NoticePerson(
    name="Sam Carter",
    role="social worker",
    agency="West Sussex children’s social care, Assessment Team 2",
    phone="01632 960127",
)
_MANAGER = NoticePerson(
    name="Priya Nair",
    role="team manager",
    agency="West Sussex children’s social care, Assessment Team 2",
    phone="01632 960120",
)
_HEAD = NoticePerson(name="Ruth Adeyemi", role="head teacher", agency="Oakfield Primary School", phone="01632 960110")
_LEAD = NoticePerson(
    name="Marcus Bell",
    role="principal social worker",
    agency="West Sussex children’s social care",
    phone="01632 960131",
)
_ROUTE = RouteFacts(
    policy_name="Pan Sussex professional differences and escalation protocol",
    policy_url="https://policy.example/pan-sussex/escalation",
    stage_label="Stage 2: manager to manager",
    raiser=_RAISER,
    decision_maker=_MAKER,
    contacts=(_MANAGER,),
    area_words="Criteria for referrals and levels of need",
    trigger_words="The decision is not in the child’s best interests",
    asked=("Hold a strategy discussion", "Allocate the case"),
    decided_on=date(2026, 12, 14),
    due_at=datetime(2026, 12, 30, 17, tzinfo=UTC),
    warnings=(
        "five working days are nine calendar days this time. The policy says a working week or less if the child needs "
        "it: ask whether the child can wait that long.",
    ),
    if_silent="The person who raised it may take it to stage 3: the head of service and the trust’s education lead. "
    "Nothing moves on by itself.",
    lead=_LEAD,
    told=(_RAISER, _MANAGER, _MAKER, _HEAD),
    lines=(
        (
            "One line on what you ask, for the email",
            "Please hold a strategy discussion before the school closes on 18 December.",
        ),
    ),
    because=("At stage 2 the managers of both sides meet (protocol, stage 2).",),
    example_rules=("The decision-maker is told in writing.",),
)
_BASE = Notice(
    id=NoticeId("0123456789abcdef0123456789abcdef"),
    kind=NoticeKind.ACT,
    ref=_REF,
    partnership=PartnershipId("west-sussex"),
    partnership_name="West Sussex Safeguarding Children Partnership",
    address="priya.nair@council.example",
    name="Priya Nair",
    base_url="https://escalate.example",
    duty_mailbox="duty@partnership.example",
    duty_phone=Telephone(label="the partnership’s duty contact", number="01632 960100"),
    danger=(
        Telephone(label="West Sussex children’s social care", number="01632 960101"),
        Telephone(label="Evenings and weekends", number="01632 960102"),
    ),
    demonstration=True,
    why_you="You manage the team that made the decision.",
    route=_ROUTE,
)


def _notice(kind: NoticeKind, *, name: str, address: str, why_you: str = "", route: RouteFacts | None = None) -> Notice:
    return msgspec.structs.replace(_BASE, kind=kind, name=name, address=address, why_you=why_you, route=route)


_URGENT = msgspec.structs.replace(
    _ROUTE,
    immediate_harm=True,
    due_at=datetime(2026, 12, 21, 14, 30, tzinfo=UTC),
    warnings=(),
    lines=(),
    example_rules=(),
)
_LITTLE_KNOWN = RouteFacts(
    policy_name="Severnside policy on professional disagreements",
    policy_url="",
    stage_label="Stage 2",
    raiser=NoticePerson(role="health visitor", agency="Severn Community Health", phone="01632 960140"),
    decision_maker=NoticePerson(agency="Severnside children’s social care"),
    contacts=(NoticePerson(role="team manager", agency="Severnside children’s social care"), _MANAGER),
    area_words="Need for action",
)
_READERS = (
    (NoticeKind.CHALLENGED, "Sam Carter", "sam.carter@council.example", "You made the decision."),
    (NoticeKind.RAISED, "Jo Fielding", "jo.fielding@oakfield.example", "You raised it."),
    (
        NoticeKind.STAFF_RAISED,
        "Ruth Adeyemi",
        "ruth.adeyemi@oakfield.example",
        "You are the manager of the person who raised it.",
    ),
    (
        NoticeKind.INFORMED,
        "Dana Okoro",
        "dana.okoro@council.example",
        "You are the child’s independent reviewing officer (IRO). The policy has you told in writing.",
    ),
)


def _route_notices() -> list[tuple[str, Notice]]:
    replace = msgspec.structs.replace
    others = [
        (kind.value, _notice(kind, name=name, address=address, why_you=why, route=_ROUTE))
        for kind, name, address, why in _READERS
    ]
    return [
        ("act", _BASE),
        ("act-urgent", replace(_BASE, route=_URGENT)),
        ("act-little-known", replace(_BASE, route=_LITTLE_KNOWN, why_you="", demonstration=False)),
        *others,
    ]


def previews() -> list[tuple[str, Notice]]:
    """(name, notice) of every wording, kinds with several faces more than once. Everybody in them is made up."""
    duty = _notice(NoticeKind.WAITING, name="Duty contact", address="duty@partnership.example")
    coded = CodedFacts(
        policy_name=_ROUTE.policy_name,
        stage_label="Level 3: heads of service",
        area_words=_ROUTE.area_words,
        raising_agency_type="School, college or early years",
        receiving_agency_types=("Children’s social care",),
        entry_words="Not resolved at stage 2",
        due_on=date(2027, 1, 7),
        route_words="The policy’s stages",
    )
    raiser = _notice(NoticeKind.CONFIRMATION_CODE, name="Jo Fielding", address="jo.fielding@oakfield.example")
    replace = msgspec.structs.replace
    return [
        ("confirmation-code", replace(raiser, code=CodeFacts(code="482915"))),
        ("confirmation-code-early", replace(raiser, ref=EscalationRef(""), code=CodeFacts(code="482915"))),
        ("sign-in-code", replace(raiser, kind=NoticeKind.SIGN_IN_CODE, code=CodeFacts(code="7KQM9PXC"))),
        *_route_notices(),
        ("coded", replace(duty, kind=NoticeKind.CODED, coded=coded)),
        ("waiting", replace(duty, waiting=WaitingFacts(references=(_REF, _OTHER_REF), reason="unconfirmed"))),
        (
            "waiting-urgent",
            replace(
                duty,
                kind=NoticeKind.WAITING_URGENT,
                waiting=WaitingFacts(references=(_OTHER_REF,), urgent=(_REF,), reason="unconfirmed"),
            ),
        ),
        ("desk", replace(duty, kind=NoticeKind.DESK, waiting=WaitingFacts(references=(_REF,), reason="gap"))),
    ]


def render_preview(name: str) -> tuple[str, str]:
    """(text, HTML) of the preview called `name`. Raises: KeyError."""
    letter = compose(dict(previews())[name])
    return as_text(letter), as_html(letter)
