"""Settings are read once; every bad name is listed and no value is shown."""

from pathlib import Path

import msgspec
import pytest

from shared.settings import SettingsProblem, load, read_secret


class Example(msgspec.Struct, frozen=True, kw_only=True):
    database: str
    port: int
    secure: bool = True
    folder: Path | None = None


def test_settings_are_read_by_their_names() -> None:
    found = load(
        Example, prefix="X_", environ={"X_DATABASE": "sqlite://", "X_PORT": "0", "X_SECURE": "no", "OTHER": "1"}
    )
    assert found == Example(database="sqlite://", port=0, secure=False)


def test_every_bad_name_is_listed_and_no_value_is_shown() -> None:
    with pytest.raises(SettingsProblem) as caught:
        load(Example, prefix="X_", environ={"X_PORT": "hunter2", "X_SECURE": "hunter3", "X_PROT": "hunter4"})
    text = str(caught.value)
    assert all(name in text for name in ("X_DATABASE", "X_PORT", "X_SECURE", "X_PROT"))
    assert "hunter" not in text


def test_a_secret_has_no_repr_and_a_missing_one_names_its_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(b"hunter2\n")
    secret = read_secret(file)
    assert secret.reveal() == b"hunter2"
    assert "hunter" not in repr(secret)
    with pytest.raises(SettingsProblem, match="gone"):
        read_secret(tmp_path / "gone")
