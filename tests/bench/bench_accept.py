"""Durable acceptances a second, against the same server's route that does nothing. Shell.

python -m tests.bench.bench_accept [SECONDS] [live]
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from shared.terms import Service
from tests.intake_world import ROOT, World, as_bytes, envelope_json
from tests.machines import Identities, NatsServer

CLIENTS = 32
ROUNDS = 3


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured. ratio: acceptances to no-ops, the median of the rounds.

    bare: the same against a route that does nothing and, as a submission, is answered before the web framework.
    """

    accepted_a_second: float
    noop_a_second: float
    ratio: float
    bare_a_second: float
    bare_ratio: float
    p50_ms: float
    p99_ms: float
    body_bytes: int


def measure(seconds: float = 5.0, *, live: bool = False) -> Figures:
    """Rounds of both routes in turn, so that what else the machine does falls on both.

    live: with a broker, to which the relay publishes what was accepted all the while, during the no-ops too; else with
    none, so that all that is accepted waits.
    """
    with tempfile.TemporaryDirectory() as folder, _broker(Path(folder), live=live) as settings:
        world = World(Path(folder))
        world.environment |= settings
        body = Path(folder) / "body.json"
        body.write_bytes(as_bytes(envelope_json()))
        with world.running(module="tests.bench.noop_intake") as intake:
            load(intake.url, "/api/v1/submissions", body=body, seconds=1)
            rounds = [
                (
                    load(intake.url, "/noop", body=body, seconds=seconds),
                    load(intake.url, "/api/v1/submissions", body=body, seconds=seconds),
                    load(intake.url, "/bare", body=body, seconds=seconds),
                )
                for _ in range(ROUNDS)
            ]
            intake.stop()
        noop, accept, bare = sorted(rounds, key=lambda one: one[1]["a_second"] / one[0]["a_second"])[ROUNDS // 2]
        return Figures(
            accepted_a_second=accept["a_second"],
            noop_a_second=noop["a_second"],
            ratio=accept["a_second"] / noop["a_second"],
            bare_a_second=bare["a_second"],
            bare_ratio=accept["a_second"] / bare["a_second"],
            p50_ms=accept["p50_ms"],
            p99_ms=accept["p99_ms"],
            body_bytes=body.stat().st_size,
        )


@contextmanager
def _broker(folder: Path, *, live: bool) -> Iterator[dict[str, str]]:
    """A broker with its streams where it is asked for, and the settings that lead to it."""
    if not live:
        yield {}
        return
    home = folder / "nats"
    home.mkdir()
    server = NatsServer(home, Identities())
    server.start()
    try:
        asyncio.run(server.provision())
        seed = home / "seed"
        seed.write_bytes(server.identities.seeds[Service.INTAKE].reveal())
        yield {"NATS_URL": server.url, "NATS_SEED_FILE": str(seed)}
    finally:
        server.stop()


def load(url: str, path: str, *, body: Path | None, seconds: float) -> dict[str, float]:
    """One run of the load generator, in its own process."""
    host, port = url.removeprefix("http://").split(":")
    arguments = [host, port, path, str(CLIENTS), str(seconds), "-" if body is None else str(body)]
    found = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    figures: dict[str, float] = json.loads(found.stdout)
    return figures


if __name__ == "__main__":
    given = [float(each) for each in sys.argv[1:] if each != "live"]
    print(json.dumps(msgspec.to_builtins(measure(*given, live="live" in sys.argv)), indent=2))
