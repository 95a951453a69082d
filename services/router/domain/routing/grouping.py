"""Pairs and look-ups put together into one. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


def grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def together(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    for part in parts:
        found.update(part)
    return found


def added(parts: Iterable[Mapping[K, tuple[V, ...]]]) -> dict[K, tuple[V, ...]]:
    """The same where one key may be in several: an address holds posts of more than one agency."""
    found: dict[K, tuple[V, ...]] = {}
    for part in parts:
        for key, values in part.items():
            found[key] = (*found[key], *values) if key in found else values
    return found
