"""What intake refuses to start with."""

import re
from pathlib import Path

import pytest

from services.intake.settings import PREFIX, IntakeSettings
from shared.settings import SettingsProblem, load

EXAMPLE = Path(__file__).parents[2] / "services/intake/.env.example"
GOOD = {
    "DATABASE": "sqlite:////tmp/none.db",
    "NATS_URL": "nats://127.0.0.1:4222",
    "SIGNING_KEY_FILE": "/none",
    "VERIFY_KEYS": "/none",
    "RECEIPT_KEY_FILE": "/none",
    "HTTP_HOST": "127.0.0.1",
    "HTTP_PORT": "0",
    "PUBLIC_URL": "https://candour.example",
}


def loaded(**changes: str) -> IntakeSettings:
    return load(
        IntakeSettings, prefix=PREFIX, environ={f"{PREFIX}{name}": value for name, value in (GOOD | changes).items()}
    )


def test_the_example_holds_every_setting_and_no_other() -> None:
    names = set(re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE))
    assert names == {f"{PREFIX}{name.upper()}" for name in IntakeSettings.__struct_fields__}


def test_the_example_itself_is_accepted() -> None:
    environ = dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines() if line and line[0] != "#")
    assert load(IntakeSettings, prefix=PREFIX, environ=environ).behind_tls


@pytest.mark.parametrize(
    "changes",
    [
        {"PUBLIC_URL": "http://candour.example"},
        {"PUBLIC_URL": "http://candour.example", "ONE_MACHINE": "yes"},
        {"PUBLIC_URL": "http://localhost:8000"},
        {"PUBLIC_URL": "http://localhost:8000", "ONE_MACHINE": "yes", "HTTP_HOST": "0.0.0.0"},
        {"CLOCK_FILE": "/tmp/clock"},
        {"PROXIES": "-1"},
        {"HTTP_PORT": "70000"},
        {"SUBMISSIONS_A_MINUTE": "0"},
        {"BOOK_SECONDS": "0"},
        {"NO_SUCH_SETTING": "1"},
    ],
)
def test_settings_that_do_not_go_together_are_refused(changes: dict[str, str]) -> None:
    with pytest.raises(SettingsProblem):
        loaded(**changes)


def test_without_tls_only_this_machine_is_served() -> None:
    assert loaded(PUBLIC_URL="http://localhost:8000", ONE_MACHINE="yes").one_machine


def test_no_value_is_shown_in_a_problem() -> None:
    with pytest.raises(SettingsProblem) as problem:
        loaded(HTTP_PORT="Sensitive-Value", PROXIES="Sensitive-Value")
    assert "Sensitive-Value" not in str(problem.value)
    assert len(problem.value.problems) == 2
