"""Reading back what the broker stored."""

import pytest

from deploy.nats.streams import consumer_config, differences, stream_config
from shared.subjects import SHAPES, Stream

WANTED = stream_config(Stream.NOTICES, SHAPES[Stream.NOTICES])
STORED = WANTED | {"metadata": {"_nats.ver": "2.15.1"}, "allow_direct": False, "duplicate_window": 120, "sealed": False}


def test_what_is_stored_as_wanted_has_no_difference() -> None:
    assert differences("NOTICES", WANTED, STORED) == []


def test_a_missing_stream_is_a_difference() -> None:
    assert differences("NOTICES", WANTED, None) == ["NOTICES: missing"]


@pytest.mark.parametrize(
    "key",
    ["allow_rollup_hdrs", "allow_msg_ttl", "allow_msg_schedules", "allow_atomic", "mirror", "sources", "republish"],
)
def test_what_nobody_wanted_is_a_difference(key: str) -> None:
    assert differences("NOTICES", WANTED, STORED | {key: True}) == [f"NOTICES: {key} is set"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("max_age", 1), ("storage", "memory"), ("discard", "old"), ("num_replicas", 3), ("retention", "limits")],
)
def test_what_was_changed_is_a_difference(key: str, value: object) -> None:
    assert differences("NOTICES", WANTED, STORED | {key: value}) == [f"NOTICES: {key} is {value!r}"]


def test_a_durable_is_tried_without_end() -> None:
    assert all(consumer_config(SHAPES[stream])["max_deliver"] == -1 for stream in Stream)
