"""Every form definition of this release loads, and seals what can identify a child."""

from pathlib import Path

import pytest

from shared.forms import OPEN_CLASSES, FieldClass, Kind, load_definition

FILES = sorted((Path(__file__).parents[2] / "shared" / "form_definitions").glob("*.toml"))
EMAILED_BY_POLICY = {"agreed_outcome", "process", "issue_1_text", "issue_2_text", "issue_3_text"}
"""The lines that policies want confirmed in writing. Source: design.md section 5; domain.md section 1, S1."""
EMAILED_TO_RAISE = {"ask_line", "reason_line"}
OPEN_TEXT = {
    "acknowledgement": set(),
    "action": set(),
    "representation": set(),
    "next-stage": set(),
    "process": {"process"},
    "outcome": {"agreed_outcome", "issue_1_text", "issue_2_text", "issue_3_text"}
    | {"issue_1_owner", "issue_2_owner", "issue_3_owner", "pairs"},  # codes of people and agencies, never their names
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_definition_loads_and_says_its_own_name(file: Path) -> None:
    definition = load_definition(file.read_text("utf-8"))
    assert f"{definition.id}.{definition.version}" == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_only_what_policies_want_in_writing_is_emailed(file: Path) -> None:
    definition = load_definition(file.read_text("utf-8"))
    emailed = {field.id for field in definition.fields if field.class_ is FieldClass.NOTICE}
    assert emailed <= EMAILED_BY_POLICY | EMAILED_TO_RAISE


@pytest.mark.parametrize("form", sorted(OPEN_TEXT))
def test_what_is_added_later_keeps_its_free_text_sealed(form: str) -> None:
    file = next(file for file in FILES if file.stem == f"{form}.1")
    definition = load_definition(file.read_text("utf-8"))
    free = (field for field in definition.fields if field.kind in (Kind.TEXT, Kind.LONG_TEXT))
    assert {field.id for field in free if field.class_ in OPEN_CLASSES} == OPEN_TEXT[form]
