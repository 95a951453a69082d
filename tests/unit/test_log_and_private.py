"""What is logged is a code and a reference; what is personal shows nothing of itself."""

import json

import pytest

from shared.failures import Code, Permanent
from shared.log import Event, record, set_up
from shared.messages import NoticePerson
from shared.terms import Service

MARK = "Zebedee Canary"


def test_a_failure_is_logged_as_its_type_and_frames_never_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Service.ROUTER)
    try:
        raise ValueError(MARK)
    except ValueError as failure:
        record(Event.DELIVERY_FAILED, ref="WS-7K3-QM9-PXC", attempt=2, failure=failure)
    line = json.loads(capsys.readouterr().out)
    assert line["event"] == "delivery.failed"
    assert line["failure"] == "ValueError"
    assert line["code"] == "bug"
    assert "never_its_text" in line["frames"][-1]
    assert MARK not in json.dumps(line)


def test_a_failure_of_ours_carries_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    set_up(Service.ROUTER)
    record(Event.DELIVERY_FAILED, failure=Permanent(Code.CANNOT_OPEN))
    assert json.loads(capsys.readouterr().out)["code"] == "envelope.cannot-open"


def test_what_is_private_shows_its_type_alone() -> None:
    person = NoticePerson(name=MARK)
    assert MARK not in f"{person} {person!r} {[person]} {(person,)!s} %s" % person
