"""The notices that notifier previews are those that router sends for the demonstration's directory.

After a change on purpose: CANDOUR_UPDATE_GOLDEN=yes python -m pytest tests/contract/test_previews_are_routers.py; then
the same for test_notifier_emails.py; then read every email.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.notifier.domain.previews import NAMES, PREVIEWS, previews
from services.router.adapters.grounds import StoredGrounds
from services.router.domain.decision import Circumstances
from services.router.domain.directory import entries_bytes
from services.router.domain.letters.notices import Cause, of_decision, of_digest, to_old_address
from services.router.policy.facts import ChildStatus, Facts
from shared.messages import AskedAs, CodeFacts, DigestFacts, DigestLine, Notice, NoticeKind, NoticeState
from shared.questions import SendSignInCode
from shared.references import derive_id
from shared.terms import EscalationRef, NoticeId, PartnershipId, StageNumber
from tests.policy_world import agency, entries, named, raiser, side
from tests.preview_lives import JOURNEYS
from tests.preview_lives_beside import JOURNEYS as BESIDE
from tests.preview_posts import holders_asked
from tests.preview_world import IN_HOURS, OTHER_REF, REF, STAGE_TWO, WHEN, escalate
from tests.router_fakes import FakeDirectories, Memory
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, URGENT, RouterWorld, rules

HEAD = "harper.oakenshaw@oakfield-primary.example"
NORTHMARCH_REF = EscalationRef("NM-7K3-QM9-PXP")


async def stage_two() -> dict[str, Notice]:
    told = await escalate()
    act = told.to(NoticeKind.ACT, address=CONTACT)
    made = {
        "act": act,
        "challenged": told.to(NoticeKind.CHALLENGED, address=DECISION_MAKER),
        "raised": told.to(NoticeKind.RAISED),
        "staff-raised": told.to(NoticeKind.STAFF_RAISED),
    }
    await told.page.ask(SendSignInCode(ref=REF, address=CONTACT))
    code, sign_in = told.to(NoticeKind.CONFIRMATION_CODE), told.to(NoticeKind.SIGN_IN_CODE)
    await told.router.report(act, NoticeState.REFUSED)
    return made | {
        "confirmation-code-early": _with_code(code, "482915"),
        "sign-in-code": _with_code(sign_in, "7KQM9PXC"),
    }


async def urgent() -> dict[str, Notice]:
    told = await escalate(URGENT, IN_HOURS)
    return {
        "act-urgent": told.to(NoticeKind.ACT),
        "challenged-urgent": told.to(NoticeKind.CHALLENGED),
        "raised-urgent": told.to(NoticeKind.RAISED),
    }


async def higher_stages() -> dict[str, Notice]:
    third, fourth = await escalate({"stage": "3"}), await escalate({"stage": "4"})
    fifth = await escalate({"stage": "5"})
    return {
        "act-own-side": third.to(NoticeKind.ACT, asked_as=AskedAs.RAISING),
        "raised-stage-three": third.to(NoticeKind.RAISED),
        "act-own-side-stage-four": fourth.to(NoticeKind.ACT, asked_as=AskedAs.RAISING),
        "act-scrutineer": fifth.to(NoticeKind.ACT, asked_as=AskedAs.SCRUTINEER),
        "informed": fifth.to(NoticeKind.INFORMED),
        "coded": fifth.to(NoticeKind.CODED),
    }


async def special_routes() -> dict[str, Notice]:
    ended = {"route": "conference_dissent", "conference_ended_at": "2026-12-20T12:00"}
    formal, personal = await escalate(ended, {"dissent": "formal"}), await escalate(ended, {"dissent": "personal"})
    looked_after = await escalate({"child_status": "looked_after", "subject": "care_plan"})
    return {
        "act-chair": formal.to(NoticeKind.ACT, asked_as=AskedAs.CHAIR),
        "raised-recorded": personal.to(NoticeKind.RAISED),
        "act-reviewing-officer": looked_after.to(NoticeKind.ACT, asked_as=AskedAs.REVIEWING_OFFICER),
    }


async def not_in_the_directory() -> dict[str, Notice]:
    typed = {
        "receiving_agency": "not_listed",
        "receiving_agency_other_name": "Anytown Youth Project",
        "receiving_agency_other_type": "voluntary",
        "receiving_team": "",
        "decision_maker_name": "",
    }
    told = await escalate(typed)
    return {"act-duty": told.to(NoticeKind.ACT, asked_as=AskedAs.DUTY), "desk": told.to(NoticeKind.DESK)}


async def unconfirmed() -> dict[str, Notice]:
    router = await RouterWorld(at=WHEN).ready()
    await router.take(router.submission(STAGE_TWO | URGENT, ref=REF))
    code = router.notices(NoticeKind.CONFIRMATION_CODE)[-1]
    urgent = {notice.address: notice for notice in router.notices(NoticeKind.WAITING_URGENT)}
    await router.take(router.submission({"raiser_name": ""}, ref=OTHER_REF))
    await router.later(hours=1)
    return {
        "confirmation-code": _with_code(code, "482915"),
        "waiting-urgent": urgent[DUTY],
        "waiting-urgent-contact": urgent[CONTACT],
        "waiting": router.notices(NoticeKind.WAITING)[-1],
    }


async def what_no_form_asks_for() -> dict[str, Notice]:
    """A stage that no raiser may start; and a panel, which Northmarch's business manager asks its board about."""
    referred = await decided("west-sussex", ref=REF, stage=6, area="referral_threshold")
    convened = await decided("northmarch", ref=NORTHMARCH_REF, stage=4, area="level_of_need")
    return {
        "raised-referred": next(one for one in referred if one.kind is NoticeKind.RAISED),
        "act-convener": next(one for one in convened if one.asked_as is AskedAs.CONVENER),
    }


