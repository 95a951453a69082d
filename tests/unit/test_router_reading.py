"""A sealed record is read by whoever may read it at this moment; each read is logged and told to the raiser. Shell."""

from datetime import date, timedelta

import msgspec
import pytest

from services.router.domain.changes import Change, What
from services.router.domain.directory import Absence, Holder
from services.router.domain.escalation import Escalation, State
from services.router.domain.life import ACCEPTED, Added, Joined, Life, Panel, Seat
from services.router.handlers.routing import decide
from shared.envelope import digest_of
from shared.following import GiveName, HandOver, ReadRecord, RecordOpened
from shared.messages import NoticeKind
from shared.questions import Answer, CodeSent, Done, Refused, SendConfirmationCode, SendSignInCode, SignedIn, SignIn
from shared.receipts import Verifier
from shared.references import mint_reference, mint_submission_id
from shared.releases import ticket_bytes
from shared.terms import AgencyId, Digest, EscalationRef, PartnershipId, PostId, Service, StageNumber, SubmissionId
from tests.life_world import CONTACTS_POST, MANAGER, OTHER_MANAGER, at, changed, escalation_of, look, with_post
from tests.router_world import CONTACT, DECISION_MAKER, DUTY, RAISER, URGENT, Page, RouterWorld
from tests.unit.test_router_questions import routed, signed_in

replace = msgspec.structs.replace
NOT_ALLOWED, NOT_SIGNED_IN = Refused(why="not-allowed"), Refused(why="not-signed-in")
NEW_MANAGER = "ira.newcombe@west-sussex-council.example"


async def read(page: Page, ref: EscalationRef, submission: SubmissionId) -> Answer:
    return await page.ask(ReadRecord(ref=ref, submission=submission))


async def form_of(router: RouterWorld, ref: EscalationRef) -> SubmissionId:
    return (await escalation_of(router, ref)).submission


async def add(router: RouterWorld, ref: EscalationRef, by: str) -> Added:
    """What somebody added with a record of its own."""
    escalation, key = await escalation_of(router, ref), b"k" * 32
    one = Added(
        ref=ref,
        submission=mint_submission_id(),
        form="action",
        form_version=1,
        partnership=escalation.partnership,
        by=by,
        who="Somebody",
        at=router.clock.now(),
        answers={},
        wrapped_key=router.keys.wrap(key, ref),
        record_digest=Digest("1" * 64),
        record_key_digest=digest_of(key),
    )
    await router.world.escalations.commit(Change(at=router.clock.now(), added=(one,)))
    return one


async def next_stage(router: RouterWorld, ref: EscalationRef) -> EscalationRef:
    """The matter at stage 3, as its form opens it."""
    earlier, later = await escalation_of(router, ref), mint_reference("WS")
    assert earlier.facts is not None

    posts = tuple(one.person.post or "" for one in (await at(router, ref, RAISER)).everybody)
    opened = replace(
        earlier,
        ref=later,
        submission=mint_submission_id(),
        accepted_at=router.clock.now(),
        opened_at=router.clock.now(),
        facts=replace(earlier.facts, stage=StageNumber(3), previous=ref, held=posts),
        wrapped_key=router.keys.wrap(b"3" * 32, later),
        record_key_digest=digest_of(b"3" * 32),
        decisions=0,
        version=0,
        state=State.RECEIVED,
        life=Life(matter=ref),
    )
    change = decide(opened, ground=await router.world.grounds.now(), world=router.world, at=router.clock.now())
    moved = replace(earlier, state=State.MOVED_ON, life=replace(earlier.life, next=later))
    await router.world.escalations.commit(replace(change, also=(moved,)))
    return later


# ── what a reader is given ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", [RAISER, CONTACT, MANAGER, DECISION_MAKER])
async def test_a_party_is_given_the_key_and_all_that_the_record_is_bound_to(address: str) -> None:
    router, ref = await routed()
    escalation = await escalation_of(router, ref)
    opened = await read(await signed_in(router, ref, address), ref, escalation.submission)
    assert isinstance(opened, RecordOpened)
    assert digest_of(opened.key) == opened.key_digest == escalation.record_key_digest
    assert opened.record_digest == escalation.record_digest
    assert (opened.form, opened.form_version, opened.submission) == ("monitoring-form", 1, escalation.submission)
    assert opened.partnership == escalation.partnership


