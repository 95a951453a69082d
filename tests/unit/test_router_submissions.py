"""Router's way from a submission to everybody's notice. Shell."""

import msgspec
import pytest

from services.router.domain.escalation import State
from services.router.domain.letters.releasing import WAITS
from services.router.handlers.seeing import UNCONFIRMED_URGENT
from shared.envelope import OpeningKey, digest_of
from shared.failures import Code
from shared.following import SeeEscalation, SeenEscalation
from shared.messages import NoticeKind, NoticeState
from shared.questions import CodeSent, ConfirmAddress, Confirmed, SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.references import mint_reference
from shared.terms import Digest
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, URGENT, RouterWorld


async def test_a_form_with_its_code_becomes_one_notice_for_each_who_is_told() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    assert await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER)) == CodeSent()
    ref = await page.raise_escalation(code=page.code())
    assert router.memory.escalations[ref].state is State.ROUTED
    assert router.told() == {
        NoticeKind.CONFIRMATION_CODE: [RAISER],
        NoticeKind.RAISED: [RAISER],
        NoticeKind.ACT: [CONTACT],
        NoticeKind.CHALLENGED: [DECISION_MAKER],
        NoticeKind.STAFF_RAISED: ["jamie.lavenderhill@oakfield-primary.example"],
    }


async def test_until_it_is_confirmed_no_mail_carries_a_byte_the_visitor_typed() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission({"raiser_name": "Zzyzx", "reason_line": "Zzyzx"} | URGENT))
    assert router.memory.escalations[ref].state is State.WAITING_CONFIRMATION
    await router.later(minutes=31)
    assert router.notices()
    for notice in router.notices():
        assert b"Zzyzx" not in msgspec.json.encode(notice)
        assert notice.route is None
        assert notice.kind in (NoticeKind.CONFIRMATION_CODE, NoticeKind.WAITING_URGENT)


async def test_an_unconfirmed_urgent_escalation_is_told_at_once_to_the_stage_contact_and_the_duty_contact() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(URGENT))
    told = router.notices(NoticeKind.WAITING_URGENT)
    assert {notice.address for notice in told} == {DUTY, CONTACT}
    assert all(notice.waiting is not None and notice.waiting.urgent == (ref,) for notice in told)


async def test_a_contact_told_of_an_unconfirmed_urgent_escalation_can_sign_in_and_sees_fixed_text_alone() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(URGENT))
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=CONTACT))
    assert isinstance(await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))), SignedIn)
    seen = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(seen, SeenEscalation)
    assert (seen.part, seen.state) == ("contact", "waiting-confirmation")
    (line,) = seen.because
    assert UNCONFIRMED_URGENT in line.text
    assert "01632" in line.text
    assert seen.facts == seen.parties == seen.history == ()
    assert router.memory.escalations[ref].state is State.WAITING_CONFIRMATION


async def test_an_unconfirmed_raiser_is_no_party_whose_codes_count_more() -> None:
    router = await RouterWorld().ready()
    await router.take(router.submission(URGENT))
    now = router.clock.now()
    assert not (await router.world.sessions.mailed(RAISER, today=now, this_hour=now)).party


async def test_the_duty_contact_is_told_fifteen_minutes_after_the_relay_took_the_code() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    code = router.notices(NoticeKind.CONFIRMATION_CODE)[0]
    await router.later(minutes=2)
    await router.report(code, NoticeState.ACCEPTED)
    await router.later(minutes=14)
    assert not router.notices(NoticeKind.WAITING)
    await router.later(minutes=1)
    (told,) = router.notices(NoticeKind.WAITING)
    assert told.address == DUTY
    assert told.waiting is not None
    assert told.waiting.references == (ref,)


async def test_the_duty_contact_is_told_after_thirty_minutes_where_the_relay_never_took_the_code() -> None:
    router = await RouterWorld().ready()
    await router.take(router.submission())
    await router.later(minutes=29)
    assert not router.notices(NoticeKind.WAITING)
    await router.later(minutes=1)
    assert len(router.notices(NoticeKind.WAITING)) == 1
    await router.later(hours=5)
    assert len(router.notices(NoticeKind.WAITING)) == 1


async def test_late_confirmation_still_confirms() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    await router.later(hours=3)
    other_device = router.page()
    code = other_device.code()
    assert await other_device.ask(ConfirmAddress(submission="", code=code, ref=ref)) == Confirmed()
    assert router.memory.escalations[ref].state is State.ROUTED
    assert router.told()[NoticeKind.ACT] == [CONTACT]


async def test_a_code_typed_before_the_form_arrives_confirms_it_when_it_arrives() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    assert await page.ask(ConfirmAddress(submission=page.submission, code=page.code())) == Confirmed()
    ref = await router.take(router.submission(submission=page.submission))
    assert router.memory.escalations[ref].state is State.ROUTED


