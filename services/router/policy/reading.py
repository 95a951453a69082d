"""Checks tables read from a file against the struct they are to become, and finds every problem. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Union, get_args, get_origin, get_type_hints

import msgspec

_KINDS = (("`str`", "a text"), ("`int`", "a whole number"), ("`bool`", "true or false"), ("`array`", "a list"))


def problems_in(raw: object, kind: type, path: str) -> Iterator[tuple[str, str]]:
    """(path, sentence) of every problem that keeps `raw` from becoming a `kind`. No value is quoted."""
    if not isinstance(raw, Mapping):
        yield path, "It is not a table."
        return
    fields = _fields_of(kind)
    for name in raw:
        if name not in fields:
            yield f"{path}.{name}", f"There is no such thing as {name} here."
    for name, (hint, required) in fields.items():
        if name in raw:
            yield from _value_problems(raw[name], hint, f"{path}.{name}")
        elif required:
            yield path, f"{name} is missing."


@cache
def _fields_of(kind: type) -> Mapping[str, tuple[object, bool]]:
    """By name as written: the type, and whether it must stand there. Kept, for working it out takes most of a start."""
    hints = get_type_hints(kind)
    return {field.encode_name: (hints[field.name], field.required) for field in msgspec.structs.fields(kind)}


def _value_problems(value: object, kind: object, path: str) -> Iterator[tuple[str, str]]:
    struct = _struct_in(kind)
    if struct is not None and get_origin(kind) is tuple and isinstance(value, list):
        for index, one in enumerate(value):
            yield from problems_in(one, struct, f"{path}[{index}]")
    elif struct is not None and isinstance(value, Mapping):
        yield from problems_in(value, struct, path)
    else:
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            yield path, _plain(str(error))


@cache
def _struct_in(kind: object) -> type | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind
    if get_origin(kind) in (tuple, Union, UnionType):
        return next((found for one in get_args(kind) if (found := _struct_in(one)) is not None), None)
    return None


def _plain(error: str) -> str:
    """msgspec's sentence without what was typed, in plain words."""
    says = error.partition(" - at `$")[0]
    if says.startswith("Invalid enum value"):
        return "It is not one of the codes that may stand here."
    for code, words in _KINDS:
        says = says.replace(code, words)
    return says.replace(" | `null`", "").rstrip(".") + "."
