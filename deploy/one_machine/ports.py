"""Ports of one machine: free ones for a test, and a plain word when one is taken. Shell."""

import os
import random

import msgspec

from deploy.one_machine.fetching import is_free
from deploy.one_machine.places import HOST, Ports

_EPHEMERAL = range(20_000, 32_000)
"""Below what the kernel gives to outgoing connections: a stopped part finds its port free again."""


class CannotStart(Exception):
    """In a sentence for the person at the terminal."""


def free_ports() -> Ports:
    """Ports that nobody listens on now."""
    names = [field.name for field in msgspec.structs.fields(Ports)]
    chance = random.Random(os.urandom(8))
    found: list[int] = []
    while len(found) < len(names):
        port = chance.choice(_EPHEMERAL)
        if port not in found and is_free(HOST, port):
            found.append(port)
    return Ports(**dict(zip(names, found, strict=True)))


def refuse_ports_in_use(ports: Ports) -> None:
    """Raises CannotStart, naming the first port that another program has."""
    for name, port in msgspec.structs.asdict(ports).items():
        if not is_free(HOST, port):
            raise CannotStart(
                f"Port {port} ({name}) is in use by another program. "
                f"Stop that, or choose another: CANDOUR_MACHINE_{name.upper()}={port + 100} make run"
            )