async def test_the_ticket_is_routers_about_this_record_alone_and_short() -> None:
    router, ref = await routed()
    page, submission = await signed_in(router, ref, CONTACT), await form_of(router, ref)
    first, second = await read(page, ref, submission), await read(page, ref, submission)
    assert isinstance(first, RecordOpened)
    assert isinstance(second, RecordOpened)
    ticket, signer = first.ticket.ticket, router.keys.signer
    verifier = Verifier({Service.ROUTER: {signer.key_id: signer.public}})
    verifier.verify(Service.ROUTER, first.ticket.key, ticket_bytes(ticket), first.ticket.signature)
    assert (ticket.submission, ticket.record_digest) == (submission, first.record_digest)
    assert ticket.expires_at == router.clock.now() + timedelta(minutes=2)
    assert ticket.number != second.ticket.ticket.number


async def test_a_record_that_was_sealed_for_another_partnership_says_so() -> None:
    router, ref = await routed()
    await changed(router, ref, lambda one: replace(one, sealed_for=PartnershipId("east-sussex")))
    opened = await read(await signed_in(router, ref, CONTACT), ref, await form_of(router, ref))
    assert isinstance(opened, RecordOpened)
    assert opened.partnership == opened.ticket.ticket.partnership == "east-sussex"


async def test_what_was_added_is_read_as_the_form_is() -> None:
    router, ref = await routed()
    added = await add(router, ref, CONTACT)
    opened = await read(await signed_in(router, ref, RAISER), ref, added.submission)
    assert isinstance(opened, RecordOpened)
    assert (opened.form, opened.key) == ("action", b"k" * 32)


# ── every read is seen ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_read_is_logged_with_a_name_and_shown_to_the_parties() -> None:
    router, ref = await routed()
    await read(await signed_in(router, ref, CONTACT), ref, await form_of(router, ref))
    line = next(one for one in router.memory.history if one.what is What.READ)
    assert line.name.startswith("Taylor Willowby, Team manager")
    seen = await look(await signed_in(router, ref, RAISER), ref)
    assert ("Read a sealed record of it.", line.name) in {(one.what, one.who) for one in seen.history}
    assert [one.read for one in seen.people if one.who.startswith("Taylor")] == [
        "Read a record at 10:00, 21 December 2026"
    ]


async def test_the_raiser_is_told_once_a_reader_a_day() -> None:
    router, ref = await routed()
    submission = await form_of(router, ref)

    async def twice_by(address: str) -> None:
        page = await signed_in(router, ref, address)
        await read(page, ref, submission)
        await read(page, ref, submission)

    def told() -> list[str]:
        news = [one for one in router.notices(NoticeKind.NEWS) if one.life and one.life.what == "read"]
        return [one.address for one in news]

    await twice_by(CONTACT)
    assert told() == [RAISER]
    await twice_by(MANAGER)
    assert told() == [RAISER, RAISER]
    router.clock.advance(timedelta(days=1))
    await twice_by(CONTACT)
    assert len(told()) == 3
    await twice_by(RAISER)
    assert len(told()) == 3
    assert sum(line.what is What.READ for line in router.memory.history) == 8


# ── who may not ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_duty_contact_never_reads() -> None:
    router, ref = await routed()
    page = await signed_in(router, ref, DUTY)
    assert await page.ask(GiveName(name="Jo Duty", role="Business manager")) == Done()
    assert await read(page, ref, await form_of(router, ref)) == NOT_ALLOWED
    assert not any(one.readable for one in (await look(page, ref)).added)


async def test_the_duty_contact_does_not_read_where_they_are_asked_to_find_who_acts() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    unlisted: dict[str, object] = {
        "receiving_agency": "not_listed",
        "receiving_team": "",
        "receiving_agency_other_name": "Harbour Steps",
        "receiving_agency_other_type": "voluntary",
        "receiving_agency_other_phone": "01632 960999",
    }
    ref = await page.raise_escalation(unlisted, code=page.code())
    duty = await signed_in(router, ref, DUTY)
    await duty.ask(GiveName(name="Jo Duty", role="Business manager"))
    seen = await look(duty, ref)
    assert "acknowledge" in seen.moves
    assert "not-mine" not in seen.moves
    assert [one.you for one in seen.people].count(True) == 1
    assert not any(one.readable for one in seen.added)
    assert await read(duty, ref, await form_of(router, ref)) == NOT_ALLOWED


