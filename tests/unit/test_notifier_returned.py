"""What comes back to our From address: a return, a reply, or a machine's answer. Pure."""

import pytest

from services.notifier.domain.returned import Kind, read_back
from tests.returned_mail import DOMAIN, SAYS, absence, bounce, delay, global_bounce, parts_within_parts, reply

ID = "4f0c2d"


def test_a_reply_names_the_letter_it_answers() -> None:
    back = read_back(reply(ID), domain=DOMAIN)
    assert (back.kind, back.letters) == (Kind.REPLIED, (ID,))
    assert SAYS not in repr(back)


def test_a_reply_that_lost_its_thread_is_known_by_the_reference_in_its_subject() -> None:
    back = read_back(reply("", subject="RE: Escalation WS-7K3-QM9-PX8"), domain=DOMAIN)
    assert (back.kind, back.letters, back.ref) == (Kind.REPLIED, (), "WS-7K3-QM9-PX8")


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_failed_delivery_names_the_letter_inside_it(headers_only: bool) -> None:
    back = read_back(bounce(ID, headers_only=headers_only), domain=DOMAIN)
    assert (back.kind, back.letters) == (Kind.BOUNCED, (ID,))


@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("kind", ["message/global", "message/global-headers"])
def test_a_failed_delivery_of_internationalised_mail_is_a_return(kind: str, encoding: str) -> None:
    back = read_back(global_bounce(ID, kind=kind, encoding=encoding), domain=DOMAIN)
    assert (back.kind, back.letters) == (Kind.BOUNCED, (ID,))


def test_a_delay_is_no_return() -> None:
    assert read_back(delay(ID), domain=DOMAIN).kind is Kind.NOTHING


def test_a_note_of_absence_is_nobodys_reply() -> None:
    assert read_back(absence(ID), domain=DOMAIN).kind is Kind.NOTHING


def test_an_id_of_another_domain_is_none_of_ours() -> None:
    assert read_back(reply(ID), domain="elsewhere.example").letters == ()


@pytest.mark.parametrize(
    "odd",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/report\r\n\r\n",
        b"Subject: =?x?q?=FF?=",
        parts_within_parts(2_000, kind="report"),
        parts_within_parts(2_000, kind="mixed"),
        b"Content-Type: message/rfc822\r\n\r\n" * 2_000,
    ],
    ids=["empty", "bytes", "no-parts", "charset", "report-in-report", "mixed-in-mixed", "mail-in-mail"],
)
def test_whatever_else_arrives_is_read_without_an_error(odd: bytes) -> None:
    assert read_back(odd, domain=DOMAIN).letters == ()
