"""The local inbox's letters, and the demonstration's clock. Shell."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from deploy.one_machine import demo_clock
from deploy.one_machine.mailbox import Mailbox
from shared.clock import DemoClock, FixedClock, local_day
from shared.terms import Nation
from shared.working_days import holidays_of, is_working_day

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def raw(subject: str = "Candour: WS-7K3-QM9-PXC", html: bool = True) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content("You raised a disagreement.")
    if html:
        message.add_alternative("<p>You raised a disagreement.</p>", subtype="html")
    return message.as_bytes()


def mailbox_in(folder: Path) -> Mailbox:
    return Mailbox(folder, clock=FixedClock(AT))


def test_letters_are_shown_newest_first(tmp_path: Path) -> None:
    mailbox = mailbox_in(tmp_path)
    for name in ("a", "b", "c"):
        mailbox.put(raw(), sender="from@x.example", recipient=f"{name}@x.example")
    assert [letter.recipient[0] for letter in mailbox.newest_first()] == ["c", "b", "a"]
    assert [letter.number for letter in mailbox.newest_first(after=1)] == [3, 2]


def test_a_letter_has_its_text_its_html_and_the_bytes_as_they_came(tmp_path: Path) -> None:
    mailbox = mailbox_in(tmp_path)
    mailbox.put(raw(), sender="from@x.example", recipient="a@x.example")
    mailbox.put(raw(html=False), sender="from@x.example", recipient="a@x.example")
    both, plain = mailbox.find(1), mailbox.find(2)
    assert both is not None
    assert plain is not None
    assert (both.subject, both.text.strip()) == ("Candour: WS-7K3-QM9-PXC", "You raised a disagreement.")
    assert "<p>" in both.html
    assert both.raw == raw() or b"boundary" in both.raw
    assert plain.html == ""
    assert mailbox.find(3) is None


def test_letters_are_still_there_after_a_restart(tmp_path: Path) -> None:
    mailbox_in(tmp_path).put(raw(), sender="from@x.example", recipient="a@x.example")
    again = mailbox_in(tmp_path)
    assert [letter.recipient for letter in again.newest_first()] == ["a@x.example"]
    again.put(raw(), sender="from@x.example", recipient="b@x.example")
    assert again.newest_first()[0].number == 2


def test_another_process_sees_what_has_come_since(tmp_path: Path) -> None:
    reading, writing = mailbox_in(tmp_path), mailbox_in(tmp_path)
    writing.put(raw(), sender="from@x.example", recipient="a@x.example")
    assert reading.newest_first() == []
    reading.look()
    assert len(reading.newest_first()) == 1


@pytest.mark.parametrize("moves", [1, 4, 11])
def test_the_clock_moves_to_a_later_working_day_at_the_same_hour(tmp_path: Path, moves: int) -> None:
    offset = tmp_path / "clock"
    before = DemoClock(offset).now()
    for _ in range(moves):
        demo_clock.move_on(offset)
    after = DemoClock(offset).now()
    assert is_working_day(local_day(after, demo_clock.ZONE), holidays_of(Nation.ENGLAND).days)
    whole_days = round((after - before) / timedelta(days=1))
    assert whole_days >= moves
    assert abs(after - before - timedelta(days=whole_days)) < timedelta(minutes=1)