async def test_nothing_is_read_without_signing_in_or_after_the_session() -> None:
    router, ref = await routed()
    submission = await form_of(router, ref)
    assert await read(router.page(), ref, submission) == NOT_SIGNED_IN
    page = await signed_in(router, ref, CONTACT)
    router.clock.advance(timedelta(minutes=31))
    assert await read(page, ref, submission) == NOT_SIGNED_IN


async def test_a_record_of_another_matter_is_not_read_by_its_submission() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    other = await page.raise_escalation(code=page.code())
    for unknown in (await form_of(router, other), SubmissionId("0" * 32), SubmissionId("")):
        assert await read(await signed_in(router, ref, CONTACT), ref, unknown) == NOT_ALLOWED


async def test_somebody_told_for_information_does_not_read() -> None:
    router, ref = await routed()
    everybody = (await at(router, ref, RAISER)).everybody
    informed = replace(everybody[1].person, address=OTHER_MANAGER, must_act=False, may_read=False)
    told = Joined(person=informed, since=router.clock.now(), why="lead")
    await changed(router, ref, lambda one: replace(one, life=replace(one.life, joined=(told,))))
    page = await signed_in(router, ref, OTHER_MANAGER)
    assert await read(page, ref, await form_of(router, ref)) == NOT_ALLOWED
    assert [one.readable for one in (await look(page, ref)).added] == [False]


async def test_a_raiser_whom_nobody_vouches_for_reads_what_they_wrote_alone() -> None:
    router = await RouterWorld().ready()
    page, stranger = router.page(), "someone@elsewhere.example"
    await page.ask(SendConfirmationCode(submission=page.submission, address=stranger))
    ref = await page.raise_escalation({"raiser_email": stranger, **URGENT}, code=page.code())
    added = await add(router, ref, CONTACT)
    page = await signed_in(router, ref, stranger)
    assert isinstance(await read(page, ref, await form_of(router, ref)), RecordOpened)
    assert await read(page, ref, added.submission) == NOT_ALLOWED
    assert [one.readable for one in (await look(page, ref)).added] == [True, False]


# ── now, and not what was decided once ────────────────────────────────────────────────────────────────────────


async def test_a_contact_whose_post_somebody_else_holds_now_reads_no_more_in_a_running_session() -> None:
    router, ref = await routed()
    page, submission = await signed_in(router, ref, CONTACT), await form_of(router, ref)
    assert isinstance(await read(page, ref, submission), RecordOpened)
    holder = Holder(name="Ira Newcombe", address=NEW_MANAGER)
    await with_post(router, CONTACTS_POST, lambda post: replace(post, holders=(holder,)))
    assert await read(page, ref, submission) == NOT_ALLOWED
    assert isinstance(await read(await signed_in(router, ref, NEW_MANAGER), ref, submission), RecordOpened)


async def test_a_contact_who_handed_over_reads_no_more_and_the_deputy_reads_at_once() -> None:
    router, ref = await routed()
    page, submission = await signed_in(router, ref, CONTACT), await form_of(router, ref)
    deputy = next(one for one in (await look(page, ref)).deputies if "Wren" in one.words)
    assert await page.ask(HandOver(ref=ref, to=deputy.code, why="On leave from tomorrow")) == Done()
    assert await read(page, ref, submission) == NOT_ALLOWED
    assert isinstance(await read(await signed_in(router, ref, OTHER_MANAGER), ref, submission), RecordOpened)


async def test_a_deputy_reads_from_the_day_on_which_the_contact_is_away() -> None:
    router, ref = await routed()
    submission = await form_of(router, ref)
    away = Absence(first=date(2026, 12, 22), last=date(2026, 12, 23), deputy=PostId("ws-social-care.manager-family"))
    await with_post(router, CONTACTS_POST, lambda post: replace(post, absences=(away,)))
    early = router.page()
    assert await early.ask(SendSignInCode(ref=ref, address=OTHER_MANAGER)) == CodeSent()
    assert OTHER_MANAGER not in router.told().get(NoticeKind.SIGN_IN_CODE, [])
    contact = await signed_in(router, ref, CONTACT)
    assert isinstance(await read(contact, ref, submission), RecordOpened)
    router.clock.advance(timedelta(hours=14, minutes=5))
    deputy = await signed_in(router, ref, OTHER_MANAGER)
    assert isinstance(await read(deputy, ref, submission), RecordOpened)


