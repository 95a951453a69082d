"""Every wording as its golden files.

After a change on purpose: CANDOUR_UPDATE_GOLDEN=yes python -m pytest tests/contract/test_notifier_emails.py; then read.
"""

import os
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from notifier_world import NOW, SECRET, SENDER

from services.notifier.domain.mail import write
from services.notifier.domain.previews import previews, render_preview
from services.notifier.domain.wording import compose

GOLDEN = Path(__file__).parent / "golden/emails"
NAMES = [name for name, _ in previews()]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("part", "ending"), [(0, "txt"), (1, "html")])
def test_a_wording_is_as_it_was_agreed(name: str, part: int, ending: str) -> None:
    golden, said = GOLDEN / f"{name}.{ending}", render_preview(name)[part]
    if os.environ.get("CANDOUR_UPDATE_GOLDEN") == "yes":
        golden.write_text(said)
    assert said == golden.read_text()


def test_every_golden_file_is_still_sent() -> None:
    assert {path.stem for path in GOLDEN.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_bytes_are_plain_and_their_headers_are_these(name: str) -> None:
    of = dict(previews())[name]
    mail = write(compose(of), id=of.id, secret=SECRET, to=of.address, sender=SENDER, reply_to=of.duty_mailbox, at=NOW)
    assert mail.content.isascii()
    assert max(len(line) for line in mail.content.split(b"\r\n")) <= 120
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    read = BytesParser(policy=policy.SMTP).parsebytes(mail.content)
    assert list(read) == [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Reply-To"] == of.duty_mailbox
    assert read["Message-ID"] == f"<{of.id}.{SECRET}@escalate.example>"
    assert read["To"] == of.address


def test_the_same_notice_gives_the_same_bytes() -> None:
    of = dict(previews())["act"]
    made = {
        write(
            compose(of), id=of.id, secret=SECRET, to=of.address, sender=SENDER, reply_to=of.duty_mailbox, at=NOW
        ).content
        for _ in range(3)
    }
    assert len(made) == 1
