"""Sealed questions: sessions, codes, what a party and the duty contact may see and do. Shell."""

import msgspec
import pytest

from services.router.domain.changes import What
from services.router.domain.escalation import ConfirmedBy, State
from services.router.handlers.asking import answer_sealed
from shared.envelope import OpeningKey
from shared.failures import Permanent
from shared.following import GiveName, SeeEscalation, SeenEscalation
from shared.messages import NoticeKind, NoticeState
from shared.questions import (
    Answer,
    CodeSent,
    ConfirmAddress,
    ConfirmByTelephone,
    Confirmed,
    Done,
    Refused,
    ReleaseAddress,
    RouteByHand,
    SealedAnswer,
    SendConfirmationCode,
    SendSignInCode,
    SignedIn,
    SignIn,
    SignOut,
)
from shared.references import mint_reference
from shared.terms import EscalationRef
from tests.router_world import (
    CONTACT,
    DECISION_MAKER,
    DUTY,
    RAISER,
    Page,
    RouterWorld,
    open_answer,
    sealed_question,
)


async def routed() -> tuple[RouterWorld, EscalationRef]:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    return router, await page.raise_escalation(code=page.code())


async def signed_in(router: RouterWorld, ref: EscalationRef, address: str) -> Page:
    page = router.page()
    assert await page.ask(SendSignInCode(ref=ref, address=address)) == CodeSent()
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    return page


async def on_duty(router: RouterWorld, ref: EscalationRef) -> Page:
    """Somebody at the duty contact's mailbox, who has said who they are."""
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    return page


async def see(page: Page, ref: EscalationRef) -> SeenEscalation:
    answer = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(answer, SeenEscalation), msgspec.to_builtins(answer)
    return answer


@pytest.mark.parametrize("address", [RAISER, CONTACT, DECISION_MAKER, "jamie.lavenderhill@oakfield-primary.example"])
async def test_a_party_signs_in_by_a_mailed_code_and_sees_where_it_stands(address: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, address)
    seen = await see(page, ref)
    assert seen.state == "routed"
    assert seen.due_words == "Wednesday 30 December 2026, 5 pm"
    assert seen.facts == ()
    assert not seen.may_route


async def test_the_duty_contact_sees_the_facts() -> None:
    router, ref = await routed()
    seen = await see(await signed_in(router, ref, DUTY), ref)
    assert {("Your name", "Frankie Nettlebed"), ("Your work email address", RAISER)} <= {
        (line.label, line.text) for line in seen.facts
    }
    assert seen.may_route
    assert seen.posts


async def test_strangers_and_wrong_references_get_the_same_answer_of_the_same_size() -> None:
    router, ref = await routed()
    for asked in (ref, mint_reference("WS"), "nonsense"):
        page = router.page()
        assert await page.ask(SendSignInCode(ref=asked, address="stranger@nowhere.example")) == CodeSent()
        assert await page.ask(SignIn(ref=asked, code="00000000")) == Refused(why="code-wrong")
        assert await page.ask(SeeEscalation(ref=asked)) == Refused(why="not-signed-in")
    assert not router.notices(NoticeKind.SIGN_IN_CODE)


async def test_every_answer_has_one_size() -> None:
    router, ref = await routed()
    page, sizes = await signed_in(router, ref, DUTY), set()
    for number, question in enumerate((SeeEscalation(ref=ref), SignIn(ref=ref, code="x"), SignOut()), start=9):
        key = OpeningKey.generate()
        sealed = sealed_question(router, question, secret=page.secret, counter=number, answer_key=key.public)
        raw = await answer_sealed(msgspec.json.encode(sealed), world=router.world)
        sizes.add(len(msgspec.json.decode(raw, type=SealedAnswer).sealed))
    assert len(sizes) == 1


async def test_a_question_nobody_can_open_gets_an_answer_nobody_can_open() -> None:
    router, _ = await routed()
    key = OpeningKey.generate()
    sealed = sealed_question(router, SignOut(), secret=b"s" * 32, counter=1, answer_key=key.public)
    other = msgspec.structs.replace(sealed, partnership="east-sussex")
    raw = await answer_sealed(msgspec.json.encode(other), world=router.world)
    with pytest.raises(Permanent):
        open_answer(raw, key)