async def decided(partnership: str, *, ref: EscalationRef, stage: int, area: str) -> list[Notice]:
    """The notices of a school's escalation at that stage, from router's own deciding and wording."""
    directories, where = FakeDirectories(Memory()), PartnershipId(partnership)
    await directories.add(entries_bytes(entries()), at=WHEN)
    ground = await StoredGrounds(directories, rules=rules(), base_url="https://escalate.example").now()
    school, care = agency("school", where), agency("children's social care", where)
    facts = Facts(
        partnership=where,
        opened_at=WHEN,
        raiser=raiser(school, "Designated safeguarding lead"),
        raising=(side(school),),
        receiving=(
            side(care, decision_maker=msgspec.structs.replace(named(care, "social_worker"), role="Social worker")),
        ),
        child_status=ChildStatus.IN_NEED,
        area=area,
        stage=StageNumber(stage),
    )
    decision = ground.decide(ref, facts, circumstances=Circumstances(), at=WHEN)
    cause = Cause(ref=ref, number=1, facts=facts, decision=decision, trusted=True)
    place = ground.place(where)
    assert place is not None
    return [one for one, _ in of_decision(cause, place=place, wording=ground.wording(where), sent=(), at=WHEN)]


async def directory_changed() -> dict[str, Notice]:
    """A team manager's post gets another address, and the old one is told."""
    directories, where = FakeDirectories(Memory()), PartnershipId("west-sussex")
    await directories.add(entries_bytes(entries()), at=WHEN)
    ground = await StoredGrounds(directories, rules=rules(), base_url="https://escalate.example").now()
    place, post = ground.place(where), "ws-social-care.manager-assessment"
    assert place is not None
    says = "The post was Team manager, Assessment, West Sussex children's social care."
    manager = "Team manager, Assessment, West Sussex children's social care"
    fields = ("holders", "last confirmed")
    lines = (
        DigestLine(entry=manager, did="changed", who="Ash Hazelwick", fields=fields),
        DigestLine(entry="Duty desk, Sussex Police", did="added", who="Ash Hazelwick, approved by Briar Holloway"),
    )
    digest = DigestFacts(day=WHEN.date(), lines=lines, url="https://console.example/p/west-sussex/directory/changes")
    reader = "corin.meadowes@west-sussex.example"
    return {
        "address-changed": to_old_address(place, address=CONTACT, post=post, says=says, revision=2),
        "directory-digest": of_digest(place, address=reader, name="Corin Meadowes", digest=digest),
        "directory-digest-duty": of_digest(place, address=place.duty_address, name=place.duty_name, digest=digest),
    }


def _with_code(notice: Notice, code: str) -> Notice:
    """With a code that is always the same, and an id: both are minted anew each time."""
    fixed = NoticeId(derive_id("preview", notice.kind.value))
    return msgspec.structs.replace(notice, id=fixed, code=CodeFacts(code=code))


async def sent_by_router() -> dict[str, Notice]:
    found: dict[str, Notice] = {}
    for journey in (
        stage_two,
        urgent,
        higher_stages,
        special_routes,
        not_in_the_directory,
        unconfirmed,
        what_no_form_asks_for,
        directory_changed,
        *JOURNEYS,
        *BESIDE,
        holders_asked,
    ):
        found |= await journey()
    return found


async def test_every_preview_is_a_notice_that_router_sends() -> None:
    sent = await sent_by_router()
    if os.environ.get("CANDOUR_UPDATE_GOLDEN") == "yes":
        _write(sent)
    assert set(sent) == set(NAMES)
    for name, notice in previews():
        assert msgspec.to_builtins(notice) == msgspec.to_builtins(sent[name]), name


def test_every_preview_file_is_listed() -> None:
    assert {path.stem for path in PREVIEWS.iterdir()} == set(NAMES)


def _write(sent: Mapping[str, Notice]) -> None:
    for path in Path(PREVIEWS).glob("*.json"):
        path.unlink()
    for name, notice in sent.items():
        (PREVIEWS / f"{name}.json").write_bytes(msgspec.json.format(msgspec.json.encode(notice), indent=2) + b"\n")
    previews.cache_clear()
