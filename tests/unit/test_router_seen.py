"""What a person sees of an escalation: words throughout, nothing internal, nothing that is not known. Shell."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from services.router.domain.changes import Happened, What
from services.router.domain.decision import Part, Ruling
from services.router.domain.escalation import ConfirmedBy
from services.router.domain.page.history import for_the_duty_contact, for_the_parties
from shared.failures import Code
from shared.following import SeenEscalation
from shared.messages import NoticeKind, NoticeState
from shared.questions import ConfirmByTelephone, SendConfirmationCode
from shared.references import mint_reference
from shared.terms import EscalationRef
from tests.router_world import CONTACT, DUTY, RAISER, RouterWorld
from tests.unit.test_router_questions import on_duty, routed, see, signed_in

AT = datetime(2026, 12, 21, 10, 0, tzinfo=UTC)
REF = mint_reference("WS")
CODED = re.compile(r"\b[a-z]+[-_.][a-z0-9]+|\b[a-z]+-\d|\d (routed|referred|diverted|recorded)\b")
PLAIN = frozenset({"six-stage", "decision-maker", "local-authority", "co-ordinator"})


def happened(what: What, *, who: str = "", note: str = "", after: float = 0.0) -> Happened:
    return Happened(ref=REF, at=AT + timedelta(seconds=after), what=what, who=who, note=note)


def codes_in(text: str) -> list[str]:
    return [found[0] for found in CODED.finditer(text) if found[0] not in PLAIN and "@" not in text]


def texts_of(seen: SeenEscalation) -> list[str]:
    lines = [text for line in (*seen.parties, *seen.because) for text in (line.label, line.text)]
    return [*lines, *(entry.what for entry in seen.history), *(entry.who for entry in seen.history)]


NOTES = (
    "",
    *(state.value for state in NoticeState),
    *(kind.value for kind in NoticeKind),
    *(code.value for code in Code),
    *(by.value for by in ConfirmedBy),
    *(f"2 {ruling.value}" for ruling in Ruling),
    "monitoring-form.1",
    "informed-refused",
    "not-listed",
    "a-reason-of-next-year",
)


@pytest.mark.parametrize("what", What)
def test_no_line_of_the_history_holds_a_code(what: What) -> None:
    whoever = (
        "",
        "ws-social-care.manager-assessment",
        *(part.value for part in Part),
        *(kind.value for kind in NoticeKind),
    )
    for who, note in product(whoever, NOTES):
        if who == Part.DUTY.value and what is not What.NOTICE_OWED:
            note = "Rang the school office"
        for draw in (for_the_duty_contact, for_the_parties):
            for entry in draw([happened(what, who=who, note=note)]):
                assert not codes_in(entry.what), entry.what
                assert not entry.who


def test_emails_of_one_minute_are_one_line_and_no_more_than_known() -> None:
    lines = [happened(What.NOTICE_OWED, who=part, note="act") for part in ("raiser", "contact", "raisers-manager")]
    lines += [
        happened(What.NOTICE_REPORTED, who=part, note="accepted", after=3 + n)
        for n, part in enumerate(("raiser", "contact"))
    ]
    lines.append(happened(What.NOTICE_REPORTED, who="raisers-manager", note="refused", after=6))
    assert [entry.what for entry in for_the_parties(lines)] == [
        "Made ready to go: an email to the person who raised it, the person asked to act and the raiser’s manager.",
        "Accepted by the mail system: the email to the person who raised it and the person asked to act.",
        "Refused by their mail system: the email to the raiser’s manager.",
    ]


def test_what_the_duty_contact_wrote_is_for_the_duty_contact() -> None:
    lines = [
        happened(What.CONFIRMED, who="duty", note="Rang the office"),
        happened(What.CONFIRMED, note="telephone"),
        happened(What.ROUTED_BY_HAND, who="duty", note="Is on leave"),
    ]
    assert "Rang the office" in for_the_duty_contact(lines)[0].what
    said = " ".join(entry.what for entry in for_the_parties(lines))
    assert "Rang the office" not in said
    assert "on leave" not in said
    assert "confirmed by telephone" in said


@pytest.mark.parametrize("address", [RAISER, CONTACT, DUTY])
async def test_nobody_sees_anything_internal(address: str) -> None:
    router, ref = await routed()
    for notice in router.notices():
        await router.report(notice, NoticeState.ACCEPTED)
    seen = await see(await signed_in(router, ref, address), ref)
    for text in texts_of(seen):
        assert not codes_in(text), text
    assert "Asked to act" in {line.label.removesuffix(" (you)") for line in seen.parties}
    if address != DUTY:
        assert sum(line.label.endswith(" (you)") for line in seen.parties) == 1


async def test_each_reason_says_where_it_comes_from() -> None:
    router, ref = await routed()
    seen = await see(await signed_in(router, ref, RAISER), ref)
    assert {line.label for line in seen.because} >= {"Example, not in the policy text"}
    assert all(line.label for line in seen.because)


async def test_an_escalation_that_waits_for_release_does_not_say_that_anybody_was_asked() -> None:
    router = await RouterWorld().ready()
    page, stranger = router.page(), "someone@elsewhere.example"
    await page.ask(SendConfirmationCode(submission=page.submission, address=stranger))
    ref: EscalationRef = await page.raise_escalation({"raiser_email": stranger}, code=page.code())
    for address in (stranger, DUTY):
        seen = await see(await signed_in(router, ref, address), ref)
        assert seen.state == "waiting-release"
        assert seen.due_words == ""
        here = ("Raised it", "Duty contact")
        others = [line for line in seen.parties if not line.label.startswith(here)]
        assert others
        assert all("Nothing has gone to them yet." in line.text for line in others)
        assert "Asked to act" not in {line.label for line in others}


async def test_what_the_duty_contact_must_look_at_is_theirs_alone() -> None:
    router = await RouterWorld().ready()
    page = router.page()
    answers = {"decision_maker_name": "Sam Strange", "decision_maker_email": "sam@elsewhere.example"}
    await page.ask(SendConfirmationCode(submission=page.submission, address=RAISER))
    ref = await page.raise_escalation({**answers}, code=page.code())
    duty = await see(await signed_in(router, ref, DUTY), ref)
    raiser = await see(await signed_in(router, ref, RAISER), ref)
    assert "For you to look at" in {line.label for line in duty.because}
    assert "For you to look at" not in {line.label for line in raiser.because}
    assert any("their address is checked first" in line.text for line in raiser.parties)


async def test_a_confirmation_by_telephone_is_told_once_to_the_parties() -> None:
    router = await RouterWorld().ready()
    ref = await router.take(router.submission())
    await (await on_duty(router, ref)).ask(ConfirmByTelephone(ref=ref, how="Rang the school office"))
    seen = await see(await signed_in(router, ref, RAISER), ref)
    assert [entry.what for entry in seen.history if "confirmed" in entry.what] == [
        "The raiser’s address was confirmed by telephone."
    ]