async def test_a_code_of_another_address_confirms_nobody() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address="somebody.else@oakfield-primary.example"))
    ref = await page.raise_escalation(code=page.code())
    assert router.memory.escalations[ref].state is State.WAITING_CONFIRMATION


async def test_the_same_message_again_changes_nothing() -> None:
    router = await RouterWorld().ready()
    submission = router.submission()
    await router.take(submission)
    before = (dict(router.owed()), list(router.memory.history), dict(router.memory.escalations))
    await router.take(submission)
    assert before == (dict(router.owed()), list(router.memory.history), dict(router.memory.escalations))


async def test_what_cannot_be_opened_is_parked_and_the_duty_contact_is_told() -> None:
    router = await RouterWorld().ready()
    stranger = OpeningKey.generate(key_id=router.facts_key.id)
    ref = await router.take(router.submission(key=stranger))
    assert router.memory.escalations[ref].state is State.PARKED
    (told,) = router.notices()
    assert (told.kind, told.address) == (NoticeKind.WAITING, DUTY)
    assert told.waiting is not None
    assert (told.waiting.references, told.waiting.reason) == ((ref,), "unopenable")


@pytest.mark.parametrize(
    "answers",
    [
        {"raiser_name": ""},
        {"receiving_agency": "no-such-agency"},
        {"area": "no such area"},
        {"no_such_field": "x"},
        {"raiser_email": "a@b.example, c@d.example"},
    ],
)
async def test_answers_are_checked_again_against_the_form_and_the_directory(answers: dict[str, object]) -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(answers))
    assert router.memory.escalations[ref].state is State.PARKED
    (told,) = router.notices()
    assert told.waiting is not None
    assert told.waiting.reason == "invalid"


async def test_a_form_that_is_refused_but_says_immediate_harm_is_told_as_urgent() -> None:
    router = await RouterWorld().ready()
    await router.take(router.submission({"raiser_name": ""} | URGENT))
    assert router.told() == {NoticeKind.WAITING_URGENT: [DUTY]}


async def test_a_record_other_than_the_facts_name_is_parked() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission(record_digest=Digest("f" * 64)))
    assert router.memory.escalations[ref].state is State.PARKED
    assert Code.RECORD_MISMATCH in router.memory.inbox.values()


async def test_a_second_submission_under_a_known_reference_changes_nothing() -> None:
    router = await RouterWorld().ready()
    first = router.submission()
    ref = await router.take(first)
    before = router.memory.escalations[ref]
    await router.take(router.submission(ref=ref))
    await router.take(msgspec.structs.replace(first, ref=mint_reference("WS")))
    assert list(router.memory.escalations) == [ref]
    assert router.memory.escalations[ref] == before


async def test_a_raiser_outside_the_registered_domains_waits_for_the_duty_contact() -> None:
    router = await RouterWorld().ready()
    outside = "frankie@home.example"
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=outside))
    ref = await page.raise_escalation({"raiser_email": outside}, code=page.code())
    assert router.memory.escalations[ref].state is State.WAITING_RELEASE
    assert set(router.told()) == {NoticeKind.CONFIRMATION_CODE, NoticeKind.DESK, NoticeKind.RAISED}


async def test_a_raiser_who_waits_for_release_is_told_so_at_once_by_roles_and_office_telephones() -> None:
    router = await RouterWorld().ready()
    outside = "frankie@home.example"
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=outside))
    await page.raise_escalation({"raiser_email": outside}, code=page.code())
    (raised,) = router.notices(NoticeKind.RAISED)
    assert raised.address == outside
    assert raised.route is not None
    assert raised.route.warnings[0] == WAITS
    assert raised.route.contacts == raised.route.told == ()
    assert "When it is released, Team manager, " in raised.route.warnings[1]
    body = msgspec.json.encode(raised)
    for name in (b"Willowby", b"Quaverley", CONTACT.encode(), DECISION_MAKER.encode()):
        assert name not in body


async def test_an_urgent_one_does_not_wait_but_its_raiser_sees_roles_alone() -> None:
    router = await RouterWorld().ready()
    outside = "frankie@home.example"
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=outside))
    ref = await page.raise_escalation({"raiser_email": outside} | URGENT, code=page.code())
    assert router.memory.escalations[ref].state is State.ROUTED
    assert router.told()[NoticeKind.ACT] == [CONTACT]
    (raised,) = router.notices(NoticeKind.RAISED)
    assert raised.route is not None
    assert [one.name for one in raised.route.contacts] == [""]
    assert [one.reason for one in (n.waiting for n in router.notices(NoticeKind.DESK)) if one] == ["unregistered"]


async def test_the_record_key_is_kept_wrapped_for_its_reference() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    escalation = router.memory.escalations[ref]
    key = router.keys.storage.unwrap(escalation.wrapped_key, ref)
    assert digest_of(key) == escalation.record_key_digest
