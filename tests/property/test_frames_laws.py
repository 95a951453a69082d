"""Laws of signed frames."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.failures import Code, Permanent
from shared.jetstream.frames import Sender, answer_id, id_of_unverified, verified, verified_answer
from shared.messages import Frame
from shared.receipts import Signer, Verifier
from shared.subjects import ASK_SEALED, notices, submissions
from shared.terms import EscalationRef, MessageId, PartnershipId, Service

SIGNERS = {service: Signer(bytes([number]) * 32) for number, service in enumerate(Service)}
VERIFIER = Verifier({service: {signer.key_id: signer.public} for service, signer in SIGNERS.items()})
SUBJECT = submissions(PartnershipId("west-sussex"), EscalationRef("WS-7K3-QM9-PXC"))
OTHER = submissions(PartnershipId("west-sussex"), EscalationRef("WS-000-000-000"))
NOTICES = notices(PartnershipId("west-sussex"), EscalationRef("WS-7K3-QM9-PXC"))
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ZONES = st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))
INSTANTS = st.builds(
    lambda seconds, zone: NOON.astimezone(zone) + timedelta(seconds=seconds), st.integers(0, 10**9), ZONES
)


def framed(service: Service, subject: str, body: bytes, *, message: str = "m1", at: datetime = NOON) -> bytes:
    return Sender(service, SIGNERS[service]).frame(subject, message=MessageId(message), at=at, body=body)


@settings(deadline=None)
@given(body=st.binary(max_size=2000), message=st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True), at=INSTANTS)
def test_what_was_framed_is_verified_as_it_was(body: bytes, message: str, at: datetime) -> None:
    frame = verified(SUBJECT, framed(Service.INTAKE, SUBJECT, body, message=message, at=at), VERIFIER)
    assert (frame.body, frame.message, frame.at, frame.sender) == (body, message, at, Service.INTAKE)


@pytest.mark.parametrize("message", ["", "m" * 65, "m\0", "m 1"])
def test_an_id_that_no_store_has_room_for_is_refused(message: str) -> None:
    with pytest.raises(Permanent) as raised:
        verified(SUBJECT, framed(Service.INTAKE, SUBJECT, b"body", message=message), VERIFIER)
    assert raised.value.code is Code.UNREADABLE


@settings(max_examples=300, deadline=None)
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_frame_with_a_flipped_bit_is_taken_for_another(place: int, bit: int) -> None:
    raw = bytearray(framed(Service.INTAKE, SUBJECT, b"body"))
    raw[place % len(raw)] ^= 1 << bit
    try:
        frame = verified(SUBJECT, bytes(raw), VERIFIER)
    except Permanent as failure:
        assert failure.code in (Code.BAD_SIGNATURE, Code.UNREADABLE)  # noqa: PT017 - either is a refusal
    else:  # the bit was in the packing, not in what is packed
        assert frame == verified(SUBJECT, framed(Service.INTAKE, SUBJECT, b"body"), VERIFIER)


@settings(deadline=None)
@given(raw=st.binary(max_size=400))
def test_noise_is_refused(raw: bytes) -> None:
    with pytest.raises(Permanent):
        verified(SUBJECT, raw, VERIFIER)


@pytest.mark.parametrize("raw", [b"\x91" * 200_000, b"\x81\xa1x" + b"\x91" * 200_000, b"\x81\xa7message\xa2\xed1"])
def test_what_would_break_a_reader_is_refused(raw: bytes) -> None:
    with pytest.raises(Permanent) as failure:
        verified(SUBJECT, raw, VERIFIER)
    assert failure.value.code is Code.UNREADABLE


def test_a_frame_moved_to_another_subject_is_refused() -> None:
    with pytest.raises(Permanent):
        verified(OTHER, framed(Service.INTAKE, SUBJECT, b"body"), VERIFIER)


def test_another_services_genuine_signature_is_refused() -> None:
    with pytest.raises(Permanent):
        verified(NOTICES, framed(Service.INTAKE, NOTICES, b"body"), VERIFIER)


def test_a_sender_that_claims_to_be_another_is_refused() -> None:
    frame = msgspec.msgpack.decode(framed(Service.NOTIFIER, SUBJECT, b"body"), type=Frame)
    claimed = msgspec.structs.replace(frame, sender=Service.INTAKE)
    with pytest.raises(Permanent):
        verified(SUBJECT, msgspec.msgpack.encode(claimed), VERIFIER)


def test_an_answer_answers_its_own_question_alone() -> None:
    raw = framed(Service.ROUTER, ASK_SEALED, b"answer", message=answer_id(MessageId("q1")))
    assert verified_answer(ASK_SEALED, raw, VERIFIER, question=MessageId("q1")).body == b"answer"
    with pytest.raises(Permanent):
        verified_answer(ASK_SEALED, raw, VERIFIER, question=MessageId("q2"))


def test_a_question_is_no_answer_to_itself() -> None:
    raw = framed(Service.INTAKE, ASK_SEALED, b"question", message="q1")
    with pytest.raises(Permanent):
        verified_answer(ASK_SEALED, raw, VERIFIER, question=MessageId("q1"))


def test_an_unverified_frame_never_takes_the_id_it_claims() -> None:
    raw = framed(Service.NOTIFIER, SUBJECT, b"body", message="m1")
    assert id_of_unverified(SUBJECT, raw) != "m1"
    assert id_of_unverified(SUBJECT, raw) == id_of_unverified(SUBJECT, raw)
    assert len(id_of_unverified(SUBJECT, raw)) <= 64
