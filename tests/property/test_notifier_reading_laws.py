"""Laws of the strict reader: what it takes, the standard library's parser takes alike."""

from email import message_from_bytes, policy
from email.message import Message

from hypothesis import given, settings
from hypothesis import strategies as st
from notifier_world import NOW, SECRET, SENDER

from services.notifier.domain.mail import write
from services.notifier.domain.previews import previews
from services.notifier.domain.reading import read
from services.notifier.domain.wording import compose

EMAILS = [
    write(compose(of), id=of.id, secret=SECRET, to=of.address, sender=SENDER, reply_to=of.duty_mailbox, at=NOW).content
    for _, of in previews()
]
PIECES = st.one_of(
    st.binary(max_size=3),
    st.sampled_from(
        [b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\r\n ", b"\r\nBcc: a@b.example", b"--", b"=_", b": ", b"\x00"]
    ),
)


def _bodies(of: Message) -> list[bytes]:
    return [part.get_payload(decode=True).removesuffix(b"\r\n") for part in of.get_payload()]  # type: ignore[union-attr]  # of two parts


def _is_taken_alike(content: bytes) -> bool:
    ours, theirs = read(content), message_from_bytes(content, policy=policy.compat32)
    if ours is None:
        return True
    return (
        ours.headers == theirs.items()
        and [headers for headers, _ in ours.parts] == [part.items() for part in theirs.get_payload()]  # type: ignore[union-attr]  # as above
        and [body.removesuffix(b"\r\n") for _, body in ours.parts] == _bodies(theirs)
    )


def test_every_email_is_read_and_by_both_alike() -> None:
    assert all(read(content) is not None and _is_taken_alike(content) for content in EMAILS)


@given(email=st.sampled_from(EMAILS), at=st.integers(0, 1_000_000), instead=st.integers(0, 3), piece=PIECES)
@settings(max_examples=150, deadline=None)
def test_a_changed_email_is_not_read_or_by_both_alike(email: bytes, at: int, instead: int, piece: bytes) -> None:
    at %= len(email)
    assert _is_taken_alike(email[:at] + piece + email[at + instead :])


@given(email=st.sampled_from(EMAILS), at=st.integers(0, 600), piece=PIECES)
@settings(max_examples=150, deadline=None)
def test_a_changed_head_is_not_read_or_by_both_alike(email: bytes, at: int, piece: bytes) -> None:
    assert _is_taken_alike(email[:at] + piece + email[at:])
