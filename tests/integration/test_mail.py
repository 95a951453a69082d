"""Notifier's postman against a real SMTP server: every way in which sending ends."""

from pathlib import Path

import pytest
from machines import SmtpSink
from notifier_world import World, certificate, letter, mailer_to, world

from services.notifier.adapters.smtp import Security, tls_context

PRIYA, SAM, JO = "priya.nair@council.example", "sam.carter@council.example", "jo.fielding@oakfield.example"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'notifier.db'}"


async def test_a_letter_goes_out_as_it_was_stored(url: str, smtp_sink: SmtpSink) -> None:
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        one = letter(1, to=PRIYA)
        await it.put(one)
        await it.until_reported("accepted")
        (mail,) = smtp_sink.mails
        assert mail.raw.rstrip(b"\r\n") == one.content.rstrip(b"\r\n")
        assert (mail.sender, mail.recipients) == ("no-reply@escalate.example", (PRIYA,))


async def test_connections_are_used_again(url: str, smtp_sink: SmtpSink) -> None:
    async with world(url, mailer_to(smtp_sink, connections=2)) as it, it.running():
        await it.put(*(letter(number, to=f"p{number}@a{number % 5}.example") for number in range(40)))
        await it.until_states(*["accepted"] * 40)
    assert len(smtp_sink.mails) == 40
    assert smtp_sink.connections <= 2


async def test_a_temporary_refusal_is_tried_again_after_a_minute(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.later.add(PRIYA)
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until_states("temporary")
        assert await it.reports() == []
        smtp_sink.later.clear()
        it.later(seconds=59)
        await it.until_states("temporary")
        it.later(seconds=2)
        await it.until_reported("accepted")
        assert await it.attempts() == [("deferred", "451 4.2.0"), ("accepted", "250")]


async def test_a_permanent_refusal_is_reported_and_not_tried_again(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.refuse.add(PRIYA)
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA), letter(2, to=JO))
        await it.until_states("refused", "accepted")
        it.later(days=4)
        await it.until_reported("accepted", "refused")
        assert sorted(await it.attempts()) == [("accepted", "250"), ("refused", "550 5.1.1")]


async def test_a_break_after_data_is_ambiguous_and_the_same_bytes_go_again(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.break_after_data.add(PRIYA)
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until_reported("ambiguous")
        smtp_sink.break_after_data.clear()
        it.later(minutes=1)
        await it.until_reported("accepted", "ambiguous")
    first, second = smtp_sink.mails
    assert first.raw == second.raw


async def test_while_the_relay_is_down_nothing_is_held_against_anybody(url: str, smtp_sink: SmtpSink) -> None:
    await smtp_sink.down()
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA), letter(2, to=JO))
        await it.until(lambda: it.postman._relay.failures >= 1)
        for _ in range(8):
            before = it.postman._relay.failures
            it.later(seconds=61)
            await it.until(lambda before=before: it.postman._relay.failures > before)
        await it.until_reported("mail-down")
        assert it.postman.problem() is not None
        assert await it.states() == ["due", "due"]
        await smtp_sink.up()
        it.later(seconds=61)
        await it.until_reported("accepted", "accepted", "mail-down", "mail-up")
        assert it.postman.problem() is None
    assert len(smtp_sink.mails) == 2


async def test_a_domain_that_defers_for_a_quarter_of_an_hour_is_reported_once(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.later.add("council.example")
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA), letter(2, to=JO))
        await it.until_states("temporary", "accepted")
        it.later(minutes=14)
        await it.until_reported("accepted")
        it.later(minutes=2)
        await it.until_reported("accepted", "delayed")
        it.later(hours=3)
        smtp_sink.later.clear()
        it.later(hours=3)
        await it.until_reported("accepted", "accepted", "delayed")


async def test_one_slow_domain_delays_no_other(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.slow["slow.example"] = 3.0
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(*(letter(number, to=f"p{number}@slow.example") for number in range(12)))
        await it.put(*(letter(100 + number, to=f"p{number}@fast{number}.example") for number in range(20)))
        await it.until(lambda: len(smtp_sink.mails) >= 20, seconds=2.5)
        assert all("@fast" in mail.recipients[0] for mail in smtp_sink.mails[:20])
        smtp_sink.slow.clear()


async def test_a_dead_domain_full_of_letters_delays_no_other(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.later.add("dead.example")
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(*(letter(number, to=f"p{number}@dead.example") for number in range(100)))
        await it.put(letter(1000, to=JO))
        await it.until(lambda: len(smtp_sink.mails) == 1, seconds=3.0)


async def test_a_code_unsent_for_half_an_hour_is_not_sent(url: str, smtp_sink: SmtpSink) -> None:
    await smtp_sink.down()
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=JO, preview="confirmation-code"), letter(2, to=PRIYA))
        await it.until(lambda: it.postman._relay.failures >= 1)
        it.later(minutes=31)
        await smtp_sink.up()
        await it.until_states("accepted", "expired")
    assert [mail.recipients for mail in smtp_sink.mails] == [(PRIYA,)]


