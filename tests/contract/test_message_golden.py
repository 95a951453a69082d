"""The bytes of every message on the wire. A change here is a change of the contract: a new tag, or a new default.

To write the file after adding a message: `python tests/contract/test_message_golden.py`.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from shared.jetstream.frames import Sender, verified
from shared.messages import (
    LifeFacts,
    MailState,
    Message,
    NoticeAgain,
    NoticeAnswered,
    NoticeDue,
    NoticeKind,
    NoticeReported,
    NoticeState,
    Parked,
    Sealed,
    SubmissionReceived,
)
from shared.questions import TallyAnswer, TallyQuestion
from shared.receipts import Signer, Verifier
from shared.subjects import submissions
from shared.terms import Digest, EscalationRef, KeyId, MessageId, NoticeId, PartnershipId, Service, SubmissionId

GOLDEN = Path(__file__).parent / "golden" / "messages.json"
WHERE = PartnershipId("west-sussex")
REF = EscalationRef("WS-7K3-QM9-PXC")
AT = datetime(2026, 3, 2, 12, 0, 0, 123456, UTC)
SEALED = Sealed(key=KeyId("facts-1"), sealed=bytes(range(6)))
SIGNER = Signer(bytes(32))

MESSAGES: dict[str, msgspec.Struct] = {
    "submission.received": SubmissionReceived(
        submission=SubmissionId("0" * 32),
        ref=REF,
        partnership=WHERE,
        form="monitoring-form",
        form_version=1,
        accepted_at=AT,
        facts=SEALED,
        envelope_digest=Digest("a" * 64),
        record_digest=Digest("b" * 64),
    ),
    "notice.due": NoticeDue(id=NoticeId("n1"), ref=REF, partnership=WHERE, kind=NoticeKind.ACT, notice=SEALED),
    "notice.again": NoticeAgain(id=NoticeId("n2"), of=NoticeId("n1"), ref=REF, partnership=WHERE),
    "notice.reported": NoticeReported(
        id=NoticeId("n1"), ref=REF, partnership=WHERE, state=NoticeState.ACCEPTED, at=AT, attempt=1
    ),
    "notice.answered": NoticeAnswered(id=NoticeId("n1"), ref=REF, partnership=WHERE, at=AT),
    "mail.state": MailState(since=None, at=AT),
    "parked": Parked(
        message=MessageId("m1"), by=Service.NOTIFIER, code="message.bad-signature", at=AT, ref=REF, partnership=WHERE
    ),
    "tally.question": TallyQuestion(owed=(MessageId("m1"), MessageId("m2"))),
    "tally.answer": TallyAnswer(settled=(MessageId("m1"),)),
}
SUBJECT = submissions(WHERE, REF)


def frame() -> bytes:
    body = msgspec.json.encode(MESSAGES["submission.received"])
    return Sender(Service.INTAKE, SIGNER).frame(SUBJECT, message=MessageId("m1"), at=AT, body=body)


def golden() -> dict[str, str]:
    return dict(json.loads(GOLDEN.read_text()))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_has_the_bytes_it_always_had(name: str) -> None:
    assert msgspec.json.encode(MESSAGES[name]).decode() == golden()[name]


@pytest.mark.parametrize("name", MESSAGES)
def test_the_old_bytes_are_read_as_the_message(name: str) -> None:
    assert msgspec.json.decode(golden()[name], type=type(MESSAGES[name])) == MESSAGES[name]


def test_every_message_has_its_golden_bytes() -> None:
    tags = {kind.__struct_config__.tag for kind in get_args(Message)}
    assert tags <= set(MESSAGES)


@pytest.mark.parametrize("name", MESSAGES)
def test_an_unknown_field_is_ignored(name: str) -> None:
    newer = json.loads(golden()[name]) | {"a_field_of_next_year": 1}
    assert msgspec.json.decode(json.dumps(newer), type=type(MESSAGES[name])) == MESSAGES[name]


def test_an_unknown_tag_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"type":"submission.received.2"}', type=Message)


def test_a_frame_has_the_bytes_it_always_had() -> None:
    assert frame().hex() == golden()["frame"]


def test_the_old_frame_is_verified() -> None:
    verifier = Verifier({Service.INTAKE: {SIGNER.key_id: SIGNER.public}})
    assert verified(SUBJECT, bytes.fromhex(golden()["frame"]), verifier).message == "m1"


def test_what_is_sealed_is_not_shown() -> None:
    assert "\\x" not in repr(MESSAGES["submission.received"])
    assert repr(SEALED) == "<Sealed to facts-1, 6 bytes>"


def test_a_notice_that_waits_since_before_an_answer_had_its_time_can_be_read() -> None:
    before = b'{"what":"outcome","stage_label":"","policy_name":"","answers":[["Rowan Ashby, Head","confirms"]]}'
    (answer,) = msgspec.json.decode(before, type=LifeFacts).answers
    assert (answer.who, answer.answer, answer.at) == ("Rowan Ashby, Head", "confirms", None)


if __name__ == "__main__":
    lines = {name: msgspec.json.encode(message).decode() for name, message in MESSAGES.items()}
    GOLDEN.write_text(json.dumps(lines | {"frame": frame().hex()}, indent=1) + "\n")
