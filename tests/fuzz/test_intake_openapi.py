"""The interface keeps to its own description, whatever is sent."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.intake.web.openapi import document
from tests.intake_world import Running, World

SCHEMA = schemathesis.openapi.from_dict(document())
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    many = {"QUESTIONS_A_MINUTE": "1000000", "QUESTIONS_A_MINUTE_PER_SOURCE": "1000000"}
    world = World(tmp_path_factory.mktemp("intake"), PEER_SECONDS="0.02", ANSWER_STEP_SECONDS="0.01", **many)
    with world.running() as running:
        yield running


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_described(case: schemathesis.Case, intake: Running) -> None:
    case.call_and_validate(base_url=intake.url, checks=CHECKS)