async def test_a_replayed_question_is_refused_and_changes_nothing() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=RAISER), counter=5)
    owed = len(router.owed())
    for counter in (5, 4, 1):
        assert await page.ask(SendSignInCode(ref=ref, address=RAISER), counter=counter) == Refused(why="replayed")
    assert len(router.owed()) == owed


async def test_a_code_works_for_thirty_minutes_from_the_relays_acceptance() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=RAISER))
    await router.later(minutes=50)
    await router.report(router.notices(NoticeKind.SIGN_IN_CODE)[-1], NoticeState.ACCEPTED)
    await router.later(minutes=29)
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    late = router.page()
    await late.ask(SendSignInCode(ref=ref, address=RAISER))
    await router.report(router.notices(NoticeKind.SIGN_IN_CODE)[-1], NoticeState.ACCEPTED)
    await router.later(minutes=31)
    assert await late.ask(SignIn(ref=ref, code=late.code(NoticeKind.SIGN_IN_CODE))) == Refused(why="code-expired")


async def test_five_tries_and_then_not_even_the_right_code() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=RAISER))
    for _ in range(5):
        assert await page.ask(SignIn(ref=ref, code="WRONG000")) == Refused(why="code-wrong")
    assert await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))) == Refused(why="too-many")


async def test_a_sign_in_code_works_only_in_the_tab_that_asked_for_it() -> None:
    router, ref = await routed()
    page, thief = router.page(), router.page()
    await page.ask(SendSignInCode(ref=ref, address=RAISER))
    await thief.ask(SendSignInCode(ref=ref, address="thief@nowhere.example"))
    assert await thief.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE))) == Refused(why="code-wrong")


@pytest.mark.parametrize(("idle", "live"), [(29, True), (31, False)])
async def test_a_session_ends_after_half_an_hour_of_quiet(idle: int, live: bool) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    await router.later(minutes=idle)
    answer: Answer = await page.ask(SeeEscalation(ref=ref))
    assert isinstance(answer, SeenEscalation) is live


async def test_a_session_ends_with_the_working_day() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    for _ in range(21):
        await router.later(minutes=29)
        answer = await page.ask(SeeEscalation(ref=ref))
    assert answer == Refused(why="not-signed-in")


async def test_signing_out_ends_the_session() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, RAISER)
    assert await page.ask(SignOut()) == Done()
    assert await page.ask(SeeEscalation(ref=ref)) == Refused(why="not-signed-in")


async def test_addresses_in_no_decision_get_three_codes_a_day_and_parties_twenty() -> None:
    router, ref = await routed()
    for _ in range(25):
        page = router.page()
        await page.ask(SendConfirmationCode(submission=page.submission, address="new@oakfield-primary.example"))
        await page.ask(SendSignInCode(ref=ref, address=CONTACT))
        await page.ask(SendSignInCode(ref=ref, address=DUTY))
    sent = router.told()
    assert sent[NoticeKind.CONFIRMATION_CODE].count("new@oakfield-primary.example") == 3
    assert sent[NoticeKind.SIGN_IN_CODE].count(CONTACT) == 20
    assert sent[NoticeKind.SIGN_IN_CODE].count(DUTY) == 20


@pytest.mark.parametrize(
    "address", ["a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", "a b@c.example", ""]
)
async def test_nothing_but_one_plain_address_ever_gets_a_code(address: str) -> None:
    router = await RouterWorld().ready()
    page = router.page()
    assert await page.ask(SendConfirmationCode(submission=page.submission, address=address)) == CodeSent()
    assert not router.notices()


async def test_the_duty_contact_confirms_by_telephone_and_it_is_kept() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    page = await on_duty(router, ref)
    assert (await see(page, ref)).may_confirm
    assert await page.ask(ConfirmByTelephone(ref=ref, how="Rang the school's own number.")) == Done()
    escalation = router.memory.escalations[ref]
    assert (escalation.state, escalation.confirmed_by) == (State.ROUTED, ConfirmedBy.TELEPHONE)
    assert any("Rang the school" in entry.what for entry in (await see(page, ref)).history)


async def test_a_raiser_who_signs_in_has_confirmed_the_address() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    await signed_in(router, ref, RAISER)
    assert router.memory.escalations[ref].state is State.ROUTED