async def test_who_holds_a_further_stage_reads_the_earlier_records_and_not_the_other_way_round() -> None:
    router, ref = await routed()
    earlier = await form_of(router, ref)
    later = await next_stage(router, ref)
    newest = await form_of(router, later)
    holder = next(one.address for one in (await at(router, later, RAISER)).everybody if "holder" in one.standings)
    assert holder not in {one.address for one in (await at(router, ref, RAISER)).everybody}
    page = await signed_in(router, later, holder)
    for submission in (earlier, newest):
        assert isinstance(await read(page, later, submission), RecordOpened)
    assert [(one.words, one.readable) for one in (await look(page, later)).added] == [
        ("The form, Stage 2: manager to manager", True),
        ("The form", True),
    ]
    assert await read(await signed_in(router, ref, CONTACT), ref, newest) == NOT_ALLOWED
    assert await read(await signed_in(router, ref, CONTACT), later, earlier) == NOT_ALLOWED


async def test_a_member_of_the_panel_reads_from_acceptance_until_the_panel_decides() -> None:
    router, ref = await routed()
    submission, everybody = await form_of(router, ref), (await at(router, ref, RAISER)).everybody
    person = replace(everybody[1].person, address=OTHER_MANAGER, must_act=False)
    seat = Seat(person=person, agency=AgencyId("ws-social-care"), why="x")

    async def seated(answer: str, *, decided: bool = False) -> None:
        def change(one: Escalation) -> Escalation:
            panel = Panel(
                convened_at=router.clock.now(),
                by="x",
                seats=(replace(seat, answer=answer),),
                decided_at=router.clock.now() if decided else None,
            )
            return replace(one, life=replace(one.life, panel=panel))

        await changed(router, ref, change)

    await seated("")
    page = await signed_in(router, ref, OTHER_MANAGER)
    assert await read(page, ref, submission) == NOT_ALLOWED
    seen = await look(page, ref)
    assert (seen.part, seen.moves, seen.added, seen.outcome) == ("panel", ("panel.answer",), (), None)
    assert not any("Taylor" in line.text for line in seen.parties)
    await seated(ACCEPTED)
    assert isinstance(await read(page, ref, submission), RecordOpened)
    await seated(ACCEPTED, decided=True)
    assert await read(page, ref, submission) == NOT_ALLOWED


async def test_at_a_shared_mailbox_nobody_reads_without_a_name_and_the_name_is_shown_as_claimed() -> None:
    router, ref = await routed()
    shared = "team@west-sussex-council.example"
    await with_post(router, CONTACTS_POST, lambda post: replace(post, mailbox=shared))
    page = router.page()
    await page.ask(SendSignInCode(ref=ref, address=shared))
    answer = await page.ask(SignIn(ref=ref, code=page.code(NoticeKind.SIGN_IN_CODE)))
    assert isinstance(answer, SignedIn)
    assert answer.shared
    submission = await form_of(router, ref)
    assert (await look(page, ref)).needs_name
    assert await read(page, ref, submission) == Refused(why="name-needed")
    assert await page.ask(GiveName(name="Robin Ashgrove", role="Team manager")) == Done()
    assert isinstance(await read(page, ref, submission), RecordOpened)
    assert not (await look(page, ref)).needs_name
    line = next(one for one in router.memory.history if one.what is What.READ)
    assert line.name.startswith("Robin Ashgrove, Team manager (as they say) for ")
    told = len(router.notices(NoticeKind.NEWS))
    assert isinstance(await read(page, ref, submission), RecordOpened)
    assert len(router.notices(NoticeKind.NEWS)) == told
    assert await page.ask(GiveName(name="Sasha Elmwood", role="Team manager")) == Done()
    assert isinstance(await read(page, ref, submission), RecordOpened)
    assert len(router.notices(NoticeKind.NEWS)) == told + 1  # another reader, at the same mailbox on the same day


async def test_a_reference_that_the_raiser_typed_opens_no_record_of_another_matter() -> None:
    router, ref = await routed()
    page = router.page()
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    other = await page.raise_escalation(code=page.code())

    def typed(one: Escalation) -> Escalation:
        assert one.facts is not None
        return replace(one, facts=replace(one.facts, previous=other))

    await changed(router, ref, typed)
    contact = await signed_in(router, ref, CONTACT)
    assert await read(contact, ref, await form_of(router, other)) == NOT_ALLOWED
    assert len((await look(contact, ref)).added) == 1
