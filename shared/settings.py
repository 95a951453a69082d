"""Settings: read once at start from the environment; every bad name is listed, no value is shown. Shell."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from shared.private import Secret

T = TypeVar("T", bound=msgspec.Struct)

_TRUE, _FALSE = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


class SettingsProblem(Exception):
    """What is wrong with the settings, by name. Holds no value."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load(into: type[T], *, prefix: str, environ: Mapping[str, str] | None = None) -> T:
    """The settings of one service. A field `nats_url` is read from `<prefix>NATS_URL`.

    Fields are str, int, float, bool, Path, or one of these `| None`. A field without a default must be set.
    A name with the prefix that no field has is a problem too: it is mostly a misspelling.
    Raises: SettingsProblem with every problem at once.
    """
    given = os.environ if environ is None else environ
    known = {f"{prefix}{field.encode_name.upper()}": field for field in msgspec.structs.fields(into)}
    problems = [f"{name}: no such setting" for name in sorted(given) if name.startswith(prefix) and name not in known]
    values: dict[str, Any] = {}
    for name, field in known.items():
        if name in given:
            try:
                values[field.name] = _read(given[name], field.type)
            except ValueError as problem:
                problems.append(f"{name}: {problem}")
        elif field.required:
            problems.append(f"{name}: must be set")
    if problems:
        raise SettingsProblem(tuple(problems))
    try:
        return into(**values)
    except ValueError as problem:  # from a struct's __post_init__, which says what does not go together
        raise SettingsProblem((str(problem),)) from None


def read_secret(path: Path) -> Secret:
    """The secret that stands in `path`, without a trailing line end. Raises: SettingsProblem, naming the path."""
    try:
        return Secret(path.read_bytes().rstrip(b"\r\n"))
    except OSError:
        raise SettingsProblem((f"{path}: this secret file cannot be read",)) from None


def _read(text: str, kind: Any) -> Any:
    kinds = getattr(kind, "__args__", (kind,))
    wanted = next(one for one in kinds if one is not type(None))
    if type(None) in kinds and text == "":
        return None
    if wanted is bool:
        if text.lower() in _TRUE:
            return True
        if text.lower() in _FALSE:
            return False
        raise ValueError("must be yes or no")
    if wanted in (int, float):
        try:
            return wanted(text)
        except ValueError:
            raise ValueError("must be a number") from None
    if issubclass(wanted, Path):
        return Path(text)
    try:
        return wanted(text)
    except ValueError:
        raise ValueError("must be one of " + ", ".join(str(one) for one in wanted)) from None