async def test_after_five_days_a_letter_is_given_up(url: str, smtp_sink: SmtpSink) -> None:
    smtp_sink.later.add(PRIYA)
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until_states("temporary")
        it.later(days=5)
        await it.until_reported("expired")


async def test_a_letter_found_on_its_way_is_ambiguous_and_goes_again_once(url: str, smtp_sink: SmtpSink) -> None:
    async with world(url, mailer_to(smtp_sink)) as it:
        await it.put(letter(1, to=PRIYA))
        plan = it.postman._plan((), it.clock.now())
        (begun,) = await it.ledger.turn(plan)
        await it.mailer.send(begun)  # and here the process dies
        async with it.running():
            await it.until_reported("accepted", "ambiguous")
    first, second = smtp_sink.mails
    assert first.raw == second.raw


async def test_urgent_letters_and_codes_go_first(url: str, smtp_sink: SmtpSink) -> None:
    async with world(url, mailer_to(smtp_sink, connections=1)) as it:
        await it.put(*(letter(number, to=f"p{number}@a{number}.example") for number in range(60)))
        await it.put(letter(61, to=JO, preview="sign-in-code"), letter(62, to=PRIYA, preview="act-urgent"))
        async with it.running():
            await it.until_states(*["accepted"] * 62)
    assert {mail.recipients[0] for mail in smtp_sink.mails[:2]} == {JO, PRIYA}


# ── TLS ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def _never_sent(it: World, *, code: str) -> None:
    async with it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until(lambda: it.postman._relay.failures >= 1)
        it.later(seconds=2)
        await it.until(lambda: it.postman._relay.failures >= 2)
    assert await it.states() == ["due"]
    assert {attempt for attempt in await it.attempts()} == {("relay-failed", code)}


async def test_a_letter_goes_over_starttls_with_a_good_certificate(url: str, tmp_path: Path) -> None:
    server, authority = certificate(tmp_path)
    sink = SmtpSink(tls=server)
    await sink.up()
    mailer = mailer_to(sink, host="localhost", security=Security.STARTTLS, context=tls_context(str(authority)))
    async with world(url, mailer) as it, it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until_reported("accepted")
    await sink.down()
    assert len(sink.mails) == 1


async def test_a_certificate_of_an_unknown_authority_is_refused(url: str, tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    sink = SmtpSink(tls=server)
    await sink.up()
    mailer = mailer_to(sink, host="localhost", security=Security.STARTTLS, context=tls_context(None))
    async with world(url, mailer) as it:
        await _never_sent(it, code="tls")
    await sink.down()
    assert sink.mails == []


async def test_a_certificate_for_another_name_is_refused(url: str, tmp_path: Path) -> None:
    server, authority = certificate(tmp_path, "elsewhere.example")
    sink = SmtpSink(tls=server)
    await sink.up()
    mailer = mailer_to(sink, host="localhost", security=Security.STARTTLS, context=tls_context(str(authority)))
    async with world(url, mailer) as it:
        await _never_sent(it, code="tls")
    await sink.down()
    assert sink.mails == []


async def test_where_starttls_was_stripped_nothing_is_sent(url: str, smtp_sink: SmtpSink) -> None:
    mailer = mailer_to(smtp_sink, security=Security.STARTTLS, context=tls_context(None))
    async with world(url, mailer) as it:
        await _never_sent(it, code="disconnected")
    assert smtp_sink.mails == []


async def test_a_relay_that_does_not_speak_tls_gets_nothing_on_the_tls_port(url: str, smtp_sink: SmtpSink) -> None:
    mailer = mailer_to(smtp_sink, security=Security.TLS, context=tls_context(None), connect_seconds=1.0)
    async with world(url, mailer) as it:
        await _never_sent(it, code="tls")
    assert smtp_sink.mails == []


async def test_the_day_of_a_quiet_relay_is_not_held_against_a_recipient(url: str, smtp_sink: SmtpSink) -> None:
    """Only this domain has mail, and the relay took nothing else: nobody is replaced on such evidence."""
    smtp_sink.later.add(PRIYA)
    async with world(url, mailer_to(smtp_sink)) as it, it.running():
        await it.put(letter(1, to=PRIYA))
        await it.until_states("temporary")
        it.later(hours=2)
        await it.until(lambda: it.has_attempted(2))
        assert await it.reports() == []