async def test_the_duty_contact_releases_a_raiser_outside_the_registered_domains() -> None:
    router = await RouterWorld().ready()
    outside = "frankie@home.example"
    raising = router.page()
    await raising.ask(SendConfirmationCode(submission=raising.submission, address=outside))
    ref = await raising.raise_escalation({"raiser_email": outside}, code=raising.code())
    shown = (await see(await signed_in(router, ref, outside), ref)).parties
    assert any("Team manager" in line.text for line in shown)
    assert not any("Willowby" in line.text or "Quaverley" in line.text for line in shown)
    page = await on_duty(router, ref)
    assert (await see(page, ref)).releases == (outside,)
    assert await page.ask(ReleaseAddress(ref=ref, address=outside, how="Known to the school.")) == Done()
    assert router.memory.escalations[ref].state is State.ROUTED
    assert router.told()[NoticeKind.ACT] == [CONTACT]
    assert (await see(page, ref)).releases == ()


async def test_an_address_typed_for_somebody_else_gets_mail_only_once_released() -> None:
    router = await RouterWorld().ready()
    outside = "quinn@elsewhere.example"
    raising = router.page()
    await raising.ask(SendConfirmationCode(submission=raising.submission, address=RAISER))
    answers: dict[str, object] = {"decision_maker_name": "Somebody Else", "decision_maker_email": outside}
    ref = await raising.raise_escalation(answers, code=raising.code())
    assert outside not in [notice.address for notice in router.notices()]
    (raised,) = router.notices(NoticeKind.RAISED)
    assert raised.route is not None
    assert any("Nothing has gone to it" in warning for warning in raised.route.warnings)
    page = await on_duty(router, ref)
    assert (await see(page, ref)).releases == (outside,)
    await page.ask(ReleaseAddress(ref=ref, address=outside, how="The council gave it."))
    assert router.told()[NoticeKind.CHALLENGED] == [outside]
    assert router.told()[NoticeKind.ACT] == [CONTACT]


async def test_the_duty_contact_routes_by_hand() -> None:
    router, ref = await routed()
    page = await on_duty(router, ref)
    post = "ws-social-care.manager-family"
    assert await page.ask(RouteByHand(ref=ref, post=post, why="Moved teams.")) == Done()
    assert router.told()[NoticeKind.ACT] == [CONTACT, "wren.kestrelby@west-sussex-council.example"]
    assert await page.ask(RouteByHand(ref=ref, post="no-such-post", why="x")) == Refused(why="not-allowed")


@pytest.mark.parametrize("address", [RAISER, CONTACT])
async def test_only_the_duty_contact_does_what_the_duty_contact_does(address: str) -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, address)
    for question in (
        ConfirmByTelephone(ref=ref, how="x"),
        ReleaseAddress(ref=ref, address="x@y.example", how="x"),
        RouteByHand(ref=ref, post="ws-social-care.manager-family", why="x"),
    ):
        assert await page.ask(question) == Refused(why="not-allowed")


async def test_nothing_is_done_at_the_duty_contacts_mailbox_by_nobody_in_particular() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    page = await signed_in(router, ref, DUTY)
    assert (await see(page, ref)).needs_name
    for question in (
        ConfirmByTelephone(ref=ref, how="x"),
        ReleaseAddress(ref=ref, address=RAISER, how="x"),
        RouteByHand(ref=ref, post="ws-social-care.manager-family", why="x"),
    ):
        assert await page.ask(question) == Refused(why="name-needed")
    assert router.memory.escalations[ref].state is State.WAITING_CONFIRMATION
    assert await page.ask(GiveName(name="Robin Fernhollow", role="On duty")) == Done()
    assert not (await see(page, ref)).needs_name
    assert await page.ask(ConfirmByTelephone(ref=ref, how="Rang the school.")) == Done()
    (line,) = [one for one in router.memory.history if one.what is What.CONFIRMED and one.who == "duty"]
    assert line.name == "Robin Fernhollow, On duty (as they say) for the duty contact"


async def test_typing_the_right_code_twice_is_no_mistake() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    code = page.code()
    ref = await page.raise_escalation(code=code)
    assert await page.ask(ConfirmAddress(submission=page.submission, code=code, ref=ref)) == Confirmed()
    assert len(await router.world.escalations.decisions(ref)) == 1
