"""The description of the interface, against what is really answered."""

from typing import Any

import msgspec
from jsonschema_rs import Draft202012Validator

from services.intake.web.api import Published
from services.intake.web.openapi import document
from shared.forms import load_definition
from tests.intake_world import FORM, book

DOCUMENT = document()


def test_a_published_partnership_with_its_form_is_as_it_is_described() -> None:
    published = Published(partnership=book().partnerships[0], form=load_definition(FORM.read_text()))
    schema: dict[str, Any] = {"$ref": "#/components/schemas/Published", "components": DOCUMENT["components"]}
    answered = msgspec.json.decode(msgspec.json.encode(published))
    assert Draft202012Validator(schema).is_valid(answered)
    del answered["form"]["sections"][0]["fields"][0]["class"]
    assert not Draft202012Validator(schema).is_valid(answered)


def test_whatever_is_to_be_tried_again_says_in_a_header_when() -> None:
    operations = [operation for path in DOCUMENT["paths"].values() for operation in path.values()]
    waits = [
        operation["responses"][code]
        for operation in operations
        for code in ("429", "503")
        if code in operation["responses"]
    ]
    assert waits
    assert all("Retry-After" in response["headers"] for response in waits)
