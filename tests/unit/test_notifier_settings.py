"""Notifier's settings: each is explained, and plain SMTP cannot be switched on by mistake."""

import re
from pathlib import Path

import msgspec
import pytest

from services.notifier.settings import PREFIX, NotifierSettings, is_loopback
from shared.settings import SettingsProblem, load

EXAMPLE = Path(__file__).parents[2] / "services/notifier/.env.example"


def example() -> dict[str, str]:
    return dict(re.findall(r"^(CANDOUR_\w+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))


def test_every_setting_is_in_the_example_and_the_example_loads() -> None:
    names = {f"{PREFIX}{field.name.upper()}" for field in msgspec.structs.fields(NotifierSettings)}
    assert set(example()) == names
    assert load(NotifierSettings, prefix=PREFIX, environ=example()).smtp_security == "starttls"


@pytest.mark.parametrize(
    "wrong",
    [
        {"SMTP_SECURITY": "plain"},
        {"SMTP_SECURITY": "plain", "ONE_MACHINE": "yes"},
        {"SMTP_SECURITY": "plain", "ONE_MACHINE": "yes", "SMTP_HOST": "127.0.0.1.relay.example"},
        {"SMTP_SECURITY": "plain", "SMTP_HOST": "127.0.0.1"},
        {"SMTP_SECURITY": "opportunistic"},
        {"SMTP_USER": "u"},
        {"KEEP_DAYS": "0"},
        {"FROM_ADDRESS": "Candour <no-reply@escalate.example>"},
        {"CLOCK_FILE": "/tmp/clock"},
    ],
)
def test_a_setting_that_would_weaken_the_mail_is_refused(wrong: dict[str, str]) -> None:
    environ = example() | {f"{PREFIX}{name}": value for name, value in wrong.items()}
    with pytest.raises(SettingsProblem):
        load(NotifierSettings, prefix=PREFIX, environ=environ)


@pytest.mark.parametrize(
    ("host", "is_one"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("10.0.0.1", False), ("x", False)]
)
def test_loopback_is_this_machine_alone(host: str, is_one: bool) -> None:
    assert is_loopback(host) is is_one
