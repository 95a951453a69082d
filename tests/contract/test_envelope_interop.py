"""Sealed by Node as the browser seals, opened by Python; and the other way round. Shell."""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from shared import envelope, references
from shared.envelope import Binding, OpeningKey
from shared.failures import Permanent
from shared.questions import Asked, CodeSent, SendConfirmationCode

HERE = Path(__file__).parent
Peer = Callable[..., Any]
SIZES = [0, 1, 1020, 1021, 4092, 60_000, 200_000]

pytestmark = pytest.mark.node


class PeerFailed(Exception):
    """What the other side threw."""


@pytest.fixture(scope="module")
def node() -> Iterator[Peer]:
    command = ["node", str(HERE / "envelope_peer.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        to_node, from_node = process.stdin, process.stdout

        def say(command: str, **given: object) -> Any:
            to_node.write(json.dumps({"command": command, **given}) + "\n")
            to_node.flush()
            told = json.loads(from_node.readline())
            if "error" in told:
                raise PeerFailed(told["error"])
            return told["answer"]

        yield say
        to_node.close()


def binding(compartment: str = "facts", **parts: Any) -> Binding:
    whole = {"partnership": "west-sussex", "key": "k1", "form": "monitoring-form", "form_version": 1}
    return Binding(**{**whole, "compartment": compartment, "submission": "0" * 32, **parts})


def in_node(bound: Binding) -> dict[str, Any]:
    parts = msgspec.to_builtins(bound)
    parts["formVersion"] = parts.pop("form_version")
    return dict(parts)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def plain(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


@pytest.mark.parametrize("size", SIZES)
def test_what_node_sealed_python_opens(node: Peer, size: int) -> None:
    key = OpeningKey.generate()
    sealed = base64.b64decode(node("seal", plaintext=b64(plain(size)), to=b64(key.public), binding=in_node(binding())))
    assert key.open(sealed, binding()) == plain(size)


@pytest.mark.parametrize("size", SIZES)
def test_what_python_sealed_node_opens(node: Peer, size: int) -> None:
    public = base64.b64decode(node("makeKeyPair"))
    sealed = envelope.seal(plain(size), to=public, binding=binding())
    assert base64.b64decode(node("open", sealed=b64(sealed), binding=in_node(binding()))) == plain(size)


def test_node_refuses_what_is_bound_otherwise_with_the_one_error(node: Peer) -> None:
    public = base64.b64decode(node("makeKeyPair"))
    sealed = envelope.seal(b"x", to=public, binding=binding())
    for wrong in (binding("custody"), binding(partnership="kent"), binding(form_version=2)):
        with pytest.raises(PeerFailed, match=r"^CannotOpen envelope.cannot-open$"):
            node("open", sealed=b64(sealed), binding=in_node(wrong))
    with pytest.raises(PeerFailed, match=r"^CannotOpen envelope.cannot-open$"):
        node("open", sealed=b64(sealed[:-1]), binding=in_node(binding()))


def test_both_bind_to_the_same_bytes(node: Peer) -> None:
    bound = binding(partnership="pen-y-bont-ôg")
    assert base64.b64decode(node("info", binding=in_node(bound))) == bound.info()


def test_records_open_on_either_side(node: Peer) -> None:
    key, bound = envelope.fresh_record_key(), binding("record", key="")
    ours = envelope.seal_record(b"account", key=key, binding=bound)
    theirs = base64.b64decode(node("sealRecord", plaintext=b64(b"account"), key=b64(key), binding=in_node(bound)))
    assert base64.b64decode(node("openRecord", sealed=b64(ours), key=b64(key), binding=in_node(bound))) == b"account"
    assert envelope.open_record(theirs, key=key, binding=bound) == b"account"
    assert len(ours) == len(theirs)


def test_a_submission_sealed_in_the_browser_opens_whole(node: Peer) -> None:
    facts_key, custodian = OpeningKey.generate(), OpeningKey.generate()
    submission = node("mintSubmission")
    body = node(
        "sealSubmission",
        partnership="west-sussex",
        form="monitoring-form",
        formVersion=1,
        submission=submission,
        factsKey={"id": facts_key.id, "key": b64(facts_key.public)},
        custodyKey={"id": custodian.id, "key": b64(custodian.public)},
        facts={"raiser_name": "Ann Żółć"},
        record={"child_name": "A child"},
    )
    facts_bound = binding(key=facts_key.id, submission=submission)
    facts = json.loads(facts_key.open(base64.b64decode(body["facts"]["sealed"]), facts_bound))
    record = base64.b64decode(body["record"])
    custody_bound = binding("custody", key=custodian.id, submission=submission)
    record_key = custodian.open(base64.b64decode(body["custody"]["sealed"]), custody_bound)
    opened = envelope.open_record(record, key=record_key, binding=binding("record", key="", submission=submission))
    assert facts["answers"] == {"raiser_name": "Ann Żółć"}
    assert base64.b64decode(facts["record_key"]) == record_key
    assert facts["record_key_digest"] == envelope.digest_of(record_key)
    assert facts["record_digest"] == envelope.digest_of(record)
    assert facts["confirmation"] is None
    assert json.loads(opened) == {"answers": {"child_name": "A child"}}


def test_a_sealed_question_is_answered_to_the_page_alone(node: Peer) -> None:
    facts_key = OpeningKey.generate()
    question = {"type": "code.confirmation", "submission": "0" * 32, "address": "ann@school.example"}
    secrets = set()
    for counter in (1, 2):
        key = {"id": facts_key.id, "key": b64(facts_key.public)}
        body = node("startAsking", partnership="west-sussex", factsKey=key, question=question)
        asked_bound = binding("question", key=facts_key.id, form="question", submission="")
        opened = facts_key.open(base64.b64decode(body["question"]["sealed"]), asked_bound)
        asked = msgspec.json.decode(opened, type=Asked)
        secrets.add(asked.secret)
        assert asked.question == SendConfirmationCode(submission="0" * 32, address="ann@school.example")
        assert asked.counter == counter
        answer_bound = binding("answer", key="", form="question", submission="")
        answer = envelope.seal(msgspec.json.encode(CodeSent()), to=asked.answer_key, binding=answer_bound, least=4096)
        assert node("finishAsking", sealed=b64(answer)) == {"type": "code.sent"}
    assert len(secrets) == 1
    assert len(secrets.pop()) == 32


@pytest.mark.parametrize("text", ["ws-7k3 qm9 pxc", "", "WS", "WS-OOO-III-LLL", "é", "WSTUV-000-000-000"])
def test_both_read_a_reference_alike(node: Peer, text: str) -> None:
    minted = references.mint_reference("WS")
    assert node("parseReference", text=minted.lower().replace("-", " ")) == minted
    assert node("parseReference", text=text) == references.parse_reference(text)


def test_python_refuses_what_node_sealed_to_another(node: Peer) -> None:
    sealed = node("seal", plaintext="", to=b64(OpeningKey.generate().public), binding=in_node(binding()))
    with pytest.raises(Permanent, match=r"envelope.cannot-open"):
        OpeningKey.generate().open(base64.b64decode(sealed), binding())
