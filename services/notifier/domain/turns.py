"""Whose letter goes next: no recipient domain, however slow, takes the connections from the others. Pure."""

from collections import Counter, deque
from collections.abc import Sequence

import msgspec

from shared.terms import NoticeId


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that may go now. Listed in the order in which they should go, all else being equal."""

    id: NoticeId
    domain: str


class Lanes(msgspec.Struct, frozen=True, kw_only=True):
    """How many transactions may run at once: in all, for one domain, and for one domain in trouble."""

    all: int = 8
    domain: int = 4
    troubled: int = 1


def most_for(domain: str, troubled: frozenset[str], lanes: Lanes) -> int:
    """How many letters for `domain` may be on their way at once. troubled: domains that deferred the last letter."""
    return lanes.troubled if domain in troubled else lanes.domain


def full(under_way: Counter[str], troubled: frozenset[str], lanes: Lanes) -> frozenset[str]:
    """The domains that have all the lanes they may have. All troubled ones together keep to half of the lanes."""
    half = sum(count for domain, count in under_way.items() if domain in troubled) >= max(lanes.all // 2, 1)
    busy = {domain for domain, count in under_way.items() if count >= most_for(domain, troubled, lanes)}
    return frozenset(busy | (troubled if half else frozenset()))


def choose(
    waiting: Sequence[Waiting], *, under_way: Counter[str], troubled: frozenset[str], lanes: Lanes
) -> tuple[Waiting, ...]:
    """The letters to begin now, the domains taking turns. At most one is begun where there is one free lane."""
    busy, most = Counter(under_way), lanes.all - under_way.total()
    lines: dict[str, deque[tuple[int, Waiting]]] = {}
    for place, letter in enumerate(waiting):
        lines.setdefault(letter.domain, deque()).append((place, letter))
    chosen: list[Waiting] = []
    stopped = full(busy, troubled, lanes)
    while len(chosen) < most:
        heads = [(busy[domain], line[0][0], domain) for domain, line in lines.items() if line and domain not in stopped]
        if not heads:
            break
        _, _, domain = min(heads)
        chosen.append(lines[domain].popleft()[1])
        busy[domain] += 1
        if domain in troubled or busy[domain] >= lanes.domain:
            stopped = full(busy, troubled, lanes)
    return tuple(chosen)
